"""Declarations that CSS ignores: values that a property cannot have."""

import re
from collections.abc import Callable
from functools import lru_cache

from inkwright.vector_graphics.svg.reading.values.color import parse_color
from inkwright.vector_graphics.svg.reading.values.numbers import (
    UnreadableError,
    parse_length,
    parse_opacity,
    shortened,
)
from inkwright.vector_graphics.svg.reading.values.transform import parse_transform

# What is legal, but beyond a reader without a browser: it is refused where it matters, and never ignored.
_FUNCTIONS = (
    "var|env|attr|if|calc|min|max|clamp|round|mod|rem|abs|sign|sin|cos|tan|asin|acos|atan|atan2|pow|sqrt|hypot|"
    "log|exp|color|color-mix|light-dark|contrast-color|device-cmyk|lab|lch|oklab|oklch"
)
_SYSTEM_COLORS = (
    "accentcolor|accentcolortext|activetext|buttonborder|buttonface|buttontext|canvas|canvastext|field|"
    "fieldtext|graytext|highlight|highlighttext|linktext|mark|marktext|selecteditem|selecteditemtext|"
    "visitedtext|activeborder|activecaption|appworkspace|background|buttonhighlight|buttonshadow|captiontext|"
    "inactiveborder|inactivecaption|inactivecaptiontext|infobackground|infotext|menu|menutext|scrollbar|"
    "threeddarkshadow|threedface|threedhighlight|threedlightshadow|threedshadow|window|windowframe|windowtext"
)
_BEYOND = re.compile(
    rf"(?<![\w-])(?:(?:{_FUNCTIONS})\(|\w+\(\s*from\s|(?:{_SYSTEM_COLORS}|revert-layer)(?![\w-]))",
    re.IGNORECASE,
)
_URL = re.compile(r"url\((?:[^()\"']|\"[^\"]*\"|'[^']*')*\)", re.IGNORECASE)
_CSS_WIDE = ("inherit", "initial", "unset", "revert")
_BOXES = ("fill-box", "stroke-box", "view-box", "margin-box", "border-box", "padding-box", "content-box")
_SHAPE = re.compile(r"(?:circle|ellipse|inset|polygon|path|rect|xywh|shape)\(", re.IGNORECASE)
_FILTER = re.compile(
    r"(?:blur|brightness|contrast|drop-shadow|grayscale|hue-rotate|invert|opacity|saturate|sepia)\(",
    re.IGNORECASE,
)
_BLENDS = ("normal", "multiply", "screen", "overlay", "darken", "lighten", "color-dodge", "color-burn")
_MORE_BLENDS = (
    "hard-light",
    "soft-light",
    "difference",
    "exclusion",
    "hue",
    "saturation",
    "color",
    "luminosity",
)
_KEYWORDS = {
    "fill-rule": ("nonzero", "evenodd"),
    "clip-rule": ("nonzero", "evenodd"),
    "stroke-linecap": ("butt", "round", "square"),
    "stroke-linejoin": ("miter", "round", "bevel"),  # those of SVG 2 that no browser has are not among them
    "visibility": ("visible", "hidden", "collapse"),
    "mix-blend-mode": (*_BLENDS, *_MORE_BLENDS, "plus-lighter"),
    "isolation": ("auto", "isolate"),
    "overflow": ("visible", "hidden", "scroll", "auto", "clip"),
    "color-interpolation": ("auto", "srgb", "linearrgb"),
    "mask-type": ("luminance", "alpha"),
    "vector-effect": ("none", "non-scaling-stroke"),
    "shape-rendering": ("auto", "optimizespeed", "crispedges", "geometricprecision"),
    "image-rendering": ("auto", "optimizequality", "optimizespeed", "pixelated", "crisp-edges")
    + ("smooth", "high-quality", "-webkit-optimize-contrast"),
}
_COLORS = ("color", "stop-color")
_OPACITIES = ("opacity", "fill-opacity", "stroke-opacity", "stop-opacity")
_LENGTHS = ("x", "y", "cx", "cy", "stroke-dashoffset")
_SIZES = ("width", "height", "r", "rx", "ry", "stroke-width")  # lengths that are not negative
_WITH_AUTO = ("width", "height", "rx", "ry")


