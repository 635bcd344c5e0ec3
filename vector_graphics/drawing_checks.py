"""What a Drawing refuses, each by a ValueError that names the argument, its value and what is allowed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from vector_graphics.drawing import Drawing


def check_canvas(canvas: Sequence[float]) -> tuple[float, float]:
    """The canvas as two floats.

    Raises:
        ValueError: it is not two finite numbers above 0.
    """
    size = tuple(float(side) for side in canvas)
    if len(size) != 2 or not all(math.isfinite(side) and side > 0 for side in size):
        raise ValueError(f"canvas is {tuple(canvas)}; it must be (width, height), both finite and above 0")
    return size[0], size[1]


def check_points(name: str, points: Tensor, *, closed: bool) -> None:
    """Points of uniform paths: [N, 3S, 2] closed, [N, 3S + 1, 2] open.

    Raises:
        ValueError: the shape does not fit.
    """
    wanted = "[N, 3S, 2] with S >= 1" if closed else "[N, 3S + 1, 2] with S >= 1"
    if points.dim() != 3 or points.shape[2] != 2 or points.shape[1] < 3:
        raise ValueError(f"{name} has shape {list(points.shape)}; it must be {wanted}")
    if points.shape[1] % 3 != (0 if closed else 1):
        raise ValueError(f"{name} has {points.shape[1]} control points per path; {wanted} is needed for cubic segments")


def check_color(name: str, color: Tensor, count: int) -> None:
    """Straight RGBA of ``count`` shapes.

    Raises:
        ValueError: the shape is not [count, 4].
    """
    if color.dim() != 2 or tuple(color.shape) != (count, 4):
        raise ValueError(f"{name} has shape {list(color.shape)}; it must be [{count}, 4], one straight RGBA per shape")


def check_drawing(drawing: Drawing) -> None:
    """Sizes, devices and structure fit together, and values are in their ranges.

    Raises:
        ValueError: something does not fit; the message names it.
    """
    _check_sizes(drawing)
    _check_devices(drawing)
    _check_offsets(drawing)
    check_values(drawing)


def check_values(drawing: Drawing) -> None:
    """Points are finite, widths finite and not negative, colours in [0, 1].

    Raises:
        ValueError: a value is out of its range; the first bad row is named.
    """
    for name in ("points", "width", "stroke", "fill"):
        value = getattr(drawing, name).detach()
        low, high = {"points": (-math.inf, math.inf), "width": (0.0, math.inf)}.get(name, (0.0, 1.0))
        good = torch.isfinite(value) & (value >= low) & (value <= high)
        if not bool(good.all()):
            row = int((~good).flatten(1).any(1).nonzero()[0]) if value.dim() > 1 else int((~good).nonzero()[0])
            allowed = {"points": "finite", "width": "finite and >= 0"}.get(name, "in [0, 1]")
            raise ValueError(f"{name}[{row}] is {value[row].tolist()}; it must be {allowed}")


def _check_sizes(drawing: Drawing) -> None:
    shapes, paths = drawing.width.shape[0] if drawing.width.dim() else -1, drawing.closed.shape[0]
    wanted = {
        "points": (drawing.points.shape[0], 2),
        "path_offsets": (paths + 1,),
        "shape_offsets": (shapes + 1,),
        "closed": (paths,),
        "stroke": (shapes, 4),
        "fill": (shapes, 4),
    }
    for name in ("width", "stroked", "filled", "fill_rule", "canvas_index", "layer", "order", "alive"):
        wanted[name] = (shapes,)
    for name, shape in wanted.items():
        got = tuple(getattr(drawing, name).shape)
        if got != shape:
            raise ValueError(f"{name} has shape {list(got)}; it must be {list(shape)}")
    if drawing.num_canvases < 1:
        raise ValueError(f"num_canvases is {drawing.num_canvases}; it must be at least 1")


def _check_devices(drawing: Drawing) -> None:
    for name in ("width", "stroke", "fill"):
        value = getattr(drawing, name)
        if value.device != drawing.points.device or value.dtype != drawing.points.dtype:
            raise ValueError(
                f"{name} is {value.dtype} on {value.device}, points are {drawing.points.dtype} on "
                f"{drawing.points.device}; all parameters need one type and one device"
            )
    if not drawing.points.dtype.is_floating_point:
        raise ValueError(f"points are {drawing.points.dtype}; a floating-point type is needed")


def _check_offsets(drawing: Drawing) -> None:
    per_path = torch.diff(drawing.path_offsets)
    expected_remainder = (~drawing.closed).long()
    if bool(((per_path < 3) | (per_path % 3 != expected_remainder)).any()):
        raise ValueError("path_offsets: a closed path needs 3S control points and an open one 3S + 1, with S >= 1")
    if bool((torch.diff(drawing.shape_offsets) < 1).any()):
        raise ValueError("shape_offsets: every shape needs at least one path")
    for name, total in (("path_offsets", drawing.points.shape[0]), ("shape_offsets", drawing.closed.shape[0])):
        offsets = getattr(drawing, name)
        if int(offsets[0]) != 0 or int(offsets[-1]) != total:
            raise ValueError(f"{name} runs from {int(offsets[0])} to {int(offsets[-1])}; it must run from 0 to {total}")
    index = drawing.canvas_index
    if index.numel() and not 0 <= int(index.min()) <= int(index.max()) < drawing.num_canvases:
        raise ValueError(f"canvas_index must be in [0, {drawing.num_canvases}); it holds {index.unique().tolist()}")
