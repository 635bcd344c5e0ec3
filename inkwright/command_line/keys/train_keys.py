"""The short keys of ``train.py``: their types, meanings, units and ranges, each said once."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omegaconf import DictConfig, OmegaConf


def _key(
    default: Any,
    meaning: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    special: bool = False,
) -> Any:
    """A field; a ``special`` key is refused where nothing in the composed configuration uses it."""
    metadata = {"meaning": meaning, "low": low, "high": high, "choices": choices, "special": special}
    return dataclasses.field(default=default, metadata=metadata)


@dataclass
class TrainKeys:
    """The top of the composed configuration; a key that is not named here is refused.

    The last fields are the groups of ``conf/``, filled by whichever files are chosen there.
    """

    image: str = _key(
        "astronaut", "the picture to draw: a file, a folder of pictures, or the name of an example"
    )
    mask_object: bool = _key(
        False, "true draws the subject of the picture alone, without its background", special=True
    )
    mask: str = _key(
        "", "a picture file of the size of the picture, light where its subject is", special=True
    )
    prompt: str = _key("", "what to draw, in words, for experiments that read them")
    negative_prompt: str = _key("", "what a diffusion model should not paint", special=True)
    token: str = _key(
        "", "the word of the prompt, or its position, where strokes start; by default all words", special=True
    )
    style_image: str = _key("", "a picture whose style the drawing is to have", special=True)
    style_prompt: str = _key("", "the prompt once more, in words of the style that is wanted", special=True)
    guide_image: str = _key("", "a picture to draw in place of one painted from the prompt", special=True)
    attention_map: str = _key(
        "", "where strokes start on guide_image: a .npy file or a grey picture", special=True
    )
    num_strokes: int = _key(
        64, "strokes of the drawing; few give the gist, many the detail", low=1, high=10_000
    )
    num_sketches: int = _key(1, "candidate sketches drawn side by side; the best is kept", low=1, high=256)
    steps: int = _key(
        500, "optimiser steps at most; the run ends earlier if nothing improves", low=1, high=10_000_000
    )
    image_size: int = _key(
        224, "long side of the working picture, in pixels; the aspect ratio is kept", low=32, high=4096
    )
    seed: int = _key(0, "same seed, same machine: the same SVG, byte for byte", low=0, high=2**31 - 1)
    resume: str = _key(
        "never", "auto goes on from checkpoints/last.ckpt in the run folder", choices=("never", "auto")
    )
    rasterizer: str = _key(
        "auto",
        "what paints: auto is numba on the CPU, triton on a GPU; torch is the slow reference",
        choices=("auto", "numba", "triton", "torch", "diffvg"),
    )
    workers: str = _key(
        "auto",
        "with image=FOLDER/, processes that draw side by side; auto is one a core, as far as memory goes",
    )
    threads: int = _key(1, "CPU threads of PyTorch; small pictures gain nothing from more", low=1, high=1024)
    prune_loss_weight: float = _key(
        10.0, "how hard Soft-OBR fades dead strokes, 0 = not at all", low=0.0, high=1e6, special=True
    )
    prune_ema_threshold: float = _key(
        0.02, "running mean of a stroke's opacity below which it is dead", low=0.0, high=1e3, special=True
    )
    prune_start_step: int = _key(
        200, "steps before the first stroke may be dead", low=0, high=10_000_000, special=True
    )
    name: str = _key("", "what the run is called by loggers; by default the name of its folder")

    datamodule: Any = None
    lightning_module: Any = None
    guidance: Any = None
    callbacks: Any = None
    trainer: Any = None
    logger: Any = None


def short_keys() -> list[dataclasses.Field[Any]]:
    """The fields that a person sets on the command line, without the groups."""
    return [field for field in dataclasses.fields(TrainKeys) if field.metadata]


def allowed(field: dataclasses.Field[Any]) -> str:
    """What a key may be, in words."""
    rules = field.metadata
    if rules["choices"]:
        return " or ".join(rules["choices"])
    if isinstance(field.default, bool):
        return "true or false"
    if rules["low"] is not None:
        kind = "a number" if isinstance(field.default, float) else "a whole number"
        return f"{kind} in [{rules['low']}, {rules['high']}]"
    return "text"


def check_ranges(config: Mapping[str, Any]) -> None:
    """Every short key is within its range, and there is no other key.

    Raises:
        ValueError: the first key that is not; the message names what is allowed.
    """
    known = [field.name for field in dataclasses.fields(TrainKeys)]
    for name in config:
        if name not in known:
            raise ValueError(f"{name}: there is no such key; there is {', '.join(known)}")
    for field in short_keys():
        value, rules = config[field.name], field.metadata
        too_low = rules["low"] is not None and value < rules["low"]
        too_high = rules["high"] is not None and value > rules["high"]
        unknown = rules["choices"] and value not in rules["choices"]
        if too_low or too_high or unknown:
            raise ValueError(refusal(field.name, value))


def check_used(config: DictConfig, overrides: Sequence[str]) -> None:
    """Every special key that was set on the command line is used somewhere in the configuration.

    Raises:
        ValueError: the first that is not.
    """
    text = OmegaConf.to_yaml(config)
    given = {each.lstrip("+~").partition("=")[0] for each in overrides}
    for field in short_keys():
        if field.metadata["special"] and field.name in given and f"${{{field.name}}}" not in text:
            raise ValueError(
                f"{field.name}: nothing in this experiment uses it ({field.metadata['meaning']}); "
                "leave it out, or choose an experiment or callbacks that do"
            )


def refusal(name: str, value: Any) -> str:
    """One line that says what a short key may be instead of ``value``."""
    field = next(field for field in short_keys() if field.name == name)
    return f"{name}={value}: it must be {allowed(field)} ({field.metadata['meaning']})"
