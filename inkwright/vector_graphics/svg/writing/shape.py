"""The shapes of a Drawing as SVG attributes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from inkwright.vector_graphics.drawing import FILL_RULES, Drawing
from inkwright.vector_graphics.stroke_styles import CAPS, JOINS
from inkwright.vector_graphics.svg.reading.numbers import MAX_NUMBER
from inkwright.vector_graphics.svg.writing.color import format_color
from inkwright.vector_graphics.svg.writing.gradient import GradientDefinitions
from inkwright.vector_graphics.svg.writing.path_data import format_number, format_path
from inkwright.vector_graphics.svg.writing.tapered_strokes import outline_tapered

Attributes = dict[str, str]

# What a viewer takes when an attribute is not written; attributes that are not here are always written.
_INITIAL = {
    "fill": "#000",
    "fill-opacity": "1",
    "fill-rule": "nonzero",
    "stroke": "none",
    "stroke-opacity": "1",
    "stroke-width": "1",
    "stroke-linecap": "butt",
    "stroke-linejoin": "miter",
    "stroke-miterlimit": "4",
}
_LIMIT_DECIMALS = 4
_OUTLINE_CLASS = "stroke-outline"  # says that a fill is what was a stroke of changing width
_OPACITY_DECIMALS = 4


@dataclass(frozen=True)
class ExportedShape:
    """One shape as SVG: its layer, its presentation attributes, its path data."""

    layer: int
    attributes: Attributes
    path_data: str


@dataclass(frozen=True)
class _Values:
    """The numbers of a drawing as arrays, in double precision, out of the autograd graph."""

    points: NDArray[np.float64]
    width: NDArray[np.float64]
    stroke: NDArray[np.float64]
    fill: NDArray[np.float64]
    path_offsets: list[int]
    shape_offsets: list[int]
    closed: list[bool]
    stroked: list[bool]
    filled: list[bool]
    fill_rule: list[int]
    layer: list[int]
    ends: list[Attributes]
    outline: list[bool]


def exported_shapes(
    drawing: Drawing, canvas: int, decimals: int, gradients: GradientDefinitions
) -> list[ExportedShape]:
    """The living, painted shapes of one canvas, in paint order.

    Args:
        drawing: the drawing.
        canvas: which of its canvases.
        decimals: digits after the decimal point of coordinates.
        gradients: of this drawing; gets those that the shapes use.

    Raises:
        ValueError: a shape has a number that is not finite, or above 1e9; the shape is named.
    """
    drawing, outline = outline_tapered(drawing)
    values = _values(drawing, outline)
    painted = drawing.alive & (drawing.canvas_index == canvas) & (drawing.stroked | drawing.filled)
    order = drawing.paint_order()
    return [_exported_shape(values, row, decimals, gradients) for row in order[painted[order]].tolist()]


def hoist_attributes(shapes: Sequence[Attributes]) -> tuple[Attributes, list[Attributes]]:
    """Attributes that a group can state once for its shapes, and what every shape still states itself.

    The group gets the commonest value of each attribute (the first seen among equals). A shape that does not
    have an attribute does not depend on it.
    """
    shared: Attributes = {}
    for name in dict.fromkeys(name for shape in shapes for name in shape if name != "class"):
        value = Counter(shape[name] for shape in shapes if name in shape).most_common(1)[0][0]
        if value != _INITIAL.get(name):
            shared[name] = value
    own = [
        {name: value for name, value in shape.items() if value != shared.get(name, _INITIAL.get(name))}
        for shape in shapes
    ]
    return shared, own


def _values(drawing: Drawing, outline: Tensor) -> _Values:
    return _Values(
        points=_array(drawing.points),
        width=_array(drawing.width),
        stroke=_array(drawing.stroke),
        fill=_array(drawing.fill),
        path_offsets=drawing.path_offsets.tolist(),
        shape_offsets=drawing.shape_offsets.tolist(),
        closed=drawing.closed.tolist(),
        stroked=drawing.stroked.tolist(),
        filled=drawing.filled.tolist(),
        fill_rule=drawing.fill_rule.tolist(),
        layer=drawing.layer.tolist(),
        ends=_stroke_ends(drawing),
        outline=outline.tolist(),
    )


def _array(tensor: Tensor) -> NDArray[np.float64]:
    array: NDArray[np.float64] = tensor.detach().double().cpu().numpy()
    return array


def _stroke_ends(drawing: Drawing) -> list[Attributes]:
    """Caps and joins of every shape."""
    styles = drawing.styles
    if styles is None:
        return [{"stroke-linecap": "round", "stroke-linejoin": "round"}] * drawing.num_shapes
    rows = zip(styles.cap.tolist(), styles.join.tolist(), styles.miter_limit.tolist(), strict=True)
    return [_ends(CAPS[cap], JOINS[join], limit) for cap, join, limit in rows]


def _ends(cap: str, join: str, limit: float) -> Attributes:
    ends = {"stroke-linecap": cap, "stroke-linejoin": join}
    if join == "miter":
        quanta = round(min(limit, MAX_NUMBER) * 10**_LIMIT_DECIMALS)
        ends["stroke-miterlimit"] = format_number(quanta, _LIMIT_DECIMALS)
    return ends


def _exported_shape(
    values: _Values, row: int, decimals: int, gradients: GradientDefinitions
) -> ExportedShape:
    fill = _fill_attributes(values, row, gradients.reference(row))
    attributes = fill | _stroke_attributes(values, row, decimals)
    if values.outline[row]:
        attributes["class"] = _OUTLINE_CLASS
    return ExportedShape(values.layer[row], attributes, _path_data(values, row, decimals))


def _path_data(values: _Values, row: int, decimals: int) -> str:
    text = ""
    for path in range(values.shape_offsets[row], values.shape_offsets[row + 1]):
        points = values.points[values.path_offsets[path] : values.path_offsets[path + 1]]
        _check_readable(row, "points", points)
        text += format_path(points, values.closed[path], decimals)
    return text


def _fill_attributes(values: _Values, row: int, gradient: str | None) -> Attributes:
    if not values.filled[row]:
        return {"fill": "none"}
    _check_readable(row, "fill", values.fill[row])
    paint = _paint("fill", values.fill[row])
    if gradient is not None:
        paint["fill"] = gradient
    return {**paint, "fill-rule": FILL_RULES[values.fill_rule[row]]}


def _stroke_attributes(values: _Values, row: int, decimals: int) -> Attributes:
    if not values.stroked[row]:
        return {"stroke": "none"}
    _check_readable(row, "stroke", values.stroke[row])
    _check_readable(row, "width", values.width[row : row + 1])
    width = format_number(round(max(float(values.width[row]), 0.0) * 10 ** (decimals + 1)), decimals + 1)
    return {**_paint("stroke", values.stroke[row]), "stroke-width": width, **values.ends[row]}


def _paint(kind: str, color: NDArray[np.float64]) -> Attributes:
    opacity = round(min(max(float(color[3]), 0.0), 1.0) * 10**_OPACITY_DECIMALS)
    return {kind: format_color(color), f"{kind}-opacity": format_number(opacity, _OPACITY_DECIMALS)}


def _check_readable(row: int, name: str, value: NDArray[np.float64]) -> None:
    """Refuse numbers that are not finite, or larger than readers accept.

    Raises:
        ValueError: there is one; the shape, its row, is named.
    """
    bad = value[~(np.abs(value) <= MAX_NUMBER)]
    if bad.size:
        limit = f"an SVG can only hold finite numbers, up to {MAX_NUMBER:g}"
        raise ValueError(f"{name} of shape {row} is {float(bad[0])}; {limit}")
