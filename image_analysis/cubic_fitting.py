"""One cubic Bézier curve through each row of points, many rows at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def bernstein(t: FloatArray) -> FloatArray:
    """[..., 4] cubic Bernstein polynomials at parameters t [...]."""
    s = 1.0 - t
    return np.stack([s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t], axis=-1)


def fit_cubics(points: FloatArray, reparametrisations: int = 3) -> tuple[FloatArray, FloatArray]:
    """The cubics that pass nearest to rows of points, from the first to the last of each.

    The inner control points solve a least-squares problem for chord-length parameters, which Newton steps
    then improve (after Schneider 1990).

    Args:
        points: [S, n, 2], n >= 2; equal points are allowed.
        reparametrisations: how often the parameters are improved.

    Returns:
        [S, 4, 2] control points, and [S] the largest distance of a point from its place on the curve.
    """
    points = np.asarray(points, dtype=np.float64)
    t = _chord_length_parameters(points)
    control = _solve_inner_points(points, t)
    for _ in range(reparametrisations):
        t = _newton_parameters(control, points, t)
        control = _solve_inner_points(points, t)
    offset = bernstein(t) @ control - points
    return control, np.sqrt((offset * offset).sum(-1).max(-1))


def resample(
    points: NDArray[np.floating], first: NDArray[np.int64], last: NDArray[np.int64], count: int
) -> FloatArray:
    """[S, count, 2] points evenly spaced by index from points[s, first[s]] to points[s, last[s]]."""
    place = first[:, None] + (last - first)[:, None] * np.linspace(0.0, 1.0, count)
    below = np.minimum(place.astype(np.int64), points.shape[1] - 1)
    above = np.minimum(below + 1, points.shape[1] - 1)
    part = (place - below)[..., None]
    row = np.arange(len(points))[:, None]
    evenly: FloatArray = points[row, below] * (1 - part) + points[row, above] * part
    return evenly


def _chord_length_parameters(points: FloatArray) -> FloatArray:
    steps = np.sqrt((np.diff(points, axis=1) ** 2).sum(-1)) + 1e-9
    length = np.concatenate([np.zeros((len(points), 1)), np.cumsum(steps, axis=1)], axis=1)
    return length / length[:, -1:]


def _solve_inner_points(points: FloatArray, t: FloatArray) -> FloatArray:
    basis = bernstein(t)
    start, end = points[:, :1], points[:, -1:]
    rest = points - basis[..., :1] * start - basis[..., 3:] * end
    inner = basis[..., 1:3]
    # A whiff of pull towards the thirds of the chord keeps nearly undetermined fits from flying away.
    pull = 1e-6 * points.shape[1]
    thirds = np.concatenate([(2 * start + end) / 3, (start + 2 * end) / 3], axis=1)
    normal = np.swapaxes(inner, 1, 2) @ inner + pull * np.eye(2)
    right = np.swapaxes(inner, 1, 2) @ rest + pull * thirds
    return np.concatenate([start, np.linalg.solve(normal, right), end], axis=1)


def _newton_parameters(control: FloatArray, points: FloatArray, t: FloatArray) -> FloatArray:
    first = 3.0 * np.diff(control, axis=1)
    second = 2.0 * np.diff(first, axis=1)
    s = 1.0 - t
    offset = bernstein(t) @ control - points
    speed = np.stack([s * s, 2 * s * t, t * t], axis=-1) @ first
    bend = np.stack([s, t], axis=-1) @ second
    slope = (speed * speed).sum(-1) + (offset * bend).sum(-1)
    step = np.where(slope > 1e-9, (offset * speed).sum(-1) / np.maximum(slope, 1e-9), 0.0)
    improved = np.clip(t - step, 0.0, 1.0)
    improved[:, 0], improved[:, -1] = 0.0, 1.0
    return np.maximum.accumulate(improved, axis=1)