def is_beyond(value: str) -> bool:
    """Whether a value uses what CSS knows and this reader does not, so that it must not be ignored."""
    return _BEYOND.search(value) is not None


@lru_cache(maxsize=50_000)
def fault(name: str, value: str, *, is_attribute: bool) -> str | None:
    """Why CSS ignores the declaration of a value; None if it is legal, or a property that is not known here.

    Args:
        name: a property, or an attribute that says one.
        value: its value, without white space around it.
        is_attribute: whether an attribute says it.
    """
    if value.lower() in _CSS_WIDE or is_beyond(value):
        return None
    if name in _KEYWORDS:
        allowed = _KEYWORDS[name]
        return (
            None if value.lower() in allowed else f"{name} {shortened(value)}; it may be {', '.join(allowed)}"
        )
    if name == "transform" and is_attribute:
        return None  # it is not of CSS, and read where it matters
    check = _CHECKS.get(name)
    try:
        if check is not None:
            check(name, value)
    except UnreadableError as error:
        return str(error)
    except ValueError:  # readable, but out of our own bounds: it is refused where it matters
        return None
    return None


def _check_color(name: str, value: str) -> None:
    if value.lower() != "currentcolor":
        parse_color(name, value)


def _check_paint(name: str, value: str) -> None:
    server = _URL.match(value)
    rest = (value[server.end() :] if server else value).strip()
    words = ("none",) if server else ("none", "context-fill", "context-stroke")
    if rest.lower() not in words and (rest or not server):
        _check_color(name, rest)


def _check_opacity(name: str, value: str) -> None:
    parse_opacity(name, value)


def _check_length(name: str, value: str) -> None:
    if value.lower() == "auto" and name in _WITH_AUTO:
        return
    if parse_length(name, value, 100.0) < 0 and name in _SIZES:
        raise UnreadableError(name, f"{name} is {shortened(value)}; it must not be negative")


def _check_miter_limit(name: str, value: str) -> None:
    if value[-1:].isalpha() or value.endswith("%") or parse_length(name, value, 0.0) < 1:
        raise UnreadableError(name, f"{name} is {shortened(value)}; a number of at least 1 is expected")


def _check_dashes(name: str, value: str) -> None:
    if value.lower() != "none":
        for text in re.split(r"[\s,]+", value):
            if parse_length(name, text, 100.0) < 0:
                raise UnreadableError(name, f"{name} is {shortened(value)}; it must not be negative")


def _check_reference(name: str, value: str) -> None:
    also = {"clip-path": _SHAPE, "filter": _FILTER}.get(name)
    boxes = name == "clip-path" and value.lower() in _BOXES
    if value.lower() == "none" or _URL.match(value) or boxes or (also and also.match(value)):
        return
    if name == "mask" and "(" in value:  # pictures of CSS
        return
    raise UnreadableError(name, f"{name} is {shortened(value)}; none or url(...) is expected")


def _check_transform(name: str, value: str) -> None:
    parse_transform(name, value, is_property=True)


_CHECKS: dict[str, Callable[[str, str], None]] = {
    **dict.fromkeys(_COLORS, _check_color),
    **dict.fromkeys(("fill", "stroke"), _check_paint),
    **dict.fromkeys(_OPACITIES, _check_opacity),
    **dict.fromkeys((*_LENGTHS, *_SIZES), _check_length),
    **dict.fromkeys(("clip-path", "mask", "filter"), _check_reference),
    **dict.fromkeys(("marker", "marker-start", "marker-mid", "marker-end"), _check_reference),
    "stroke-miterlimit": _check_miter_limit,
    "stroke-dasharray": _check_dashes,
    "transform": _check_transform,
}
