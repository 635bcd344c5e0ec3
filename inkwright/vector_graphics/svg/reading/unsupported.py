"""What a Drawing cannot hold, by the names that SVG has for it."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from inkwright.vector_graphics.svg.reading.style import Style
from inkwright.vector_graphics.svg.reading.values.numbers import shortened

# Elements that paint nothing where they stand. What refers to them is judged where it does.
NEVER_PAINTED = frozenset(
    {"title", "desc", "metadata", "defs", "style", "view", "cursor", "color-profile", "font", "font-face"}
    | {"clipPath", "mask", "marker", "filter", "pattern", "linearGradient", "radialGradient", "stop"}
)
_TEXTS = ("text", "flowRoot")
_PAINTED_OTHERWISE = dict.fromkeys(_TEXTS, "text; convert it to paths in an editor")
_PAINTED_OTHERWISE |= {"image": "a pixel image", "foreignObject": "foreign content", "script": "a script"}
_PAINTED_OTHERWISE |= dict.fromkeys(
    ("animate", "animateTransform", "animateMotion", "animateColor", "set"), "an animation"
)
_GROUP_PROPERTIES = {"filter": "none", "mask": "none", "mix-blend-mode": "normal"} | dict.fromkeys(
    ("animation", "animation-name", "rotate", "scale", "translate", "perspective"), "none"
)
_MARKERS = ("marker-start", "marker-mid", "marker-end")
_MARKED = ("path", "line", "polyline", "polygon")


def unsupported_element(tag: str, element: Element) -> str | None:
    """What an element of this tag is, if a Drawing cannot hold it; None for an empty text."""
    if tag in _TEXTS and not "".join(element.itertext()).strip():
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
    """Properties of a shape's stroke that cannot be held, and markers, which paint where no stroke does."""
    for name in _MARKERS if tag in _MARKED else ():
        yield from _unless(style, name, "none")
    if not stroked:
        return
    yield from _unless(style, "vector-effect", "none")
    if style.get("stroke-dasharray", "none").strip(" 0,.") not in ("none", ""):
        yield from _unless(style, "stroke-dasharray", "none")
    if filled and "stroke" in style.get("paint-order", "normal").split("fill")[0]:
        yield from _unless(style, "paint-order", "normal")


def _unless(style: Style, name: str, harmless: str) -> Iterator[str]:
    value = style.get(name, harmless)
    if value != harmless:
        yield f"{name} {shortened(value)}"
