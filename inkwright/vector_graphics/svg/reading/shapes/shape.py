"""A shape element of an SVG as a painted shape on the canvas."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

import numpy as np

from inkwright.vector_graphics.svg.reading.clipping.flat_paints import faded_together
from inkwright.vector_graphics.svg.reading.document import local_name
from inkwright.vector_graphics.svg.reading.reuse.patterns import PatternReader
from inkwright.vector_graphics.svg.reading.shapes.dashes import Dasher, dash_lengths, path_length
from inkwright.vector_graphics.svg.reading.shapes.geometry import cubic_paths
from inkwright.vector_graphics.svg.reading.shapes.gradient import GRADIENT_TAGS, Gradient, GradientReader
from inkwright.vector_graphics.svg.reading.shapes.outlined_stroke import outline
from inkwright.vector_graphics.svg.reading.shapes.painted_shape import PaintedShape
from inkwright.vector_graphics.svg.reading.shapes.path_parser import CubicPath
from inkwright.vector_graphics.svg.reading.shapes.stroke_reach import StrokeEnds, stroke_ends
from inkwright.vector_graphics.svg.reading.source import ElementError, Place, Source
from inkwright.vector_graphics.svg.reading.unsupported import animated, unsupported_stroke_style
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


@dataclass(frozen=True)
class _Paint:
    """A color with its opacity, and what stands in place of the color; None is no paint.

    A pattern is laid out at a place for paths: those of the shape, or of the context that it is taken from.
    """

    color: Color | None
    gradient: Gradient | None = None
    pattern: Element | None = None
    at: tuple[Place, Sequence[CubicPath]] | None = None


_NOTHING = _Paint(None)


class ShapeReader:
    """Reads the shapes of one document.

    Args:
        source: the document.
        fineness: pixels per canvas unit up to which outlines of strokes look smooth.
        patterns: paints areas with patterns.
    """

    def __init__(self, source: Source, fineness: float, patterns: PatternReader) -> None:
        self._source, self._fineness, self._patterns = source, fineness, patterns
        self._gradients, self._dasher = GradientReader(source), Dasher()
        self._points = 0

    def paths(self, tag: str, element: Element, place: Place) -> list[CubicPath]:
        """The paths of a shape element in its own coordinates, up to what is no path data or no points.

        Raises:
            ValueError: a length cannot be read, or a number is above 1e9.
        """
        try:
            paths = cubic_paths(tag, place.style, place.viewport)
        except UnreadableError as error:
            if error.name not in ("d", "points"):
                raise
            self._source.note(element, f"{error}; it is drawn up to there, as SVG says")
            paths = cubic_paths(tag, place.style, place.viewport, until_error=True)
        self.count_points(paths)
        return paths

    def shapes(
        self, tag: str, element: Element, place: Place, paths: list[CubicPath], markers: list[PaintedShape]
    ) -> list[PaintedShape]:
        """What a shape element paints; none if it is nothing, several where one shape cannot hold it.

        Args:
            tag: one of ``SHAPE_TAGS``.
            element: the shape.
            place: where it stands.
            paths: its paths.
            markers: what its markers paint.

        Raises:
            ValueError: something about it cannot be read, or cannot be represented.
        """
        style = place.style
        kinds = [kind for kind, initial in _INITIAL_PAINT.items() if style.get(kind, initial) != "none"]
        filled, stroked = "fill" in kinds and tag != "line", "stroke" in kinds
        effects = [*(unsupported_stroke_style(style) if stroked else ()), *animated(element)]
        if style.get("visibility", "visible") != "visible" or not (filled or stroked or effects):
            return markers
        for what in effects:
            self._source.cannot(element, what)
        fill = self._paint("fill", element, place, paths) if filled else _NOTHING
        stroke = self._paint("stroke", element, place, paths) if stroked else _NOTHING
        even_odd = style.get("fill-rule", "nonzero") == "evenodd"
        bare = PaintedShape(
            _placed(paths, place), fill.color, None, 0.0, even_odd, place.layer, fill.gradient, _NO_ENDS
        )
        outer = None if stroke.color is None else self._stroked(bare, paths, stroke, place)
        order = _paint_order(style)
        joined = fill.color is None or order.index("stroke") - order.index("fill") == 1
        if outer is not None and fill.pattern is None and joined and _is_plain(outer, bare, stroke):
            bare = replace(bare, paths=outer.paths, stroke=outer.stroke, width=outer.width, ends=outer.ends)
            return [*markers, bare] if order[0] == "markers" else [bare, *markers]
        within = [] if fill.color is None else [bare]
        around = [] if outer is None or not (outer.width or outer.fill) else [outer]
        if fill.pattern is not None:
            within = self._tiles(fill, bare, element)
        if stroke.pattern is not None and outer is not None:
            around = self._tiles(stroke, outer, element)
        painted = {"fill": within, "stroke": around, "markers": markers}
        return [shape for kind in order for shape in painted[kind]]

    def _tiles(self, paint: _Paint, area: PaintedShape, element: Element) -> list[PaintedShape]:
        """What a pattern paints on an area."""
        if paint.pattern is None or paint.color is None or paint.at is None:
            return []
        found = self._patterns.shapes(paint.pattern, area, *paint.at)
        self.count_points([] if isinstance(found, str) else [path for each in found for path in each.paths])
        opacity = paint.color[3]
        faded = (
            found
            if isinstance(found, str)
            else faded_together(found, opacity, self._fineness, self._source.spend)
        )
        if faded is None:
            faded = f"an opacity of {opacity:g} of a pattern whose paints lie over each other"
        if isinstance(faded, str):
            self._source.cannot(element, faded)
            return [] if isinstance(found, str) else [shape.faded(opacity) for shape in found]
        return faded

    def _stroked(
        self, bare: PaintedShape, paths: list[CubicPath], paint: _Paint, place: Place
    ) -> PaintedShape | None:
        """The stroke of a shape, a fill of its outline where a stroke of a Drawing is not enough."""
        style = place.style
        lengths = Lengths(style, place.viewport)
        width, ends = lengths.size("stroke-width", "1"), stroke_ends(style)
        dashes = dash_lengths(lengths, style.get("stroke-dasharray", "none"))
        longest, shortest = np.linalg.svd(place.matrix[:2, :2], compute_uv=False)
        scaled = width * math.sqrt(abs(np.linalg.det(place.matrix[:2, :2])))
        if not width * longest <= MAX_NUMBER:
            raise ValueError(f"its stroke-width on the canvas is above {MAX_NUMBER:g}")
        drawn = _with_dots(paths, ends)
        if dashes:
            offset = lengths.get("stroke-dashoffset")
            drawn = self._dasher.dashed(paths, dashes, self._of_whole(paths, style), offset)
            self.count_points(drawn)
        if not drawn:
            return None
        uneven = longest > _MOST_UNEVEN_STROKE * shortest
        if uneven or paint.gradient or paint.pattern is not None:
            outlined = outline(drawn, width, ends, self._fineness * float(longest))
            self.count_points(outlined)
            outer = replace(bare, paths=_placed(outlined, place), even_odd=False, fill=paint.color)
            return replace(outer, gradient=paint.gradient) if outlined else None
        placed = bare.paths if drawn is paths else _placed(drawn, place)
        bare = replace(bare, paths=placed, fill=None, gradient=None, even_odd=False)
        return replace(bare, stroke=paint.color, width=scaled, ends=ends)

    def _of_whole(self, paths: Sequence[CubicPath], style: Mapping[str, str]) -> float:
        """The factor of lengths along a path that says itself how long it is."""
        told = parse_length("pathLength", style.get("pathLength", "0"), 0.0)
        return path_length(paths) / told if told > 0 else 1.0

    def count_points(self, paths: Sequence[CubicPath]) -> None:
        """Count what the document paints, so that it ends.

        Raises:
            ElementError: it is more than two million points.
        """
        self._points += sum(len(points) for points, _ in paths)
        if self._points > _MAX_POINTS:
            raise ElementError(
                f"the document paints more than {_MAX_POINTS:,} control points, counting every <use>"
            )

    def _paint(self, kind: str, element: Element, place: Place, paths: Sequence[CubicPath]) -> _Paint:
        """What ``fill`` or ``stroke`` says; of a gradient or pattern the color is its mean or gray."""
        text = place.style.get(kind, _INITIAL_PAINT[kind])
        opacity = parse_opacity(f"{kind}-opacity", place.style.get(f"{kind}-opacity", "1"))
        if text.lower() in ("context-fill", "context-stroke"):
            context = place.context.get(text.lower())
            text = "none" if context is None else context.text
            if context is not None and text[:4].lower() == "url(":
                paths, place = context.paths(), replace(context.place, layer=place.layer)
                text = text if paths else "none"
        if text[:4].lower() == "url(":
            return self._served(kind, element, (text, opacity), place, paths)
        return _NOTHING if text == "none" else _flat(style_color(place.style, kind, text), opacity)

    def _served(
        self, kind: str, element: Element, said: tuple[str, float], place: Place, paths: Sequence[CubicPath]
    ) -> _Paint:
        """What a gradient, a pattern, or the paint that stands in place of them says, with its opacity."""
        text, opacity = said
        server, _, fallback = text.partition(")")
        target, fallback = self._source.referred(f"{server})"), fallback.strip().lower() or "none"
        tag = None if target is None else local_name(target)
        if target is not None and tag == "pattern" and self._patterns.has_tiles(target, paths):
            return _Paint((0.5, 0.5, 0.5, opacity), pattern=target, at=(place, paths))
        instead = None if fallback == "none" else style_color(place.style, kind, fallback)
        paint: Gradient | Color | None = instead
        if target is not None and tag in GRADIENT_TAGS and self._gradients.has_stops(target):
            paint = self._gradients.paint(target, paths, place) or instead
        elif not self._source.is_inside(server):
            self._source.cannot(element, f"{kind} {shortened(f'{server})')} of another file")
        if isinstance(paint, Gradient):
            red, green, blue, _ = np.mean([color for _, color in paint.stops], axis=0).tolist()
            return _Paint((red, green, blue, opacity), gradient=paint)
        return _NOTHING if paint is None else _flat(paint, opacity)


def _flat(color: Color, opacity: float) -> _Paint:
    return _Paint((*color[:3], color[3] * opacity))


def _paint_order(style: Mapping[str, str]) -> list[str]:
    """Fill, stroke and markers in the order in which they are painted."""
    words, usual = style.get("paint-order", "normal").lower().split(), ["fill", "stroke", "markers"]
    if len(set(words)) < len(words) or not set(words) <= set(usual):
        return usual
    return [*words, *(word for word in usual if word not in words)]


def _is_plain(outer: PaintedShape, bare: PaintedShape, paint: _Paint) -> bool:
    """Whether a stroke runs along the paths of its shape, so that both are one shape of a Drawing."""
    whole = len(outer.paths) == len(bare.paths) and all(
        one is two or (one[0].shape == two[0].shape and (one[0] == two[0]).all() and one[1] == two[1])
        for one, two in zip(outer.paths, bare.paths, strict=True)
    )
    return outer.stroke is not None and paint.pattern is None and whole


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
