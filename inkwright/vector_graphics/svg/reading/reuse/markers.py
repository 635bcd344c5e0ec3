"""Markers as shapes: the contents of a <marker> at the vertices of a path."""

import cmath
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.clipping.clip_area import box_area
from inkwright.vector_graphics.svg.reading.clipping.cut_shapes import ShapeCutter
from inkwright.vector_graphics.svg.reading.document import local_name
from inkwright.vector_graphics.svg.reading.shapes.geometry import path_data
from inkwright.vector_graphics.svg.reading.shapes.painted_shape import PaintedShape
from inkwright.vector_graphics.svg.reading.shapes.path_parser import CubicPath, path_with_vertices
from inkwright.vector_graphics.svg.reading.source import ElementError, Place, Source, context_of
from inkwright.vector_graphics.svg.reading.style import Style
from inkwright.vector_graphics.svg.reading.values.numbers import (
    Lengths,
    UnreadableError,
    parse_length,
    shortened,
)
from inkwright.vector_graphics.svg.reading.values.transform import affine
from inkwright.vector_graphics.svg.reading.viewport import fitted, view_box

_MOST_MARKERS = 3_000
_NAMES = ("marker-start", "marker-mid", "marker-end")
_ANGLE = re.compile(r"(.*?)(deg|grad|rad|turn)?")
_RADIANS = {"deg": math.pi / 180, "grad": math.pi / 200, "rad": 1.0, "turn": math.tau}
_ALONG_X = {"left": 0.0, "center": 0.5, "right": 1.0}
_ALONG_Y = {"top": 0.0, "center": 0.5, "bottom": 1.0}


class Vertex(NamedTuple):
    """A vertex of a path, and the direction [radians] in which the path goes through it."""

    x: float
    y: float
    angle: float


class MarkerReader:
    """Paints the markers of shapes; arguments as those of ``PatternReader``."""

    def __init__(
        self,
        source: Source,
        painted: Callable[[Iterable[Element], Place], list[PaintedShape]],
        cutter: ShapeCutter,
    ) -> None:
        self._source, self._painted, self._cutter = source, painted, cutter
        self._left = _MOST_MARKERS

    def shapes(
        self, tag: str, element: Element, place: Place, paths: Sequence[CubicPath]
    ) -> list[PaintedShape]:
        """The markers on a shape element of these paths.

        Raises:
            ValueError: a number cannot be read, or something in a marker cannot be represented.
        """
        markers = [self._marker(element, place, name) for name in _NAMES]
        if not any(marker is not None for marker in markers):
            return []
        vertices = _vertices(path_data(tag, place.style, place.viewport, until_error=True))
        inner = replace(place, context=context_of(place, lambda: paths))
        found: list[PaintedShape] = []
        for number, vertex in enumerate(vertices):
            which = 0 if number == 0 else 2 if number == len(vertices) - 1 else 1
            marker = markers[which]
            if marker is not None and marker not in place.ancestors:
                found += self._at(marker, vertex, inner, is_start=which == 0)
        if len(vertices) == 1 and markers[2] is not None and markers[2] not in place.ancestors:
            found += self._at(markers[2], vertices[0], inner, is_start=False)
        return found

    def _marker(self, element: Element, place: Place, name: str) -> Element | None:
        text = place.style.get(name, "none")
        marker = None if text == "none" else self._source.referred(text)
        if text != "none" and not self._source.is_inside(text):
            self._source.cannot(element, f"{name} {shortened(text)}")
        return marker if marker is not None and local_name(marker) == "marker" else None

    def _at(self, marker: Element, vertex: Vertex, place: Place, *, is_start: bool) -> list[PaintedShape]:
        style = self._source.sheet.cascade_where_it_stands(marker)
        return self._source.read(
            marker, style, {}, lambda style: self._placed(marker, style, vertex, place, is_start)
        )

    def _placed(
        self, marker: Element, style: Style, vertex: Vertex, place: Place, is_start: bool
    ) -> list[PaintedShape]:
        self._left -= 1
        if self._left < 0:
            raise ElementError(f"more than {_MOST_MARKERS:,} markers are painted; this is refused")
        lengths = Lengths(style, place.viewport)
        width, height = lengths.get("markerWidth", "3"), lengths.get("markerHeight", "3")
        stroke = Lengths(place.style, place.viewport).size("stroke-width", "1")
        scale = 1.0 if style.get("markerUnits") == "userSpaceOnUse" else stroke
        if width <= 0 or height <= 0 or scale == 0:
            return []
        turn = _turn(style.get("orient", "0"), vertex.angle, is_start)
        matrix = place.matrix @ affine(1, 0, 0, 1, vertex.x, vertex.y)
        matrix = matrix @ affine(math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn))
        matrix = matrix @ affine(scale, 0, 0, scale)
        viewed = view_box(style)
        box = viewed or (0.0, 0.0, width, height)
        if viewed:
            inside = fitted(viewed, (width, height), style)
            matrix = matrix @ affine(inside[0, 0], 0, 0, inside[1, 1])
        reference = Lengths(_reference(style, box), (box[2], box[3]) if viewed else place.viewport)
        matrix = matrix @ affine(1, 0, 0, 1, -reference.get("refX"), -reference.get("refY"))
        viewport = (box[2], box[3]) if viewed else place.viewport
        ancestors = (*place.ancestors[:-1], marker)
        inner = Place(matrix, dict(style), viewport, place.layer, ancestors, context=place.context)
        shapes = self._painted(marker, inner)
        if style.get("overflow", "hidden") in ("visible", "auto"):
            return shapes
        return self._cutter.cut(shapes, box_area(box, matrix))


