"""The CPU backend of ``rasterize``: compiled kernels behind a torch autograd function."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd.function import once_differentiable

from vector_graphics.drawing import Drawing
from vector_graphics.numba_compilation import is_compiled
from vector_graphics.numba_kernels import FILL, STROKE, composite, composite_gradient, cover, shape_gradient

__all__ = ["is_compiled", "paint"]

# Numba's work queue must not be entered from two Python threads at once.
_LOCK = threading.Lock()


@dataclass(frozen=True)
class PaintPlan:
    """What the kernels need of a drawing's structure; made once and kept while the structure does not change."""

    arrays: tuple[NDArray[Any], ...]
    item_shape: NDArray[np.int64]
    item_kind: NDArray[np.int64]
    canvas_items: NDArray[np.int64]
    shape_items: NDArray[np.int64]


def paint(drawing: Drawing, height: int, width: int, background: Tensor, filter_width: float) -> Tensor:
    """[B, 3, height, width] picture of the drawing over the background [B, 3].

    Args:
        drawing: the shapes; kernels run in float64 for a float64 drawing, else in float32.
        height: rows of the image.
        width: columns of the image.
        background: [B, 3] RGB of each canvas.
        filter_width: side of the box filter in pixels, >= 1.

    Raises:
        ValueError: the drawing is not on the CPU.
    """
    if drawing.points.device.type != "cpu":
        raise ValueError(f"backend numba runs on the CPU; the drawing is on {drawing.points.device}")
    image: Tensor = _Paint.apply(  # type: ignore[no-untyped-call]
        drawing.points, drawing.width, drawing.stroke, drawing.fill, background, drawing, height, width, filter_width
    )
    return image


class _Paint(torch.autograd.Function):
    @staticmethod
    def forward(  # noqa: D102
        ctx: Any,
        points: Tensor,
        width: Tensor,
        stroke: Tensor,
        fill: Tensor,
        background: Tensor,
        drawing: Drawing,
        rows: int,
        columns: int,
        filter_width: float,
    ) -> Tensor:
        plan = _plan(drawing)
        dtype = np.float64 if points.dtype == torch.float64 else np.float32
        scale = columns / drawing.canvas[0], rows / drawing.canvas[1]
        half = _array(width, np.float64) * (0.5 * (scale[0] * scale[1]) ** 0.5)
        colors = np.stack([_array(fill, dtype), _array(stroke, dtype)])
        item_color = colors[plan.item_kind, plan.item_shape]
        image = np.empty((drawing.num_canvases, 3, rows, columns), dtype)
        image[:] = _array(background, dtype)[:, :, None, None]
        keep = any(ctx.needs_input_grad[:5])
        with _LOCK:
            geometry, covered = cover(_array(points, dtype), half, plan.arrays, *scale, filter_width, rows, columns)
            below = composite(image, covered, item_color, plan.canvas_items, keep)
        if keep:
            ctx.saved = plan, geometry, covered, below, item_color, half, scale, filter_width
            ctx.save_for_backward(points, width)
        return torch.from_numpy(image).to(points.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:  # noqa: D102
        plan, geometry, covered, below, item_color, half, scale, filter_width = ctx.saved
        points, width = ctx.saved_tensors
        gradient = np.array(upstream.detach(), dtype=item_color.dtype, order="C")
        with _LOCK:
            cell_gradient, span_gradient = composite_gradient(gradient, covered, below, item_color, plan.canvas_items)
            to_points, to_half, to_color = shape_gradient(
                _array(points, item_color.dtype), half, plan.arrays, plan.shape_items, geometry, covered, cell_gradient,
                span_gradient, *scale, filter_width,
            )  # fmt: skip
        to_width = to_half * (0.5 * (scale[0] * scale[1]) ** 0.5)
        found = to_points, to_width, to_color[STROKE], to_color[FILL], gradient.sum((2, 3))
        return (*(torch.from_numpy(each).to(points.dtype) for each in found), None, None, None, None)


def _array(tensor: Tensor, dtype: Any) -> NDArray[Any]:
    return np.ascontiguousarray(tensor.detach().numpy(), dtype)


def _plan(drawing: Drawing) -> PaintPlan:
    plan: PaintPlan | None = drawing.cache.get("numba_plan")
    if plan is None:
        plan = drawing.cache["numba_plan"] = _make_plan(drawing)
    return plan


def _make_plan(drawing: Drawing) -> PaintPlan:
    order = drawing.paint_order()
    order = order[drawing.alive[order]].numpy()
    painted = np.stack([drawing.filled.numpy()[order], drawing.stroked.numpy()[order]], axis=1)
    position, kind = np.nonzero(painted)
    item_shape, item_kind = order[position], kind
    canvas = drawing.canvas_index.numpy()[item_shape]
    canvas_items = np.searchsorted(canvas, np.arange(drawing.num_canvases + 1))
    shape_items = np.full((2, drawing.num_shapes), -1, np.int64)
    shape_items[item_kind, item_shape] = np.arange(item_shape.size)
    segments, path_segments = _segments(drawing)
    arrays = (
        segments,
        path_segments,
        drawing.closed.numpy(),
        drawing.shape_offsets.numpy(),
        drawing.filled.numpy(),
        drawing.fill_rule.numpy() == 1,
        item_shape.astype(np.int64),
        item_kind.astype(np.int64),
    )
    return PaintPlan(arrays, item_shape, item_kind, canvas_items.astype(np.int64), shape_items)


def _segments(drawing: Drawing) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """[S, 4] control points of each segment, and the [Q + 1] first segment of each path."""
    per_path = drawing.segments_per_path().numpy()
    path_segments = np.concatenate([[0], np.cumsum(per_path)]).astype(np.int64)
    path = np.repeat(np.arange(per_path.size), per_path)
    within = np.arange(path.size) - path_segments[path]
    start = drawing.path_offsets.numpy()[path] + 3 * within
    segments = start[:, None] + np.arange(4)
    wraps = drawing.closed.numpy()[path] & (within == per_path[path] - 1)
    segments[wraps, 3] = drawing.path_offsets.numpy()[path[wraps]]
    return segments.astype(np.int64), path_segments
