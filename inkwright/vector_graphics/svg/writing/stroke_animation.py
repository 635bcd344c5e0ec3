"""An SVG that draws itself, stroke by stroke, in any browser."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import torch

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.svg.writing.writer import svg_text

_NAMESPACE = "http://www.w3.org/2000/svg"


def animated_svg(drawing: Drawing, seconds: float) -> str:
    """One canvas whose strokes appear one after another, the long ones first, each along its own path.

    Args:
        drawing: one canvas of strokes.
        seconds: how long it takes, > 0.

    Returns:
        SVG with SMIL animations; where those are not played, the finished drawing.
    """
    ordered = _long_ones_first(drawing.only_alive())
    ET.register_namespace("", _NAMESPACE)
    root = ET.fromstring(svg_text(ordered))  # our own writer's text
    paths = root.findall(f".//{{{_NAMESPACE}}}path")
    for index, path in enumerate(paths):
        begin = seconds * index / len(paths)
        path.set("pathLength", "1")
        path.set("stroke-dasharray", "1 1")
        _animate(path, "stroke-dashoffset", ("1", "0"), begin, max(seconds / len(paths), 0.15))
        _animate(path, "visibility", ("hidden", "hidden"), 0.0, begin)
    return ET.tostring(root, encoding="unicode") + "\n"


def _animate(path: ET.Element, name: str, values: tuple[str, str], begin: float, duration: float) -> None:
    if duration > 0:
        attributes = {"attributeName": name, "from": values[0], "to": values[1]}
        ET.SubElement(
            path,
            f"{{{_NAMESPACE}}}animate",
            attributes,
            begin=f"{begin:.3f}s",
            dur=f"{duration:.3f}s",
            fill="remove",
        )


def _long_ones_first(drawing: Drawing) -> Drawing:
    lengths = torch.zeros(drawing.num_shapes)
    steps = (drawing.points[1:] - drawing.points[:-1]).norm(dim=1).cpu()
    shapes = drawing.point_shape().cpu()
    inside = shapes[1:] == shapes[:-1]
    lengths.index_add_(0, shapes[1:][inside], steps[inside])
    ordered = drawing.select(torch.argsort(lengths, descending=True, stable=True).to(drawing.points.device))
    return ordered.replace(order=torch.arange(drawing.num_shapes, device=drawing.points.device))
