"""Patterns as shapes: the contents of a tile, again and again, cut to what they paint."""

import math
from collections.abc import Callable, Iterable, Sequence
from xml.etree.ElementTree import Element

import numpy as np

from inkwright.vector_graphics.svg.reading.clipping.clip_area import box_area
from inkwright.vector_graphics.svg.reading.clipping.convex_parts import convex_parts
from inkwright.vector_graphics.svg.reading.clipping.cut_shapes import ShapeCutter
from inkwright.vector_graphics.svg.reading.document import local_name
from inkwright.vector_graphics.svg.reading.shapes.outlined_stroke import flattened
from inkwright.vector_graphics.svg.reading.shapes.painted_shape import PaintedShape
from inkwright.vector_graphics.svg.reading.shapes.path_parser import CubicPath
from inkwright.vector_graphics.svg.reading.shapes.stroke_reach import curve_box
from inkwright.vector_graphics.svg.reading.source import ElementError, Place, Source
from inkwright.vector_graphics.svg.reading.values.numbers import Lengths, Size
from inkwright.vector_graphics.svg.reading.values.transform import Matrix, affine, parse_transform
from inkwright.vector_graphics.svg.reading.values.transform_origin import about_origin
from inkwright.vector_graphics.svg.reading.viewport import fitted, view_box

_MOST_SHAPES = 20_000


class PatternReader:
    """Paints areas with the patterns of one document.

    Args:
        source: the document.
        painted: what elements paint at a place.
        cutter: cuts shapes, and knows the canvas.
        fineness: pixels per canvas unit up to which flattened curves look smooth.
    """

    def __init__(
        self,
        source: Source,
        painted: Callable[[Iterable[Element], Place], list[PaintedShape]],
        cutter: ShapeCutter,
        fineness: float,
    ) -> None:
        self._source, self._painted, self._cutter, self._fineness = source, painted, cutter, fineness
        self._left = _MOST_SHAPES

    def has_tiles(self, pattern: Element, paths: Sequence[CubicPath]) -> bool:
        """Whether a pattern has a size on a shape of these paths; otherwise its fallback holds."""
        low, high = curve_box(paths)
        return self._gathered(pattern)[0].get("patternUnits") == "userSpaceOnUse" or (high > low).all()

    def shapes(
        self, pattern: Element, area: PaintedShape, place: Place, paths: Sequence[CubicPath]
    ) -> list[PaintedShape] | str:
        """The tiles of a pattern cut to a filled area; a word for what cannot be held of it.

        The paths are those of the painted shape in its own coordinates, the place is that of the shape.

        Raises:
            ValueError: a number cannot be read, or there are too many tiles.
        """
        style, content = self._gathered(pattern)
        return self._source.read(
            pattern,
            style,
            {},
            lambda style: self._painted_with(pattern, (style, content), area, place, paths),
        )

    def _painted_with(
        self,
        pattern: Element,
        gathered: tuple[dict[str, str], Element],
        area: PaintedShape,
        place: Place,
        paths: Sequence[CubicPath],
    ) -> list[PaintedShape] | str:
        style, content = gathered
        in_box = style.get("patternUnits") != "userSpaceOnUse"
        (left, top), (right, bottom) = curve_box(paths)
        size = (float(right - left), float(bottom - top))
        lengths = Lengths(style, (1.0, 1.0) if in_box else place.viewport)
        x, y, width, height = (lengths.get(name) for name in ("x", "y", "width", "height"))
        if in_box:
            x, width = left + x * size[0], width * size[0]
            y, height = top + y * size[1], height * size[1]
        turned = parse_transform("patternTransform", style.get("patternTransform", "none"))
        matrix = place.matrix @ about_origin(turned, style, place.viewport) @ affine(1, 0, 0, 1, x, y)
        if width <= 0 or height <= 0 or pattern in place.ancestors or np.linalg.det(matrix[:2, :2]) == 0:
            return []
        inside = _content_place(place, style, (width, height), size)
        inner = matrix @ inside[0]
        if np.linalg.det(inner[:2, :2]) == 0:
            return []
        around = self._source.sheet.cascade_where_it_stands(pattern)
        ancestors = (*place.ancestors, pattern)
        tile = self._painted(content, Place(inner, around, inside[1], place.layer, ancestors))
        tile = self._cutter.cut(tile, box_area((0.0, 0.0, width, height), matrix))
        shapes = self._tiled(tile, matrix, (width, height), area)
        area_of = [(flattened(area.paths, self._fineness), area.even_odd)]
        parts = convex_parts(area_of, self._source.spend)
        return "a pattern on a shape of too many edges" if parts is None else self._cutter.cut(shapes, parts)

    def _tiled(
        self, tile: Sequence[PaintedShape], matrix: Matrix, size: Size, area: PaintedShape
    ) -> list[PaintedShape]:
        """A tile at all places where it may meet an area on the canvas."""
        bounds = self._cutter.seen(area.bounds())
        if bounds is None or not tile:
            return []
        x, y, right, bottom = bounds
        corners = np.array([[x, y, 1], [right, y, 1], [right, bottom, 1], [x, bottom, 1]])
        placed = (corners @ np.linalg.inv(matrix).T)[:, :2] / size
        low, high = np.floor(placed.min(0) + 1e-6), np.ceil(placed.max(0) - 1e-6)
        count = math.prod((high - low).tolist()) * len(tile)
        self._left -= min(int(count), _MOST_SHAPES + 1)
        if self._left < 0:
            raise ElementError(f"patterns repeat more than {_MOST_SHAPES:,} shapes; this is refused")
        steps = [(i, j) for j in range(int(low[1]), int(high[1])) for i in range(int(low[0]), int(high[0]))]
        moves = [matrix[:2, :2] @ (np.array(step) * size) for step in steps]
        return [shape.mapped(affine(1, 0, 0, 1, *move)) for move in moves for shape in tile]

    def _gathered(self, pattern: Element) -> tuple[dict[str, str], Element]:
        """The style of a pattern and of those that it takes from by href, and whose contents are painted."""
        chain = [pattern]
        while (following := self._source.template(chain[-1])) is not None:
            if local_name(following) != "pattern" or following in chain:
                break
            chain.append(following)
        style: dict[str, str] = {}
        for element in reversed(chain):
            style |= self._source.sheet.cascade_where_it_stands(element)
        full = [element for element in chain if any(local_name(child) for child in element)]
        return style, full[0] if full else pattern


def _content_place(place: Place, style: dict[str, str], tile: Size, box: Size) -> tuple[Matrix, Size]:
    """From the contents of a tile to the tile, and the viewport there."""
    viewed = view_box(style)
    if viewed is not None:
        return fitted(viewed, tile, style), (viewed[2], viewed[3])
    if style.get("patternContentUnits") == "objectBoundingBox":
        return affine(box[0], 0, 0, box[1]), (1.0, 1.0)
    return np.eye(3), place.viewport
