"""Cubic Bézier curves and rows of points, as NumPy arrays: one fitted to each row, or sampled to rows."""

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.curves.bernstein import cubic_weights
from inkwright.vector_graphics.curves.fitting_kernels import fit_rows

FloatArray = NDArray[np.float64]


def bernstein(t: FloatArray) -> FloatArray:
    """[..., 4] cubic Bernstein polynomials at parameters t [...]."""
    return np.stack(cubic_weights(t), axis=-1)


def sample_cubics(cubics: NDArray[np.floating], count: int) -> FloatArray:
    """[..., count, 2] points of cubics [..., 4, 2] at even steps of the parameter, both ends included."""
    points: FloatArray = bernstein(np.linspace(0.0, 1.0, count)) @ cubics
    return points


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
    points = np.ascontiguousarray(points, dtype=np.float64)
    control, error = np.empty((len(points), 4, 2)), np.empty(len(points))
    fit_rows(0, len(points), points, reparametrisations, control, error)
    return control, error


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
