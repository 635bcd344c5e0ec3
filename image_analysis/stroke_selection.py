"""Which of many possible curves to draw: greedily the one that tells most beside those already drawn."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from image_analysis.cubic_fitting import fit_cubics, resample
from image_analysis.drawn_ink import DrawnInk
from image_analysis.flow_sampling import sample
from image_analysis.level_of_detail import LevelOfDetail
from image_analysis.streamlines import Streamlines

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

SAMPLES = 20
# A short stroke must follow its curve more closely than a long one: by this share of its length.
CLOSENESS = 0.04


def select_curves(
    curves: Streamlines, worth: FloatArray, count: int, level: LevelOfDetail, unit: float
) -> list[FloatArray]:
    """Up to ``count`` curves that one cubic each can follow, the most telling first.

    A curve is worth the integral of ``worth`` along it, less where a parallel stroke is drawn already and
    where there is much ink around. Worth only falls as strokes are added, so a heap of stale values finds the
    best curve (Minoux 1978).

    Args:
        curves: candidates.
        worth: [H, W] what a pixel of line is worth, >= 0.
        count: how many at most.
        level: how they are chosen.
        unit: pixels per length unit of ``level``.

    Returns:
        Curves [n, 2] in pixel indices, one point per pixel of length.
    """
    values = np.zeros(curves.valid.shape, dtype=np.float32)
    values[curves.valid] = sample(worth, *curves.points[curves.valid].T)
    low, high = longest_cubics(curves, values - level.effort, max(level.tolerance * unit, 0.5))
    ink = DrawnInk(worth.shape, max(level.clearance * unit, 1.5), level.crowding_radius * unit)
    places = ink.places(curves.points)
    seed = curves.points.shape[1] // 2
    heap = _heap(values - level.effort, low, high)
    selected: list[FloatArray] = []
    shortest = max(level.shortest * unit, 3.0)
    while heap and len(selected) < count:
        row = heapq.heappop(heap)[1]
        if ink.is_drawn(int(places[row, seed])):
            continue
        part = slice(int(low[row]), int(high[row]) + 1)
        gains = values[row, part] * ink.freshness(places[row, part], level.crowding) - level.effort
        first, last, value = _best_stretch(gains, seed - part.start)
        if last - first < shortest or value <= 0:
            continue
        if heap and value < -heap[0][0]:
            heapq.heappush(heap, (-value, row))
            continue
        selected.append(curves.points[row, part.start + first : part.start + last + 1])
        ink.draw(selected[-1])
    return selected


def longest_cubics(curves: Streamlines, gains: FloatArray, tolerance: float) -> tuple[IntArray, IntArray]:
    """For every curve the part around its seed that is worth most among those that one cubic can follow.

    Args:
        curves: S candidates.
        gains: [S, 2R + 1] worth of each point; negative where a curve had better end.
        tolerance: largest distance in pixels between a curve and its cubic.

    Returns:
        [S] first and [S] last column of each part.
    """
    seed = curves.points.shape[1] // 2
    masked = np.where(curves.valid, gains, np.float32(-1e3))
    high = seed + np.argmax(np.cumsum(masked[:, seed:], axis=1), axis=1)
    low = seed - np.argmax(np.cumsum(masked[:, seed::-1], axis=1), axis=1)
    totals = np.cumsum(np.pad(masked, ((0, 0), (1, 0))), axis=1)
    rows = np.arange(len(low))
    for _ in range(24):
        _, error = fit_cubics(
            resample(curves.points[rows], low[rows], high[rows], SAMPLES), reparametrisations=2
        )
        allowed = np.clip((high[rows] - low[rows]) * CLOSENESS, 0.35 * tolerance, tolerance)
        rows = rows[error > allowed]
        if not len(rows):
            break
        _shorten(totals, low, high, rows, seed)
    return low, high


def _shorten(totals: FloatArray, low: IntArray, high: IntArray, rows: IntArray, seed: int) -> None:
    """Cut an eighth off the end that is worth less, but never the seed."""
    a, b = low[rows], high[rows]
    cut = np.maximum((b - a) // 8, 1)
    cut_low, cut_high = np.minimum(cut, seed - a), np.minimum(cut, b - seed)
    loss_low = (totals[rows, a + cut_low] - totals[rows, a]) / np.maximum(cut_low, 1)
    loss_high = (totals[rows, b + 1] - totals[rows, b + 1 - cut_high]) / np.maximum(cut_high, 1)
    at_low = np.where(cut_low > 0, loss_low, np.inf) < np.where(cut_high > 0, loss_high, np.inf)
    low[rows] = np.where(at_low, a + cut_low, a)
    high[rows] = np.where(at_low, b, b - cut_high)


def _heap(gains: FloatArray, low: IntArray, high: IntArray) -> list[tuple[float, int]]:
    totals = np.cumsum(np.pad(gains, ((0, 0), (1, 0))), axis=1)
    rows = np.arange(len(gains))
    worths = totals[rows, high + 1] - totals[rows, low]
    heap = [(-value, row) for row, value in enumerate(worths.tolist()) if value > 0]
    heapq.heapify(heap)
    return heap


def _best_stretch(gains: FloatArray, seed: int) -> tuple[int, int, float]:
    """First, last and worth of the part around the seed that is worth most."""
    before, after = np.cumsum(gains[seed::-1]), np.cumsum(gains[seed:])
    first, last = int(np.argmax(before)), int(np.argmax(after))
    return seed - first, seed + last, float(before[first] + after[last] - gains[seed])
