"""Pieces that a thing is drawn of: outlines and lines as chains of cubics in a square of side 2."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Paint = Literal["main", "shade", "light", "ink", "white"]
Point = tuple[float, float]

_CIRCLE = 0.5523  # a quarter of a circle of radius 1 as one cubic


@dataclass(frozen=True)
class Piece:
    """One path of a thing, in a square from -1 to 1, y down.

    Attributes:
        chain: control points of cubics: [3S, 2] of a closed path, [3S + 1, 2] of an open one.
        closed: whether it is an outline that is filled, or a line.
        paint: which of the thing's colors it has.
        thickness: of a line, in units of the square; 0 = a thin line.
    """

    chain: FloatArray
    closed: bool
    paint: Paint = "main"
    thickness: float = 0.0


Thing = list[Piece]


def polygon(corners: Sequence[Point] | FloatArray, paint: Paint = "main") -> Piece:
    """A closed outline with straight sides."""
    points = np.asarray(corners, dtype=np.float64)
    way = np.roll(points, -1, axis=0) - points
    return Piece(_interleaved(points, points + way / 3, points + 2 * way / 3), True, paint)


def smooth(through: Sequence[Point] | FloatArray, paint: Paint = "main") -> Piece:
    """A closed round outline through points (Catmull-Rom)."""
    points = np.asarray(through, dtype=np.float64)
    slope = (np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0)) / 6
    after = np.roll(points - slope, -1, axis=0)
    return Piece(_interleaved(points, points + slope, after), True, paint)


def oval(
    x: float, y: float, radius_x: float, radius_y: float, paint: Paint = "main", turn: float = 0
) -> Piece:
    """An ellipse around (x, y), turned by ``turn`` radians."""
    k = _CIRCLE
    quarter = np.array([[1, 0], [1, k], [k, 1]])
    ring = [quarter @ np.array([[c, s], [-s, c]]) for c, s in ((1, 0), (0, 1), (-1, 0), (0, -1))]
    cosine, sine = np.cos(turn), np.sin(turn)
    flat = np.concatenate(ring) * (radius_x, radius_y)
    return Piece(flat @ np.array([[cosine, sine], [-sine, cosine]]) + (x, y), True, paint)


def line(through: Sequence[Point], paint: Paint = "ink", thickness: float = 0.0) -> Piece:
    """An open line with straight parts."""
    points = np.asarray(through, dtype=np.float64)
    way = np.diff(points, axis=0)
    inner = _interleaved(points[:-1], points[:-1] + way / 3, points[:-1] + 2 * way / 3)
    return Piece(np.concatenate([inner, points[-1:]]), False, paint, thickness)


def curve(through: Sequence[Point], paint: Paint = "ink", thickness: float = 0.0) -> Piece:
    """An open round line through points (Catmull-Rom)."""
    points = np.asarray(through, dtype=np.float64)
    slope = np.gradient(points, axis=0) / 3
    inner = _interleaved(points[:-1], points[:-1] + slope[:-1], points[1:] - slope[1:])
    return Piece(np.concatenate([inner, points[-1:]]), False, paint, thickness)


def box(left: float, top: float, right: float, bottom: float, paint: Paint = "main") -> Piece:
    """An upright rectangle."""
    return polygon([(left, top), (right, top), (right, bottom), (left, bottom)], paint)


def arc_points(x: float, y: float, radius: Point, start: float, end: float, count: int) -> FloatArray:
    """[count, 2] points of an ellipse around (x, y) from one angle in radians to another."""
    angle = np.linspace(start, end, count)
    return np.stack([x + radius[0] * np.cos(angle), y + radius[1] * np.sin(angle)], axis=1)


def _interleaved(*columns: FloatArray) -> FloatArray:
    return np.stack(columns, axis=1).reshape(-1, 2)
