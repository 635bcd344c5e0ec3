"""Two strokes that go on from each other become one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.curves.fitting import fit_cubics, sample_cubics

Array = NDArray[np.float64]
_SAMPLES = 24
# Cosine of the sharpest corner at which strokes still go on from each other.
_STRAIGHT = 0.7
# The error that is allowed grows with the length of what is joined up to the tolerance.
_ERROR_SHARE = 0.07


@dataclass(frozen=True)
class Joint:
    """What two strokes would become.

    Attributes:
        stays: index of the stroke that takes over.
        goes: index of the one that vanishes.
        points: [4, 2] the cubic along both.
        error: its largest distance from either.
    """

    stays: int
    goes: int
    points: Array
    error: float


def best_joint(points: Array, rows: NDArray[np.int64], gap: float, tolerance: float) -> Joint | None:
    """The pair of strokes that one cubic follows most closely; None where none follows any pair.

    Args:
        points: [N, 4, 2] control points.
        rows: indices of the strokes that may be joined.
        gap: largest distance between the ends that meet.
        tolerance: largest distance of the cubic from both strokes.
    """
    first, second, turned = _meeting(points[rows], gap)
    if not len(first):
        return None
    curves = sample_cubics(points, _SAMPLES)
    heads = np.where(turned[:, :1, None], curves[rows[first], ::-1], curves[rows[first]])
    tails = np.where(turned[:, 1:, None], curves[rows[second], ::-1], curves[rows[second]])
    fitted, errors = fit_cubics(_even(np.concatenate([heads, tails], axis=1)))
    allowed = np.minimum(tolerance, _ERROR_SHARE * np.linalg.norm(np.diff(fitted, axis=1), axis=-1).sum(-1))
    best = int(np.argmin(errors / allowed))
    if errors[best] > allowed[best]:
        return None
    pair = [int(rows[first[best]]), int(rows[second[best]])]
    stays, goes = sorted(pair, key=lambda row: -_length(points[row]))
    return Joint(stays, goes, fitted[best], float(errors[best]))


def _meeting(points: Array, gap: float) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Pairs i < j of strokes, and [P, 2] which of each is turned round, so that i ends where j starts."""
    ends = points[:, [0, 3]]
    outward = np.stack([points[:, 0] - points[:, 1], points[:, 3] - points[:, 2]], axis=1)
    outward = outward / np.maximum(np.linalg.norm(outward, axis=-1, keepdims=True), 1e-9)
    found = []
    upper = np.triu(np.ones((len(points), len(points)), dtype=bool), 1)
    for a in (0, 1):
        for b in (0, 1):
            apart = np.linalg.norm(ends[:, None, a] - ends[None, :, b], axis=-1)
            straight = -(outward[:, None, a] * outward[None, :, b]).sum(-1)
            i, j = np.nonzero(upper & (apart <= gap) & (straight >= _STRAIGHT))
            found.append(np.stack([i, j, np.full(len(i), a == 0), np.full(len(i), b == 1)], axis=1))
    table = np.concatenate(found)
    return table[:, 0], table[:, 1], table[:, 2:].astype(bool)


def _even(points: Array) -> Array:
    """Rows of points [S, n, 2] at even lengths along each row."""
    steps = np.linalg.norm(np.diff(points, axis=1), axis=-1)
    along = np.concatenate([np.zeros((len(points), 1)), np.cumsum(steps, axis=1)], axis=1)
    rows = []
    for row, place in zip(points, along, strict=True):
        at = np.linspace(0, place[-1], _SAMPLES)
        rows.append(np.stack([np.interp(at, place, row[:, axis]) for axis in (0, 1)], axis=-1))
    return np.stack(rows)


def _length(points: Array) -> float:
    return float(np.linalg.norm(np.diff(points, axis=0), axis=-1).sum())
