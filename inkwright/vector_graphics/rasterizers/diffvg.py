"""The adapter to diffvg (Li et al. 2020), for whoever has its Python package ``pydiffvg``.

It samples where our kernels integrate: pictures and gradients carry the noise of 2 x 2 samples per pixel,
and gradients of strokes the bias of diffvg's boundary sampling. Drawings are rewritten so that diffvg paints
what a browser would: see `_painted`, `_path` and `_jitter`.
"""

import importlib
import warnings
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import FILL_RULES, Drawing
from inkwright.vector_graphics.drawing_checks import LARGEST, check_range
from inkwright.vector_graphics.gradient_fills import GradientFills

SAMPLES = 2  # per pixel and direction, as every system that builds on diffvg has it
SEED = 0
MOST_SHAPES = 256  # fills and strokes over one sample; beyond that diffvg aborts the process
JITTER = 1e-3  # pixels
ADVICE = (
    "backend diffvg needs the Python package pydiffvg, which cannot be imported: build it from "
    "https://github.com/BachiLi/diffvg (docs/diffvg.md says how), or take backend auto"
)


def paint(drawing: Drawing, height: int, width: int, background: Tensor, filter_width: float) -> Tensor:
    """[B, 3, height, width] picture of the drawing over the background [B, 3], one canvas after the other.

    In float32; the filter must be 1, as diffvg's box filter has the size of a pixel.

    Raises:
        ValueError: no ``pydiffvg``, a filter that is not 1 pixel wide, or a parameter that is not finite.
    """
    if filter_width != 1:
        raise ValueError(f"filter_width is {filter_width}; backend diffvg has 1 pixel only")
    _check_finite(drawing)
    diffvg = _import_diffvg()
    scale = drawing.points.new_tensor([width / drawing.canvas[0], height / drawing.canvas[1]])
    pixels = drawing.scaled(*scale.tolist()).to(dtype=torch.float32)
    order = [shape for shape in pixels.paint_order().tolist() if bool(pixels.alive[shape])]
    images = []
    for canvas, color in enumerate(background):
        rows = [shape for shape in order if int(pixels.canvas_index[shape]) == canvas]
        opaque = torch.cat([color.float(), color.new_ones(1, dtype=torch.float32)])
        backdrop = opaque.expand(height, width, 4)
        shapes, groups = _scene(diffvg, pixels, rows)
        rendered = _render(diffvg, shapes, groups, backdrop) if shapes else backdrop
        images.append(rendered[..., :3].permute(2, 0, 1).to(drawing.points))
    return torch.stack(images)


def _import_diffvg() -> ModuleType:
    try:
        return importlib.import_module("pydiffvg")
    except ImportError as error:
        raise ValueError(f"{ADVICE} ({error})") from error


def _check_finite(drawing: Drawing) -> None:
    """Diffvg aborts the process on what is not finite, and half-renders negative widths."""
    for name in ("points", "stroke", "fill"):
        check_range(name, getattr(drawing, name), -LARGEST, LARGEST, "finite")
    check_range("width", drawing.width, 0, LARGEST, "finite and >= 0")


def _scene(diffvg: ModuleType, drawing: Drawing, rows: list[int]) -> tuple[list[Any], list[Any]]:
    """The paths and groups (what is painted at once) of one canvas for diffvg, in paint order."""
    paths: list[Any] = []
    groups: list[Any] = []
    for row in rows:
        for kind in _painted(drawing, row):
            first, last = drawing.shape_offsets[row : row + 2].tolist()
            ids = torch.arange(last - first) + len(paths)
            paths += [_path(diffvg, drawing, row, path, kind) for path in range(first, last)]
            groups.append(_group(diffvg, drawing, row, kind, ids))
    if len(groups) > MOST_SHAPES:
        warnings.warn(
            f"{len(groups)} fills and strokes on one canvas: diffvg aborts the process where more than "
            f"{MOST_SHAPES} lie over one another; backend auto has no such limit",
            stacklevel=2,
        )
    return paths, groups


def _painted(drawing: Drawing, row: int) -> list[str]:
    """What is painted, one group each: diffvg paints a group's stroke under its fill, SVG over it."""
    kinds = ["fill"] if bool(drawing.filled[row]) else []
    if bool(drawing.stroked[row]) and float(drawing.width[row].detach()) > 0:
        kinds.append("stroke")
    return kinds


