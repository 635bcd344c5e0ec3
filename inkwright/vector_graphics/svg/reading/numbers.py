"""Numbers of an SVG: lengths with units, opacities, transforms."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]  # [3, 3], maps (x, y, 1)

MAX_NUMBER = 1e9
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"

_NUMBER = re.compile(NUMBER)
_LENGTH = re.compile(rf"\s*({NUMBER})\s*(px|pt|pc|mm|cm|in|Q|em|rem|ex|%)?\s*")
_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "Q": 96 / 101.6,
}
_PIXELS |= {"em": 16.0, "rem": 16.0, "ex": 8.0}
_ARGUMENTS = {"matrix": (6,), "rotate": (1, 3), "translate": (1, 2), "scale": (1, 2)}
_ARGUMENTS |= dict.fromkeys(("translatex", "translatey", "scalex", "scaley", "skewx", "skewy"), (1,))
_FUNCTION = re.compile(rf"({'|'.join(sorted(_ARGUMENTS, reverse=True))})\s*\(([^()]*)\)", re.IGNORECASE)
_TRANSFORM = re.compile(rf"[\s,]*(?:{_FUNCTION.pattern}[\s,]*)*", re.IGNORECASE)
_UNIT = re.compile(r"(?<=[\d.])(?:px|deg|rad|grad|turn)\b")
_LONGEST_TEXT = 10_000


def parse_length(name: str, text: str, relative_to: float) -> float:
    """A length in user units; 96 user units are an inch, an em is 16.

    Args:
        name: what messages call it.
        text: the number with its unit, e.g. "3.5", "2mm", "50%".
        relative_to: what 100 % is.

    Raises:
        ValueError: it is no length, or its size is above 1e9.
    """
    match = _LENGTH.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    if match is None:
        raise ValueError(
            f"{name} is {shortened(text)}; a number with px, pt, pc, mm, cm, in, em or % is expected"
        )
    unit = match[2] or ""
    value = float(match[1]) * (relative_to / 100 if unit == "%" else _PIXELS[unit])
    if not abs(value) <= MAX_NUMBER:
        raise ValueError(f"{name} is {shortened(text)}; numbers up to {MAX_NUMBER:g} are accepted")
    return value


def parse_numbers(name: str, text: str) -> list[float]:
    """Numbers separated by white space, commas, or nothing where that is clear.

    Args:
        name: what messages call the list.
        text: the list.

    Raises:
        ValueError: there is something else in it, or a number above 1e9.
    """
    rest = _NUMBER.sub(" ", text).replace(",", " ").strip()
    if rest:
        raise ValueError(f"{name} holds {shortened(rest)} where numbers are expected")
    numbers = [float(number) for number in _NUMBER.findall(text)]
    largest = max(map(abs, numbers), default=0.0)
    if largest > MAX_NUMBER:
        raise ValueError(f"{name} holds the number {largest:g}; numbers up to {MAX_NUMBER:g} are accepted")
    return numbers


def parse_opacity(name: str, text: str) -> float:
    """An opacity, a number or a percentage, clamped to [0, 1].

    Raises:
        ValueError: it is neither.
    """
    match = re.fullmatch(rf"\s*({NUMBER})\s*(%)?\s*", text) if len(text) <= _LONGEST_TEXT else None
    if match is None:
        raise ValueError(f"{name} is {shortened(text)}; a number or a percentage is expected")
    return min(max(float(match[1]) / (100 if match[2] else 1), 0.0), 1.0)


def parse_transform(name: str, text: str) -> Matrix:
    """The matrix of a transform list.

    Raises:
        ValueError: it cannot be read, or holds a number above 1e9.
    """
    from svgelements import Matrix as ParsedMatrix

    if text.strip() in ("none", ""):
        return np.eye(3)
    if len(text) > _LONGEST_TEXT or not _TRANSFORM.fullmatch(text) or not _arguments_fit(text):
        raise ValueError(
            f"{name} is {shortened(text)}; matrix, translate, scale, rotate and skew are understood"
        )
    try:
        parsed = ParsedMatrix(text)
        rows = [[parsed.a, parsed.c, parsed.e], [parsed.b, parsed.d, parsed.f], [0, 0, 1]]
        matrix = np.array([[float(value) for value in row] for row in rows])
    except (ValueError, TypeError, AttributeError, IndexError, ArithmeticError):
        raise ValueError(f"{name} is {shortened(text)}; its numbers do not fit") from None
    if not (np.abs(matrix) <= MAX_NUMBER).all():
        raise ValueError(f"{name} is {shortened(text)}; numbers up to {MAX_NUMBER:g} are accepted")
    return matrix


def _arguments_fit(text: str) -> bool:
    """Whether every function of a transform list has as many numbers as it needs; units do not count."""
    for name, arguments in _FUNCTION.findall(text):
        try:
            count = len(parse_numbers(name, _UNIT.sub(" ", arguments)))
        except ValueError:
            return False
        if count not in _ARGUMENTS[name.lower()]:
            return False
    return True


def shortened(text: str) -> str:
    """The text in quotes, as messages show it: at most 60 characters of it."""
    return repr(text if len(text) <= 60 else text[:60] + "…")
