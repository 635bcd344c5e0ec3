"""An SVG of shapes alone: whatever could run, load or show anything else is left out."""

import re
from xml.etree.ElementTree import Element

from inkwright.vector_graphics.svg.reading.document import SVG_NAMESPACE, local_name, parse_document

# Of the elements and attributes of SVG those that a drawing of shapes needs.
_ELEMENTS = {
    *("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
    *("defs", "linearGradient", "radialGradient", "stop"),
}
_ATTRIBUTES = {
    *("id", "d", "points", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy"),
    *("width", "height", "viewBox", "preserveAspectRatio", "transform", "opacity", "display", "visibility"),
    *("href", "gradientTransform", "gradientUnits", "spreadMethod", "offset", "stop-color", "stop-opacity"),
    *("color", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity"),
    *("stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset"),
    "paint-order",
}
_LINK = "{http://www.w3.org/1999/xlink}href"
_HARMLESS = re.compile(r"[\w\s#%.,+()-]*")
_LOCAL = re.compile(r"#[\w.:-]+")
_PAINT = re.compile(r"\s*url\(\s*[\"']?(#[\w.:-]+)[\"']?\s*\)")


def plain_svg(content: bytes) -> Element:
    """The ``<svg>`` element of a document, with its shapes, groups and gradients.

    Elements, attributes and values that are not known to be harmless are left out; so are names and texts.
    Tags carry no namespace; the outermost element declares SVG's.

    Raises:
        ValueError: it is no SVG, or one that ``parse_document`` refuses.
    """
    root = _copied(parse_document(content))
    root.set("xmlns", SVG_NAMESPACE)
    return root


def prefix_ids(root: Element, prefix: str) -> None:
    """Renames all ids of a plain SVG, so that they are unlike those of others in the same document."""
    for element in root.iter():
        for name, value in list(element.items()):
            if name == "id":
                element.set(name, prefix + value)
            elif name == "href" or value.startswith("url(#"):
                element.set(name, value.replace("#", f"#{prefix}", 1))


def _copied(element: Element) -> Element:
    copied = Element(local_name(element) or "svg", _attributes(element))
    copied.extend(_copied(child) for child in element if local_name(child) in _ELEMENTS)
    return copied


def _attributes(element: Element) -> dict[str, str]:
    told = element.attrib
    if "style" in told:  # which wins
        said = (each.partition(":") for each in told["style"].split(";"))
        told = told | {name.strip(): value.strip() for name, _, value in said}
    if _LINK in told:
        told = {"href": told[_LINK]} | told
    kept = {name: _harmless(name, value) for name, value in told.items() if name in _ATTRIBUTES}
    return {name: value for name, value in kept.items() if value is not None}


def _harmless(name: str, value: str) -> str | None:
    """The value, if it refers to nothing outside of its document; of a paint, without its fallback."""
    if name == "href":
        return value if _LOCAL.fullmatch(value) else None
    if "url" in value.lower():
        paint = _PAINT.match(value)
        return f"url({paint[1]})" if paint else None
    return value if _HARMLESS.fullmatch(value) else None
