"""The keys of ``simplify.py``: their types, meanings, units and ranges, and how they are read."""

from __future__ import annotations

import dataclasses
import difflib
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


def _key(
    default: Any, meaning: str, low: float | None = None, high: float | None = None, *choices: str
) -> Any:
    return dataclasses.field(
        default=default, metadata={"meaning": meaning, "low": low, "high": high, "choices": choices}
    )


@dataclass(frozen=True)
class SimplifyKeys:
    """What a person asks of ``simplify.py``."""

    input: str = _key("", "the rough sketch: a picture file, or a folder of them")
    output: str = _key(
        "", "the folder for the results, or a name ending in .svg or .png; by default beside input"
    )
    weights: str = _key("", "weights.safetensors of a training run; by default those that ship")
    scale: float = _key(1.0, "degree of simplification: 0.5 and 0.25 keep less detail", 0.05, 1.0)
    size: int = _key(
        1024, "long side in pixels at which lines are cleaned; 0 keeps the picture's own size", 0, 20_000
    )
    full_size: bool = _key(True, "the results are as large as the page was; false: as large as size says")
    threshold: float = _key(0.4, "darkness from which a cleaned pixel becomes part of a stroke", 0.05, 0.95)
    line_width: float = _key(
        0.0, "width of all strokes in pixels of the cleaned picture (see size); 0 measures each", 0.0, 100.0
    )
    flatten: str = _key(
        "auto", "divide out shadows and paper tone, cut out the page", None, None, "auto", "always", "never"
    )
    vector: str = _key(
        "centerline",
        "strokes, filled outlines by vtracer or by potrace (GPL: pip install potracer), or no SVG",
        None,
        None,
        *("centerline", "outline", "potrace", "none"),
    )
    refine_steps: int = _key(10, "optimiser steps that draw the strokes onto the cleaned picture", 0, 10_000)
    preview: bool = _key(True, "also write rough and clean side by side")
    threads: int = _key(2, "CPU threads", 1, 1024)


def read_keys(arguments: Sequence[str]) -> SimplifyKeys:
    """The keys that ``KEY=VALUE`` arguments set.

    Raises:
        ValueError: a key does not exist, a value is not of its kind or out of its range, or input is missing.
    """
    values: dict[str, Any] = {}
    for argument in arguments:
        name, equals, text = argument.partition("=")
        field = _field(name)
        if not equals:
            raise ValueError(f"{argument}: write KEY=VALUE, for example input=sketch.png")
        values[name] = _value(field, text)
    if not values.get("input"):
        raise ValueError("input is missing; write input=sketch.png, or input=folder")
    return SimplifyKeys(**values)


def help_text() -> str:
    """Usage, and every key with its meaning, range and default."""
    lines = [
        "Cleans rough sketches.\n\n  python simplify.py input=sketch.png output=clean.svg\n",
        "Keys (KEY=VALUE):",
    ]
    for field in dataclasses.fields(SimplifyKeys):
        body = textwrap.wrap(
            f"{field.metadata['meaning']} ({_allowed(field)}; default {field.default!r})", 76
        )
        lines += [f"  {field.name:<14}{body[0]}", *(f"{'':<16}{line}" for line in body[1:])]
    return "\n".join(lines) + "\n"


def _field(name: str) -> dataclasses.Field[Any]:
    fields = {field.name: field for field in dataclasses.fields(SimplifyKeys)}
    if name not in fields:
        near = difflib.get_close_matches(name, fields, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"there is {', '.join(fields)}"
        raise ValueError(f"{name}: there is no such key; {hint}")
    return fields[name]


def _value(field: dataclasses.Field[Any], text: str) -> Any:
    rules = field.metadata
    kind: type[Any] = type(field.default)
    refusal = f"{field.name}={text}: it must be {_allowed(field)} ({rules['meaning']})"
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise ValueError(refusal)
        return text.lower() == "true"
    try:
        value = kind(text)
    except ValueError:
        raise ValueError(refusal) from None
    outside = rules["low"] is not None and not rules["low"] <= value <= rules["high"]
    if outside or (rules["choices"] and value not in rules["choices"]):
        raise ValueError(refusal)
    return value


def _allowed(field: dataclasses.Field[Any]) -> str:
    rules = field.metadata
    if rules["choices"]:
        return " or ".join(rules["choices"])
    if isinstance(field.default, bool):
        return "true or false"
    if rules["low"] is None:
        return "text"
    kind = "a number" if isinstance(field.default, float) else "a whole number"
    return f"{kind} in [{rules['low']:g}, {rules['high']:g}]"
