"""Curves that start on the ridges of a line map and follow its flow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from image_analysis.flow_sampling import nearest, sample

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Streamlines:
    """Curves of one point per pixel of length, side by side.

    Attributes:
        points: [S, 2R + 1, 2] positions (x, y) in pixel indices; column R is the seed.
        valid: [S, 2R + 1] whether a curve reaches that point.
    """

    points: FloatArray
    valid: NDArray[np.bool_]


def ridge_seeds(strength: FloatArray, flow: FloatArray, threshold: float) -> FloatArray:
    """Points where the strength is largest across the flow, to a fraction of a pixel.

    Args:
        strength: [H, W] line strength.
        flow: [H, W, 2] unit vectors along the lines.
        threshold: weaker ridges are left out.

    Returns:
        [S, 2] positions (x, y) in pixel indices.
    """
    rows, columns = np.nonzero(strength > threshold)
    x, y = columns.astype(np.float32), rows.astype(np.float32)
    normal = flow[rows, columns][:, ::-1] * np.array([-1, 1], dtype=np.float32)
    before = sample(strength, x - normal[:, 0], y - normal[:, 1])
    after = sample(strength, x + normal[:, 0], y + normal[:, 1])
    here = strength[rows, columns]
    kept = (here >= before) & (here > after)
    shift = _peak_offset(before, here, after, limit=0.5)
    return np.stack([x + shift * normal[:, 0], y + shift * normal[:, 1]], axis=-1)[kept]


def trace_streamlines(
    strength: FloatArray,
    flow: FloatArray,
    seeds: FloatArray,
    reach: int,
    *,
    threshold: float,
    largest_gap: int = 3,
    sharpest_turn: float = 0.6,
) -> Streamlines:
    """Follow the ridges both ways from every seed, one pixel a step.

    Args:
        strength: [H, W] line strength.
        flow: [H, W, 2] unit vectors along the lines.
        seeds: [S, 2] starting points (x, y).
        reach: steps in each direction, R.
        threshold: where a line counts as faded.
        largest_gap: faded steps in a row that are bridged.
        sharpest_turn: cosine between a step and the flow at which a corner ends the curve.
    """
    count = len(seeds)
    points = np.repeat(seeds[:, None, :], 2 * reach + 1, axis=1).astype(np.float32)
    valid = np.zeros((count, 2 * reach + 1), dtype=bool)
    valid[:, reach] = True
    start = nearest(flow, seeds[:, 0], seeds[:, 1])
    for way in (1, -1):
        rows, position, heading = np.arange(count), seeds.astype(np.float32), way * start
        faded = np.zeros(count, dtype=np.int32)
        for step in range(1, reach + 1):
            position, heading, straight, level = _advance(strength, flow, position, heading)
            faded = np.where(level < threshold, faded + 1, 0)
            goes_on = (straight > sharpest_turn) & (faded <= largest_gap) & _inside(position, strength.shape)
            rows, position, heading, faded = (
                rows[goes_on],
                position[goes_on],
                heading[goes_on],
                faded[goes_on],
            )
            if not len(rows):
                break
            points[rows, reach + way * step] = position
            valid[rows, reach + way * step] = True
    return Streamlines(points, valid)


def _advance(
    strength: FloatArray, flow: FloatArray, position: FloatArray, heading: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """New positions and headings, the cosine of the turn, and the strength of the line."""
    ahead = position + 0.5 * heading
    local = nearest(flow, ahead[:, 0], ahead[:, 1])
    agreement = (local * heading).sum(-1)
    turned = heading + 1.5 * local * np.where(agreement < 0, np.float32(-1), np.float32(1))[:, None]
    turned /= np.maximum(np.hypot(turned[:, 0], turned[:, 1]), 1e-6)[:, None]
    position = position + turned
    normal = turned[:, ::-1] * np.array([-1, 1], dtype=np.float32)
    across = position + np.array([-1, 0, 1], dtype=np.float32)[:, None, None] * normal
    before, here, after = sample(strength, across[..., 0], across[..., 1])
    shift = _peak_offset(before, here, after, limit=0.35)
    return position + shift[:, None] * normal, turned, np.abs(agreement), here


def _peak_offset(before: FloatArray, here: FloatArray, after: FloatArray, limit: float) -> FloatArray:
    bend = before - 2 * here + after
    uphill = 0.5 * (before - after)
    parabola = np.where(bend < -1e-9, uphill / np.minimum(bend, -1e-9), np.sign(-uphill) * limit)
    return np.clip(parabola, -limit, limit).astype(np.float32)


def _inside(position: FloatArray, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    x, y = position[:, 0], position[:, 1]
    return (x > -0.5) & (y > -0.5) & (x < shape[1] - 0.5) & (y < shape[0] - 0.5)


def thinned(seeds: FloatArray, worth: FloatArray, cell: float) -> FloatArray:
    """The seed of highest worth in each square cell.

    Args:
        seeds: [S, 2] positions (x, y).
        worth: [H, W].
        cell: side of a cell in pixels.

    Returns:
        [T, 2], the most worthy first.
    """
    order = np.argsort(-nearest(worth, seeds[:, 0], seeds[:, 1]), kind="stable")
    cells = np.floor(seeds[order] / cell).astype(np.int64)
    _, first = np.unique(cells[:, 1] * (worth.shape[1] + 1) + cells[:, 0], return_index=True)
    kept: FloatArray = seeds[order][np.sort(first)]
    return kept
