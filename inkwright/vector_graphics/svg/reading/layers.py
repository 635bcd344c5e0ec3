"""The order in an SVG document: its layers, and the alternatives of a <switch>."""

import re
from xml.etree.ElementTree import Element

from inkwright.vector_graphics.svg.reading.document import local_name
from inkwright.vector_graphics.svg.reading.shapes.geometry import SHAPE_TAGS
from inkwright.vector_graphics.svg.reading.unsupported import NEVER_PAINTED

_LAYER = re.compile(r"layer-(-?\d{1,9})(?:-\d+)?")


def root_layers(root: Element) -> list[tuple[Element, int]]:
    """The outermost elements with their layers.

    Groups that ``write_svg`` wrote say their layer in their id. In other files every group is a layer, and
    so is every run of shapes between groups.
    """
    children = _painted(root)
    named = [
        _LAYER.fullmatch(child.get("id", "")) if local_name(child) == "g" else None for child in children
    ]
    if any(named):
        return [(child, int(name[1]) if name else 0) for child, name in zip(children, named, strict=True)]
    layers: list[int] = []
    for number, child in enumerate(children):
        loose = local_name(child) in SHAPE_TAGS
        goes_on = number > 0 and loose and local_name(children[number - 1]) in SHAPE_TAGS
        layers.append(layers[-1] + (not goes_on) if layers else 0)
    return list(zip(children, layers, strict=True))


def first_alternative(switch: Element) -> list[Element]:
    """The child of a <switch> that is shown: the first that an English reader without extensions sees."""
    return [child for child in _painted(switch) if shown_in_english(child)][:1]


def shown_in_english(element: Element) -> bool:
    """Whether an element is shown where English is read and there are no extensions."""
    languages = element.get("systemLanguage")
    spoken = [each.strip().lower().partition("-")[0] for each in (languages or "").split(",")]
    return "requiredExtensions" not in element.attrib and (languages is None or "en" in spoken)


def _painted(parent: Element) -> list[Element]:
    return [child for child in parent if local_name(child) not in NEVER_PAINTED | {None}]