def _group(diffvg: ModuleType, drawing: Drawing, row: int, kind: str, ids: Tensor) -> Any:
    even_odd = FILL_RULES[int(drawing.fill_rule[row])] == "evenodd"
    if kind == "stroke":
        return diffvg.ShapeGroup(ids, None, even_odd, drawing.stroke[row])
    gradient = _gradient(diffvg, drawing, row)
    return diffvg.ShapeGroup(ids, drawing.fill[row] if gradient is None else gradient, even_odd, None)


def _path(diffvg: ModuleType, drawing: Drawing, row: int, path: int, kind: str) -> Any:
    """One path of cubic segments; diffvg's ``stroke_width`` is half of the width, as SVG has it.

    An open path is filled as SVG does it: a straight line closes it.
    """
    points = drawing.points[int(drawing.path_offsets[path]) : int(drawing.path_offsets[path + 1])]
    closed = bool(drawing.closed[path])
    controls = [2] * (points.shape[0] // 3) + [0] * (kind == "fill" and not closed)
    return diffvg.Path(
        num_control_points=torch.tensor(controls, dtype=torch.int32),
        points=points + _jitter(points.detach(), drawing, path),
        is_closed=closed or kind == "fill",
        stroke_width=drawing.width[row] / 2 if kind == "stroke" else drawing.width.new_zeros(()),
    )


def _jitter(points: Tensor, drawing: Drawing, path: int) -> Tensor:
    """A thousandth of a pixel for segments without a cubic term, at which diffvg would divide by zero.

    Only inner control points are moved, so that segments still meet.
    """
    segments = drawing.segments()
    rows = segments.points[int(segments.offsets[path]) : int(segments.offsets[path + 1])]
    cubics = points[rows - rows[0, 0]]
    term = -cubics[:, 0] + 3 * cubics[:, 1] - 3 * cubics[:, 2] + cubics[:, 3]
    flat = (term.abs() < JITTER).any(1)
    shift = torch.zeros_like(points)
    first = torch.nonzero(flat).flatten() * 3 + 1
    shift[first] = JITTER * torch.where(term[flat] < 0, -1.0, 1.0)
    return shift


def _gradient(diffvg: ModuleType, drawing: Drawing, row: int) -> Any | None:
    """The gradient that fills a shape as diffvg has it, or None where the colour is flat."""
    gradients = drawing.gradients
    if drawing.pictures is not None and row in drawing.pictures.shape.tolist():
        raise ValueError(f"a picture fills shape {row}; backend diffvg has none")
    if gradients is None or row not in gradients.shape.tolist():
        return None
    index = gradients.shape.tolist().index(row)
    first, last = int(gradients.stop_offsets[index]), int(gradients.stop_offsets[index + 1])
    color = gradients.stop_color[first:last]
    color = torch.cat([color[:, :3], color[:, 3:] * drawing.fill[row, 3]], dim=1)
    position = gradients.stop_position[first:last]
    if last - first == 1:
        color, position = color.expand(2, 4), torch.cat([position, position + 1])
    return _place(diffvg, gradients, index, position, color)


def _place(diffvg: ModuleType, gradients: GradientFills, index: int, offsets: Tensor, color: Tensor) -> Any:
    """A frame without shear as diffvg's linear (begin, end) or radial (centre, radii) gradient."""
    origin, end_x, end_y = gradients.frame[index]
    x, y = end_x - origin, end_y - origin
    if gradients.focus is not None and bool(gradients.focus[index].any()):
        raise ValueError(f"gradient focus[{index}] is not 0; backend diffvg has none")
    if bool(gradients.radial[index]):
        if abs(float(x[1].detach())) + abs(float(y[0].detach())) > JITTER:
            raise ValueError(
                f"gradient frame[{index}] is turned; backend diffvg has radial gradients along x and y only"
            )
        radius = torch.stack([x[0], y[1]]).abs()
        return diffvg.RadialGradient(
            center=origin, radius=radius, offsets=offsets.contiguous(), stop_colors=color.contiguous()
        )
    across = torch.stack([-y[1], y[0]])
    along = across * (x @ across) / (across @ across)  # u is constant along Y, so only this part of X counts
    return diffvg.LinearGradient(
        begin=origin, end=origin + along, offsets=offsets.contiguous(), stop_colors=color.contiguous()
    )


def _render(diffvg: ModuleType, shapes: list[Any], groups: list[Any], backdrop: Tensor) -> Tensor:
    """[H, W, 4] premultiplied picture over an opaque backdrop."""
    height, width = backdrop.shape[:2]
    arguments = diffvg.RenderFunction.serialize_scene(width, height, shapes, groups)
    image: Tensor = diffvg.RenderFunction.apply(
        width, height, SAMPLES, SAMPLES, SEED, backdrop.contiguous(), *arguments
    )
    return image
