"""Curves that start on the ridges of a line map and follow its flow."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkwright.compiled_kernels.threads import most_threads, run_pass
from inkwright.image_analysis.flow.flow_sampling import FloatArray, nearest, sample
from inkwright.image_analysis.flow.streamline_kernels import CurveEnd, follow_ridges, peak_offsets


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
    """[S, 2] points (x, y) in pixel indices where strength [H, W] is largest across the flow [H, W, 2].

    To a fraction of a pixel; ridges weaker than the threshold are left out.
    """
    rows, columns = np.nonzero(strength > threshold)
    x, y = columns.astype(np.float32), rows.astype(np.float32)
    normal = flow[rows, columns][:, ::-1] * np.array([-1, 1], dtype=np.float32)
    before = sample(strength, x - normal[:, 0], y - normal[:, 1])
    after = sample(strength, x + normal[:, 0], y + normal[:, 1])
    here = strength[rows, columns]
    kept = (here >= before) & (here > after)
    shift = np.empty_like(here)
    peak_offsets(before, here, after, np.float32(0.5), shift)
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
    points = np.repeat(seeds[:, None, :], 2 * reach + 1, axis=1).astype(np.float32)
    valid = np.zeros(points.shape[:2], dtype=bool)
    valid[:, reach] = True
    limits = CurveEnd(np.float32(threshold), largest_gap, np.float32(sharpest_turn))
    threads = most_threads()
    run_pass(follow_ridges, len(seeds), strength[..., None], flow, limits, points, valid, threads=threads)
    return Streamlines(points, valid)


def thinned(seeds: FloatArray, worth: FloatArray, cell: float) -> FloatArray:
    """[T, 2] the seed (x, y) of highest worth [H, W] in each square cell of so many pixels, best first."""
    order = np.argsort(-nearest(worth, seeds[:, 0], seeds[:, 1]), kind="stable")
    cells = np.floor(seeds[order] / cell).astype(np.int64)
    _, first = np.unique(cells[:, 1] * (worth.shape[1] + 1) + cells[:, 0], return_index=True)
    kept: FloatArray = seeds[order][np.sort(first)]
    return kept
