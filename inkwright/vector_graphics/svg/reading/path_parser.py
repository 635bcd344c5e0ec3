"""SVG path data as chains of cubic segments."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.numbers import parse_numbers, shortened

Points = NDArray[np.float64]
CubicPath = tuple[Points, bool]  # [3S, 2] and True if closed, [3S + 1, 2] and False if open

_COMMAND = re.compile(r"([MmZzLlHhVvCcSsQqTtAa])")
_ARITY = {"M": 2, "L": 2, "T": 2, "H": 1, "V": 1, "S": 4, "Q": 4, "C": 6}
_POINT_WITHOUT_DIGITS = re.compile(r"(?<=\d)\.(?=[eE])|(?<=\d)\.(?![\deE])")
_MAX_NUMBERS = 1_000_000


def parse_path(text: str) -> list[CubicPath]:
    """The sub-paths of path data; a lone move is none.

    Args:
        text: the attribute d of a <path>.

    Raises:
        ValueError: the data cannot be read to its end, or holds a number above 1e9.
    """
    import svgelements

    if not text.strip() or text.strip() == "none":
        return []
    _check_path_data(text)
    readable = _POINT_WITHOUT_DIGITS.sub(lambda match: _instead_of_point(text, match.end()), text)
    try:
        segments = list(svgelements.Path(readable))
        _mend_smooth_controls(segments)
        return split_into_paths(segments)
    except (TypeError, AttributeError, IndexError, ArithmeticError, ValueError) as error:
        raise ValueError(f"d is {shortened(text)}; this path data cannot be read") from error


def _instead_of_point(text: str, end: int) -> str:
    """The library underneath knows no "5." and no "5.e3"."""
    return "" if text[end : end + 1] in ("e", "E") else " "


def _check_path_data(text: str) -> None:
    """Refuse what the library underneath would silently cut off."""
    head, *rest = _COMMAND.split(text)
    if head.strip() or rest[:1] not in (["M"], ["m"]):
        raise ValueError(f"d is {shortened(text)}; path data must begin with M")
    total = 0
    for command, arguments in zip(rest[::2], rest[1::2], strict=True):
        count = len(parse_numbers("d", arguments))
        total += count
        _check_count(command, count, text)
    if total > _MAX_NUMBERS:
        raise ValueError(f"d has {total:,} numbers; at most {_MAX_NUMBERS:,} are accepted")


def _check_count(command: str, count: int, text: str) -> None:
    kind = command.upper()
    if kind == "Z":
        good = count == 0
    elif kind == "A":
        good = count >= 3  # the two flags may be written without a space
    else:
        good = count > 0 and count % _ARITY[kind] == 0
    if not good:
        raise ValueError(f"d is {shortened(text)}; its command {command} has {count} numbers")


def split_into_paths(segments: list[Any]) -> list[CubicPath]:
    """The sub-paths that segments of svgelements make; a lone move is none."""
    paths: list[CubicPath] = []
    cubics: list[Points] = []
    start = np.zeros(2)
    for segment in segments:
        kind = type(segment).__name__
        if kind == "Close":
            paths.append((_closed_chain(start, cubics), True))
            cubics = []
        elif kind == "Move":
            paths += [(_joined(cubics), False)] if cubics else []
            cubics, start = [], _point(segment.end)
        else:
            start = start if cubics else _point(segment.start)
            cubics += _cubics(kind, segment)
    return paths + ([(_joined(cubics), False)] if cubics else [])


def _mend_smooth_controls(segments: list[Any]) -> None:
    """S and T reflect the control point of a curve of their own kind only; the library's reflect any."""
    names = {"CubicBezier": ("control1", "control2"), "QuadraticBezier": ("control", "control")}
    for before, segment in pairwise(segments):
        kind = type(segment).__name__
        if kind in names and segment.smooth:
            first, last = names[kind]
            same_kind = type(before).__name__ == kind
            reflected = getattr(before, last).reflected_across(segment.start) if same_kind else segment.start
            setattr(segment, first, reflected)


def _closed_chain(start: Points, cubics: list[Points]) -> Points:
    """[3S, 2]: the chain, closed by a straight segment unless it already ends where it began."""
    end = cubics[-1][3] if cubics else start
    gap = np.abs(end - start).max()
    if not cubics or gap > 1e-9 * (1 + np.abs(start).max()):
        cubics = [*cubics, line_chain(np.stack([end, start]))]
    return _joined(cubics)[:-1]


def _joined(cubics: list[Points]) -> Points:
    return np.concatenate([cubics[0][:1], *(cubic[1:] for cubic in cubics)])


def _cubics(kind: str, segment: Any) -> Iterator[Points]:
    """[4, 2] control points of the cubics that a segment becomes."""
    if kind == "CubicBezier":
        yield _stacked(segment.start, segment.control1, segment.control2, segment.end)
    elif kind == "QuadraticBezier":
        start, control, end = _stacked(segment.start, segment.control, segment.end)
        yield np.stack([start, start + (control - start) * (2 / 3), end + (control - end) * (2 / 3), end])
    elif kind == "Arc" and segment.rx > 0 and segment.ry > 0 and segment.start != segment.end:
        pieces = max(math.ceil(abs(segment.sweep) / (math.pi / 2) - 1e-6), 1)
        for cubic in segment.as_cubic_curves(pieces):
            points = _stacked(cubic.start, cubic.control1, cubic.control2, cubic.end)
            yield _fit_arc(points, segment.sweep / pieces)
    elif kind != "Arc" or segment.start != segment.end:
        yield line_chain(_stacked(segment.start, segment.end))


def _fit_arc(points: Points, angle: float) -> Points:
    """The cubic that meets an elliptical arc in its middle: handles of 4/3 tan(angle / 4).

    The library's handles follow L. Maisonobe (2003), which is off by seven times as much.
    """
    half = math.tan(angle / 2)
    theirs = math.sin(angle) * (math.sqrt(4 + 3 * half * half) - 1) / 3
    ratio = 4 / 3 * math.tan(angle / 4) / theirs
    start, first, second, end = points
    return np.stack([start, start + (first - start) * ratio, end + (second - end) * ratio, end])


def line_chain(corners: Points) -> Points:
    """[3S + 1, 2] cubics along straight lines through [S + 1, 2] corners."""
    start, end = corners[:-1], corners[1:]
    steps = np.stack([start, (2 * start + end) / 3, (start + 2 * end) / 3], axis=1)
    return np.concatenate([steps.reshape(-1, 2), corners[-1:]])


def _point(point: Any) -> Points:
    return np.array([float(point[0]), float(point[1])])


def _stacked(*points: Any) -> Points:
    return np.array([[float(point[0]), float(point[1])] for point in points])
