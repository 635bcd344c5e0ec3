"""Smooth chains of cubic Bézier curves through points.

After Schneider, "An algorithm for automatically fitting digitized curves" (Graphics Gems, 1990).
"""

import numpy as np

from inkwright.vector_graphics.curves.bernstein import quadratic_weights
from inkwright.vector_graphics.curves.fitting import bernstein
from inkwright.vectorization.skeleton.line_graph import FloatArray, arc_length, unit

_NEWTON_STEPS = 4


def fit_chain(
    points: FloatArray,
    tolerance: float = 1.0,
    tangents: tuple[FloatArray | None, FloatArray | None] = (None, None),
) -> FloatArray:
    """Cubics that pass within a tolerance of points and join smoothly.

    Args:
        points: [n, 2], n >= 2; the first and last are kept exactly.
        tolerance: largest distance of a point from the curve, > 0.
        tangents: unit vectors in which the chain leaves its start and arrives at its end (pointing back into
            it); None takes them from the points.

    Returns:
        [3S + 1, 2] control points of S cubics.

    Raises:
        ValueError: there are fewer than 2 points, or the tolerance is not above 0.
    """
    if len(points) < 2:
        raise ValueError(f"points has {len(points)} rows; a curve needs at least 2")
    if not tolerance > 0:
        raise ValueError(f"tolerance is {tolerance}; it must be above 0")
    steps = np.hypot(*np.diff(points, axis=0).T)
    points = points[np.concatenate([[True], steps > 1e-6])]
    if len(points) < 2:
        points = np.concatenate([points, points])
    first = tangents[0] if tangents[0] is not None else _direction(points)
    last = tangents[1] if tangents[1] is not None else _direction(points[::-1])
    return np.concatenate([*_fit(points, first, last, tolerance), points[-1:]])


def _fit(points: FloatArray, first: FloatArray, last: FloatArray, tolerance: float) -> list[FloatArray]:
    """[[3, 2], ...] the control points of each cubic but its last."""
    if len(points) == 2:
        return [points[0] + np.linspace(0, 1, 4)[:3, None] * (points[1] - points[0])]
    along = arc_length(points)
    t = along / max(float(along[-1]), 1e-9)
    for _ in range(_NEWTON_STEPS + 1):
        control = _solve(points, t, first, last)
        away = ((bernstein(t) @ control - points) ** 2).sum(1)
        worst = int(np.argmax(away))
        if away[worst] <= tolerance**2:
            return [control[:3]]
        if away[worst] > (4 * tolerance) ** 2:
            break
        t = _newton(control, points, t)
    split = int(np.clip(worst, 1, len(points) - 2))
    way = _direction_at(points, split)
    return [*_fit(points[: split + 1], first, -way, tolerance), *_fit(points[split:], way, last, tolerance)]


def _solve(points: FloatArray, t: FloatArray, first: FloatArray, last: FloatArray) -> FloatArray:
    basis = bernstein(t)
    start, end = points[0], points[-1]
    one, other = basis[:, 1:2] * first, basis[:, 2:3] * last
    rest = points - (basis[:, 0] + basis[:, 1])[:, None] * start - (basis[:, 2] + basis[:, 3])[:, None] * end
    a, b, d = float((one * one).sum()), float((one * other).sum()), float((other * other).sum())
    x, y = float((one * rest).sum()), float((other * rest).sum())
    determinant = a * d - b * b
    chord = float(np.hypot(*(end - start)))
    near = far = -1.0
    if abs(determinant) > 1e-12 * max(a * d, 1e-12):
        near, far = (x * d - b * y) / determinant, (a * y - b * x) / determinant
    reach = 3.0 * chord + 1.0
    if not (1e-6 * chord < near < reach and 1e-6 * chord < far < reach):  # Wu and Barsky's way out
        near = far = chord / 3
    return np.stack([start, start + near * first, end + far * last, end])


def _newton(control: FloatArray, points: FloatArray, t: FloatArray) -> FloatArray:
    first = 3 * np.diff(control, axis=0)
    second = 2 * np.diff(first, axis=0)
    offset = bernstein(t) @ control - points
    speed = np.stack(quadratic_weights(t), axis=1) @ first
    bend = np.stack([1 - t, t], axis=1) @ second
    slope = (speed * speed).sum(1) + (offset * bend).sum(1)
    step = np.where(slope > 1e-9, (offset * speed).sum(1) / np.maximum(slope, 1e-9), 0.0)
    better = np.clip(t - step, 0, 1)
    better[0], better[-1] = 0.0, 1.0
    return np.maximum.accumulate(better)


def _direction(points: FloatArray, reach: int = 4) -> FloatArray:
    return unit(points[min(reach, len(points) - 1)] - points[0])


def _direction_at(points: FloatArray, place: int, reach: int = 3) -> FloatArray:
    return unit(points[min(place + reach, len(points) - 1)] - points[max(place - reach, 0)])
