"""Strokes cut at the outline of an area: what lies inside of it is left out."""

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor

from inkwright.vector_graphics.curves.bezier import evaluate, split
from inkwright.vector_graphics.drawing import Drawing

# Places on each cubic that are looked at, and how often the place of a cut is halved.
_PLACES, _HALVINGS = 65, 12
# Pieces below this share of a cubic are dropped: they would be dots of the pen.
_SHORTEST = 1e-3


def cut_strokes(drawing: Drawing, area: NDArray[np.bool_]) -> Drawing:
    """One canvas of open strokes without what lies in an area; a stroke in pieces stays one shape.

    Args:
        drawing: of one canvas; every shape is one path of one cubic.
        area: [H, W], of any size, laid over the canvas.

    Raises:
        ValueError: a shape is something else.
    """
    cubics = drawing.cubics().detach()
    if len(cubics) != drawing.num_shapes or bool(drawing.closed.any()) or drawing.num_canvases != 1:
        raise ValueError("drawing has shapes that are no single cubics; only such strokes can be cut")
    if not area.any():
        return drawing
    depth = _depth(area)
    scale = torch.tensor([area.shape[1] / drawing.canvas[0], area.shape[0] / drawing.canvas[1]])
    pieces = [_outside(cubic, depth, scale.to(cubic)) for cubic in cubics]
    rows = torch.tensor([row for row, each in enumerate(pieces) if each], dtype=torch.long)
    kept = drawing.select(rows)
    parts = [pieces[row] for row in rows.tolist()]
    counts = torch.tensor([0, *(len(each) for each in parts)])
    total = int(counts.sum())
    return kept.replace(
        points=torch.cat([piece for each in parts for piece in each]) if total else kept.points,
        path_offsets=torch.arange(total + 1) * 4,
        shape_offsets=torch.cumsum(counts, 0),
        closed=torch.zeros(total, dtype=torch.bool),
    )


def _depth(area: NDArray[np.bool_]) -> NDArray[np.float64]:
    """[H, W] signed distance in pixels to the outline of an area, above 0 inside; it has no steps."""
    inside: NDArray[np.float64] = ndimage.distance_transform_edt(area)
    outside: NDArray[np.float64] = ndimage.distance_transform_edt(~area)
    return np.where(area, inside - 0.5, 0.5 - outside)


def _outside(cubic: Tensor, depth: NDArray[np.float64], scale: Tensor) -> list[Tensor]:
    """The parts [4, 2] of a cubic [4, 2] that lie outside, in its direction."""

    def depths(t: Tensor) -> Tensor:
        place = (evaluate(cubic.expand(*t.shape, 4, 2), t) * scale - 0.5).numpy()
        found = ndimage.map_coordinates(depth, [place[..., 1], place[..., 0]], order=1, mode="nearest")
        return torch.from_numpy(found)

    t = torch.linspace(0, 1, _PLACES, dtype=cubic.dtype)
    out = depths(t) <= 0
    turns = torch.nonzero(out[1:] != out[:-1]).flatten()
    low, high = t[turns], t[turns + 1]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        same = (depths(middle) <= 0) == out[turns] if len(turns) else turns.bool()
        low, high = torch.where(same, middle, low), torch.where(same, high, middle)
    ends = [0.0, *((low + high) / 2).tolist(), 1.0]
    first = bool(out[0])
    spans = [
        pair for index, pair in enumerate(zip(ends, ends[1:], strict=False)) if (index % 2 == 0) == first
    ]
    return [_between(cubic, a, b) for a, b in spans if b - a > _SHORTEST]


def _between(cubic: Tensor, first: float, last: float) -> Tensor:
    left, _ = split(cubic, cubic.new_tensor(last))
    _, part = split(left, cubic.new_tensor(first / last))
    return part
