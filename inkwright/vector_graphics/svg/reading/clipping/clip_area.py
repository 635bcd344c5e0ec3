"""What a <clipPath> or a viewport lets through, on the canvas."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.clipping.convex_parts import Area, Polygon, convex_parts
from inkwright.vector_graphics.svg.reading.document import local_name
from inkwright.vector_graphics.svg.reading.layers import shown_in_english
from inkwright.vector_graphics.svg.reading.shapes.geometry import SHAPE_TAGS, cubic_paths
from inkwright.vector_graphics.svg.reading.shapes.outlined_stroke import flattened
from inkwright.vector_graphics.svg.reading.source import Place, Source
from inkwright.vector_graphics.svg.reading.values.numbers import Lengths
from inkwright.vector_graphics.svg.reading.values.transform import Matrix, affine, parse_transform
from inkwright.vector_graphics.svg.reading.viewport import Box

_BETWEEN = ("title", "desc", "metadata", "style", "defs")


def box_area(box: Box, matrix: Matrix) -> list[Polygon]:
    """A rectangle on the canvas as convex parts; none if it has no area."""
    x, y, width, height = box
    corners = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
    parts = convex_parts([([_placed(corners, matrix)], False)])
    return parts if parts and width and height else []


class ClipReader:
    """Reads the clip paths of one document.

    Args:
        source: the document.
        fineness: pixels per canvas unit up to which flattened curves look smooth.
    """

    def __init__(self, source: Source, fineness: float) -> None:
        self._source, self._fineness = source, fineness

    def parts(self, clip: Element, place: Place, box: NDArray[np.float64] | None) -> list[Polygon] | str:
        """The area as convex parts that don't overlap; a word for what cannot be held of it.

        The place is that of the clipped element; ``box`` [2, 2] is around it in its own coordinates.

        Raises:
            ValueError: a number cannot be read.
        """
        style = self._source.sheet.cascade_where_it_stands(clip)
        if style.get("transform", "none") != "none" and style.get("transform-origin", "0 0") != "0 0":
            return "a transform-origin"
        matrix = place.matrix @ parse_transform("transform", clip.get("transform", "none"))
        if clip.get("clipPathUnits") == "objectBoundingBox":
            if box is None:
                return "clipPathUnits of a group's box"
            (left, top), (right, bottom) = box
            matrix = matrix @ affine(right - left, 0, 0, bottom - top, left, top)
        areas: list[Area] = []
        for child in clip:
            found = self._areas(child, Place(matrix, style, place.viewport, 0, (clip,)))
            if isinstance(found, str):
                return found
            areas += found
        parts = convex_parts(areas)
        return "a clip of more than 600 edges" if parts is None else parts

    def _areas(self, element: Element, around: Place) -> list[Area] | str:
        tag = local_name(element)
        if tag is None or tag in _BETWEEN or not shown_in_english(element):
            return []
        style = self._source.sheet.cascade(element, around.style)
        if style.get("display") == "none" or style.get("visibility", "visible") != "visible":
            return []
        if style.get("clip-path", "none") != "none":
            return "a clip that is clipped"
        matrix = around.matrix @ parse_transform("transform", style.get("transform", "none"))
        if tag == "use":
            lengths = Lengths(style, around.viewport)
            matrix = matrix @ affine(1, 0, 0, 1, lengths.get("x"), lengths.get("y"))
            target = self._source.linked(element)
            if target is None or local_name(target) == "use":
                return [] if target is None else "a <use> of a <use> in a clip"
            around = Place(matrix, style, around.viewport, 0, around.ancestors)
            return self._areas(target, around) if local_name(target) in SHAPE_TAGS else "a <use> in a clip"
        if tag not in SHAPE_TAGS:
            return f"<{tag}> in a clip"
        if tag == "line":
            return []
        paths = cubic_paths(tag, style, around.viewport)
        scale = self._fineness * float(np.abs(np.linalg.det(matrix[:2, :2]))) ** 0.5
        polygons = [_placed(points, matrix) for points in flattened(paths, scale)]
        return [(polygons, style.get("clip-rule", "nonzero") == "evenodd")]


def bounds_of(parts: list[Polygon]) -> Iterator[NDArray[np.float64]]:
    """[4] (left, top, right, bottom) of each part."""
    return (np.concatenate([part.min(0), part.max(0)]) for part in parts)


def _placed(points: Polygon, matrix: Matrix) -> Polygon:
    return np.asarray(points @ matrix[:2, :2].T + matrix[:2, 2])
