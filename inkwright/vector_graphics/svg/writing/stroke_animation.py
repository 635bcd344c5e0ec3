"""An SVG that draws itself, stroke by stroke, in any browser."""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

import torch

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.shape_measures import polygon_lengths
from inkwright.vector_graphics.svg.reading.document import SVG_NAMESPACE
from inkwright.vector_graphics.svg.writing.layer_names import named_layers
from inkwright.vector_graphics.svg.writing.writer import svg_text

_SHORTEST = 0.15  # seconds that a stroke is being drawn, or one sees it appear at once


def animated_svg(drawing: Drawing, seconds: float, layers: Mapping[int, str] | None = None) -> str:
    """SVG of one canvas whose strokes appear one by one, layer after layer, the long ones first.

    It takes ``seconds`` > 0 by SMIL animations; where those are not played, it is the finished drawing.
    ``layers`` are names of layers, see ``named_layers``.
    """
    ordered = _long_ones_first(drawing.only_alive())
    ET.register_namespace("", SVG_NAMESPACE)
    root = ET.fromstring(named_layers(svg_text(ordered), layers or {}))  # our own writer's text
    paths = root.findall(f".//{{{SVG_NAMESPACE}}}path")
    for index, path in enumerate(paths):
        begin = seconds * index / len(paths)
        path.set("pathLength", "1")
        path.set("stroke-dasharray", "1 1")
        _animate(path, "stroke-dashoffset", ("1", "0"), begin, max(seconds / len(paths), _SHORTEST))
        _animate(path, "visibility", ("hidden", "hidden"), 0.0, begin)
    return ET.tostring(root, encoding="unicode") + "\n"


def _animate(path: ET.Element, name: str, values: tuple[str, str], begin: float, duration: float) -> None:
    if duration > 0:
        times = {"begin": f"{begin:.3f}s", "dur": f"{duration:.3f}s", "fill": "remove"}
        animated = {"attributeName": name, "from": values[0], "to": values[1], **times}
        ET.SubElement(path, f"{{{SVG_NAMESPACE}}}animate", animated)


def _long_ones_first(drawing: Drawing) -> Drawing:
    by_length = torch.argsort(polygon_lengths(drawing), descending=True, stable=True)
    ordered = drawing.select(by_length[torch.argsort(drawing.layer[by_length], stable=True)])
    return ordered.replace(order=torch.arange(drawing.num_shapes, device=drawing.points.device))
