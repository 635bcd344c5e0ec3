"""Which of many possible curves to draw: greedily the one that tells most beside those already drawn."""

import numpy as np
from numpy.typing import NDArray

from inkwright.compiled_kernels.threads import most_threads, run_pass
from inkwright.image_analysis.flow.flow_sampling import FloatArray, sample
from inkwright.image_analysis.flow.streamlines import Streamlines
from inkwright.image_analysis.lines.level_of_detail import LevelOfDetail
from inkwright.initialization.traced_strokes.part_kernels import Closeness, longest_parts
from inkwright.initialization.traced_strokes.selection_kernels import CELL, DIRECTIONS, Costs, Ink, select

IntArray = NDArray[np.int64]

SAMPLES = 20  # points of a curve to which its cubic is fitted
# A short stroke must follow its curve more closely than a long one: by this share of its length.
CLOSENESS = 0.04
# No stroke is shorter than this, in pixels: one cannot see its direction.
SHORTEST = 3.0


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
    effort, crowding = np.float32(level.effort), np.float32(level.crowding)
    parts = longest_cubics(curves, values - effort, max(level.tolerance * unit, 0.5))
    ink = no_ink(worth.shape, max(level.clearance * unit, 1.5), level.crowding_radius * unit)
    selected = np.empty((count, 3), dtype=np.int64)
    costs = Costs(effort, crowding, max(level.shortest * unit, SHORTEST))
    found = select(curves.points, values, parts, ink, costs, selected)
    return [curves.points[row, first : last + 1] for row, first, last in selected[:found].tolist()]


def longest_cubics(curves: Streamlines, gains: FloatArray, tolerance: float) -> IntArray:
    """For every curve the part around its seed that is worth most among those that one cubic can follow.

    Args:
        curves: S candidates.
        gains: [S, 2R + 1] worth of each point; negative where a curve had better end.
        tolerance: largest distance in pixels between a curve and its cubic.

    Returns:
        [2, S] first and last column of each part.
    """
    parts = np.empty((2, len(gains)), dtype=np.int64)
    close = Closeness(np.linspace(0.0, 1.0, SAMPLES), float(tolerance), CLOSENESS)
    threads = most_threads()
    run_pass(longest_parts, len(gains), curves.points, curves.valid, gains, close, parts, threads=threads)
    return parts


def no_ink(shape: tuple[int, ...], clearance: float, crowding_radius: float, spread: float = 0.6) -> Ink:
    """Where the strokes drawn are kept, before the first.

    Args:
        shape: (H, W) of the picture.
        clearance: distance in pixels within which a parallel line counts as drawn already.
        crowding_radius: standard deviation in pixels of the neighbourhood in which ink is counted.
        spread: directions within this angle in radians count as parallel.
    """
    radius = max(crowding_radius / CELL, 0.5)
    halo = _disk(2 * radius)
    return Ink(
        drawn=np.zeros((DIRECTIONS, shape[0], shape[1]), dtype=bool),
        cells=np.zeros((shape[0] // CELL + 1, shape[1] // CELL + 1), dtype=np.float32),
        across=np.arange(-clearance, clearance + 0.25, 0.5),
        reach=round(spread / np.pi * DIRECTIONS),
        halo=halo,
        halo_weights=np.exp(-0.5 * (halo**2).sum(-1) / radius**2).astype(np.float32)
        / np.float32(crowding_radius),
    )


def _disk(radius: float) -> IntArray:
    """[m, 2] the offsets (x, y) within a radius."""
    side = np.arange(-int(radius), int(radius) + 1)
    offsets = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    return offsets[(offsets**2).sum(-1) <= radius * radius]
