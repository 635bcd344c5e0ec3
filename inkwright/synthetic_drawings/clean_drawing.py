"""A clean drawing as smooth polylines, and what can be done with one polyline."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class CleanDrawing:
    """The lines that an artist means.

    Attributes:
        curves: each [n, 2] points (x right, y down) along one smooth line, n >= 2, a few units apart; corners
            are where one curve ends and the next begins, a closed line ends where it began.
        side: width and height of the square canvas, in units.
    """

    curves: tuple[FloatArray, ...]
    side: float

    def length_inside(self) -> float:
        """Length of all curves within the canvas, in units."""
        steps = [(np.diff(curve, axis=0), (curve[1:] + curve[:-1]) / 2) for curve in self.curves]
        return float(
            sum(
                np.hypot(*way.T)[((middle >= 0) & (middle <= self.side)).all(1)].sum()
                for way, middle in steps
            )
        )


def arc_length(points: FloatArray) -> FloatArray:
    """[n] distance along a polyline [n, 2] from its first point."""
    steps = np.sqrt((np.diff(points, axis=0) ** 2).sum(1))
    return np.concatenate([[0.0], np.cumsum(steps)])


def length(points: FloatArray) -> float:
    """Length of a polyline [n, 2]."""
    return float(np.sqrt((np.diff(points, axis=0) ** 2).sum(1)).sum())


def at_lengths(points: FloatArray, along: FloatArray, places: FloatArray) -> FloatArray:
    """[k, 2] points of a polyline at distances ``places`` [k]; ``along`` is its ``arc_length``.

    Distances beyond an end go on straight along the tangent there.
    """
    inside = np.clip(places, 0.0, along[-1])
    found = np.stack([np.interp(inside, along, points[:, 0]), np.interp(inside, along, points[:, 1])], axis=1)
    found -= np.maximum(-places, 0.0)[:, None] * tangent(points[: min(4, len(points))])
    found += np.maximum(places - along[-1], 0.0)[:, None] * tangent(points[-min(4, len(points)) :])
    return found


def tangent(points: FloatArray) -> FloatArray:
    """[2] unit vector from the first to the last point; zero if they are one."""
    way = points[-1] - points[0]
    return way / max(float(np.hypot(*way)), 1e-9)


def evenly(points: FloatArray, spacing: float) -> FloatArray:
    """The polyline with points about ``spacing`` apart, both ends kept."""
    along = arc_length(points)
    count = max(int(np.ceil(along[-1] / spacing)), 1) + 1
    return at_lengths(points, along, np.linspace(0.0, along[-1], count))


def straight(start: Sequence[float] | FloatArray, end: Sequence[float] | FloatArray) -> FloatArray:
    """[n, 2] points of a line segment, a few units apart."""
    a, b = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    count = max(int(np.hypot(*(b - a)) / 4.0), 1) + 1
    return a + np.linspace(0.0, 1.0, count)[:, None] * (b - a)


def sides(corners: FloatArray) -> list[FloatArray]:
    """The sides of a closed polygon [n, 2], each a curve of its own."""
    return [straight(a, b) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)]


def ellipse(
    center: Sequence[float] | FloatArray,
    radii: tuple[float, float],
    turn: float = 0.0,
    arc: tuple[float, float] = (0.0, 2 * np.pi),
) -> FloatArray:
    """[n, 2] points of an ellipse or of an arc of it; angles in radians, ``turn`` turns the whole."""
    count = max(int(max(radii) * (arc[1] - arc[0]) / 4.0), 8) + 1
    angle = np.linspace(*arc, count)
    flat = np.stack([radii[0] * np.cos(angle), radii[1] * np.sin(angle)], axis=1)
    return flat @ rotation(turn).T + np.asarray(center)


def rotation(angle: float) -> FloatArray:
    """[2, 2] matrix that turns column vectors by ``angle`` radians."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([[cosine, -sine], [sine, cosine]])


def inside_polygon(points: FloatArray, corners: FloatArray) -> NDArray[np.bool_]:
    """[n] whether points [n, 2] lie inside a polygon [m, 2], by the even-odd rule."""
    x, y = points[:, :1], points[:, 1:]
    a, b = corners, np.roll(corners, -1, axis=0)
    crosses = (a[:, 1] > y) != (b[:, 1] > y)
    rise = np.where(b[:, 1] == a[:, 1], 1.0, b[:, 1] - a[:, 1])
    where = a[:, 0] + (y - a[:, 1]) * (b[:, 0] - a[:, 0]) / rise
    return (crosses & (x < where)).sum(1) % 2 == 1


def outside_parts(curve: FloatArray, corners: FloatArray, shortest: float = 6.0) -> list[FloatArray]:
    """The parts of a curve that a filled polygon laid over it leaves visible."""
    low, high = corners.min(0), corners.max(0)
    if (curve.max(0) < low).any() or (curve.min(0) > high).any():
        return [curve]
    visible = ~inside_polygon(curve, corners)
    if visible.all():
        return [curve]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], visible.astype(np.int8), [0]])))
    runs = [curve[first:last] for first, last in zip(edges[::2], edges[1::2], strict=True)]
    return [run for run in runs if len(run) > 1 and length(run) >= shortest]
