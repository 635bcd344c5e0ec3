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
_MOST_CUTS = 60_000  # of one polygon by one part; together some seconds


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
        slack = _TOLERANCE * max(self._canvas)
        kept: list[PaintedShape] = []
        for shape in shapes:
            bounds = shape.bounds()
            if any(_contains(part, bounds, self._canvas, slack) for part in parts):
                kept += single_paints(shape, self._fineness) if as_fills else [shape]
            elif any(_meets(part, bounds) for part in parts):
                for paint in single_paints(shape, self._fineness):
                    kept += self._cut(paint, parts)
        return kept

    def _cut(self, shape: PaintedShape, parts: Sequence[Polygon]) -> list[PaintedShape]:
        boxes = [(part, part.min(0), part.max(0)) for part in parts]
        paths = []
        for polygon in flattened(shape.paths, self._fineness):
            low, high = polygon.min(0), polygon.max(0)
            for part, left_top, right_bottom in boxes:
                if (left_top >= high).any() or (right_bottom <= low).any():
                    continue
                self._left -= 1
                if self._left < 0:
                    raise ElementError(f"clips cut more than {_MOST_CUTS:,} times; this is refused")
                cut = cut_polygon(polygon, part)
                if len(cut) > 2:
                    paths.append(straight_path(cut))
        return [replace(shape, paths=tuple(paths))] if paths else []


def _contains(part: Polygon, bounds: NDArray[np.float64], canvas: Size, slack: float) -> bool:
    """Whether a convex part holds all of a box that lies on the canvas."""
    low, high = np.maximum(bounds[:2], 0.0), np.minimum(bounds[2:], canvas)
    if (low >= high).any():
        return True
    corners = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
    for start, end in zip(part, np.roll(part, -1, axis=0), strict=True):
        along = end - start
        side = along[0] * (corners[:, 1] - start[1]) - along[1] * (corners[:, 0] - start[0])
        if (side < -slack * np.hypot(*along)).any():
            return False
    return True


def _meets(part: Polygon, bounds: NDArray[np.float64]) -> bool:
    return bool((part.min(0) < bounds[2:]).all() and (part.max(0) > bounds[:2]).all())
