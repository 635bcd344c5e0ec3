"""Gaussian blurs and derivatives of maps."""

from __future__ import annotations

from functools import lru_cache

import numba
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkwright.compiled_kernels.threads import run_pass
from inkwright.image_analysis.filters.gaussian_kernels import filter_across, filter_down

FloatArray = NDArray[np.float32]


def gaussian(maps: FloatArray, sigma: float, order: tuple[int, int] = (0, 0)) -> FloatArray:
    """What SciPy's ``gaussian_filter`` gives with ``mode="nearest"``, on all cores and sooner.

    Args:
        maps: [H, W] or [H, W, C].
        sigma: standard deviation in pixels; 0 leaves the maps as they are.
        order: of the derivatives along y and x, 0 = none.

    Returns:
        Maps of the same shape.
    """
    stacked = np.ascontiguousarray(maps, dtype=np.float32).reshape(*maps.shape[:2], -1)
    if sigma <= 1e-15:
        return stacked.reshape(maps.shape)
    down, filtered = np.empty_like(stacked), np.empty_like(stacked)
    flat, threads = (len(stacked), -1), numba.get_num_threads()
    weights = _weights(float(sigma), order[0])
    run_pass(filter_down, len(stacked), stacked.reshape(flat), *weights, down.reshape(flat), threads=threads)
    weights = _weights(float(sigma), order[1])
    run_pass(filter_across, len(stacked), down, *weights, filtered, threads=threads)
    return filtered.reshape(maps.shape)


@lru_cache(maxsize=64)
def _weights(sigma: float, order: int) -> tuple[FloatArray, np.float32]:
    """[r + 1] weights of a number and of its neighbours before; by which sign those after differ."""
    reach = int(4 * sigma + 0.5)
    impulse = np.zeros(2 * reach + 1)
    impulse[reach] = 1
    # Answers to an impulse are the weights, turned round.
    response = ndimage.gaussian_filter1d(impulse, sigma, order=order, mode="constant")
    return response[reach:].astype(np.float32), np.float32(-1 if order % 2 else 1)
