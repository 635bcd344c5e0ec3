"""What a scene of diffvg is refused for, each by a ValueError that names the shape or group and its value."""

import math
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing_checks import ROUNDING
from inkwright.vector_graphics.pydiffvg.shapes import LinearGradient, RadialGradient, Shape, ShapeGroup


def check_sizes(canvas: tuple[float, float], size: tuple[int, int]) -> None:
    """Sides of the canvas are finite and above 0, those of the picture at least a pixel.

    Raises:
        ValueError: a side is out of its range.
    """
    if not all(math.isfinite(side) and side > 0 for side in canvas):
        raise ValueError(
            f"the canvas is {canvas[0]:g} x {canvas[1]:g}; both sides must be finite and above 0"
        )
    if min(size) < 1:
        raise ValueError(f"the picture is {size[0]} x {size[1]}; both sides must be at least 1 pixel")


def check_scene(shapes: Sequence[Shape], groups: Sequence[ShapeGroup]) -> None:
    """Groups name shapes that are there, all numbers are finite, and half widths are not negative.

    Raises:
        ValueError: something is out of its range; the message names it.
    """
    numbers: list[tuple[str, Tensor]] = []
    widths: list[tuple[int, Tensor]] = []
    for number, group in enumerate(groups):
        ids = torch.as_tensor(group.shape_ids).reshape(-1).tolist()
        missing = [each for each in ids if not 0 <= each < len(shapes)]
        if missing:
            raise ValueError(
                f"shape_ids of group {number} names {missing[0]}; there are {len(shapes)} shapes, "
                "numbered from 0"
            )
        for name in ("fill_color", "stroke_color", "shape_to_canvas"):
            numbers += _of_paint(f"{name} of group {number}", getattr(group, name))
        for row in ids:
            numbers += [(f"{name} of shape {row}", value) for name, value in _tensors(shapes[row])]
            if group.stroke_color is not None:
                widths.append((row, torch.as_tensor(shapes[row].stroke_width)))
    if not _joined([value for _, value in numbers]).isfinite().all():
        _refuse_infinite(numbers)
    if widths and float(_joined([width for _, width in widths]).min()) < -ROUNDING:
        _refuse_negative(widths)


def _tensors(of: Any) -> list[tuple[str, Tensor]]:
    """The fields of a dataclass that are tensors, by name."""
    found = [(each.name, getattr(of, each.name)) for each in fields(of)]
    return [(name, value) for name, value in found if isinstance(value, Tensor)]


def _of_paint(name: str, paint: object) -> list[tuple[str, Tensor]]:
    """The tensors of a color or a gradient."""
    if isinstance(paint, LinearGradient | RadialGradient):
        return [(f"{each} in {name}", value) for each, value in _tensors(paint)]
    return [(name, paint)] if isinstance(paint, Tensor) else []


def _joined(values: list[Tensor]) -> Tensor:
    """All numbers of some tensors in one: it is soon seen whether any is out of order."""
    return torch.cat([each.detach().reshape(-1).cpu().double() for each in values] or [torch.zeros(1)])


def _refuse_infinite(numbers: list[tuple[str, Tensor]]) -> None:
    for name, value in numbers:
        bad = value.detach()[~torch.isfinite(value.detach())]
        if bad.numel():
            raise ValueError(f"{name} holds {float(bad[0])}; all of its numbers must be finite")


def _refuse_negative(widths: list[tuple[int, Tensor]]) -> None:
    for row, width in widths:
        least = float(width.detach().min())
        if least < -ROUNDING:
            raise ValueError(f"stroke_width of shape {row} is {least:g}; half widths must be at least 0")
