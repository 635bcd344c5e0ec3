"""The shapes of a Drawing as SVG attributes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from xml.etree import ElementTree as ET

from torch import Tensor

from inkwright.vector_graphics.drawing import FILL_RULES, Drawing
from inkwright.vector_graphics.stroke_styles import CAPS, JOINS
from inkwright.vector_graphics.svg.reading.values.numbers import MAX_NUMBER
from inkwright.vector_graphics.svg.writing.gradient import GradientDefinitions
from inkwright.vector_graphics.svg.writing.path_data import format_path
from inkwright.vector_graphics.svg.writing.picture import PictureDefinitions
from inkwright.vector_graphics.svg.writing.straightened_strokes import cut_where_straightened
from inkwright.vector_graphics.svg.writing.tapered_strokes import outline_tapered
from inkwright.vector_graphics.svg.writing.values import (
    Array,
    check_readable,
    format_color,
    format_rounded,
    format_share,
    to_array,
)

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
_LINES_IN_CANVAS = 2_000  # a line may be off by this part of the longer side
_OUTLINE_CLASS = "stroke-outline"  # says that a fill is what was a stroke of changing width


@dataclass(frozen=True)
class ExportedShape:
    """One shape as SVG: its layer, its presentation attributes, its path data, a picture that fills it.

    Where a picture is all that is painted, there is no path data.
    """

    layer: int
    attributes: Attributes
    path_data: str
    picture: ET.Element | None = None


def exported_shapes(
    drawing: Drawing, canvas: int, decimals: int, gradients: GradientDefinitions, pictures: PictureDefinitions
) -> list[ExportedShape]:
    """The living, painted shapes of one canvas, in paint order.

    Args:
        drawing: the drawing.
        canvas: which of its canvases.
        decimals: digits after the decimal point of coordinates.
        gradients: of this drawing; gets those that the shapes use.
        pictures: of this drawing; likewise.

    Raises:
        ValueError: a shape has a number that is not finite, or above 1e9; the shape is named.
    """
    drawing, outline = outline_tapered(drawing)
    values = SimpleNamespace(ends=_stroke_ends(drawing), outline=outline.tolist())
    values.cut = cut_where_straightened(drawing, max(drawing.canvas) / _LINES_IN_CANVAS, decimals)
    for name, value in vars(drawing).items():
        if isinstance(value, Tensor):
            setattr(values, name, to_array(value) if value.is_floating_point() else value.tolist())
    painted = drawing.alive & (drawing.canvas_index == canvas) & (drawing.stroked | drawing.filled)
    order = drawing.paint_order()
    rows = order[painted[order]].tolist()
    return [_exported_shape(values, row, decimals, (gradients, pictures)) for row in rows]


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


def _stroke_ends(drawing: Drawing) -> list[Attributes]:
    styles = drawing.styles
    if styles is None:
        return [{"stroke-linecap": "round", "stroke-linejoin": "round"}] * drawing.num_shapes
    rows = zip(styles.cap.tolist(), styles.join.tolist(), styles.miter_limit.tolist(), strict=True)
    return [_ends(CAPS[cap], JOINS[join], limit) for cap, join, limit in rows]


def _ends(cap: str, join: str, limit: float) -> Attributes:
    ends = {"stroke-linecap": cap, "stroke-linejoin": join}
    if join == "miter":
        ends["stroke-miterlimit"] = format_rounded(min(limit, MAX_NUMBER), _LIMIT_DECIMALS)
    return ends


def _exported_shape(
    values: SimpleNamespace, row: int, decimals: int, served: tuple[GradientDefinitions, PictureDefinitions]
) -> ExportedShape:
    gradients, pictures = served
    fill = _fill_attributes(values, row, gradients.reference(row))
    attributes = fill | _stroke_attributes(values, row, decimals)
    if values.outline[row]:
        attributes["class"] = _OUTLINE_CLASS
    text = ""
    for path in range(*values.shape_offsets[row : row + 2]):
        points = values.points[slice(*values.path_offsets[path : path + 2])]
        check_readable(f"points of shape {row}", points)
        text += format_path(values.cut.get(path, points), values.closed[path], decimals)
    paint = {name: attributes.get(name, "1") for name in ("fill-opacity", "fill-rule")}
    picture = pictures.element(row, text, paint["fill-opacity"], paint["fill-rule"])
    if picture is None:
        return ExportedShape(values.layer[row], attributes, text)
    left = {**_stroke_attributes(values, row, decimals), "fill": "none"} if values.stroked[row] else {}
    return ExportedShape(values.layer[row], left, text if left else "", picture)


def _fill_attributes(values: SimpleNamespace, row: int, gradient: str | None) -> Attributes:
    if not values.filled[row]:
        return {"fill": "none"}
    paint = _paint("fill", row, values.fill[row])
    if gradient is not None:
        paint["fill"] = gradient
    return {**paint, "fill-rule": FILL_RULES[values.fill_rule[row]]}


def _stroke_attributes(values: SimpleNamespace, row: int, decimals: int) -> Attributes:
    if not values.stroked[row]:
        return {"stroke": "none"}
    paint = _paint("stroke", row, values.stroke[row])
    check_readable(f"width of shape {row}", values.width[row : row + 1])
    width = format_rounded(max(float(values.width[row]), 0.0), decimals + 1)
    return {**paint, "stroke-width": width, **values.ends[row]}


def _paint(kind: str, row: int, color: Array) -> Attributes:
    check_readable(f"{kind} of shape {row}", color)
    return {kind: format_color(color), f"{kind}-opacity": format_share(color[3])}
