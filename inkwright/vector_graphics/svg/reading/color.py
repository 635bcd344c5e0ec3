"""Colours of an SVG."""

from __future__ import annotations

import colorsys
import re

from inkwright.vector_graphics.svg.reading.numbers import NUMBER, parse_opacity, shortened

Color = tuple[float, float, float, float]

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]*)\)", re.IGNORECASE)
_CHANNEL = re.compile(NUMBER)
_HUE = re.compile(rf"({NUMBER})(?:deg)?")
_LONGEST_TEXT = 200


def parse_color(name: str, text: str) -> Color:
    """Straight RGBA in [0, 1] of a CSS colour: a name, #rgb(a), #rrggbb(aa), rgb(...), hsl(...).

    Raises:
        ValueError: it is no such colour.
    """
    text = text.strip()
    try:
        if _HEX.fullmatch(text):
            return _hex_color(text[1:])
        function = _FUNCTION.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
        if function is not None:
            return _function_color(function[1].lower(), function[2])
        return _named_color(text)
    except (ValueError, ArithmeticError, IndexError):
        raise ValueError(f"{name} is {shortened(text)}, which is no colour that can be read") from None


def _hex_color(digits: str) -> Color:
    if len(digits) <= 4:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue, alpha = bytes.fromhex(digits.ljust(8, "f"))
    return red / 255, green / 255, blue / 255, alpha / 255


def _function_color(kind: str, arguments: str) -> Color:
    parts = [part for part in re.split(r"[\s,/]+", arguments.strip()) if part]
    if len(parts) not in (3, 4):
        raise ValueError("three or four numbers are needed")
    alpha = parse_opacity("alpha", parts[3]) if len(parts) == 4 else 1.0
    if kind == "hsl":
        hue = _HUE.fullmatch(parts[0])
        if hue is None:
            raise ValueError("the hue is no number of degrees")
        saturation, lightness = (parse_opacity("hsl", part) for part in parts[1:3])
        return (*colorsys.hls_to_rgb(float(hue[1]) / 360 % 1, lightness, saturation), alpha)
    red, green, blue = (_channel(part) for part in parts[:3])
    return red, green, blue, alpha


def _channel(text: str) -> float:
    if _CHANNEL.fullmatch(text):
        return min(max(float(text) / 255, 0.0), 1.0)
    return parse_opacity("rgb", text)


def _named_color(text: str) -> Color:
    from svgelements import Color

    name = text.lower()
    value = Color.parse_color_lookup(name) if name.isalpha() else None
    if value is None or (value >> 8 == 0 and name not in ("black", "transparent")):
        raise ValueError("unknown name")  # the library answers black for names that it does not know
    red, green, blue, alpha = value.to_bytes(4, "big")
    return red / 255, green / 255, blue / 255, alpha / 255
