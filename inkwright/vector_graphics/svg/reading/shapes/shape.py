"""A shape element of an SVG as a painted shape on the canvas."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

import numpy as np

from inkwright.vector_graphics.svg.reading.document import local_name
from inkwright.vector_graphics.svg.reading.shapes.dashes import dash_lengths, dashed, path_length
from inkwright.vector_graphics.svg.reading.shapes.geometry import cubic_paths
from inkwright.vector_graphics.svg.reading.shapes.gradient import GRADIENT_TAGS, Gradient, GradientReader
from inkwright.vector_graphics.svg.reading.shapes.outlined_stroke import outline
from inkwright.vector_graphics.svg.reading.shapes.painted_shape import PaintedShape
from inkwright.vector_graphics.svg.reading.shapes.path_parser import CubicPath, parse_path
from inkwright.vector_graphics.svg.reading.shapes.stroke_reach import StrokeEnds, stroke_ends
from inkwright.vector_graphics.svg.reading.source import ElementError, Place, Source
from inkwright.vector_graphics.svg.reading.unsupported import animated, unsupported_shape_style
from inkwright.vector_graphics.svg.reading.values.color import Color, style_color
from inkwright.vector_graphics.svg.reading.values.numbers import (
    MAX_NUMBER,
    Lengths,
    UnreadableError,
    parse_length,
    parse_opacity,
    shortened,
)

_INITIAL_PAINT = {"fill": "black", "stroke": "none"}
_NO_ENDS = StrokeEnds("round", "round")
_MOST_UNEVEN_STROKE = 1.01
_MAX_POINTS = 2_000_000


class ShapeReader:
    """Reads the shapes of one document.

    Args:
        source: the document.
        fineness: pixels per canvas unit up to which outlines of strokes look smooth.
    """

    def __init__(self, source: Source, fineness: float) -> None:
        self._source, self._fineness = source, fineness
        self._gradients = GradientReader(source)
        self._points = 0

    def shapes(self, tag: str, element: Element, place: Place) -> list[PaintedShape]:
        """What a shape element paints; none if it is nothing, two where its stroke is apart from its fill.

        Raises:
            ValueError: something about it cannot be read, or cannot be represented.
        """
        style = place.style
        kinds = [kind for kind, initial in _INITIAL_PAINT.items() if style.get(kind, initial) != "none"]
        filled, stroked = "fill" in kinds and tag != "line", "stroke" in kinds
        effects = [*unsupported_shape_style(style, stroked=stroked), *animated(element)]
        if style.get("visibility", "visible") != "visible" or not (filled or stroked or effects):
            return []
        paths = self._paths(tag, element, place)
        self._count_points(paths)
        if not paths:
            return []
        for what in effects:
            self._source.cannot(element, what)
        fill, gradient = self._paint("fill", element, place, paths) if filled else (None, None)
        even_odd = style.get("fill-rule", "nonzero") == "evenodd"
        bare = PaintedShape(_placed(paths, place), fill, None, 0.0, even_odd, place.layer, gradient, _NO_ENDS)
        stroke, server = self._paint("stroke", element, place, paths) if stroked else (None, None)
        if stroke is None:
            return [] if fill is None else [bare]
        return self._stroked(bare, paths, (stroke, server), place)

    def _paths(self, tag: str, element: Element, place: Place) -> list[CubicPath]:
        try:
            return cubic_paths(tag, place.style, place.viewport)
        except UnreadableError as error:
            if tag != "path":
                raise
            self._source.refuse(element, str(error))
            return parse_path(place.style.get("d", ""), until_error=True)

    def _stroked(
        self,
        bare: PaintedShape,
        paths: Sequence[CubicPath],
        paint: tuple[Color, Gradient | None],
        place: Place,
    ) -> list[PaintedShape]:
        """A shape with its stroke: as one, or, where a stroke of a Drawing is not enough, as two."""
        style, (color, server) = place.style, paint
        lengths = Lengths(style, place.viewport)
        width, ends = lengths.size("stroke-width", "1"), stroke_ends(style)
        dashes = dash_lengths(lengths, style.get("stroke-dasharray", "none"))
        longest, shortest = np.linalg.svd(place.matrix[:2, :2], compute_uv=False)
        scaled = width * math.sqrt(abs(np.linalg.det(place.matrix[:2, :2])))
        if not width * longest <= MAX_NUMBER:
            raise ValueError(f"its stroke-width on the canvas is above {MAX_NUMBER:g}")
        uneven = longest > _MOST_UNEVEN_STROKE * shortest
        first = bare.fill is not None and "stroke" in style.get("paint-order", "").split("fill")[0]
        drawn = _with_dots(paths, ends)
        if not (dashes or uneven or first or server):
            placed = bare.paths if drawn is paths else _placed(drawn, place)
            return [replace(bare, paths=placed, stroke=color, width=scaled, ends=ends)]
        if dashes:
            pieces = dashed(paths, dashes, self._of_whole(paths, style), lengths.get("stroke-dashoffset"))
            self._count_points(pieces)
            drawn = pieces
        stroke = replace(
            bare, fill=None, stroke=color, width=scaled, gradient=None, ends=ends, even_odd=False
        )
        if (uneven or server) and drawn:
            outlined = outline(drawn, width, ends, self._fineness * float(longest))
            self._count_points(outlined)
            outer = _placed(outlined, place)
            stroke = replace(stroke, paths=outer, fill=color, stroke=None, gradient=server)
        elif drawn:
            stroke = replace(stroke, paths=_placed(drawn, place))
        parts = [*([bare] if bare.fill is not None else []), *([stroke] if drawn and width else [])]
        return parts[::-1] if first else parts

    def _of_whole(self, paths: Sequence[CubicPath], style: Mapping[str, str]) -> float:
        """The factor of lengths along a path that says itself how long it is."""
        told = parse_length("pathLength", style.get("pathLength", "0"), 0.0)
        return path_length(paths) / told if told > 0 else 1.0

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
            server, _, fallback = text.partition(")")
            target = self._source.referred(f"{server})")
            text = fallback.strip().lower() or "none"
            if (
                target is not None
                and local_name(target) in GRADIENT_TAGS
                and self._gradients.has_stops(target)
            ):
                paint = self._gradients.paint(target, paths, place)
                if text != "none":
                    instead = style_color(place.style, kind, text)
                    paint = instead if paint is None else paint
                text = "none"
            elif not self._source.is_inside(server) or (
                target is not None and local_name(target) == "pattern"
            ):
                self._source.cannot(
                    element, f"{kind} {shortened(f'{server})')}: a pattern, or another file's"
                )
        if text != "none":
            paint = style_color(place.style, kind, text)
        if isinstance(paint, Gradient):
            red, green, blue, _ = np.mean([color for _, color in paint.stops], axis=0).tolist()
            return (red, green, blue, opacity), paint
        return paint and (*paint[:3], paint[3] * opacity), None


def _with_dots(paths: Sequence[CubicPath], ends: StrokeEnds) -> Sequence[CubicPath]:
    """The paths; closed ones of no length are open, so that their caps make a dot."""
    if ends.cap == "butt" or not any(closed and not np.ptp(points, axis=0).any() for points, closed in paths):
        return paths
    return [
        (points, closed) if not closed or np.ptp(points, axis=0).any() else (points[[0, 0, 0, 0]], False)
        for points, closed in paths
    ]


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
