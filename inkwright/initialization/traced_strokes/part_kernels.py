"""Kernels that cut curves down to what one cubic can follow."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkwright.compiled_kernels.compilation import compiled_exactly, compiled_maker_exactly
from inkwright.compiled_kernels.threads import Parts, next_part
from inkwright.vector_graphics.curves.fitting_kernels import fit_row

Array = NDArray[Any]

_NOTHING, _NEVER = np.float32(0), np.float32(-1e3)
# How often a part is shortened, and how often the parameters of its fit are improved.
_ATTEMPTS, _REPARAMETRISATIONS = 24, 2
# However short a part is, its cubic may be off by this share of the tolerance: below, pixels decide.
_STRICTEST = 0.35


class Closeness(NamedTuple):
    """How closely a cubic has to follow a part."""

    shares: Array  # [n] in [0, 1], places along the part at which they are compared
    tolerance: float  # largest distance in pixels
    by_length: float  # and no more than this share of the part's length


@compiled_maker_exactly
def longest_parts(
    parts: Parts, points: Array, valid: Array, gains: Array, closeness: Closeness, found: Array
) -> None:
    """Fills first and last column, found [2, S], of the best part of each of its rows."""
    shares, tolerance = closeness.shares, closeness.tolerance
    length = points.shape[1]
    totals = np.empty(length + 1, np.float32)
    samples, t, control = np.empty((shares.size, 2)), np.empty(shares.size), np.empty((4, 2))
    row = next_part(parts)
    while row >= 0:
        a, b = _best_part(valid[row], gains[row], totals)
        for _ in range(_ATTEMPTS):
            _sample(points[row], a, b, shares, samples)
            error = fit_row(samples, _REPARAMETRISATIONS, t, control)
            if error <= min(max((b - a) * closeness.by_length, _STRICTEST * tolerance), tolerance):
                break
            a, b = _shortened(totals, a, b, length // 2)
        found[0, row], found[1, row] = a, b
        row = next_part(parts)


@compiled_exactly
def _best_part(valid: Array, gains: Array, totals: Array) -> tuple[int, int]:
    """The part around the middle that is worth most; ``totals`` are filled with what is worth what so far."""
    length, seed = gains.size, gains.size // 2
    totals[0] = _NOTHING
    for i in range(length):
        totals[i + 1] = totals[i] + (gains[i] if valid[i] else _NEVER)
    low, high = seed, seed
    best = total = gains[seed] if valid[seed] else _NEVER
    for i in range(seed + 1, length):
        total += gains[i] if valid[i] else _NEVER
        if total > best:
            best, high = total, i
    best = total = gains[seed] if valid[seed] else _NEVER
    for i in range(seed - 1, -1, -1):
        total += gains[i] if valid[i] else _NEVER
        if total > best:
            best, low = total, i
    return low, high


@compiled_exactly
def _sample(points: Array, low: int, high: int, shares: Array, samples: Array) -> None:
    last = points.shape[0] - 1
    for k in range(shares.size):
        place = low + (high - low) * shares[k]
        below = min(int(place), last)
        above, part = min(below + 1, last), place - below
        for axis in range(2):
            samples[k, axis] = points[below, axis] * (1 - part) + points[above, axis] * part


@compiled_exactly
def _shortened(totals: Array, low: int, high: int, seed: int) -> tuple[int, int]:
    """The part without an eighth at the end that is worth less, but never without the seed."""
    cut = max((high - low) // 8, 1)
    cut_low, cut_high = min(cut, seed - low), min(cut, high - seed)
    loss_low, loss_high = np.inf, np.inf
    if cut_low > 0:
        loss_low = np.float64(totals[low + cut_low] - totals[low]) / cut_low
    if cut_high > 0:
        loss_high = np.float64(totals[high + 1] - totals[high + 1 - cut_high]) / cut_high
    return (low + cut_low, high) if loss_low < loss_high else (low, high - cut_high)
