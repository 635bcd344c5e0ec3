"""A shape element of an SVG as a painted shape on the canvas."""

import math
from collections.abc import Sequence
from xml.etree.ElementTree import Element

import numpy as np

from inkwright.vector_graphics.svg.reading.document import local_name
from inkwright.vector_graphics.svg.reading.shapes.geometry import cubic_paths
from inkwright.vector_graphics.svg.reading.shapes.gradient import GRADIENT_TAGS, Gradient, GradientReader
from inkwright.vector_graphics.svg.reading.shapes.painted_shape import PaintedShape
from inkwright.vector_graphics.svg.reading.shapes.path_parser import CubicPath
from inkwright.vector_graphics.svg.reading.shapes.stroke_reach import StrokeEnds, stroke_ends
from inkwright.vector_graphics.svg.reading.source import ElementError, Place, Source
from inkwright.vector_graphics.svg.reading.unsupported import unsupported_shape_style
from inkwright.vector_graphics.svg.reading.values.color import Color, style_color
from inkwright.vector_graphics.svg.reading.values.numbers import MAX_NUMBER, Lengths, parse_opacity, shortened

_INITIAL_PAINT = {"fill": "black", "stroke": "none"}
_NO_ENDS = StrokeEnds("round", "round")
_MOST_UNEVEN_STROKE = 1.01
_MAX_POINTS = 2_000_000


class ShapeReader:
    """Reads the shapes of one document."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._gradients = GradientReader(source)
        self._points = 0

    def shape(self, tag: str, element: Element, place: Place) -> PaintedShape | None:
        """What a shape element paints; None if it is nothing.

        Raises:
            ValueError: something about it cannot be read, or cannot be represented.
        """
        style = place.style
        kinds = [kind for kind, initial in _INITIAL_PAINT.items() if style.get(kind, initial) != "none"]
        filled, stroked = "fill" in kinds and tag != "line", "stroke" in kinds
        effects = list(unsupported_shape_style(tag, style, stroked=stroked, filled=filled))
        if style.get("visibility", "visible") != "visible" or not (filled or stroked or effects):
            return None
        paths = cubic_paths(tag, style, place.viewport)
        self._count_points(paths)
        if not paths:
            return None
        for what in effects:
            self._source.cannot(element, what)
        fill, gradient = self._paint("fill", element, place, paths) if filled else (None, None)
        stroke, _ = self._paint("stroke", element, place, paths) if stroked else (None, None)
        if fill is None and stroke is None:
            return None
        width, ends = (0.0, _NO_ENDS) if stroke is None else self._stroke_form(element, place)
        even_odd = style.get("fill-rule", "nonzero") == "evenodd"
        return PaintedShape(_placed(paths, place), fill, stroke, width, even_odd, place.layer, gradient, ends)

    def _count_points(self, paths: Sequence[CubicPath]) -> None:
        self._points += sum(len(points) for points, _ in paths)
        if self._points > _MAX_POINTS:
            raise ElementError(
                f"the document paints more than {_MAX_POINTS:,} control points, counting every <use>"
            )

    def _paint(
        self, kind: str, element: Element, place: Place, paths: Sequence[CubicPath]
    ) -> tuple[Color | None, Gradient | None]:
        """A colour, or the alpha and mean of a gradient with it."""
        text = place.style.get(kind, _INITIAL_PAINT[kind])
        opacity = parse_opacity(f"{kind}-opacity", place.style.get(f"{kind}-opacity", "1"))
        paint: Gradient | Color | None = None
        if text[:4].lower() == "url(":
            server, fallback = text, text.partition(")")[2].strip().lower()
            target = self._source.referred(server)
            text = fallback if target is None and fallback else "none"
            if kind == "fill" and target is not None and local_name(target) in GRADIENT_TAGS:
                paint = self._gradients.paint(target, paths, place)
            elif target is not None or not fallback:
                what = "a pattern, or what is not there" if kind == "fill" else "gradients and patterns"
                self._source.cannot(element, f"{kind} {shortened(server)}: {what}")
        if text != "none":
            paint = style_color(place.style, kind, text)
        if isinstance(paint, Gradient):
            red, green, blue, _ = np.mean([color for _, color in paint.stops], axis=0).tolist()
            return (red, green, blue, opacity), paint
        return paint and (*paint[:3], paint[3] * opacity), None

    def _stroke_form(self, element: Element, place: Place) -> tuple[float, StrokeEnds]:
        """Full width on the canvas, scaled by the root of the matrix's area, and ends of a stroke."""
        width = Lengths(place.style, place.viewport).size("stroke-width", "1")
        longest, shortest = np.linalg.svd(place.matrix[:2, :2], compute_uv=False)
        if longest > _MOST_UNEVEN_STROKE * shortest:
            self._source.cannot(element, "a stroke whose width is scaled unevenly")
        scaled = width * math.sqrt(abs(np.linalg.det(place.matrix[:2, :2])))
        if not scaled <= MAX_NUMBER:
            raise ValueError(f"its stroke-width on the canvas is above {MAX_NUMBER:g}")
        return scaled, stroke_ends(place.style)


def _placed(paths: Sequence[CubicPath], place: Place) -> tuple[CubicPath, ...]:
    """The paths in canvas units.

    Raises:
        ValueError: a coordinate is not finite, or above 1e9.
    """
    matrix = place.matrix
    placed = tuple((points @ matrix[:2, :2].T + matrix[:2, 2], closed) for points, closed in paths)
    if not all((np.abs(points) <= MAX_NUMBER).all() for points, _ in placed):
        raise ValueError(f"its coordinates on the canvas are above {MAX_NUMBER:g} or no numbers")
    return placed
