"""What a <clipPath> or a viewport lets through, on the canvas."""

from dataclasses import replace
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.clipping.convex_parts import (
    MOST_EDGES,
    Area,
    Polygon,
    convex_parts,
    cut_polygon,
)
from inkwright.vector_graphics.svg.reading.document import local_name
from inkwright.vector_graphics.svg.reading.layers import shown_in_english
from inkwright.vector_graphics.svg.reading.shapes.geometry import SHAPE_TAGS, cubic_paths
from inkwright.vector_graphics.svg.reading.shapes.outlined_stroke import flattened
from inkwright.vector_graphics.svg.reading.shapes.path_parser import CubicPath
from inkwright.vector_graphics.svg.reading.shapes.stroke_reach import curve_box
from inkwright.vector_graphics.svg.reading.source import ElementError, Place, Source
from inkwright.vector_graphics.svg.reading.values.numbers import Lengths
from inkwright.vector_graphics.svg.reading.values.transform import Matrix, affine, parse_transform
from inkwright.vector_graphics.svg.reading.values.transform_origin import about_origin
from inkwright.vector_graphics.svg.reading.viewport import Box

_MOST_SHAPES, _MOST_NESTED = 20_000, 200


def box_area(box: Box, matrix: Matrix) -> list[Polygon]:
    """A rectangle on the canvas as convex parts; none if it has no area."""
    x, y, width, height = box
    corners = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
    parts = convex_parts([([_placed(corners, matrix)], False)], lambda *_: None)
    return parts if parts and width and height else []


class ClipReader:
    """Reads the clip paths of one document.

    Args:
        source: the document.
        fineness: pixels per canvas unit up to which flattened curves look smooth.
    """

    def __init__(self, source: Source, fineness: float) -> None:
        self._source, self._fineness = source, fineness
        self._left, self._nested_left = _MOST_SHAPES, _MOST_NESTED

    def parts(self, clip: Element, place: Place, box: NDArray[np.float64] | None) -> list[Polygon] | str:
        """The area as convex parts that don't overlap; a word for what cannot be held of it.

        The place is that of the clipped element; ``box`` [2, 2] is around it in its own coordinates.

        Raises:
            ValueError: a number cannot be read.
        """
        style = self._source.sheet.cascade_where_it_stands(clip)
        in_box = clip.get("clipPathUnits") == "objectBoundingBox"
        turned = parse_transform("transform", clip.get("transform", "none"))
        matrix = place.matrix @ about_origin(turned, style, place.viewport)
        if in_box:
            if box is None:
                return []
            (left, top), (right, bottom) = box
            matrix = matrix @ affine(right - left, 0, 0, bottom - top, left, top)
        areas: list[Area] = []
        for child in clip:
            found = self._areas(child, Place(matrix, style, place.viewport, 0, (*place.ancestors, clip)))
            if isinstance(found, str):
                return found
            areas += found
        parts = convex_parts(areas, self._source.spend)
        return f"a clip of more than {MOST_EDGES:,} edges" if parts is None else parts

    def _areas(self, element: Element, around: Place) -> list[Area] | str:
        tag = local_name(element)
        if tag is None or tag not in (*SHAPE_TAGS, "use", "text") or not shown_in_english(element):
            return []  # as browsers do, whatever else stands in it
        style = self._source.sheet.cascade(element, around.style)
        if style.get("display") == "none" or style.get("visibility", "visible") != "visible":
            return []
        if tag == "text":
            return "<text> in a clip"

        def read(style: dict[str, str]) -> list[Area] | str:
            return self._read(tag, element, replace(around, style=style))

        return self._source.read(element, style, around.style, read)

    def _read(self, tag: str, element: Element, around: Place) -> list[Area] | str:
        self._left -= 1
        if self._left < 0:
            raise ElementError(f"clips have more than {_MOST_SHAPES:,} shapes, counting every use")
        style = around.style
        turned = parse_transform("transform", style.get("transform", "none"))
        matrix = around.matrix @ about_origin(turned, style, around.viewport)
        place = replace(around, matrix=matrix, ancestors=(*around.ancestors, element))
        if tag == "use":
            lengths = Lengths(style, around.viewport)
            target = self._source.linked(element)
            if target is None or local_name(target) not in SHAPE_TAGS:
                return [] if target is None or local_name(target) != "text" else "<text> in a clip"
            moved = matrix @ affine(1, 0, 0, 1, lengths.get("x"), lengths.get("y"))
            areas, paths = self._areas(target, replace(place, matrix=moved)), list[CubicPath]()
        else:
            paths = [] if tag == "line" else cubic_paths(tag, style, around.viewport, until_error=True)
            scale = self._fineness * float(np.abs(np.linalg.det(matrix[:2, :2]))) ** 0.5
            polygons = [_placed(points, matrix) for points in flattened(paths, scale)]
            areas = [(polygons, style.get("clip-rule", "nonzero") == "evenodd")]
        clip = style.get("clip-path", "none")
        if clip == "none" or isinstance(areas, str):
            return areas
        return self._clipped(areas, clip, place, paths)

    def _clipped(
        self, areas: list[Area], reference: str, place: Place, paths: list[CubicPath]
    ) -> list[Area] | str:
        """Areas cut to a clip that one of the shapes in a clip has itself."""
        self._nested_left -= 1
        if self._nested_left < 0:
            raise ElementError(f"clips are clipped more than {_MOST_NESTED:,} times; this is refused")
        target = self._source.referred(reference)
        if target is None or local_name(target) != "clipPath" or target in place.ancestors:
            return areas
        box = curve_box(paths) if paths else None
        inside = replace(place, ancestors=(*place.ancestors, target))
        parts = self.parts(target, inside, box)
        if isinstance(parts, str):
            return parts
        following = self._source.sheet.cascade_where_it_stands(target).get("clip-path", "none")
        cut = [
            ([cut_polygon(each, part) for each in polygons for part in parts], rule)
            for polygons, rule in areas
        ]
        return cut if following == "none" else self._clipped(cut, following, inside, paths)


def _placed(points: Polygon, matrix: Matrix) -> Polygon:
    return np.asarray(points @ matrix[:2, :2].T + matrix[:2, 2])
