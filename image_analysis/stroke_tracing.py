"""Strokes that follow the most telling lines of a picture."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from image_analysis.cubic_fitting import bernstein, fit_cubics, resample
from image_analysis.flow_sampling import nearest, sample
from image_analysis.picture_analysis import PictureAnalysis
from image_analysis.stroke_selection import SAMPLES, SelectionRule, select_curves
from image_analysis.streamlines import Streamlines, ridge_seeds, thinned, trace_streamlines

FloatArray = NDArray[np.float32]

FAINTEST = 0.02


@dataclass(frozen=True)
class TracedStrokes:
    """Cubic strokes on a picture, the most telling first.

    Attributes:
        points: [N, 4, 2] control points (x, y) in pixels; the first pixel covers [0, 1] x [0, 1].
        strength: [N] in [0, 1], how strong a line runs under each stroke; 0 where there was nothing to draw.
    """

    points: FloatArray
    strength: FloatArray


def abstraction_of(num_strokes: int) -> float:
    """1 for 16 strokes and fewer, 0 for 256 and more, even in the logarithm between."""
    return float(np.clip(1 - np.log2(max(num_strokes, 1) / 16) / 4, 0, 1))


def line_map_for(analysis: PictureAnalysis, num_strokes: int) -> FloatArray:
    """[H, W] in [0, 1], 1 = ink: what that many strokes should show; few strokes keep to lasting, salient lines."""
    a = abstraction_of(num_strokes)
    return analysis.line_map(
        abstraction=0.2 + 0.8 * a, damping=0.5 + 0.5 * a, background=0.3 - 0.15 * a, contrast=0.6 + 0.15 * a
    )


def trace_strokes(
    analysis: PictureAnalysis, num_strokes: int, *, seed: int = 0, jitter: float = 0.1
) -> TracedStrokes:
    """Exactly N strokes: long ones for few, fine ones for many.

    Lines that run out are cut into shorter strokes, which follow them more closely; where not even that gives N, strokes of
    strength 0 fill up.

    Args:
        analysis: of the picture.
        num_strokes: N, >= 1.
        seed: of the jitter, >= 0.
        jitter: deviation of the logarithm of smooth noise that the worth of lines is multiplied with, >= 0.

    Raises:
        ValueError: a number is out of its range.
    """
    if num_strokes < 1:
        raise ValueError(f"num_strokes is {num_strokes}; it must be at least 1")
    if not jitter >= 0 or seed < 0:
        raise ValueError(f"jitter, seed are {jitter}, {seed}; both must be >= 0")
    lines = line_map_for(analysis, num_strokes)
    worth = lines * _smooth_noise(lines.shape, seed, jitter, 20 * analysis.unit)
    curves = select_curves(
        _candidates(analysis, worth, num_strokes), worth, num_strokes, _rule(analysis.unit, num_strokes)
    )
    curves = split_longest(curves, num_strokes, shortest=max(4 * analysis.unit, 3.0))
    points = _fit(curves)
    strength = _strength_under(points, lines)
    missing = num_strokes - len(points)
    if missing:
        points = np.concatenate([points, _idle_strokes(analysis, missing)])
        strength = np.concatenate([strength, np.zeros(missing)])
    return TracedStrokes((points + 0.5).astype(np.float32), strength.astype(np.float32))


def split_longest(curves: list[FloatArray], count: int, shortest: float) -> list[FloatArray]:
    """Halve the longest curves until there are ``count``, or all are too short to be halved.

    Args:
        curves: each [n, 2], one point per pixel of length.
        count: how many are wanted.
        shortest: length in pixels below which no half may fall.
    """
    heap = [(-len(curve), index, curve) for index, curve in enumerate(curves)]
    heapq.heapify(heap)
    while heap and len(heap) < count and -heap[0][0] > 2 * shortest:
        _, index, curve = heapq.heappop(heap)
        middle = len(curve) // 2
        heapq.heappush(heap, (-(middle + 1), index, curve[: middle + 1]))
        heapq.heappush(heap, (-(len(curve) - middle), index + len(curves) * len(heap), curve[middle:]))
    return [curve for _, _, curve in sorted(heap, key=lambda entry: entry[1])]


def _candidates(analysis: PictureAnalysis, worth: FloatArray, num_strokes: int) -> Streamlines:
    a, unit = abstraction_of(num_strokes), analysis.unit
    strength = np.where(worth > FAINTEST, analysis.fine, np.float32(0))
    seeds = thinned(ridge_seeds(strength, analysis.flow, 1e-4), worth, max(2.5 * unit, 1.0))
    return trace_streamlines(
        analysis.fine,
        analysis.flow,
        seeds,
        max(round((70 + 70 * a) * unit), 4),
        threshold=0.004,
        largest_gap=round(4 * unit * (1 + a)),
    )


def _rule(unit: float, num_strokes: int) -> SelectionRule:
    a = abstraction_of(num_strokes)
    return SelectionRule(
        tolerance=max((1.2 + 2.8 * a) * unit, 0.5),
        clearance=max((4 + 4.5 * a) * unit, 1.5),
        crowding=0.15 + 0.5 * a,
        crowding_radius=(10 + 14 * a) * unit,
        effort=0.03 + 0.03 * a,
        shortest=max(8 * unit, 3.0),
    )


def _fit(curves: list[FloatArray]) -> NDArray[np.float64]:
    if not curves:
        return np.zeros((0, 4, 2))
    ends = np.array([0])
    rows = [resample(curve[None], ends, ends + len(curve) - 1, SAMPLES)[0] for curve in curves]
    return fit_cubics(np.stack(rows))[0]


def _strength_under(points: NDArray[np.float64], lines: FloatArray) -> NDArray[np.float64]:
    curve = (bernstein(np.linspace(0, 1, 12)) @ points).astype(np.float32)
    return sample(lines, curve[..., 0], curve[..., 1]).mean(-1).astype(np.float64)


def _smooth_noise(shape: tuple[int, ...], seed: int, jitter: float, radius: float) -> FloatArray:
    """[H, W] > 0, around 1: noise whose blobs have a size of ``radius`` pixels."""
    grid = [max(int(np.ceil(side / max(radius, 1.0))), 1) + 1 for side in shape]
    noise = np.random.default_rng(seed).normal(size=grid).astype(np.float32)
    rows, columns = (
        np.linspace(0, cells - 1, side, dtype=np.float32) for cells, side in zip(grid, shape, strict=True)
    )
    x, y = np.meshgrid(columns, rows)
    return np.exp(jitter * sample(noise, x, y))


def _idle_strokes(analysis: PictureAnalysis, count: int) -> NDArray[np.float64]:
    """[count, 4, 2] short strokes along the flow, spread over the picture: somewhere for an optimiser to start from."""
    height, width = analysis.shape
    columns = max(round(np.sqrt(count * width / height)), 1)
    rows = -(-count // columns)
    place = np.arange(count)
    x = (place % columns + 0.5) / columns * width - 0.5
    y = (place // columns + 0.5) / rows * height - 0.5
    reach = 0.2 * min(width / columns, height / rows)
    direction = nearest(analysis.flow, x, y).astype(np.float64)
    along = np.linspace(-reach, reach, 4)
    return np.stack([x, y], axis=-1)[:, None] + along[:, None] * direction[:, None]
