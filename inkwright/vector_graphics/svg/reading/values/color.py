"""Colours of an SVG."""

import re
from collections.abc import Mapping
from typing import Any

from inkwright.vector_graphics.svg.reading.values.numbers import UnreadableError, shortened

Color = tuple[float, float, float, float]

_MAY_HAVE_COMMAS = re.compile(r"\s*(?:rgba?\(|hsla?\([^,]*,[^,]*%\s*,[^,]*%)", re.IGNORECASE)
_LONGEST_TEXT = 200


def parse_color(name: str, text: str) -> Color:
    """Straight RGBA in [0, 1] of a CSS colour: a name, #rgb(a), #rrggbb(aa), rgb(...), hsl(...), hwb(...).

    Raises:
        ValueError: it is no such colour.
    """
    from tinycss2 import color4

    try:
        color: Any = color4.parse_color(text) if len(text) <= _LONGEST_TEXT else None
        if color.space in ("hsl", "hwb"):  # what would be out of range is clamped before it is converted
            hue, *shares = (coordinate or 0.0 for coordinate in color.coordinates)
            shares = [min(max(share, 0.0), 100.0) for share in shares]
            color = color4.Color(color.space, (hue, *shares), color.alpha)
        red, green, blue, alpha = (min(max(value, 0.0), 1.0) for value in color.to("srgb"))
        if red + green + blue >= 0 and ("," not in text or _MAY_HAVE_COMMAS.match(text)):
            return red, green, blue, alpha
    except (ValueError, ArithmeticError, AttributeError, NotImplementedError):
        pass  # None, which has no space, is what the library makes of no colour
    raise UnreadableError(name, f"{name} is {shortened(text)}, which is no colour that can be read")


def style_color(style: Mapping[str, str], name: str, text: str) -> Color:
    """The colour that a property of a style has as text; ``currentcolor`` is the style's own ``color``."""
    if text.lower() == "currentcolor":
        name, text = "color", style.get("color", "black")
    return parse_color(name, text)
