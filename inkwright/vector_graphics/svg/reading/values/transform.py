"""Transforms of an SVG as matrices: the attribute's grammar, and that of the CSS property."""

import math
import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.values.numbers import (
    LONGEST_TEXT,
    MAX_NUMBER,
    UnreadableError,
    parse_length,
    parse_numbers,
    shortened,
)
from inkwright.vector_graphics.svg.reading.values.units import Units

Matrix = NDArray[np.float64]  # [3, 3], maps (x, y, 1)

_CALL = re.compile(r"[\s,]*([A-Za-z]+)\s*\(([^()]*)\)[\s,]*", re.ASCII)
_OF_ATTRIBUTES = ("matrix", "translate", "scale", "rotate", "skewX", "skewY")
_DEGREES = {"deg": 1.0, "grad": 0.9, "turn": 360.0, "rad": 180 / math.pi}
_USUAL = Units()
_ANGLE = re.compile(rf"(.*?)({'|'.join(_DEGREES)})", re.IGNORECASE)


def parse_transform(name: str, text: str, *, is_property: bool = False, units: Units = _USUAL) -> Matrix:
    """The matrix of a transform list: of an attribute, without units, or of a CSS property, with units.

    Raises:
        ValueError: it cannot be read, or holds a number above 1e9.
    """
    matrix = np.eye(3)
    if text.strip() in ("none", ""):
        return matrix
    known = f"matrix, translate, scale, rotate and skew {'with CSS' if is_property else 'without'} units"
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"{name} is {shortened(text)}; up to {LONGEST_TEXT:,} characters are accepted")
    try:
        if _CALL.sub("", text):
            raise UnreadableError(name, "it is no list of functions")
        for function, arguments in _CALL.findall(text):
            if not is_property and function not in _OF_ATTRIBUTES:
                raise UnreadableError(name, f"{function} is no function of the attribute")
            numbers = (
                _property_numbers(function, arguments, units)
                if is_property
                else parse_numbers(function, arguments)
            )
            matrix = matrix @ _MATRICES[function.lower(), len(numbers)](*numbers)
    except (UnreadableError, KeyError):
        raise UnreadableError(name, f"{name} is {shortened(text)}; {known} are understood") from None
    if not (np.abs(matrix) <= MAX_NUMBER).all():
        raise ValueError(f"{name} is {shortened(text)}; numbers up to {MAX_NUMBER:g} are accepted")
    return matrix


def affine(a: float, b: float, c: float, d: float, x: float = 0.0, y: float = 0.0) -> Matrix:
    """The matrix that SVG calls ``matrix(a b c d x y)``."""
    return np.array([[a, c, x], [b, d, y], [0.0, 0.0, 1.0]])


def _property_numbers(function: str, arguments: str, units: Units) -> list[float]:
    numbers = []
    for text in map(str.strip, arguments.split(",")):
        angle = _ANGLE.fullmatch(text)
        value = parse_length(function, angle[1] if angle else text, math.nan, units)
        if value and text[-1].isalpha() == function.lower().startswith(("matrix", "scale")):
            raise UnreadableError(function, f"{text} has no unit, or needs none")
        numbers.append(value * _DEGREES[angle[2].lower()] if angle else value)
    return numbers


def _rotation(angle: float, x: float = 0.0, y: float = 0.0) -> Matrix:
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    return affine(cosine, sine, -sine, cosine, x - cosine * x + sine * y, y - sine * x - cosine * y)


_MATRICES: dict[tuple[str, int], Callable[..., Matrix]] = {  # by name and number of arguments
    ("matrix", 6): affine,
    ("translate", 1): lambda x: affine(1, 0, 0, 1, x),
    ("translate", 2): lambda x, y: affine(1, 0, 0, 1, x, y),
    ("translatex", 1): lambda x: affine(1, 0, 0, 1, x),
    ("translatey", 1): lambda y: affine(1, 0, 0, 1, 0, y),
    ("scale", 1): lambda both: affine(both, 0, 0, both),
    ("scale", 2): lambda x, y: affine(x, 0, 0, y),
    ("scalex", 1): lambda x: affine(x, 0, 0, 1),
    ("scaley", 1): lambda y: affine(1, 0, 0, y),
    ("rotate", 1): _rotation,
    ("rotate", 3): _rotation,
    ("skewx", 1): lambda angle: affine(1, 0, math.tan(math.radians(angle)), 1),
    ("skewy", 1): lambda angle: affine(1, math.tan(math.radians(angle)), 0, 1),
}
