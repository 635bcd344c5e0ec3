"""Kernels that cut curves down to what one cubic can follow."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkwright.compiled_kernels.compilation import compiled_exactly, compiled_maker_exactly
from inkwright.vector_graphics.curves.fitting_kernels import fit_row

Array = NDArray[Any]

_NOTHING, _NEVER = np.float32(0), np.float32(-1e3)
# How often a part is shortened, and how often the parameters of its fit are improved.
_ATTEMPTS, _REPARAMETRISATIONS = 24, 2


@compiled_maker_exactly
def longest_parts(
    first: int,
    end: int,
    points: Array,
    valid: Array,
    gains: Array,
    shares: Array,
    tolerance: float,
    closeness: float,
    low: Array,
    high: Array,
) -> None:
    """Fills first and last column, low and high [S], of the best parts of the rows first to end.

    ``shares`` [n] in [0, 1] are the places along a part at which its cubic is compared with it.
    """
    length = points.shape[1]
    totals = np.empty(length + 1, np.float32)
    samples, t, control = np.empty((shares.size, 2)), np.empty(shares.size), np.empty((4, 2))
    for row in range(first, end):
        a, b = _best_part(valid[row], gains[row], totals)
        for _ in range(_ATTEMPTS):
            _sample(points[row], a, b, shares, samples)
            error = fit_row(samples, _REPARAMETRISATIONS, t, control)
            if error <= min(max((b - a) * closeness, 0.35 * tolerance), tolerance):
                break
            a, b = _shortened(totals, a, b, length // 2)
        low[row], high[row] = a, b


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
