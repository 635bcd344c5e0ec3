"""The keys of ``simplify.py``, and how they are read."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inkwright.command_line.keys.help_text import described
from inkwright.keys.key import Key, nearest


def _key(
    default: Any, meaning: str, low: float | None = None, high: float | None = None, **facts: Any
) -> Any:
    return dataclasses.field(
        default=default, metadata={"default": default, "meaning": meaning, "low": low, "high": high, **facts}
    )


@dataclass(frozen=True)
class SimplifyKeys:
    """What a person asks of ``simplify.py``; each field is a ``Key``."""

    input: str = _key("", "the rough sketch: a picture file, or a folder of them", kind="picture")
    output: str = _key(
        "",
        "the folder for the results, or a name ending in .svg, .png or .pdf; by default beside input",
        kind="path",
    )
    weights: str = _key("", "weights.safetensors of a training run; by default those that ship", kind="path")
    scale: float = _key(1.0, "0.5 and 0.25 keep less detail", 0.05, 1.0)
    consolidate: str = _key(
        "auto",
        "strokes that repeat a line become that line: where many do, always, or never",
        choices=("auto", "always", "never"),
    )
    size: int = _key(
        1024, "long side in pixels at which lines are cleaned; 0 keeps the picture's own size", 0, 20_000
    )
    full_size: bool = _key(True, "the results are as large as the page was; false: as large as size says")
    threshold: float = _key(0.4, "darkness from which a cleaned pixel becomes part of a stroke", 0.05, 0.95)
    line_width: float = _key(
        0.0, "width of all strokes in pixels of the cleaned picture (see size); 0 measures each", 0.0, 100.0
    )
    flatten: str = _key(
        "auto", "divide out shadows and paper tone, cut out the page", choices=("auto", "always", "never")
    )
    vector: str = _key(
        "centerline",
        "strokes, filled outlines by vtracer or by potrace (GPL: pip install potracer), or no SVG",
        choices=("centerline", "outline", "potrace", "none"),
    )
    invert: str = _key(
        "auto", "light lines on a dark page become dark ones", choices=("auto", "always", "never")
    )
    drop_color: str = _key(
        "none",
        "lines of this color are guides, and left out",
        choices=("none", "blue", "red", "green", "yellow"),
    )
    drop_rules: bool = _key(True, "take out the even rules of lined and graph paper")
    keep_faint: str = _key(
        "auto",
        "bring up lines that are paler than others: those that are no guides by their shape, all, or none",
        choices=("auto", "true", "false"),
    )
    keep_solids: bool = _key(True, "keep solid blacks and dots as filled shapes")
    line_color: str = _key("black", "of all lines: a name, or #rrggbb", kind="text")
    transparent: bool = _key(False, "the PNG has no paper, only lines")
    export: str = _key(
        "screen",
        "plotter: joined lines of one width in the order in which a pen travels least, a layer a color",
        choices=("screen", "plotter"),
    )
    width_mm: float = _key(
        0.0, "width of the SVG on paper in millimeters; 0 leaves it in pixels", 0.0, 100_000.0
    )
    dpi: str = _key(
        "", "pixels of the sketch that are an inch on paper: 300, or scan for what it says", kind="text"
    )
    refine_steps: int = _key(
        10, "optimiser steps that draw strokes that were not consolidated onto the cleaned picture", 0, 10_000
    )
    pdf: bool = _key(False, "also write the strokes as PDF; so does a name of output that ends in .pdf")
    preview: bool = _key(True, "also write rough and clean side by side")
    threads: int = _key(2, "CPU threads", 1, 1024)


def simplify_keys() -> dict[str, Key]:
    """The declaration of each field, by its name."""
    return {field.name: Key(field.name, **field.metadata) for field in dataclasses.fields(SimplifyKeys)}


def read_keys(arguments: Sequence[str]) -> SimplifyKeys:
    """The keys that ``KEY=VALUE`` arguments set.

    Raises:
        ValueError: a key does not exist, a value is not of its kind or out of its range, or input is missing.
    """
    keys = simplify_keys()
    values: dict[str, Any] = {}
    for argument in arguments:
        name, equals, text = argument.partition("=")
        if name not in keys:
            raise ValueError(f"{name}: there is no such key{nearest(name, list(keys))}")
        if not equals:
            raise ValueError(f"{argument}: write KEY=VALUE, for example input=sketch.png")
        values[name] = keys[name].read(text)
    if not values.get("input"):
        raise ValueError("input is missing; write input=sketch.png, or input=folder")
    return SimplifyKeys(**values)


def help_text() -> str:
    """Usage, and every key with its meaning, range and default."""
    usage = "Cleans rough sketches.\n\n  python simplify.py input=sketch.png output=clean.svg\n"
    return "\n".join([usage, "Keys (KEY=VALUE):", *map(described, simplify_keys().values())]) + "\n"
