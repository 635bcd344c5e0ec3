"""SVG path data as chains of cubic segments."""

import cmath
import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.values.numbers import (
    NUMBER,
    UnreadableError,
    parse_numbers,
    shortened,
)

Points = NDArray[np.float64]
CubicPath = tuple[Points, bool]  # [3S, 2] and True if closed, [3S + 1, 2] and False if open

_ARITY = {"M": 2, "L": 2, "T": 2, "H": 1, "V": 1, "S": 4, "Q": 4, "C": 6, "A": 7, "Z": 0}
_COMMAND = re.compile("([MLTHVSQCAZmlthvsqcaz])([^MLTHVSQCAZmlthvsqcaz]*)")
_GAP = r"[\s,]*"
_ARC = re.compile(rf"((?:{_GAP}{NUMBER}){{3}}){_GAP}([01]){_GAP}([01])((?:{_GAP}{NUMBER}){{2}}){_GAP}")
_ARC_LIST = re.compile(rf"(?:{_ARC.pattern})*")
_NUMBER_LIST = re.compile(rf"(?:{_GAP}{NUMBER})*")
_MAX_NUMBERS = 1_000_000


def parse_path(text: str, *, until_error: bool = False) -> list[CubicPath]:
    """The sub-paths of path data, the attribute d of a <path>; a lone move is none.

    Quadratic curves are raised exactly, arcs become one cubic per quarter turn (off by 0.03 % of the radius),
    lines become cubics with evenly spaced control points. Takes time linear in the length of the text.
    ``until_error`` reads as far as it goes.

    Raises:
        UnreadableError: the data cannot be read to its end.
        ValueError: it holds a number above 1e9, or more than a million.
    """
    return _drawn(text, until_error).finished()


def path_with_vertices(text: str) -> list[tuple[CubicPath, list[bool]]]:
    """The sub-paths as ``parse_path`` until an error, and of each segment whether the data say its end."""
    pen = _drawn(text, until_error=True)
    paths = pen.finished()
    return list(zip(paths, pen.vertices, strict=True))


def _drawn(text: str, until_error: bool) -> "_Pen":
    text = text.strip()
    pen, total = _Pen(), 0
    if text in ("", "none"):
        return pen
    if text[0] not in "Mm":
        if until_error:
            return pen
        raise UnreadableError("d", f"d is {shortened(text)}; path data must begin with M")
    for match in _COMMAND.finditer(text):
        try:
            numbers, broken = _arguments(match[1], match[2]), False
        except UnreadableError:
            if not until_error:
                raise
            numbers, broken = _readable_arguments(match[1], match[2]), True
        total += 1 + len(numbers)
        if total > _MAX_NUMBERS:
            raise ValueError(f"d has {total:,} numbers and commands; at most {_MAX_NUMBERS:,} are accepted")
        pen.draw(match[1], numbers)
        if broken:
            break
    return pen


def _arguments(command: str, arguments: str) -> list[float]:
    kind = command.upper()
    numbers = parse_numbers("d", _with_spaced_flags(arguments) if kind == "A" else arguments)
    if len(numbers) % (_ARITY[kind] or 1) or bool(numbers) != (kind != "Z"):
        found = shortened(command + arguments)
        raise UnreadableError("d", f"d holds {found}; there its command {command} has {len(numbers)} numbers")
    return numbers


def _readable_arguments(command: str, arguments: str) -> list[float]:
    """Those before the first that cannot be read, as many as the command can use."""
    kind = command.upper()
    beginning = (_ARC_LIST if kind == "A" else _NUMBER_LIST).match(arguments)
    text = beginning[0] if beginning else ""
    numbers = parse_numbers("d", _with_spaced_flags(text) if kind == "A" else text)
    return numbers[: len(numbers) - len(numbers) % (_ARITY[kind] or 1)] if kind != "Z" else []


def _with_spaced_flags(arguments: str) -> str:
    """The numbers of arcs, whose two flags may touch each other and what follows them, apart."""
    arcs, position = [], 0
    while match := _ARC.match(arguments, position):
        arcs.append(" ".join(match.groups()))
        position = match.end()
    if arguments[position:].strip():
        raise UnreadableError("d", f"d has the arc {shortened(arguments[position:])}, which cannot be read")
    return " ".join(arcs)


