"""Numbers of an SVG: lists of them, opacities, lengths with their units."""

import math
import re
from collections.abc import Mapping

from inkwright.vector_graphics.svg.reading.values.units import UNITS, Units

Size = tuple[float, float]  # width, height

MAX_NUMBER = 1e9
NUMBER = r"(?>[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
LONGEST_TEXT = 10_000

_USUAL = Units()
_NUMBER = re.compile(NUMBER)
_NUMBER_OR_GAP = re.compile(rf"{NUMBER}|[\s,]+", re.ASCII)
_NUMBERS = re.compile(rf"(?:[\s,]*{NUMBER})*", re.ASCII)
_LENGTH = re.compile(rf"\s*({NUMBER})({'|'.join(UNITS)}|%)\s*", re.ASCII | re.IGNORECASE)
_ALONG = dict.fromkeys(("x", "x1", "x2", "cx", "fx", "rx", "width", "refX", "markerWidth"), 0)
_ALONG |= dict.fromkeys(("y", "y1", "y2", "cy", "fy", "ry", "height", "refY", "markerHeight"), 1)


class UnreadableError(ValueError):
    """The value of an attribute or property, called ``name``, is none that it can have."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def shortened(text: str) -> str:
    """The text in quotes, as messages show it: at most 60 characters of it."""
    return repr(text if len(text) <= 60 else text[:60] + "…")


def parse_numbers(name: str, text: str) -> list[float]:
    """Numbers separated by white space, commas, or nothing where that is clear; messages call them ``name``.

    Raises:
        ValueError: there is something else in the text, or a number above 1e9.
    """
    rest = _NUMBER_OR_GAP.sub("", text)
    if rest:
        raise UnreadableError(name, f"{name} holds {shortened(rest)} where numbers are expected")
    numbers = [float(number) for number in _NUMBER.findall(text)]
    largest = max(map(abs, numbers), default=0.0)
    if largest > MAX_NUMBER:
        raise ValueError(f"{name} holds the number {largest:g}; numbers up to {MAX_NUMBER:g} are accepted")
    return numbers


def readable_numbers(text: str) -> list[float]:
    """The numbers of a text before the first that cannot be read.

    Raises:
        ValueError: one is above 1e9.
    """
    beginning = _NUMBERS.match(text)
    return parse_numbers("the text", beginning[0]) if beginning else []


def parse_opacity(name: str, text: str) -> float:
    """An opacity, a number or a percentage, clamped to [0, 1].

    Raises:
        ValueError: it is neither.
    """
    match = _LENGTH.fullmatch(text) if len(text) <= LONGEST_TEXT else None
    if match is None or match[2] not in ("", "%"):
        raise UnreadableError(name, f"{name} is {shortened(text)}; a number or a percentage is expected")
    return min(max(float(match[1]) / (100 if match[2] else 1), 0.0), 1.0)


def parse_length(name: str, text: str, relative_to: float, units: Units = _USUAL) -> float:
    """A length in user units, of which 96 are an inch; 100 % are ``relative_to``.

    Raises:
        ValueError: it is no length, or its size is above 1e9.
    """
    match = _LENGTH.fullmatch(text) if len(text) <= LONGEST_TEXT else None
    if match is None:
        expected = "a number with px, pt, pc, mm, cm, in, em or % is expected"
        raise UnreadableError(name, f"{name} is {shortened(text)}; {expected}")
    unit = match[2].lower()
    value = float(match[1]) * (relative_to / 100 if unit == "%" else units.of_one(unit))
    if not abs(value) <= MAX_NUMBER:
        raise ValueError(f"{name} is {shortened(text)}; numbers up to {MAX_NUMBER:g} are accepted")
    return value


class Lengths:
    """Lengths of an element by name, from its style; percentages refer to the viewport or its diagonal."""

    def __init__(self, style: Mapping[str, str], viewport: Size) -> None:
        self._style = style
        self.diagonal = math.hypot(*viewport) / math.sqrt(2)
        self.units = Units.of(style)
        self._viewport = (*viewport, self.diagonal)

    def get(self, name: str, default: str = "0") -> float:
        """A length in user units, or ``default`` where it is not given or "auto"."""
        text = self._style.get(name, "auto")
        text = default if text == "auto" else text
        return parse_length(name, text, self._viewport[_ALONG.get(name, 2)], self.units)

    def size(self, name: str, default: str = "0") -> float:
        """A length that must not be negative, else a ValueError says so."""
        value = self.get(name, default)
        if value < 0:
            raise UnreadableError(name, f"{name} is {value:g}; it must not be negative")
        return value
