"""A Drawing as an SVG file that every viewer and editor opens, and that looks like our raster."""

import contextlib
import math
import os
import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree as ET

from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.svg.reading.document import SVG_NAMESPACE
from inkwright.vector_graphics.svg.reading.values.numbers import MAX_NUMBER
from inkwright.vector_graphics.svg.writing.gradient import GradientDefinitions
from inkwright.vector_graphics.svg.writing.picture import PictureDefinitions
from inkwright.vector_graphics.svg.writing.shape import ExportedShape, exported_shapes, hoist_attributes
from inkwright.vector_graphics.svg.writing.values import format_color, format_rounded

_INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"
_SIDES = (1e-7, MAX_NUMBER)
_SIDES_IN_PIXELS = (16.0, 8192.0)
_FALLBACK_SIDE = 512.0
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_svg(
    drawing: Drawing,
    path: str | os.PathLike[str],
    *,
    canvas: int | None = None,
    decimals: int | None = None,
    background: Sequence[float] | Tensor | None = None,
    title: str | None = None,
    description: str | None = None,
) -> None:
    """Write one canvas as an SVG file; the file appears whole or not at all.

    Args:
        drawing: the drawing; shapes that are not alive are left out.
        path: where the file goes; its folder is made.
        canvas: which canvas of a batch to write; needed only if there are several.
        decimals: digits after the decimal point of coordinates; by default fine enough for 1/20,000 of the
            longer side, and at least 2. Widths and opacities get one and two digits more.
        background: RGB in [0, 1] of a rectangle behind everything; by default there is none.
        title: the name that viewers show.
        description: free text about the drawing.

    Raises:
        ValueError: the drawing has several canvases and none was chosen, a side of its canvas is not in
            [1e-7, 1e9], a shape has a number that is not finite or above 1e9, or an argument is wrong.
    """
    text = svg_text(
        drawing, canvas=canvas, decimals=decimals, background=background, title=title, description=description
    )
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        os.replace(temporary, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def svg_text(
    drawing: Drawing,
    *,
    canvas: int | None = None,
    decimals: int | None = None,
    background: Sequence[float] | Tensor | None = None,
    title: str | None = None,
    description: str | None = None,
    width_mm: float | None = None,
) -> str:
    """The text that ``write_svg`` writes; same arguments, same errors, same bytes for the same drawing.

    With ``width_mm`` > 0 the picture is so wide on paper; a ValueError refuses other widths.
    """
    decimals = _checked_decimals(decimals, drawing.canvas)
    root = _root(drawing.canvas)
    if width_mm is not None:
        root.attrib.update(_on_paper(drawing.canvas, width_mm))
    for tag, text in (("title", title), ("desc", description)):
        if text:
            ET.SubElement(root, tag).text = _NOT_XML.sub("", text)
    gradients = GradientDefinitions(drawing.gradients, decimals)
    pictures = PictureDefinitions(drawing.pictures, decimals)
    shapes = exported_shapes(drawing, _chosen_canvas(drawing, canvas), decimals, gradients, pictures)
    if definitions := [*gradients.definitions(), *pictures.definitions()]:
        ET.SubElement(root, "defs").extend(definitions)
    if background is not None:
        root.append(_background(background, drawing.canvas))
    _append_layers(root, shapes)
    ET.indent(root, space="")
    return ET.tostring(root, encoding="unicode") + "\n"


def _checked_decimals(decimals: int | None, canvas: tuple[float, float]) -> int:
    if decimals is None:
        return min(max(2, math.ceil(math.log10(20_000 / max(canvas)))), 12)
    if decimals != int(decimals) or not 0 <= decimals <= 12:
        raise ValueError(f"decimals is {decimals}; it must be a whole number in [0, 12]")
    return int(decimals)


def _chosen_canvas(drawing: Drawing, canvas: int | None) -> int:
    count = drawing.num_canvases
    if canvas is None and count > 1:
        raise ValueError(f"the drawing has {count} canvases; choose one with canvas=0 ... canvas={count - 1}")
    canvas = 0 if canvas is None else canvas
    if not 0 <= canvas < count:
        raise ValueError(f"canvas is {canvas}; the drawing has {count}, counted from 0")
    return canvas


def _root(canvas: tuple[float, float]) -> ET.Element:
    """The outer element: the viewBox is the canvas, width and height are the same size in pixels."""
    low, high = _SIDES
    if not all(low <= side <= high for side in canvas):
        raise ValueError(f"canvas is {canvas}; an SVG can hold sides in [{low:g}, {high:g}]")
    longer = max(canvas)
    low, high = _SIDES_IN_PIXELS
    pixels_per_unit = 1.0 if low <= longer <= high else _FALLBACK_SIDE / longer
    width, height = (_side(side * pixels_per_unit, 4) for side in canvas)
    box = " ".join(["0 0", *(_side(side, 9) for side in canvas)])
    return ET.Element("svg", {"xmlns": SVG_NAMESPACE, "width": width, "height": height, "viewBox": box})


def _on_paper(canvas: tuple[float, float], width_mm: float) -> dict[str, str]:
    if not 0 < width_mm <= MAX_NUMBER:
        raise ValueError(f"width_mm is {width_mm}; it must be above 0")
    height_mm = width_mm * canvas[1] / canvas[0]
    return {"width": f"{_side(width_mm, 4)}mm", "height": f"{_side(height_mm, 4)}mm"}


def _side(value: float, decimals: int) -> str:
    """A side to some decimals, or, below 1, to as many digits: readers compare its ratio to the other one."""
    return format_rounded(value, decimals + max(0, math.ceil(-math.log10(value))))


def _background(background: Sequence[float] | Tensor, canvas: tuple[float, float]) -> ET.Element:
    color = background.tolist() if isinstance(background, Tensor) else list(background)
    if len(color) != 3 or not all(0 <= value <= 1 for value in color):
        raise ValueError(f"background is {color}; it must be RGB, three numbers in [0, 1]")
    width, height = (_side(side, 9) for side in canvas)
    attributes = {"width": width, "height": height, "fill": format_color(color)}
    return ET.Element("rect", {"id": "background", **attributes})


def _append_layers(root: ET.Element, shapes: list[ExportedShape]) -> None:
    """One group per run of shapes of one layer, so that groups keep the paint order."""
    runs = [(layer, list(run)) for layer, run in groupby(shapes, key=lambda shape: shape.layer)]
    several = len({layer for layer, _ in runs}) > 1
    if several:
        root.set("xmlns:inkscape", _INKSCAPE)
    seen: dict[int, int] = {}
    for layer, run in runs:
        seen[layer] = seen.get(layer, 0) + 1
        name = f"layer-{layer}" if seen[layer] == 1 else f"layer-{layer}-{seen[layer]}"
        group = ET.SubElement(root, "g", {"id": name})
        if several:
            group.attrib.update({"inkscape:groupmode": "layer", "inkscape:label": name})
        shared, own = hoist_attributes([shape.attributes for shape in run])
        group.attrib.update(shared)
        for shape, attributes in zip(run, own, strict=True):
            if shape.picture is not None:
                group.append(shape.picture)
            if shape.path_data:
                ET.SubElement(group, "path", {**attributes, "d": shape.path_data})
