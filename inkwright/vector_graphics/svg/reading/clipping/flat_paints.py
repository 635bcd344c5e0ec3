"""Flat paints that lie over each other, as paints that lie side by side."""

from collections.abc import Sequence
from dataclasses import replace

from inkwright.vector_graphics.svg.reading.clipping.convex_parts import MOST_EDGES, Polygon, Spend, overlay
from inkwright.vector_graphics.svg.reading.shapes.outlined_stroke import (
    filled_outline,
    flattened,
    straight_path,
)
from inkwright.vector_graphics.svg.reading.shapes.painted_shape import PaintedShape, may_overlap
from inkwright.vector_graphics.svg.reading.values.color import Color

_COARSER = 0.25  # what lies side by side needs not be as fine as what is cut once


def single_paints(shape: PaintedShape, fineness: float) -> list[PaintedShape]:
    """A shape as fills alone, in the order in which its paints lie over each other."""
    found = [] if shape.fill is None else [replace(shape, stroke=None)]
    return [*found, *([filled_outline(shape, fineness)] if shape.stroke is not None and shape.width else [])]


def paint_areas(
    shapes: Sequence[PaintedShape], fineness: float, spend: Spend
) -> tuple[list[PaintedShape], dict[tuple[int, ...], list[Polygon]] | None]:
    """All paints of shapes as fills, and the plane by which of them lie over it; None if that is too much."""
    if sum(len(points) for shape in shapes for points, _ in shape.paths) > 3 * MOST_EDGES:
        return [], None  # before outlines of strokes are made, which take long
    fineness *= _COARSER
    paints = [paint for shape in shapes for paint in single_paints(shape, fineness)]
    return paints, overlay([(flattened(paint.paths, fineness), paint.even_odd) for paint in paints], spend)


def blended(colors: Sequence[Color]) -> Color:
    """Straight RGBA of colors painted one over another, the first at the bottom."""
    red = green = blue = alpha = 0.0  # multiplied by alpha
    for r, g, b, a in colors:
        red, green, blue, alpha = (
            a * new + (1 - a) * old for new, old in ((r, red), (g, green), (b, blue), (1.0, alpha))
        )
    return (red / alpha, green / alpha, blue / alpha, alpha) if alpha else (0.0, 0.0, 0.0, 0.0)


def faded_together(
    shapes: Sequence[PaintedShape], opacity: float, fineness: float, spend: Spend
) -> list[PaintedShape] | None:
    """Shapes as a group of an opacity; where they overlap, as fills of what they show together.

    Returns:
        None where overlapping shapes have gradients or pictures, or are too many.
    """
    if opacity in (0.0, 1.0) or not may_overlap(shapes):
        return [shape.faded(opacity) for shape in shapes]
    if not all(shape.flat for shape in shapes):
        return None
    paints, parts = paint_areas(shapes, fineness, spend)
    if parts is None:
        return None
    by_color: dict[Color, list[Polygon]] = {}
    for numbers, polygons in parts.items():
        color = blended([paints[number].fill or (0.0, 0.0, 0.0, 0.0) for number in numbers])
        by_color.setdefault(color, []).extend(polygons)
    return [
        replace(shapes[0], paths=tuple(map(straight_path, polygons)), fill=color, stroke=None, even_odd=False)
        .faded(opacity)
        for color, polygons in by_color.items()
    ]  # fmt: skip
