"""Painted shapes cut to what a clip lets through."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.clipping.convex_parts import Polygon, cut_polygon
from inkwright.vector_graphics.svg.reading.clipping.flat_paints import single_paints
from inkwright.vector_graphics.svg.reading.shapes.outlined_stroke import flattened, straight_path
from inkwright.vector_graphics.svg.reading.shapes.painted_shape import PaintedShape
from inkwright.vector_graphics.svg.reading.source import ElementError
from inkwright.vector_graphics.svg.reading.values.numbers import Size
from inkwright.vector_graphics.svg.reading.values.transform import Matrix

_TOLERANCE = 1e-4
_MOST_UNEVEN = 1.01
_MOST_CUTS = 10_000  # of one polygon by one part; together some seconds


class ShapeCutter:
    """Cuts the shapes of one document.

    Args:
        canvas: (width, height); what lies beyond it needs no cutting.
        fineness: pixels per canvas unit up to which flattened curves look smooth.
    """

    def __init__(self, canvas: Size, fineness: float) -> None:
        self._canvas, self._fineness = canvas, fineness
        self._left = _MOST_CUTS

    def seen(self, bounds: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """[4] the part of a box (left, top, right, bottom) that lies on the canvas; None if there is none."""
        low, high = np.maximum(bounds[:2], 0.0), np.minimum(bounds[2:], self._canvas)
        return None if (low >= high).any() else np.concatenate([low, high])

    def placed(self, shape: PaintedShape, matrix: Matrix) -> list[PaintedShape]:
        """A shape elsewhere; one whose stroke is scaled unevenly as fills of flattened outlines."""
        longest, shortest = np.linalg.svd(matrix[:2, :2], compute_uv=False)
        uneven = shape.stroke is not None and longest > _MOST_UNEVEN * shortest
        parts = single_paints(shape, self._fineness * longest) if uneven else [shape]
        return [part.mapped(matrix) for part in parts]

    def cut(
        self, shapes: Sequence[PaintedShape], parts: Sequence[Polygon], *, as_fills: bool = False
    ) -> list[PaintedShape]:
        """What is left of shapes inside of convex parts; a shape that is whole inside stays as it is.

        Fills and strokes that are cut become fills of flattened outlines; with ``as_fills`` all strokes.

        Raises:
            ElementError: there is too much to cut.
        """
        if not len(parts):
            return []
        slack = _TOLERANCE * max(self._canvas)
        lows = np.stack([part.min(0) for part in parts])
        highs = np.stack([part.max(0) for part in parts])
        kept: list[PaintedShape] = []
        for shape in shapes:
            bounds = shape.bounds()
            seen = self.seen(bounds)
            holding = [] if seen is None else _holding(lows, highs, seen, slack)
            if seen is None or any(_contains(parts[number], seen, slack) for number in holding):
                kept += single_paints(shape, self._fineness) if as_fills else [shape]
            elif ((lows < bounds[2:]) & (highs > bounds[:2])).all(1).any():
                for paint in single_paints(shape, self._fineness):
                    kept += self._cut(paint, parts, lows, highs)
        return kept

    def _cut(
        self, shape: PaintedShape, parts: Sequence[Polygon], lows: Polygon, highs: Polygon
    ) -> list[PaintedShape]:
        paths = []
        for polygon in flattened(shape.paths, self._fineness):
            meets = ((lows < polygon.max(0)) & (highs > polygon.min(0))).all(1)
            self._left -= 1 + int(meets.sum())
            if self._left < 0:
                raise ElementError(f"clips cut more than {_MOST_CUTS:,} times; this is refused")
            for number in np.flatnonzero(meets).tolist():
                cut = cut_polygon(polygon, parts[number])
                if len(cut) > 2:
                    paths.append(straight_path(cut))
        return [replace(shape, paths=tuple(paths))] if paths else []


def _holding(lows: Polygon, highs: Polygon, box: NDArray[np.float64], slack: float) -> list[int]:
    """The parts whose own boxes hold a box, or nearly."""
    holds = ((lows <= box[:2] + slack) & (highs >= box[2:] - slack)).all(1)
    found: list[int] = np.flatnonzero(holds).tolist()
    return found


def _contains(part: Polygon, box: NDArray[np.float64], slack: float) -> bool:
    """Whether a convex part holds all of a box (left, top, right, bottom)."""
    (left, top, right, bottom) = box
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    for start, end in zip(part, np.roll(part, -1, axis=0), strict=True):
        along = end - start
        side = along[0] * (corners[:, 1] - start[1]) - along[1] * (corners[:, 0] - start[0])
        if (side < -slack * np.hypot(*along)).any():
            return False
    return True
