"""Curves as polygons, and strokes as fills: for what a stroke of a Drawing cannot be."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.vector_graphics.curves.bezier import flatten
from inkwright.vector_graphics.curves.stroke_outlines import stroke_polygons
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.stroke_styles import StrokeStyles
from inkwright.vector_graphics.svg.reading.shapes.painted_shape import PaintedShape
from inkwright.vector_graphics.svg.reading.shapes.path_parser import CubicPath
from inkwright.vector_graphics.svg.reading.shapes.stroke_reach import StrokeEnds
from inkwright.vector_graphics.svg.reading.source import ElementError

_MOST_PIECES = 2_000

Polygon = NDArray[np.float64]  # [K, 2]


def flattened(paths: Sequence[CubicPath], scale: float) -> list[Polygon]:
    """Each path as a closed polygon, fine enough for so many pixels a unit."""
    if not paths:
        return []
    chains = [np.concatenate([points, points[:1]]) if closed else points for points, closed in paths]
    counts = [len(chain) // 3 for chain in chains]
    cubics = torch.cat([torch.from_numpy(chain).unfold(0, 4, 3).transpose(1, 2) for chain in chains])
    starts, ends, rows = flatten(cubics * scale)
    bounds = np.searchsorted(rows.numpy(), [0, *np.cumsum(counts)])
    first, last = starts.numpy() / scale, ends.numpy() / scale
    return [
        np.concatenate([first[low:high], last[high - 1 : high]])
        for low, high in zip(bounds, bounds[1:], strict=False)
    ]


def straight_path(corners: Polygon) -> CubicPath:
    """A closed polygon as a path of straight cubics."""
    steps = np.roll(corners, -1, axis=0) - corners
    points = np.stack([corners, corners + steps / 3, corners + steps * (2 / 3)], axis=1)
    return points.reshape(-1, 2), True


def outline(paths: Sequence[CubicPath], width: float, ends: StrokeEnds, scale: float) -> list[CubicPath]:
    """Closed paths that together are a stroke, by the nonzero rule.

    Raises:
        ElementError: it has more than 2,000 pieces.
    """
    if len(paths) > _MOST_PIECES:
        raise ElementError(f"a stroke of more than {_MOST_PIECES:,} pieces is outlined; this is refused")
    points = np.concatenate([points for points, _ in paths])
    counts = [0, *np.cumsum([len(points) for points, _ in paths])]
    largest = float(np.abs(points).max()) + width + 1.0
    drawing = Drawing.empty((largest, largest)).replace(
        points=torch.from_numpy(points),
        path_offsets=torch.tensor(counts),
        shape_offsets=torch.tensor([0, len(paths)]),
        closed=torch.tensor([closed for _, closed in paths]),
        width=torch.tensor([width], dtype=torch.float64),
        stroke=torch.ones(1, 4, dtype=torch.float64),
        fill=torch.ones(1, 4, dtype=torch.float64),
        **{name: torch.tensor([True]) for name in ("stroked", "alive")},
        filled=torch.tensor([False]),
        **{name: torch.tensor([0]) for name in ("fill_rule", "canvas_index", "layer", "order")},
    )
    styles = StrokeStyles.uniform(1, ends.cap, ends.join, ends.miter_limit)  # type: ignore[arg-type]
    polygons = stroke_polygons(drawing, styles, 0, scale)
    return [straight_path(each) for group in polygons for each in group.numpy()]


def filled_outline(shape: PaintedShape, scale: float) -> PaintedShape:
    """The stroke of a shape as a fill of its color."""
    paths = tuple(outline(shape.paths, shape.width, shape.ends, scale))
    return replace(
        shape, paths=paths, fill=shape.stroke, stroke=None, even_odd=False, gradient=None, picture=None
    )
