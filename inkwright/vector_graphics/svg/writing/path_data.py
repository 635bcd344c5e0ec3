"""SVG path data, as short as the grammar allows at a given number of decimals."""

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.values.numbers import MAX_NUMBER
from inkwright.vector_graphics.svg.writing.values import format_number

Point = tuple[int, int]


def format_path(points: NDArray[np.float64], closed: bool, decimals: int) -> str:
    """One path of cubic segments as path data.

    Every segment is written relative or absolute, whichever is shorter; a cubic that is an evenly spaced
    straight line is written as a line, from which the reader makes the same cubic. Points are rounded to
    ``decimals`` before differences are taken, so that relative commands do not drift.

    Args:
        points: [3S, 2] if closed, else [3S + 1, 2], in [-1e9, 1e9], in canvas units.
        closed: whether the last segment ends at point 0 and the path ends with Z.
        decimals: digits after the decimal point, >= 0.
    """
    if closed:
        points = np.concatenate([points, points[:1]])
    rounded = np.rint(points * 10.0**decimals)
    quanta = [(int(x), int(y)) for x, y in rounded]
    straight = _straight_segments(points, rounded / 10.0**decimals, decimals)
    text = _PathText(decimals)
    text.move(quanta[0])
    for segment, is_line in enumerate(straight):
        start = 3 * segment
        ends_at_z = closed and segment == len(straight) - 1 and quanta[start] != quanta[start + 3]
        if is_line and ends_at_z:
            break
        text.draw(quanta[start + 3 : start + 4] if is_line else quanta[start + 1 : start + 4])
    if closed:
        text.close()
    return text.text()


def _straight_segments(
    points: NDArray[np.float64], rounded: NDArray[np.float64], decimals: int
) -> NDArray[np.bool_]:
    """[S] segments whose control points are, within rounding, the thirds of the written chord."""
    start, end = rounded[:-1:3], rounded[3::3]
    off = np.maximum(
        np.abs(points[1::3] - (2 * start + end) / 3), np.abs(points[2::3] - (start + 2 * end) / 3)
    )
    straight: NDArray[np.bool_] = off.max(axis=1) <= 0.5 * 10.0**-decimals
    return straight


class _PathText:
    """Path data that grows by the shortest next command."""

    def __init__(self, decimals: int) -> None:
        self._parts: list[str] = []
        self._decimals = decimals
        self._command = ""
        self._number = ""
        self._position: Point = (0, 0)

    def move(self, point: Point) -> None:
        self._append("M", [point])
        self._command = "L"  # numbers that follow a move are lines
        self._position = point

    def draw(self, points: list[Point]) -> None:
        """A line to one point, or a cubic through three."""
        x, y = self._position
        letter = "L" if len(points) == 1 else "C"
        relative = [(px - x, py - y) for px, py in points]
        far = max(max(map(abs, point)) for point in relative) > MAX_NUMBER * 10**self._decimals
        options = [(letter, points)] if far else [(letter.lower(), relative), (letter, points)]
        command, chosen = min(options, key=lambda option: len(self._format(*option)[0]))
        self._append(command, chosen)
        self._position = points[-1]

    def close(self) -> None:
        self._parts.append("Z")

    def text(self) -> str:
        return "".join(self._parts)

    def _append(self, command: str, points: list[Point]) -> None:
        text, self._number = self._format(command, points)
        self._parts.append(text)
        self._command = command

    def _format(self, command: str, points: list[Point]) -> tuple[str, str]:
        """The text of a command and its last number."""
        repeated = command == self._command
        text, previous = ("", self._number) if repeated else (command, "")
        for point in points:
            for coordinate in point:
                number = format_number(coordinate, self._decimals)
                text += _separator(previous, number) + number
                previous = number
        return text, previous


def _separator(previous: str, number: str) -> str:
    if not previous or number[0] == "-" or (number[0] == "." and "." in previous):
        return ""
    return " "