def _reference(style: Style, box: tuple[float, float, float, float]) -> dict[str, str]:
    """The style with refX and refY as lengths; words mean places of the box."""
    x, y = style.get("refX", "0").strip().lower(), style.get("refY", "0").strip().lower()
    x = repr(box[0] + box[2] * _ALONG_X[x]) if x in _ALONG_X else x
    y = repr(box[1] + box[3] * _ALONG_Y[y]) if y in _ALONG_Y else y
    return {**style, "refX": x, "refY": y}


def _turn(orient: str, along: float, is_start: bool) -> float:
    if orient in ("auto", "auto-start-reverse"):
        return along + (math.pi if is_start and orient == "auto-start-reverse" else 0.0)
    match = _ANGLE.fullmatch(orient.strip().lower())
    try:
        number, unit = (match[1], match[2]) if match else (orient, None)
        return parse_length("orient", f"{number}px", 0.0) * _RADIANS[unit or "deg"]
    except UnreadableError:
        message = f"orient is {shortened(orient)}; auto, auto-start-reverse or an angle is expected"
        raise UnreadableError("orient", message) from None


def _vertices(data: str) -> list[Vertex]:
    """The vertices of path data with their directions, as in section 12.5 of SVG 2."""
    found: list[Vertex] = []
    for (points, closed), ends in path_with_vertices(data):
        chain = np.concatenate([points, points[:1]]) if closed else points
        cubics = np.stack([chain[:-1:3], chain[1::3], chain[2::3], chain[3::3]], axis=1)
        leaving, arriving = _directions(cubics)
        places = [cubics[0, 0], *(cubic[3] for cubic, end in zip(cubics, ends, strict=True) if end)]
        kept = [number for number, end in enumerate(ends) if end]
        before = [arriving[-1] if closed else None, *(arriving[number] for number in kept)]
        after = [leaving[0], *(leaving[number + 1] for number in kept[:-1]), leaving[0] if closed else None]
        angles = [_bisector(a, b) for a, b in zip(before, after, strict=True)]
        found += [Vertex(x, y, angle) for (x, y), angle in zip(places, angles, strict=True)]
    return found


def _directions(cubics: NDArray[np.float64]) -> tuple[list[complex], list[complex]]:
    """Unit directions at the starts and ends of segments; those without a length take them from others."""
    z = cubics[..., 0] + 1j * cubics[..., 1]
    leaving = [_first(points[1:] - points[0]) for points in z]
    arriving = [_first((points[3] - points[:3])[::-1]) for points in z]
    last = next((each for each in leaving if each), 1 + 0j)
    for number, each in enumerate(leaving):
        if each:
            last = arriving[number]
        else:
            leaving[number] = arriving[number] = last
    return leaving, arriving


def _first(steps: Sequence[complex] | NDArray[np.complex128]) -> complex:
    return next((complex(step / abs(step)) for step in steps if abs(step) > 0), 0j)


def _bisector(before: complex | None, after: complex | None) -> float:
    """The angle between two directions; where the path turns back, the one that browsers take."""
    arriving, leaving = (cmath.phase(each or 1) for each in (before or after, after or before))
    if arriving - leaving > math.pi or arriving - leaving <= -math.pi:
        arriving += math.tau
    return (arriving + leaving) / 2
