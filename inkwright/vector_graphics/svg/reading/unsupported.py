"""What a Drawing cannot hold, by the names that SVG has for it."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from inkwright.vector_graphics.svg.reading.numbers import shortened
from inkwright.vector_graphics.svg.reading.style import Style

# Elements that paint nothing where they stand. What refers to them is judged where it does.
NEVER_PAINTED = frozenset(
    {"title", "desc", "metadata", "defs", "style", "view", "cursor", "color-profile", "font", "font-face"}
    | {"clipPath", "mask", "marker", "filter", "pattern", "linearGradient", "radialGradient", "stop"}
)
_PAINTED_OTHERWISE = {
    "text": "text; convert it to paths in an editor",
    "flowRoot": "text; convert it to paths in an editor",
    "image": "a pixel image",
    "foreignObject": "foreign content",
    "script": "a script",
    "animate": "an animation",
    "animateTransform": "an animation",
    "animateMotion": "an animation",
    "animateColor": "an animation",
    "set": "an animation",
}
_GROUP_PROPERTIES = {
    "filter": "none",
    "mask": "none",
    "mix-blend-mode": "normal",
    "animation": "none",
    "animation-name": "none",
    "rotate": "none",
    "scale": "none",
    "translate": "none",
    "perspective": "none",
}
_SHAPE_PROPERTIES = {"vector-effect": "none"}
_MARKERS = ("marker-start", "marker-mid", "marker-end")
_MARKED = ("path", "line", "polyline", "polygon")
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"


def unsupported_element(tag: str, element: Element) -> str | None:
    """What an element of this tag is, if a Drawing cannot hold it; None for an empty text."""
    if tag in ("text", "flowRoot") and not "".join(element.itertext()).strip():
        return None
    return _PAINTED_OTHERWISE.get(tag, f"the unknown element <{tag}>")


def unsupported_group_style(style: Style) -> Iterator[str]:
    """Properties of a group or shape that change its picture and cannot be held."""
    for name, harmless in _GROUP_PROPERTIES.items():
        yield from _unless(style, name, harmless)
    if style.get("transform", "none") != "none":
        yield from _unless(style, "transform-origin", "0 0")
        yield from _unless(style, "transform-box", "view-box")


def unsupported_shape_style(tag: str, style: Style, *, stroked: bool, filled: bool) -> Iterator[str]:
    """Properties of a shape's stroke that cannot be held."""
    if tag in _MARKED:
        for name in _MARKERS:
            yield from _unless(style, name, "none")
    if not stroked:
        return
    yield from _unless(style, "vector-effect", "none")
    if style.get("stroke-dasharray", "none").strip(" 0,.") not in ("none", ""):
        yield from _unless(style, "stroke-dasharray", "none")
    if filled and "stroke" in style.get("paint-order", "normal").split("fill")[0]:
        yield from _unless(style, "paint-order", "normal")


def local_reference(element: Element) -> str | None:
    """The id that a <use> refers to, without the #; None if it refers to nothing.

    Raises:
        ValueError: it refers to something outside of the document.
    """
    target = element.get("href", element.get(XLINK_HREF, "")).strip()
    if not target:
        return None
    if not target.startswith("#"):
        raise ValueError(f"refers to {shortened(target)}; external references are refused")
    return target[1:]


def _unless(style: Style, name: str, harmless: str) -> Iterator[str]:
    value = style.get(name, harmless)
    if value != harmless:
        yield f"{name} {shortened(value)}"
