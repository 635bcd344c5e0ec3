"""Masks of flat paints and of gradients: how much of what is masked shows where."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.clipping.clip_area import box_area
from inkwright.vector_graphics.svg.reading.clipping.convex_parts import Polygon
from inkwright.vector_graphics.svg.reading.clipping.cut_shapes import ShapeCutter
from inkwright.vector_graphics.svg.reading.clipping.flat_paints import blended, paint_areas
from inkwright.vector_graphics.svg.reading.shapes.gradient import Gradient, finer_stops
from inkwright.vector_graphics.svg.reading.shapes.painted_shape import PaintedShape, may_overlap
from inkwright.vector_graphics.svg.reading.source import Place, Source
from inkwright.vector_graphics.svg.reading.style import Style
from inkwright.vector_graphics.svg.reading.values.color import Color
from inkwright.vector_graphics.svg.reading.values.numbers import Lengths
from inkwright.vector_graphics.svg.reading.values.transform import affine
from inkwright.vector_graphics.svg.reading.viewport import Box

Weight = float | Gradient  # a gradient says it by the alpha of its stops
Weights = list[tuple[Weight, list[Polygon]]]

_NOTHING = 1 / 512
_WEIGHTS = (0.2125, 0.7154, 0.0721)


class MaskReader:
    """Reads the masks of one document; arguments as those of ``Effects``."""

    def __init__(
        self,
        source: Source,
        painted: Callable[[Iterable[Element], Place], list[PaintedShape]],
        cutter: ShapeCutter,
        fineness: float,
    ) -> None:
        self._source, self._painted, self._cutter, self._fineness = source, painted, cutter, fineness

    def weights(self, mask: Element, place: Place, box: NDArray[np.float64] | None) -> Weights | str:
        """How much shows where, as convex parts; a word for what cannot be held of it.

        The place is that of the masked element; ``box`` [2, 2] is around it in its own coordinates.

        Raises:
            ValueError: a number cannot be read, or something in the mask cannot be represented.
        """
        style = self._source.sheet.cascade_where_it_stands(mask)
        in_box = style.get("maskUnits") != "userSpaceOnUse"
        content_in_box = style.get("maskContentUnits") == "objectBoundingBox"
        if box is None and (in_box or content_in_box):
            return []
        to_box = np.eye(3)
        if box is not None:
            (left, top), (right, bottom) = box
            to_box = affine(right - left, 0, 0, bottom - top, left, top)
        region = _region(style, (1.0, 1.0) if in_box else place.viewport)
        window = box_area(region, place.matrix @ to_box if in_box else place.matrix)
        matrix = place.matrix @ to_box if content_in_box else place.matrix
        if np.linalg.det(matrix[:2, :2]) == 0:
            return []
        viewport = (1.0, 1.0) if content_in_box else place.viewport
        inside = Place(matrix, style, viewport, 0, (*place.ancestors, mask))
        shapes = self._cutter.cut(self._painted(mask, inside), window)
        paints, parts = paint_areas(shapes, self._fineness, self._source.spend)
        if parts is None:
            return "a mask of too many edges"
        found: Weights = []
        for numbers, polygons in parts.items():
            weight = _weight([paints[number] for number in numbers], style)
            if isinstance(weight, str):
                return weight
            found.append((weight, polygons))
        return found


def masked(shapes: Sequence[PaintedShape], weights: Weights, cutter: ShapeCutter) -> list[PaintedShape] | str:
    """Shapes as far as a mask shows them; a word for what cannot be held of it."""
    by_weight: dict[float, list[Polygon]] = {}
    graded: list[tuple[Gradient, list[Polygon]]] = []
    for weight, polygons in weights:
        if isinstance(weight, Gradient):
            graded.append((weight, polygons))
        elif weight > _NOTHING:
            by_weight.setdefault(round(weight, 6), []).extend(polygons)
    if (graded or by_weight.keys() - {1.0}) and may_overlap(shapes):
        return "half-tones over paints that lie over each other"
    kept: list[PaintedShape] = []
    for level, polygons in by_weight.items():
        kept += [shape.faded(level) for shape in cutter.cut(shapes, polygons)]
    for gradient, polygons in graded:
        for shape in cutter.cut(shapes, polygons, as_fills=True):
            if not shape.flat or shape.fill is None:
                return f"a gradient over a {'gradient' if shape.picture is None else 'picture'}"
            red, green, blue, alpha = shape.fill
            stops = [(at, (red, green, blue, stop[3])) for at, stop in gradient.stops]
            kept.append(
                replace(shape, gradient=replace(gradient, stops=stops), fill=(red, green, blue, alpha))
            )
    return kept


def _region(style: Style, size: tuple[float, float]) -> Box:
    lengths = Lengths(style, size)
    x, y = lengths.get("x", "-10%"), lengths.get("y", "-10%")
    return x, y, max(lengths.get("width", "120%"), 0.0), max(lengths.get("height", "120%"), 0.0)


def _weight(paints: Sequence[PaintedShape], style: Style) -> Weight | str:
    if any(paint.picture is not None for paint in paints):
        return "a pixel image in a mask"
    graded = [paint for paint in paints if paint.gradient is not None]
    if not graded:
        return _level(blended([paint.fill or (0.0, 0.0, 0.0, 0.0) for paint in paints]), style)
    top = paints[-1]
    if top.gradient is None or top.fill is None:
        return "a gradient beneath other paints"
    opaque = top.fill[3] == 1 and all(color[3] == 1 for _, color in top.gradient.stops)
    if len(paints) > 1 and not opaque:
        return "a gradient over other paints"
    stops = []
    for at, (red, green, blue, alpha) in finer_stops(top.gradient.stops):
        level = _level((red, green, blue, alpha * top.fill[3]), style)
        stops.append((at, (1.0, 1.0, 1.0, level)))
    return replace(top.gradient, stops=stops)


def _level(color: Color, style: Style) -> float:
    """What a color of a mask lets through: its alpha, or its luminance times that."""
    if style.get("mask-type") == "alpha":
        return color[3]
    channels = color[:3]
    if style.get("color-interpolation", "auto").lower() == "linearrgb":
        channels = tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)  # type: ignore[assignment]
    return color[3] * sum(weight * each for weight, each in zip(_WEIGHTS, channels, strict=True))
