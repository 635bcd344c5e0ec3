"""What the CPU kernels need of a drawing's structure, as NumPy arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vector_graphics.drawing import Drawing
from vector_graphics.textures import Textures


@dataclass(frozen=True)
class PaintPlan:
    """What the kernels need of a drawing's structure; made once and kept while the structure does not change.

    Attributes:
        arrays: [S, 4] control points of segments, [Q + 1] first segment of each path, [Q] closed, [N + 1] paths of each shape,
            [N] filled, [N] even-odd, [I] shape of each item, [I] its kind (fill or stroke).
        item_shape: [I] shape of each item, in paint order, canvas by canvas.
        item_kind: [I] FILL or STROKE.
        canvas_items: [B + 1] first item of each canvas.
        shape_items: [2, N] item of each shape's fill and stroke, or -1.

    """

    arrays: tuple[NDArray[Any], ...]
    item_shape: NDArray[np.int64]
    item_kind: NDArray[np.int64]
    canvas_items: NDArray[np.int64]
    shape_items: NDArray[np.int64]


def paint_plan(drawing: Drawing) -> PaintPlan:
    """The plan of a drawing, from its cache if the structure is the same."""
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


def item_textures(plan: PaintPlan, textures: Textures | None) -> NDArray[np.int64]:
    """[I, 4] first texture pixel (-1: flat colour), left, top and columns of each item's texture."""
    table = np.full((plan.item_shape.size, 4), -1, np.int64)
    if textures is not None:
        for g, shape in enumerate(textures.shape.tolist()):
            item = plan.shape_items[0, shape]
            if item >= 0:
                left, top, right, _ = textures.window[g].tolist()
                table[item] = int(textures.offsets[g]), left, top, right - left
    return table
