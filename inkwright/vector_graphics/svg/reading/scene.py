"""A walk through an SVG document that gathers the shapes it paints."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple
from xml.etree.ElementTree import Element

import numpy as np

from inkwright.vector_graphics.svg.reading.clipping.clip_area import ClipReader, box_area
from inkwright.vector_graphics.svg.reading.clipping.convex_parts import Polygon
from inkwright.vector_graphics.svg.reading.clipping.cut_shapes import ShapeCutter
from inkwright.vector_graphics.svg.reading.document import MAX_DEPTH, element_label, local_name
from inkwright.vector_graphics.svg.reading.layers import first_alternative, root_layers, shown_in_english
from inkwright.vector_graphics.svg.reading.shapes.geometry import SHAPE_TAGS, cubic_paths
from inkwright.vector_graphics.svg.reading.shapes.painted_shape import PaintedShape, may_overlap
from inkwright.vector_graphics.svg.reading.shapes.shape import ShapeReader
from inkwright.vector_graphics.svg.reading.shapes.stroke_reach import curve_box
from inkwright.vector_graphics.svg.reading.source import ElementError, Place, Source
from inkwright.vector_graphics.svg.reading.unsupported import (
    NEVER_PAINTED,
    animated,
    unsupported_element,
    unsupported_ground,
    unsupported_group_style,
)
from inkwright.vector_graphics.svg.reading.values.numbers import MAX_NUMBER, Lengths, Size, parse_opacity
from inkwright.vector_graphics.svg.reading.values.transform import affine, parse_transform
from inkwright.vector_graphics.svg.reading.viewport import canvas_of_root, nested_viewport

_MAX_REUSED = 20_000
_FINENESS = 2048.0  # pixels of the longer side up to which what is flattened looks smooth


class Scene(NamedTuple):
    """What a document paints: its canvas, its shapes in paint order, and what was approximated."""

    canvas: Size
    shapes: list[PaintedShape]
    notes: list[str]


def read_scene(root: Element, *, lenient: bool) -> Scene:
    """Gather the shapes of a document; ``lenient`` approximates, and notes, what cannot be represented.

    Raises:
        ValueError: the document is hostile, malformed, or holds something that cannot be represented.
    """
    return _Walk(Source(root, lenient)).scene()


class _Walk:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._shapes: list[PaintedShape] = []
        self._visits_left = sum(1 for _ in source.root.iter()) + _MAX_REUSED

    def scene(self) -> Scene:
        root = self._source.root
        style = self._source.sheet.cascade(root, {})
        self._canvas, matrix, viewport = canvas_of_root(style)
        fineness = _FINENESS / max(self._canvas)
        self._reader, self._clips = ShapeReader(self._source, fineness), ClipReader(self._source, fineness)
        self._cutter = ShapeCutter(self._canvas, fineness)
        for what in unsupported_ground(style):
            self._source.cannot(root, what)
        if style.get("transform", "none") != "none":
            self._source.cannot(root, "a transform of the outermost <svg>")
        place = Place(matrix, style, viewport, 0, (root,))
        if style.get("display") != "none" and shown_in_english(root):
            for child, layer in root_layers(root):
                self._visit(child, replace(place, layer=layer))
            self._finish(root, place, 0)
        return Scene(self._canvas, self._shapes, self._source.notes)

    def _visit(self, element: Element, around: Place, used_by: dict[str, str] | None = None) -> None:
        tag = local_name(element)
        if tag is None or tag in NEVER_PAINTED or (tag == "symbol" and used_by is None):
            return
        if not shown_in_english(element):
            return
        self._visits_left -= 1
        if self._visits_left < 0:
            raise ElementError(f"<use> repeats more than {_MAX_REUSED:,} elements; this is refused")
        if len(around.ancestors) > MAX_DEPTH:
            raise ElementError(
                f"the document nests elements more than {MAX_DEPTH} deep, counting every <use>"
            )
        try:
            style = self._source.sheet.cascade(element, around.style)
            if style.get("display") != "none":
                self._visit_painted(tag, element, replace(around, style=style), used_by)
        except ElementError:
            raise
        except ValueError as error:
            raise ElementError(f"{element_label(element)}: {error}") from error

    def _visit_painted(
        self, tag: str, element: Element, around: Place, used_by: dict[str, str] | None
    ) -> None:
        transform = around.style.get("transform", "none")
        is_property = transform != element.get("transform", "").strip()
        matrix = around.matrix @ parse_transform("transform", transform, is_property=is_property)
        if not (np.abs(matrix) <= MAX_NUMBER).all():
            raise ValueError(f"its transforms multiply to numbers above {MAX_NUMBER:g}")
        if np.linalg.det(matrix[:2, :2]) == 0:
            return
        place = replace(around, matrix=matrix, ancestors=(*around.ancestors, element))
        start = len(self._shapes)
        if tag in SHAPE_TAGS:
            self._shapes += self._reader.shapes(tag, element, place)
        elif tag in ("g", "a", "switch"):
            self._visit_all(first_alternative(element) if tag == "switch" else element, place)
        elif tag == "use":
            for animation in animated(element):
                self._source.cannot(element, animation)
            self._visit_use(element, place)
        elif tag in ("svg", "symbol"):
            self._visit_viewport(element, place, used_by or place.style)
        elif what := unsupported_element(tag, element):
            self._source.cannot(element, what)
        self._finish(element, place, start)

    def _visit_all(self, elements: Iterable[Element], place: Place) -> None:
        for element in elements:
            self._visit(element, place)

    def _visit_use(self, element: Element, place: Place) -> None:
        target = self._source.linked(element)
        if target is None:
            return
        if any(target is ancestor for ancestor in place.ancestors):
            raise ValueError(f"refers to #{target.get('id')}, which contains it; an endless <use> is refused")
        lengths = Lengths(place.style, place.viewport)
        matrix = place.matrix @ affine(1, 0, 0, 1, lengths.get("x"), lengths.get("y"))
        self._visit(target, replace(place, matrix=matrix), used_by=place.style)

    def _visit_viewport(self, element: Element, place: Place, size_from: dict[str, str]) -> None:
        box, inside, viewport = nested_viewport(place.style, place.viewport, size_from)
        start = len(self._shapes)
        if box[2] and box[3]:
            self._visit_all(element, replace(place, matrix=place.matrix @ inside, viewport=viewport))
        if place.style.get("overflow", "hidden") not in ("visible", "auto"):
            self._cut(start, box_area(box, place.matrix))

    def _finish(self, element: Element, place: Place, start: int) -> None:
        """Opacity, clipping and effects of an element, on the shapes that it has painted."""
        style, painted = place.style, self._shapes[start:]
        if painted or self._source.referred(style.get("filter", "none")) is not None:
            for what in unsupported_group_style(style):  # a filter may paint where nothing else does
                self._source.cannot(element, what)
        if not painted:
            return
        self._clip(element, place, start)
        painted = self._shapes[start:]
        opacity = parse_opacity("opacity", style.get("opacity", "1"))
        if 0 < opacity < 1 and may_overlap(painted):
            self._source.cannot(element, f"opacity {opacity:g} of paints that lie over each other")
        if opacity < 1:
            self._shapes[start:] = [shape.faded(opacity) for shape in painted]

    def _clip(self, element: Element, place: Place, start: int) -> None:
        """Cuts what an element has painted to its clip path, and to those that this one is clipped by."""
        clip = place.style.get("clip-path", "none")
        seen: list[Element] = []
        while clip != "none":
            target = self._source.referred(clip)
            if target is None and self._source.is_inside(clip):
                return  # as browsers take what is not there
            if target is None or local_name(target) != "clipPath" or target in seen:
                self._source.cannot(element, f"clip-path {clip!r}")
                return
            seen.append(target)
            tag = local_name(element) or ""
            paths = cubic_paths(tag, place.style, place.viewport) if tag in SHAPE_TAGS else []
            parts = self._clips.parts(target, place, curve_box(paths) if paths else None)
            if isinstance(parts, str):
                self._source.cannot(element, f"clip-path {clip!r}: {parts}")
                return
            self._cut(start, parts)
            clip = self._source.sheet.cascade_where_it_stands(target).get("clip-path", "none")

    def _cut(self, start: int, parts: list[Polygon]) -> None:
        self._shapes[start:] = self._cutter.cut(self._shapes[start:], parts)
