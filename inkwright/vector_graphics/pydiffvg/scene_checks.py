"""What a scene of diffvg is refused for, each by a ValueError that names the shape or group and its value."""

import math
from collections.abc import Sequence
from dataclasses import fields

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
    for number, group in enumerate(groups):
        ids = torch.as_tensor(group.shape_ids).reshape(-1).tolist()
        missing = [each for each in ids if not 0 <= each < len(shapes)]
        if missing:
            raise ValueError(
                f"shape_ids of group {number} names {missing[0]}; there are {len(shapes)} shapes, "
                "numbered from 0"
            )
        for name in ("fill_color", "stroke_color", "shape_to_canvas"):
            _check_paint(f"{name} of group {number}", getattr(group, name))
        for row in ids:
            for each in fields(shapes[row]):
                _check_finite(f"{each.name} of shape {row}", getattr(shapes[row], each.name))
        if group.stroke_color is not None:
            for row in ids:
                _check_width(row, shapes[row])


def _check_paint(name: str, paint: object) -> None:
    if isinstance(paint, LinearGradient | RadialGradient):
        for each in fields(paint):
            _check_finite(f"{each.name} in {name}", getattr(paint, each.name))
    _check_finite(name, paint)


def _check_finite(name: str, value: object) -> None:
    # A finite sum, which is soon found, has only finite terms.
    if isinstance(value, Tensor) and not math.isfinite(float(value.detach().sum())):
        bad = value.detach()[~torch.isfinite(value.detach())]
        if bad.numel():
            raise ValueError(f"{name} holds {float(bad[0])}; all of its numbers must be finite")


def _check_width(row: int, shape: Shape) -> None:
    least = float(torch.as_tensor(shape.stroke_width).detach().min())
    if least < -ROUNDING:
        raise ValueError(f"stroke_width of shape {row} is {least:g}; half widths must be at least 0")