class _Pen:
    """Sub-paths that grow by one command at a time; points are complex numbers."""

    def __init__(self) -> None:
        self._paths: list[CubicPath] = []
        self.vertices: list[list[bool]] = []
        self._ends: list[bool] = []
        self._chain: list[complex] = []
        self._start = self._at = self._handle = 0j
        self._last = ""

    def draw(self, command: str, numbers: Sequence[float]) -> None:
        kind, size = command.upper(), _ARITY[command.upper()]
        if kind == "Z":
            self._close()
        for first in range(0, len(numbers), size or 1):
            self._draw_one(kind, self._at if command.islower() else 0j, numbers[first : first + size])
            kind = "L" if kind == "M" else kind  # numbers that follow a move are lines

    def finished(self) -> list[CubicPath]:
        self._end(closed=False)
        return self._paths

    def _draw_one(self, kind: str, origin: complex, numbers: Sequence[float]) -> None:
        if kind == "H":
            numbers = (numbers[0], self._at.imag - origin.imag)
        elif kind == "V":
            numbers = (self._at.real - origin.real, numbers[0])
        pairs = zip(numbers[-2::-2], numbers[::-2], strict=False)
        *controls, end = [origin + complex(x, y) for x, y in pairs][::-1]
        if kind in "ST":  # their first control point is that of a curve of their kind, reflected
            follows = self._last in ("CS" if kind == "S" else "QT")
            controls.insert(0, 2 * self._at - self._handle if follows else self._at)
        self._last = kind
        if kind == "M":
            self._end(closed=False)
            self._start = self._at = end
        elif kind in "LHV":
            self._line(end)
        elif kind in "CS":
            first, second = controls
            self._curve(first, second, end)
        elif kind in "QT":
            [control] = controls
            first, second = (point + (control - point) * (2 / 3) for point in (self._at, end))
            self._curve(first, second, end)
            self._handle = control
        elif end != self._at and all(numbers[:2]):
            self._arc(numbers, end)
        elif end != self._at:
            self._line(end)

    def _line(self, end: complex) -> None:
        self._curve((2 * self._at + end) / 3, (self._at + 2 * end) / 3, end)

    def _curve(self, first: complex, second: complex, end: complex, vertex: bool = True) -> None:
        self._ends.append(vertex)
        self._chain += [first, second, end] if self._chain else [self._at, first, second, end]
        self._at, self._handle = end, second

    def _arc(self, numbers: Sequence[float], end: complex) -> None:
        """Cubics of at most a quarter turn, as in appendix B.2.4 of SVG 2.

        In the plane in which the ellipse is a circle; there their handles are 4/3 tan(angle / 4).
        """
        rx, ry, turn, large, sweep, *_ = numbers
        axis = cmath.rect(1.0, math.radians(turn))
        first, last = (complex((p / axis).real / abs(rx), (p / axis).imag / abs(ry)) for p in (self._at, end))
        half = (last - first) / 2 or 1e-200  # beside its radius an arc may have no length
        share = min(abs(half), 1.0)
        aside = 1j * half / abs(half) * math.sqrt(1 - share**2)
        center = (first + last) / 2 + (aside if large != sweep else -aside)
        angle = 2 * math.asin(share)
        angle = (math.tau - angle if large else angle) * (1 if sweep else -1)
        count = max(math.ceil(abs(angle) / (math.pi / 2) - 1e-6), 1)
        step, handle = cmath.rect(1.0, angle / count), 4j / 3 * math.tan(angle / count / 4)
        spoke = first - center
        for left in reversed(range(count)):
            circle = spoke * (1 + handle), spoke * step * (1 - handle), spoke * step
            points = (center + arm for arm in circle)
            one, two, three = (complex(p.real * abs(rx), p.imag * abs(ry)) * axis for p in points)
            self._curve(one, two, three if left else end, vertex=not left)
            spoke *= step

    def _close(self) -> None:
        """Close by a straight segment, unless the path already ends where it began."""
        gap, size = self._at - self._start, max(abs(self._start.real), abs(self._start.imag))
        is_open = not self._chain or max(abs(gap.real), abs(gap.imag)) > 1e-9 * (1 + size)
        if is_open and self._last != "Z":
            self._line(self._start)
        self._end(closed=True)
        self._at, self._last = self._start, "Z"

    def _end(self, *, closed: bool) -> None:
        if self._chain:
            points = np.array(self._chain[: -1 if closed else None]).view(np.float64).reshape(-1, 2)
            self._paths.append((points, closed))
            self.vertices.append(self._ends)
        self._chain, self._ends = [], []
