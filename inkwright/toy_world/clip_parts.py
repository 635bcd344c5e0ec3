"""The tiny CLIPs of the small world: their towers in open_clip's words, and their folders."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.toy_world.painting import SIDE
from inkwright.toy_world.trained_folder import reading
from inkwright.toy_world.vocabulary import CONTEXT_LENGTH, make_tokenizer, save_tokenizer

SHIPPED = Path(__file__).resolve().parent / "shipped"
TOWERS: Mapping[str, Mapping[str, Any]] = {
    "resnet": {"layers": [1, 1, 1, 1], "width": 16, "patch_size": None, "image_size": SIDE},
    # Places by sines and a mean over tokens: a plain ViT learns sooner (Beyer et al. 2022).
    "vit": {
        "layers": 4,
        "width": 96,
        "head_width": 24,
        "patch_size": 8,
        "image_size": SIDE,
        "pos_embed_type": "sin_cos_2d",
        "pool_type": "avg",
    },
}
STATISTICS = {"mean": [0.8, 0.8, 0.8], "std": [0.3, 0.3, 0.3]}


def clip_config(tower: str) -> dict[str, Any]:
    """The settings of a tiny CLIP with an image tower of ``TOWERS``.

    Raises:
        ValueError: there is no such tower.
    """
    if tower not in TOWERS:
        raise ValueError(f"tower is {tower!r}; it must be one of {', '.join(TOWERS)}")
    text = {
        "context_length": CONTEXT_LENGTH,
        "vocab_size": len(make_tokenizer()),
        "width": 64,
        "heads": 4,
        "layers": 2,
    }
    return {"embed_dim": 64, "quick_gelu": True, "vision_cfg": dict(TOWERS[tower]), "text_cfg": text}


def make_clip(tower: str) -> Any:
    """An untrained CLIP of open_clip."""
    import open_clip

    return open_clip.CLIP(**clip_config(tower))


def read_clip(folder: str) -> Any:
    """The frozen CLIP in a folder that ``save_clip`` wrote.

    Raises:
        ValueError: there is none, or it is damaged.
    """
    import open_clip
    from safetensors.torch import load_file

    path = Path(folder)
    if not (path / "open_clip_config.json").is_file():
        raise ValueError(
            f"the folder {folder!r} holds no CLIP; train one with python train.py experiment=toy_clip"
        )
    with reading(path):
        settings = json.loads((path / "open_clip_config.json").read_text(encoding="utf-8"))["model_cfg"]
        del settings["text_cfg"]["hf_tokenizer_name"]
        model = open_clip.CLIP(**settings)
        model.load_state_dict(load_file(path / "open_clip_model.safetensors"))
    return model.eval().requires_grad_(False)


class TeacherEyes:
    """What a trained CLIP sees in pictures, for another to learn from."""

    def __init__(self, teacher: str) -> None:
        """``teacher`` is its folder."""
        self.network = read_clip(teacher)

    @torch.no_grad()
    def __call__(self, images: Tensor) -> Tensor:
        """[B, D] embeddings of pictures [B, 3, S, S] in [0, 1]."""
        seen: Tensor = self.network.encode_image(as_seen(images))
        return seen


def as_seen(images: Tensor) -> Tensor:
    """What a tower takes, [B, 3, 64, 64], of pictures [B, 3, S, S] in [0, 1]: larger ones are shrunk."""
    if images.shape[-1] != SIDE:
        images = F.interpolate(images, SIDE, mode="bilinear", antialias=True)
    mean, std = (images.new_tensor(values)[:, None, None] for values in STATISTICS.values())
    return (images - mean) / std


def save_clip(folder: Path, model: Any, tower: str) -> None:
    """Writes weights in half precision, settings and tokenizer into a folder, as open_clip reads them."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    config = clip_config(tower)
    config["text_cfg"]["hf_tokenizer_name"] = "toy-world"  # any name: the files lie beside it
    settings = {"model_cfg": config, "preprocess_cfg": STATISTICS}
    (folder / "open_clip_config.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    state = {name: _halved(name, value.detach().cpu()) for name, value in model.state_dict().items()}
    save_file(state, folder / "open_clip_model.safetensors")
    save_tokenizer(folder)


def _halved(name: str, value: Tensor) -> Tensor:
    """In half precision, but for whole numbers and for variances, which may be beyond it."""
    keep = not value.is_floating_point() or name.endswith("running_var")
    return value.contiguous() if keep else value.half().contiguous()
