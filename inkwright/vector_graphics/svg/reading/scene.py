"""A walk through an SVG document that gathers the shapes it paints."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.clipping.blending import BLENDS, Blending
from inkwright.vector_graphics.svg.reading.clipping.clip_area import box_area
from inkwright.vector_graphics.svg.reading.clipping.cut_shapes import ShapeCutter
from inkwright.vector_graphics.svg.reading.clipping.effects import Effects
from inkwright.vector_graphics.svg.reading.document import MAX_DEPTH, element_label, local_name
from inkwright.vector_graphics.svg.reading.layers import first_alternative, root_layers, shown_in_english
from inkwright.vector_graphics.svg.reading.reuse.embedded import (
    MOST_EMBEDDED,
    image_content,
    image_frame,
    is_elsewhere,
    shows_nothing,
)
from inkwright.vector_graphics.svg.reading.reuse.markers import MarkerReader
from inkwright.vector_graphics.svg.reading.reuse.patterns import PatternReader
from inkwright.vector_graphics.svg.reading.reuse.pictures import Folders, PictureReader, Pixels
from inkwright.vector_graphics.svg.reading.shapes.geometry import SHAPE_TAGS, cubic_paths
from inkwright.vector_graphics.svg.reading.shapes.painted_shape import PaintedShape
from inkwright.vector_graphics.svg.reading.shapes.path_parser import CubicPath, parse_path
from inkwright.vector_graphics.svg.reading.shapes.shape import ShapeReader
from inkwright.vector_graphics.svg.reading.shapes.stroke_reach import curve_box
from inkwright.vector_graphics.svg.reading.source import ElementError, Place, Source, context_of
from inkwright.vector_graphics.svg.reading.unsupported import (
    NEVER_PAINTED,
    animated,
    ground_color,
    isolates,
    jagged,
    unsupported_element,
    unsupported_ground,
    unsupported_group_style,
)
from inkwright.vector_graphics.svg.reading.values.numbers import (
    MAX_NUMBER,
    Lengths,
    Size,
    parse_opacity,
    shortened,
)
from inkwright.vector_graphics.svg.reading.values.transform import Matrix, affine, parse_transform
from inkwright.vector_graphics.svg.reading.values.transform_origin import about_origin
from inkwright.vector_graphics.svg.reading.values.units import Units
from inkwright.vector_graphics.svg.reading.viewport import canvas_of_root, nested_viewport

_MAX_REUSED = 20_000
_FINENESS = 2048.0  # pixels of the longer side up to which what is flattened looks smooth
_SHARP = ("optimizespeed", "pixelated", "crisp-edges")  # ways to enlarge a picture
_FILL_BOXES = ("fill-box", "content-box")

# Paths in their own coordinates, found when a box around them is asked for, and the matrix to the canvas.
Outline = tuple[Callable[[], Sequence[CubicPath]], Matrix]


class Scene(NamedTuple):
    """What a document paints: its canvas, its shapes in paint order, and what was approximated."""

    canvas: Size
    shapes: list[PaintedShape]
    notes: list[str]


def read_scene(
    root: Element, *, lenient: bool, folders: Folders | None = None, within: PictureReader | None = None
) -> Scene:
    """Gather the shapes of a document; ``lenient`` approximates, and notes, what cannot be represented.

    Pictures may be in ``folders``; those of a document within another one are counted with that one's.

    Raises:
        ValueError: the document is hostile, malformed, or holds something that cannot be represented.
    """
    return _Walk(Source(root, lenient), folders, within).scene()


class _Walk:
    def __init__(self, source: Source, folders: Folders | None, within: PictureReader | None) -> None:
        self._source, self._folders = source, folders
        self._pictures = PictureReader() if within is None else within
        self._shapes: list[PaintedShape] = []
        self._outlines: list[Outline] = []  # of all shapes, painted or not, for the boxes around groups
        self._visits_left = sum(1 for _ in source.root.iter()) + _MAX_REUSED
        self._is_within = within is not None
        self._embedded_left = 0 if self._is_within else MOST_EMBEDDED

    def scene(self) -> Scene:
        root, source = self._source.root, self._source
        style = source.sheet.cascade(root, {})
        try:
            self._canvas, matrix, viewport = source.read(root, style, {}, canvas_of_root)
        except ValueError:
            self._canvas, matrix, viewport = canvas_of_root(style)  # says what is wrong in the first place
        fineness = _FINENESS / max(self._canvas)
        color = ground_color(style)
        self._ground = [] if color is None else [PaintedShape.ground(self._canvas, color)]
        self._cutter = ShapeCutter(self._canvas, fineness)
        patterns = PatternReader(source, self._painted, self._cutter, fineness)
        self._reader = ShapeReader(source, fineness, patterns)
        self._markers = MarkerReader(source, self._painted, self._cutter)
        self._blending = Blending(fineness, source.spend)
        self._effects = Effects(source, self._painted, self._cutter, fineness)
        for what in unsupported_ground(style):
            source.cannot(root, what)
        if style.get("transform", "none") != "none":
            source.cannot(root, "a transform of the outermost <svg>")
        if style.get("mix-blend-mode", "normal") != "normal":
            source.cannot(root, "mix-blend-mode of the outermost <svg>")
        place = Place(matrix, style, viewport, 0, (root,))
        if style.get("display") != "none" and shown_in_english(root):
            for child, layer in root_layers(root):
                self._visit(child, replace(place, layer=layer))
            self._finish(root, place, (0, 0))
            self._shapes[:0] = self._ground
        return Scene(self._canvas, self._shapes, source.notes)

    def _painted(self, elements: Iterable[Element], place: Place) -> list[PaintedShape]:
        """What elements paint that stand somewhere else: in a marker, a pattern, a mask."""
        start = len(self._shapes), len(self._outlines)
        self._visit_all(elements, replace(place, group=None))
        found = self._shapes[start[0] :]
        self._forget(start)
        return found

    def _forget(self, start: tuple[int, int]) -> None:
        del self._shapes[start[0] :], self._outlines[start[1] :]

    def _visit(self, element: Element, around: Place, used_by: dict[str, str] | None = None) -> None:
        tag = local_name(element)
        if tag is None or tag in NEVER_PAINTED or (tag == "symbol" and used_by is None):
            return
        if not shown_in_english(element):
            return
        start = len(self._shapes), len(self._outlines)

        def visit(style: dict[str, str]) -> None:
            self._count_visit(around)
            self._forget(start)
            self._visit_painted(tag, element, replace(around, style=style), used_by)

        try:
            style = self._source.sheet.cascade(element, around.style)
            if style.get("display") != "none":
                self._source.read(element, style, around.style, visit)
        except ElementError:
            raise
        except ValueError as error:
            raise ElementError(f"{element_label(element)}: {error}") from error

    def _count_visit(self, around: Place) -> None:
        self._visits_left -= 1
        if self._visits_left < 0:
            raise ElementError(f"<use> repeats more than {_MAX_REUSED:,} elements; this is refused")
        if len(around.ancestors) > MAX_DEPTH:
            raise ElementError(
                f"the document nests elements more than {MAX_DEPTH} deep, counting every <use>"
            )

    def _visit_painted(
        self, tag: str, element: Element, around: Place, used_by: dict[str, str] | None
    ) -> None:
        parse_opacity("opacity", around.style.get("opacity", "1"))  # before what is inside is painted
        matrix = around.matrix @ self._transform(tag, element, around)
        if not (np.abs(matrix) <= MAX_NUMBER).all():
            raise ValueError(f"its transforms multiply to numbers above {MAX_NUMBER:g}")
        if np.linalg.det(matrix[:2, :2]) == 0:
            return
        start = len(self._shapes), len(self._outlines)
        place = self._place(element, matrix, around)
        if tag in SHAPE_TAGS:
            self._visit_shape(tag, element, place)
        elif tag in ("g", "a", "switch"):
            self._visit_all(first_alternative(element) if tag == "switch" else element, place)
        elif tag == "use":
            for animation in animated(element):
                self._source.cannot(element, animation)
            self._visit_use(element, place)
        elif tag in ("svg", "symbol"):
            self._visit_viewport(element, place, used_by or place.style)
        elif tag == "image":
            self._visit_image(element, place)
        elif what := unsupported_element(tag, element):
            self._source.cannot(element, what)
        self._finish(element, place, start)
        self._blend(element, around, start[0])

    def _place(self, element: Element, matrix: Matrix, around: Place) -> Place:
        place = replace(around, matrix=matrix, ancestors=(*around.ancestors, element))
        if around.group is None or not isolates(around.style):
            return place
        return replace(place, group=len(self._shapes), grounded=False)

    def _transform(self, tag: str, element: Element, around: Place) -> Matrix:
        style = around.style
        text = style.get("transform", "none")
        is_property = text != element.get("transform", "").strip()
        matrix = parse_transform("transform", text, is_property=is_property, units=Units.of(style))
        if text == "none" or style.get("transform-origin", "0 0") == "0 0":
            return matrix
        reference = style.get("transform-box", "view-box")
        if reference in _FILL_BOXES and tag in SHAPE_TAGS:
            paths = cubic_paths(tag, style, around.viewport, until_error=True)
            (left, top), (right, bottom) = curve_box(paths) if paths else np.zeros((2, 2))
            return about_origin(matrix, style, (right - left, bottom - top), (left, top))
        if reference != "view-box":
            self._source.cannot(element, f"transform-box {reference!r}")
        return about_origin(matrix, style, around.viewport)

    def _visit_shape(self, tag: str, element: Element, place: Place) -> None:
        paths = self._reader.paths(tag, element, place)
        if not paths:
            return
        self._outlines.append((lambda: paths, place.matrix))
        shown = place.style.get("visibility", "visible") == "visible"
        hint = jagged(place.style)
        if shown and hint and not any(hint in note for note in self._source.notes):
            self._source.note(element, f"{hint}; its edges are drawn smooth")
        markers = self._markers.shapes(tag, element, place, paths) if shown else []
        self._shapes += self._reader.shapes(tag, element, place, paths, markers)

    def _visit_all(self, elements: Iterable[Element], place: Place) -> None:
        for element in elements:
            self._visit(element, place)

    def _visit_use(self, element: Element, place: Place) -> None:
        target = self._source.linked(element)
        if target is None or any(target is ancestor for ancestor in place.ancestors):
            return  # what contains itself is an error of the document, and paints nothing
        lengths = Lengths(place.style, place.viewport)
        matrix = place.matrix @ affine(1, 0, 0, 1, lengths.get("x"), lengths.get("y"))
        inside = replace(place, matrix=matrix)
        box = cache(lambda: self._used_box(target, inside, place))
        self._visit(target, replace(inside, context=context_of(place, box)), used_by=place.style)

    def _used_box(self, target: Element, inside: Place, place: Place) -> list[CubicPath]:
        """The rectangle around what a <use> shows, in the coordinates of its place; none around nothing."""
        start = len(self._shapes), len(self._outlines)
        self._visit(target, replace(inside, group=None, context={}), used_by=place.style)
        around = _around(self._outlines[start[1] :], place.matrix)
        self._forget(start)
        return around

    def _visit_viewport(self, element: Element, place: Place, size_from: dict[str, str]) -> None:
        box, inside, viewport = nested_viewport(place.style, place.viewport, size_from)
        start = len(self._shapes)
        if box[2] and box[3]:
            self._visit_all(element, replace(place, matrix=place.matrix @ inside, viewport=viewport))
        if place.style.get("overflow", "hidden") not in ("visible", "auto"):
            self._shapes[start:] = self._cutter.cut(self._shapes[start:], box_area(box, place.matrix))

    def _visit_image(self, element: Element, place: Place) -> None:
        if shows_nothing(element, place):
            return
        content = self._image_content(element)
        if content is None:
            return
        inner: dict[str, str] = {}
        if isinstance(content, Element):
            canvas, shapes = self._embedded(element, content)
            inner = self._source.sheet.cascade(content, {})
        else:
            canvas = float(content.shape[1]), float(content.shape[0])
            shapes = [PaintedShape.showing(content, smooth=place.style.get("image-rendering") not in _SHARP)]
        frame = image_frame(place, canvas, inner)
        left, top, width, height = frame.box
        own = np.array([[left, top], [left + width, top + height]])
        self._outlines.append((lambda: [_rectangle(own)], place.matrix))
        if place.style.get("visibility", "visible") != "visible":
            return
        matrix = place.matrix @ frame.matrix
        shapes = [each for shape in shapes for each in self._cutter.placed(shape, matrix)]
        shapes = self._cutter.cut(shapes, box_area((0.0, 0.0, *canvas), matrix))
        self._shapes += [
            replace(shape, layer=place.layer)
            for shape in self._cutter.cut(shapes, box_area(frame.box, place.matrix))
        ]

    def _image_content(self, element: Element) -> Element | Pixels | None:
        """The root of the SVG or the pixels that an <image> shows; None, and a note, if it is not read."""
        if self._is_within and is_elsewhere(element):
            self._source.note(element, "in an image nothing is shown that is not in it, as in browsers")
            return None
        try:
            content = image_content(element, self._folders)
            if isinstance(content, bytes):
                return self._pictures.pixels(content)
        except ElementError:
            raise
        except ValueError as error:
            self._source.cannot(element, f"an image that is not read ({error})")
            return None
        self._embedded_left -= 1
        if self._embedded_left < 0:
            self._source.cannot(element, "an SVG inside of an image, or too many")
            return None
        return content

    def _embedded(self, element: Element, root: Element) -> tuple[Size, list[PaintedShape]]:
        """The canvas of an SVG inside of this one, and its shapes on that."""
        scene = read_scene(root, lenient=self._source.lenient, within=self._pictures)
        for note in scene.notes:
            self._source.note(element, note)
        self._reader.count_points([path for shape in scene.shapes for path in shape.paths])
        return scene.canvas, scene.shapes

    def _finish(self, element: Element, place: Place, start: tuple[int, int]) -> None:
        """Opacity, clipping and effects of an element, on the shapes that it has painted."""
        style, painted = place.style, self._shapes[start[0] :]
        if painted or self._source.referred(style.get("filter", "none")) is not None:
            for what in unsupported_group_style(style):  # a filter may paint where nothing else does
                self._source.cannot(element, what)
        if painted:
            found = self._effects.on(element, place, painted, lambda: self._box(place, start[1]))
            self._shapes[start[0] :] = found
        if local_name(element) not in SHAPE_TAGS:  # a group's box is around the boxes in it, as in browsers
            inner = self._outlines[start[1] :]
            self._outlines[start[1] :] = [(cache(lambda: _around(inner, place.matrix)), place.matrix)]

    def _blend(self, element: Element, around: Place, start: int) -> None:
        """Blends the shapes that an element has painted with those before them in the group around it."""
        mode, painted = around.style.get("mix-blend-mode", "normal"), self._shapes[start:]
        if mode == "normal" or not painted:
            return
        if mode not in BLENDS or around.group is None:
            self._source.cannot(element, f"mix-blend-mode {shortened(mode)}")
            return
        beneath = [*(self._ground if around.grounded else []), *self._shapes[around.group : start]]
        found = self._blending.over(painted, beneath, mode)
        if isinstance(found, str):
            self._source.cannot(element, f"mix-blend-mode {shortened(mode)} of {found}")
            return
        self._shapes[start:] = found

    def _box(self, place: Place, start: int) -> NDArray[np.float64] | None:
        return _box(self._outlines[start:], place.matrix)


def _box(outlines: Sequence[Outline], own: Matrix) -> NDArray[np.float64] | None:
    """[2, 2] around the boxes of outlines without their strokes, in coordinates of one's own."""
    inverse, corners = np.linalg.inv(own), []
    for outline, matrix in outlines:
        if not (paths := outline()):
            continue
        back = np.eye(3) if matrix is own else inverse @ matrix
        (left, top), (right, bottom) = curve_box(paths)
        around = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        corners.append(around @ back[:2, :2].T + back[:2, 2])
    return np.stack([np.min(corners, (0, 1)), np.max(corners, (0, 1))]) if corners else None


def _around(outlines: Sequence[Outline], own: Matrix) -> list[CubicPath]:
    """The rectangle around outlines, in coordinates of one's own; none around nothing."""
    box = _box(outlines, own)
    return [] if box is None else [_rectangle(box)]


def _rectangle(box: NDArray[np.float64]) -> CubicPath:
    (left, top), (right, bottom) = box.tolist()
    return parse_path(f"M{left} {top}H{right}V{bottom}H{left}Z")[0]
