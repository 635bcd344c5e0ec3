"""One shape as it is read from an SVG: its paths on the canvas, and how they are painted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.color import Color, parse_color
from inkwright.vector_graphics.svg.reading.gradient import Gradient
from inkwright.vector_graphics.svg.reading.numbers import MAX_NUMBER, Matrix, parse_length, parse_opacity
from inkwright.vector_graphics.svg.reading.path_parser import CubicPath
from inkwright.vector_graphics.svg.reading.stroke_reach import StrokeEnds, stroke_tips
from inkwright.vector_graphics.svg.reading.style import Style

INITIAL_PAINT = {"fill": "black", "stroke": "none"}
_MOST_UNEVEN_STROKE = 1.01
_MOST_PAIRS = 3_000


@dataclass(frozen=True)
class PaintedShape:
    """Paths in canvas units with their fill and stroke; None is no paint at all.

    A ``gradient`` stands in place of the fill's colour; the fill's alpha multiplies it.
    """

    paths: tuple[CubicPath, ...]
    fill: Color | None
    stroke: Color | None
    width: float
    even_odd: bool
    layer: int
    gradient: Gradient | None = None
    ends: StrokeEnds = StrokeEnds()

    def faded(self, opacity: float) -> PaintedShape:
        """The shape with the alpha of its paints multiplied."""
        fill, stroke = (
            (*paint[:3], paint[3] * opacity) if paint else None for paint in (self.fill, self.stroke)
        )
        return replace(self, fill=fill, stroke=stroke)

    def bounds(self) -> NDArray[np.float64]:
        """[4] (left, top, right, bottom) that hold the shape with its stroke."""
        points = np.concatenate([points for points, _ in self.paths])
        if self.stroke is None:
            return np.concatenate([points.min(0), points.max(0)])
        margin = self.width / 2
        tips = [stroke_tips(path, self.width, self.ends) for path in self.paths]
        reached = np.concatenate([points - margin, points + margin, *tips])
        return np.concatenate([reached.min(0), reached.max(0)])

    def paints_twice(self) -> bool:
        """Whether fill and stroke lie over each other."""
        return self.fill is not None and self.stroke is not None


def paint_server(style: Style, kind: str) -> str | None:
    """The reference to a gradient or pattern in "fill" or "stroke"; None if it is a colour."""
    text = style.get(kind, INITIAL_PAINT[kind])
    return text if text.startswith("url(") else None


def paint_opacity(style: Style, kind: str) -> float:
    """The value of fill-opacity or stroke-opacity."""
    return parse_opacity(f"{kind}-opacity", style.get(f"{kind}-opacity", "1"))


def paint_color(style: Style, kind: str) -> Color | None:
    """The colour of "fill" or "stroke" with its opacity; None where nothing is painted.

    Raises:
        ValueError: the paint is no colour.
    """
    text = style.get(kind, INITIAL_PAINT[kind])
    if text == "none":
        return None
    color = _current_color(style) if text.lower() == "currentcolor" else parse_color(kind, text)
    return (*color[:3], color[3] * paint_opacity(style, kind))


def placed_paths(paths: Sequence[CubicPath], matrix: Matrix) -> tuple[CubicPath, ...]:
    """The paths in canvas units.

    Raises:
        ValueError: a coordinate is not finite, or above 1e9.
    """
    placed = tuple((points @ matrix[:2, :2].T + matrix[:2, 2], closed) for points, closed in paths)
    if not all((np.abs(points) <= MAX_NUMBER).all() for points, _ in placed):
        raise ValueError(f"its coordinates on the canvas are above {MAX_NUMBER:g} or no numbers")
    return placed


def stroke_width(style: Style, matrix: Matrix, viewport: tuple[float, float]) -> float:
    """The full width of the stroke in canvas units: scaled by the square root of the matrix's area.

    Raises:
        ValueError: the width is negative, or too large.
    """
    diagonal = math.hypot(*viewport) / math.sqrt(2)
    width = parse_length("stroke-width", style.get("stroke-width", "1"), diagonal)
    if width < 0:
        raise ValueError(f"stroke-width is {width:g}; it must not be negative")
    scaled = width * math.sqrt(abs(np.linalg.det(matrix[:2, :2])))
    if not scaled <= MAX_NUMBER:
        raise ValueError(f"its stroke-width on the canvas is above {MAX_NUMBER:g}")
    return scaled


def is_unevenly_scaled(matrix: Matrix) -> bool:
    """Whether a matrix makes the pen of a stroke an ellipse, by more than one per cent."""
    longest, shortest = np.linalg.svd(matrix[:2, :2], compute_uv=False)
    return bool(longest > _MOST_UNEVEN_STROKE * shortest)


def may_overlap(shapes: Sequence[PaintedShape]) -> bool:
    """Whether two paints of the shapes could cover one point; judged by bounding boxes."""
    if any(shape.paints_twice() for shape in shapes) or len(shapes) > _MOST_PAIRS:
        return True
    boxes = np.stack([shape.bounds() for shape in shapes]) if shapes else np.zeros((0, 4))
    apart = (boxes[:, None, :2] >= boxes[None, :, 2:]) | (boxes[:, None, 2:] <= boxes[None, :, :2])
    overlapping = ~apart.any(-1)
    return int(overlapping.sum()) > len(shapes)


def _current_color(style: Style) -> Color:
    text = style.get("color", "black")
    return (0.0, 0.0, 0.0, 1.0) if text.lower() == "currentcolor" else parse_color("color", text)
