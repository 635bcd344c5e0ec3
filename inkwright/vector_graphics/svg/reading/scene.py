"""A walk through an SVG document that gathers the shapes it paints."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple
from xml.etree.ElementTree import Element

import numpy as np

from inkwright.vector_graphics.svg.reading.clip import Bounds, clip_rectangle, lies_inside, upright_bounds
from inkwright.vector_graphics.svg.reading.document import MAX_DEPTH, element_label, local_name
from inkwright.vector_graphics.svg.reading.layers import first_alternative, root_layers
from inkwright.vector_graphics.svg.reading.shapes.geometry import SHAPE_TAGS
from inkwright.vector_graphics.svg.reading.shapes.painted_shape import PaintedShape, may_overlap
from inkwright.vector_graphics.svg.reading.shapes.shape import ShapeReader
from inkwright.vector_graphics.svg.reading.source import ElementError, Place, Source
from inkwright.vector_graphics.svg.reading.unsupported import (
    NEVER_PAINTED,
    unsupported_element,
    unsupported_group_style,
)
from inkwright.vector_graphics.svg.reading.values.numbers import MAX_NUMBER, Lengths, Size, parse_opacity
from inkwright.vector_graphics.svg.reading.values.transform import affine, parse_transform
from inkwright.vector_graphics.svg.reading.viewport import canvas_of_root, nested_viewport

_MAX_REUSED = 20_000


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
        self._reader = ShapeReader(source)
        self._canvas: Size = (0.0, 0.0)
        self._shapes: list[PaintedShape] = []
        self._visits_left = sum(1 for _ in source.root.iter()) + _MAX_REUSED

    def scene(self) -> Scene:
        root = self._source.root
        style = self._source.sheet.cascade(root, {})
        self._canvas, matrix, viewport = canvas_of_root(style)
        if style.get("transform", "none") != "none":
            self._source.cannot(root, "a transform of the outermost <svg>")
        place = Place(matrix, style, viewport, 0, (root,))
        if style.get("display") != "none":
            for child, layer in root_layers(root):
                self._visit(child, replace(place, layer=layer))
            self._finish(root, place, 0)
        return Scene(self._canvas, self._shapes, self._source.notes)

    def _visit(self, element: Element, around: Place, used_by: dict[str, str] | None = None) -> None:
        tag = local_name(element)
        if tag is None or tag in NEVER_PAINTED or (tag == "symbol" and used_by is None):
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
            shape = self._reader.shape(tag, element, place)
            self._shapes += [shape] if shape is not None else []
        elif tag in ("g", "a", "switch"):
            self._visit_all(first_alternative(element) if tag == "switch" else element, place)
        elif tag == "use":
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
            self._check_clip(element, upright_bounds(box, place.matrix), start, "clipping to its viewport")

    def _finish(self, element: Element, place: Place, start: int) -> None:
        """Opacity, clipping and effects of an element, on the shapes that it has painted."""
        style, painted = place.style, self._shapes[start:]
        if painted or self._source.referred(style.get("filter", "none")) is not None:
            for what in unsupported_group_style(style):  # a filter may paint where nothing else does
                self._source.cannot(element, what)
        if not painted:
            return
        clip = style.get("clip-path", "none")
        if clip != "none":
            target = self._source.referred(clip)
            bounds = clip_rectangle(target, place.matrix, place.viewport) if target is not None else None
            self._check_clip(element, bounds, start, f"clip-path {clip!r}")
        opacity = parse_opacity("opacity", style.get("opacity", "1"))
        if 0 < opacity < 1 and may_overlap(painted):
            self._source.cannot(element, f"opacity {opacity:g} of paints that lie over each other")
        if opacity < 1:
            self._shapes[start:] = [shape.faded(opacity) for shape in painted]

    def _check_clip(self, element: Element, bounds: Bounds | None, start: int, what: str) -> None:
        painted = self._shapes[start:]
        if painted and (bounds is None or not lies_inside(painted, bounds, self._canvas)):
            self._source.cannot(element, what)
