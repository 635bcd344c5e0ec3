"""A walk through an SVG document that gathers the shapes it paints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

import numpy as np

from inkwright.vector_graphics.svg.reading.clip import Bounds, clip_rectangle, lies_inside, upright_bounds
from inkwright.vector_graphics.svg.reading.color import Color
from inkwright.vector_graphics.svg.reading.document import element_label, local_name
from inkwright.vector_graphics.svg.reading.geometry import SHAPE_TAGS, cubic_paths
from inkwright.vector_graphics.svg.reading.gradient import GRADIENT_TAGS, Gradient, GradientReader
from inkwright.vector_graphics.svg.reading.layers import first_alternative, root_layers
from inkwright.vector_graphics.svg.reading.numbers import (
    MAX_NUMBER,
    Matrix,
    parse_length,
    parse_opacity,
    parse_transform,
    shortened,
)
from inkwright.vector_graphics.svg.reading.painted_shape import (
    INITIAL_PAINT,
    PaintedShape,
    is_unevenly_scaled,
    may_overlap,
    paint_color,
    paint_opacity,
    paint_server,
    placed_paths,
    stroke_width,
)
from inkwright.vector_graphics.svg.reading.path_parser import CubicPath
from inkwright.vector_graphics.svg.reading.stroke_reach import StrokeEnds, stroke_ends
from inkwright.vector_graphics.svg.reading.style import StyleSheet
from inkwright.vector_graphics.svg.reading.unsupported import (
    NEVER_PAINTED,
    local_reference,
    unsupported_element,
    unsupported_group_style,
    unsupported_shape_style,
)
from inkwright.vector_graphics.svg.reading.viewport import Size, canvas_of_root, nested_viewport

_REFERENCE = re.compile(r"url\(\s*[\"']?#([^\"')]+)[\"']?\s*\)")
_MAX_DEPTH = 100
_MAX_REUSED = 20_000
_MAX_POINTS = 2_000_000
_MOST_NOTES = 10
_ADVICE = "lenient=True leaves it out or approximates it"


@dataclass(frozen=True)
class Scene:
    """What a document paints: its canvas, its shapes in paint order, and what was approximated."""

    canvas: Size
    shapes: list[PaintedShape]
    notes: list[str]


@dataclass(frozen=True)
class _Place:
    """What an element gets from the elements around it."""

    matrix: Matrix
    style: dict[str, str]
    viewport: Size
    layer: int
    ancestors: tuple[Element, ...]


def read_scene(root: Element, *, lenient: bool) -> Scene:
    """Gather the shapes of a document.

    Args:
        root: the <svg> element.
        lenient: approximate or leave out what cannot be represented, and note it, instead of refusing it.

    Raises:
        ValueError: the document is hostile, malformed, or holds something that cannot be represented.
    """
    return _Walk(root, lenient).scene()


class _ElementError(ValueError):
    """A refusal that already names its element."""


class _Walk:
    def __init__(self, root: Element, lenient: bool) -> None:
        self._root = root
        self._lenient = lenient
        self._sheet = StyleSheet(
            element.text or "" for element in root.iter() if local_name(element) == "style"
        )
        self._ids: dict[str, Element] = {}
        for element in root.iter():
            self._ids.setdefault(element.attrib.get("id", ""), element)
        self._gradients = GradientReader(self._ids, self._sheet, self._cannot)
        self._canvas: Size = (0.0, 0.0)
        self._shapes: list[PaintedShape] = []
        self._notes: list[str] = []
        self._visits_left = sum(1 for _ in root.iter()) + _MAX_REUSED
        self._points = 0

    def scene(self) -> Scene:
        style = self._sheet.cascade(self._root, {})
        self._canvas, matrix, viewport = canvas_of_root(style)
        if style.get("transform", "none") != "none":
            self._cannot(self._root, "a transform of the outermost <svg>")
        place = _Place(matrix, style, viewport, 0, (self._root,))
        if style.get("display") != "none":
            for child, layer in root_layers(self._root):
                self._visit(child, replace(place, layer=layer))
            self._finish(self._root, place, 0)
        return Scene(self._canvas, self._shapes, self._notes)

    def _cannot(self, element: Element, what: str) -> None:
        """Refuse what cannot be represented, or note it if the reader is lenient."""
        name = element_label(element)
        if not self._lenient:
            raise _ElementError(f"{name} needs {what}, which a Drawing cannot represent ({_ADVICE})")
        if len(self._notes) < _MOST_NOTES:
            self._notes.append(f"{name}: {what}")

    def _visit(self, element: Element, around: _Place, used_by: dict[str, str] | None = None) -> None:
        tag = local_name(element)
        if tag is None or tag in NEVER_PAINTED or (tag == "symbol" and used_by is None):
            return
        self._count_visit(around)
        try:
            style = self._sheet.cascade(element, around.style)
            if style.get("display") != "none":
                self._visit_painted(tag, element, around, style, used_by)
        except _ElementError:
            raise
        except ValueError as error:
            raise _ElementError(f"{element_label(element)}: {error}") from error

    def _count_visit(self, around: _Place) -> None:
        self._visits_left -= 1
        if self._visits_left < 0:
            raise _ElementError(f"<use> repeats more than {_MAX_REUSED:,} elements; this is refused")
        if len(around.ancestors) > _MAX_DEPTH:
            raise _ElementError(
                f"the document nests elements more than {_MAX_DEPTH} deep, counting every <use>"
            )

    def _visit_painted(
        self,
        tag: str,
        element: Element,
        around: _Place,
        style: dict[str, str],
        used_by: dict[str, str] | None,
    ) -> None:
        matrix = around.matrix @ parse_transform("transform", style.get("transform", "none"))
        if not (np.abs(matrix) <= MAX_NUMBER).all():
            raise ValueError(f"its transforms multiply to numbers above {MAX_NUMBER:g}")
        if np.linalg.det(matrix[:2, :2]) == 0:
            return
        place = replace(around, matrix=matrix, style=style, ancestors=(*around.ancestors, element))
        start = len(self._shapes)
        if tag in SHAPE_TAGS:
            self._add_shape(tag, element, place)
        elif tag in ("g", "a"):
            self._visit_all(element, place)
        elif tag == "switch":
            self._visit_all(first_alternative(element), place)
        elif tag == "use":
            self._visit_use(element, place)
        elif tag in ("svg", "symbol"):
            self._visit_viewport(element, place, used_by or style)
        elif what := unsupported_element(tag, element):
            self._cannot(element, what)
        self._finish(element, place, start)

    def _visit_all(self, elements: Iterable[Element], place: _Place) -> None:
        for element in elements:
            self._visit(element, place)

    def _visit_use(self, element: Element, place: _Place) -> None:
        name = local_reference(element)
        target = self._ids.get(name) if name else None
        if target is None:
            return
        if any(target is ancestor for ancestor in place.ancestors):
            raise ValueError(f"refers to #{name}, which contains it; an endless <use> is refused")
        x, y = (
            parse_length(key, place.style.get(key, "0"), place.viewport[axis])
            for axis, key in enumerate("xy")
        )
        shift = np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])
        self._visit(target, replace(place, matrix=place.matrix @ shift), used_by=place.style)

    def _visit_viewport(self, element: Element, place: _Place, size_from: dict[str, str]) -> None:
        box, inside, viewport = nested_viewport(place.style, place.viewport, size_from)
        start = len(self._shapes)
        if box[2] and box[3]:
            self._visit_all(element, replace(place, matrix=place.matrix @ inside, viewport=viewport))
        if place.style.get("overflow", "hidden") not in ("visible", "auto"):
            self._check_clip(element, upright_bounds(box, place.matrix), start, "clipping to its viewport")

    def _add_shape(self, tag: str, element: Element, place: _Place) -> None:
        style = place.style
        if style.get("visibility", "visible") != "visible":
            return
        painted = [kind for kind in ("fill", "stroke") if style.get(kind, INITIAL_PAINT[kind]) != "none"]
        if tag == "line" and "fill" in painted:
            painted.remove("fill")
        paths = cubic_paths(tag, style, place.viewport) if painted else []
        self._points += sum(len(points) for points, _ in paths)
        if self._points > _MAX_POINTS:
            raise _ElementError(
                f"the document paints more than {_MAX_POINTS:,} control points, counting every <use>"
            )
        fill = self._fill(element, place, paths) if "fill" in painted and paths else None
        stroke = self._stroke(element, style) if "stroke" in painted and paths else None
        if fill is None and stroke is None:
            return
        gradient: Gradient | None = None
        if isinstance(fill, Gradient):
            gradient, fill = fill, (*fill.mean_color()[:3], paint_opacity(style, "fill"))
        width, ends = 0.0, StrokeEnds()
        if stroke is not None:
            width, ends = stroke_width(style, place.matrix, place.viewport), stroke_ends(style)
        self._refuse_style(tag, element, place, stroked=stroke is not None, filled=fill is not None)
        even_odd = style.get("fill-rule", "nonzero") == "evenodd"
        placed = placed_paths(paths, place.matrix)
        self._shapes.append(PaintedShape(placed, fill, stroke, width, even_odd, place.layer, gradient, ends))

    def _refuse_style(
        self, tag: str, element: Element, place: _Place, *, stroked: bool, filled: bool
    ) -> None:
        for what in unsupported_shape_style(tag, place.style, stroked=stroked, filled=filled):
            self._cannot(element, what)
        if stroked and is_unevenly_scaled(place.matrix):
            self._cannot(element, "a stroke whose width is scaled unevenly")

    def _fill(self, element: Element, place: _Place, paths: list[CubicPath]) -> Gradient | Color | None:
        server = paint_server(place.style, "fill")
        if server is None:
            return paint_color(place.style, "fill")
        target = self._referred(server)
        if target is None or local_name(target) not in GRADIENT_TAGS:
            self._cannot(element, f"fill {shortened(server)}: a pattern, or what is not there")
            return None
        paint = self._gradients.paint(target, paths, place.matrix, place.viewport)
        if paint is None or isinstance(paint, Gradient):
            return paint
        return (*paint[:3], paint[3] * paint_opacity(place.style, "fill"))

    def _stroke(self, element: Element, style: dict[str, str]) -> Color | None:
        server = paint_server(style, "stroke")
        if server is None:
            return paint_color(style, "stroke")
        self._cannot(element, f"stroke {shortened(server)}: gradients and patterns")
        return None

    def _referred(self, reference: str) -> Element | None:
        """The element of this document that url(#...) means; None if there is none."""
        match = _REFERENCE.match(reference)
        return self._ids.get(match[1]) if match else None

    def _finish(self, element: Element, place: _Place, start: int) -> None:
        """Opacity, clipping and effects of an element, on the shapes that it has painted."""
        style, painted = place.style, self._shapes[start:]
        if not painted:
            return
        for what in unsupported_group_style(style):
            self._cannot(element, what)
        clip = style.get("clip-path", "none")
        if clip != "none":
            target = self._referred(clip)
            bounds = clip_rectangle(target, place.matrix, place.viewport) if target is not None else None
            self._check_clip(element, bounds, start, f"clip-path {clip!r}")
        opacity = parse_opacity("opacity", style.get("opacity", "1"))
        if 0 < opacity < 1 and may_overlap(painted):
            self._cannot(element, f"opacity {opacity:g} of paints that lie over each other")
        if opacity < 1:
            self._shapes[start:] = [shape.faded(opacity) for shape in painted]

    def _check_clip(self, element: Element, bounds: Bounds | None, start: int, what: str) -> None:
        painted = self._shapes[start:]
        if painted and (bounds is None or not lies_inside(painted, bounds, self._canvas)):
            self._cannot(element, what)
