"""What a Drawing cannot hold, by the names that SVG has for it."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from inkwright.vector_graphics.svg.reading.document import local_name
from inkwright.vector_graphics.svg.reading.style import Style
from inkwright.vector_graphics.svg.reading.values.color import Color, style_color
from inkwright.vector_graphics.svg.reading.values.numbers import parse_opacity, shortened

# Elements that paint nothing where they stand. What refers to them is judged where it does.
NEVER_PAINTED = frozenset(
    {"title", "desc", "metadata", "defs", "style", "view", "cursor", "color-profile", "font", "font-face"}
    | {"clipPath", "mask", "marker", "filter", "pattern", "linearGradient", "radialGradient", "stop"}
)
_TEXTS = ("text", "flowRoot")
_PAINTED_OTHERWISE = dict.fromkeys(_TEXTS, "text; convert it to paths in an editor")
_PAINTED_OTHERWISE |= {"foreignObject": "foreign content", "script": "a script"}
_PAINTED_OTHERWISE |= {tag: f"<{tag}>" for tag in ("video", "audio", "iframe", "canvas", "mesh", "hatch")}
_ANIMATIONS = ("animate", "animateTransform", "animateMotion", "animateColor", "set")
_PAINTED_OTHERWISE |= dict.fromkeys(_ANIMATIONS, "an animation")
_GROUP_PROPERTIES = dict.fromkeys(
    ("filter", "animation", "animation-name", "rotate", "scale", "translate", "perspective"), "none"
)
# Of an element that is a group of its own, in which alone its contents are blended.
_ISOLATING = {"clip-path": "none", "mask": "none", "filter": "none", "mix-blend-mode": "normal"}
_ISOLATING |= {"isolation": "auto"}
_GROUNDS = ("background", "background-color")


def unsupported_element(tag: str, element: Element) -> str | None:
    """What an element of this tag is, if a Drawing cannot hold it; None for an empty text.

    Elements that SVG does not know paint nothing, as in browsers.
    """
    referring = any(local_name(each) == "tref" for each in element.iter())
    if tag in _TEXTS and not referring and not "".join(element.itertext()).strip():
        return None
    return _PAINTED_OTHERWISE.get(tag)


def animated(element: Element) -> Iterator[str]:
    """Animations right in an element."""
    for child in element:
        if (tag := local_name(child)) in _ANIMATIONS:
            yield f"an animation (<{tag}>)"


def jagged(style: Style) -> str | None:
    """The hint by which browsers paint a shape without smooth edges; None if there is none."""
    hint = style.get("shape-rendering", "auto").lower()
    return f"shape-rendering {hint}" if hint in ("crispedges", "optimizespeed") else None


def ground_color(style: Style) -> Color | None:
    """The color that the outermost <svg> paints beneath everything; None if there is none."""
    for name in _GROUNDS:
        text = style.get(name, "none").lower()
        if text not in ("none", "transparent"):
            try:
                return style_color(style, name, text)
            except ValueError:
                return None
    return None


def unsupported_ground(style: Style) -> Iterator[str]:
    """What else than a color the outermost <svg> would paint beneath everything."""
    for name in (*_GROUNDS, "background-image"):
        if style.get(name, "none").lower() not in ("none", "transparent") and ground_color(style) is None:
            yield f"{name} {shortened(style[name])}"


def unsupported_group_style(style: Style) -> Iterator[str]:
    """Properties of a group or shape that change its picture and cannot be held."""
    for name, harmless in _GROUP_PROPERTIES.items():
        yield from _unless(style, name, harmless)


def isolates(style: Style) -> bool:
    """Whether what is in an element is blended with nothing around it; its opacity has to be readable."""
    unusual = any(style.get(name, usual) != usual for name, usual in _ISOLATING.items())
    return unusual or parse_opacity("opacity", style.get("opacity", "1")) < 1


def unsupported_stroke_style(style: Style) -> Iterator[str]:
    """Properties of a shape's stroke that cannot be held."""
    yield from _unless(style, "vector-effect", "none")


def _unless(style: Style, name: str, harmless: str) -> Iterator[str]:
    value = style.get(name, harmless)
    if value != harmless:
        yield f"{name} {shortened(value)}"
