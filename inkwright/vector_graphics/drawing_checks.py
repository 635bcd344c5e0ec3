"""What a Drawing refuses, each by a ValueError that names the argument, its value and what is allowed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from inkwright.vector_graphics.drawing import Drawing


_FLAGS = ("closed", "stroked", "filled", "alive")
_INTEGERS = ("path_offsets", "shape_offsets", "fill_rule", "canvas_index", "layer", "order")

# Values may leave their ranges by this much: a finite difference at the end of a range is no mistake.
ROUNDING = 1e-3
LARGEST = float(torch.finfo(torch.float64).max)
_COLOR = (-ROUNDING, 1 + ROUNDING, "finite and in [0, 1]")
_RANGES = {
    "points": (-LARGEST, LARGEST, "finite"),
    "width": (-ROUNDING, LARGEST, "finite and >= 0"),
    "stroke": _COLOR,
    "fill": _COLOR,
}


def check_canvas(canvas: Sequence[float]) -> tuple[float, float]:
    """The canvas as two floats.

    Raises:
        ValueError: it is not two finite numbers above 0.
    """
    size = tuple(float(side) for side in canvas)
    if len(size) != 2 or not all(math.isfinite(side) and side > 0 for side in size):
        raise ValueError(f"canvas is {tuple(canvas)}; it must be (width, height), both finite and above 0")
    return size[0], size[1]


def check_uniform(points: Tensor, color: Tensor, *, closed: bool) -> None:
    """Points of uniform paths, [N, 3S, 2] closed or [N, 3S + 1, 2] open, and their straight RGBA [N, 4].

    Raises:
        ValueError: a shape does not fit.
    """
    wanted = "[N, 3S, 2] with S >= 1" if closed else "[N, 3S + 1, 2] with S >= 1"
    if points.dim() != 3 or points.shape[2] != 2 or points.shape[1] < 3:
        raise ValueError(f"points has shape {list(points.shape)}; it must be {wanted}")
    if points.shape[1] % 3 != (0 if closed else 1):
        raise ValueError(f"points has {points.shape[1]} control points per path; it must be {wanted}")
    check_shape("color", color, (points.shape[0], 4))


def check_shape(name: str, value: Tensor, wanted: tuple[int, ...]) -> None:
    """A tensor has the shape that is wanted, else a ValueError names both."""
    if tuple(value.shape) != wanted:
        raise ValueError(f"{name} has shape {list(value.shape)}; it must be {list(wanted)}")


def check_index(name: str, index: Tensor, limit: int) -> None:
    """Indices are in [0, limit), else a ValueError names them."""
    if index.numel() and not 0 <= int(index.min()) <= int(index.max()) < limit:
        raise ValueError(f"{name} holds {index.unique().tolist()}; it must be in [0, {limit})")  # type: ignore[no-untyped-call]


def check_range(name: str, value: Tensor, low: float, high: float, allowed: str) -> None:
    """Values are in [low, high], else a ValueError names the first bad row and what is allowed."""
    value = value.detach()
    if value.numel() == 0:
        return
    least, most = torch.aminmax(value)
    if not (low <= float(least) and float(most) <= high):
        good = torch.isfinite(value) & (value >= low) & (value <= high)
        row = int((~good).reshape(good.shape[0], -1).any(1).nonzero()[0])
        raise ValueError(f"{name}[{row}] is {value[row].tolist()}; it must be {allowed}")


def check_drawing(drawing: Drawing) -> None:
    """Sizes, devices and structure fit together, and values are in their ranges.

    Raises:
        ValueError: something does not fit; the message names it.
    """
    check_canvas(drawing.canvas)
    _check_sizes(drawing)
    _check_types(drawing)
    _check_offsets(drawing)
    _check_paints(drawing)
    check_values(drawing)


def check_values(drawing: Drawing) -> None:
    """Points are finite, widths finite and not negative, colours in [0, 1]; to within ROUNDING.

    Raises:
        ValueError: a value is out of its range; the first bad row is named.
    """
    for name, (low, high, allowed) in _RANGES.items():
        check_range(name, getattr(drawing, name), low, high, allowed)


def check_background(background: Tensor, num_canvases: int) -> None:
    """RGB of all canvases [3] or of each [B, 3], in [0, 1].

    Raises:
        ValueError: it has another shape, or a value is out of its range.
    """
    if tuple(background.shape) not in ((3,), (num_canvases, 3)):
        allowed = f"[3] or [{num_canvases}, 3]"
        raise ValueError(f"background has shape {list(background.shape)}; it must be {allowed}")
    least, most = torch.aminmax(background.detach())
    if not (float(least) >= -ROUNDING and float(most) <= 1 + ROUNDING):
        raise ValueError(f"background is {background.tolist()}; it must be in [0, 1]")


def _check_paints(drawing: Drawing) -> None:
    styles = drawing.styles
    for name, paints in (("gradient", drawing.gradients), ("picture", drawing.pictures)):
        if paints is None or not paints.shape.numel():
            continue
        shapes = paints.shape.tolist()
        if shapes[0] < 0 or shapes[-1] >= drawing.num_shapes:
            raise ValueError(f"{name} shape is {shapes}; it must be in [0, {drawing.num_shapes})")
        if not bool(drawing.filled[paints.shape].all()):
            raise ValueError(f"{name} shape is {shapes}; each must be a filled shape")
    if drawing.gradients is not None and drawing.pictures is not None:
        both = torch.isin(drawing.pictures.shape, drawing.gradients.shape)
        if bool(both.any()):
            shapes = drawing.pictures.shape[both].tolist()
            raise ValueError(f"picture shape is {shapes} and has a gradient, too; one of them can fill it")
    if styles is not None and styles.cap.shape[0] != drawing.num_shapes:
        raise ValueError(f"styles are of {styles.cap.shape[0]} shapes; the drawing has {drawing.num_shapes}")


def _check_sizes(drawing: Drawing) -> None:
    for name in ("path_offsets", "shape_offsets"):
        size = list(getattr(drawing, name).shape)
        if len(size) != 1 or size[0] < 1:
            raise ValueError(f"{name} has shape {size}; it must be [count + 1]")
    shapes, paths = drawing.shape_offsets.shape[0] - 1, drawing.path_offsets.shape[0] - 1
    wanted = {
        "points": (drawing.points.shape[0] if drawing.points.dim() else 0, 2),
        "closed": (paths,),
        "stroke": (shapes, 4),
        "fill": (shapes, 4),
    }
    for name in ("width", "stroked", "filled", "fill_rule", "canvas_index", "layer", "order", "alive"):
        wanted[name] = (shapes,)
    for name, shape in wanted.items():
        check_shape(name, getattr(drawing, name), shape)
    if drawing.num_canvases < 1:
        raise ValueError(f"num_canvases is {drawing.num_canvases}; it must be at least 1")


def _check_types(drawing: Drawing) -> None:
    parameter = drawing.points.dtype
    if not parameter.is_floating_point:
        raise ValueError(f"points are {parameter}; a floating-point type is needed")
    wanted = dict.fromkeys(("width", "stroke", "fill"), parameter)
    wanted |= dict.fromkeys(_FLAGS, torch.bool) | dict.fromkeys(_INTEGERS, torch.int64)
    for name, dtype in wanted.items():
        value = getattr(drawing, name)
        if value.device != drawing.points.device:
            raise ValueError(
                f"{name} is on {value.device}; it must be on {drawing.points.device}, as points are"
            )
        if value.dtype != dtype:
            raise ValueError(f"{name} is {value.dtype}; with points of {parameter} it must be {dtype}")


def _check_offsets(drawing: Drawing) -> None:
    per_path, per_shape = torch.diff(drawing.path_offsets), torch.diff(drawing.shape_offsets)
    bad = (per_path < 3) | (per_path % 3 != (~drawing.closed).long())
    if bool(bad.any()):
        path = int(bad.nonzero()[0])
        allowed = "3S, S >= 1" if bool(drawing.closed[path]) else "3S + 1, S >= 1"
        raise ValueError(
            f"path_offsets gives path {path} {int(per_path[path])} control points; it must be {allowed}"
        )
    for shape in (per_shape < 1).nonzero()[:1]:
        raise ValueError(f"shape_offsets gives shape {int(shape)} no path; it needs one")
    totals = {"path_offsets": drawing.points.shape[0], "shape_offsets": drawing.closed.shape[0]}
    for name, total in totals.items():
        ends = getattr(drawing, name)[[0, -1]].tolist()
        if ends != [0, total]:
            raise ValueError(f"{name} runs from {ends[0]} to {ends[1]}; it must run from 0 to {total}")
    check_index("canvas_index", drawing.canvas_index, drawing.num_canvases)
    check_index("fill_rule", drawing.fill_rule, 2)
