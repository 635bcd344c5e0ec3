"""Gaussian blurs and derivatives of maps."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkwright.compiled_kernels.threads import most_threads

FloatArray = NDArray[np.float32]


def gaussian(maps: FloatArray, sigma: float, order: tuple[int, int] = (0, 0)) -> FloatArray:
    """What SciPy's ``gaussian_filter`` gives with ``mode="nearest"``, by OpenCV, which is sooner; same shape.

    Args:
        maps: [H, W] or [H, W, C].
        sigma: standard deviation in pixels; 0 leaves the maps as they are.
        order: of the derivatives along y and x, 0 = none.
    """
    maps = np.ascontiguousarray(maps, dtype=np.float32)
    if sigma <= 1e-15:
        return maps
    if cv2.getNumThreads() != most_threads():  # as many as our own kernels may take
        cv2.setNumThreads(most_threads())
    down, across = (_weights(float(sigma), each) for each in order)
    filtered = cv2.sepFilter2D(maps, cv2.CV_32F, across, down, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(filtered, dtype=np.float32).reshape(maps.shape)


@lru_cache(maxsize=64)
def _weights(sigma: float, order: int) -> FloatArray:
    """[2r + 1] what each of a number's neighbours before it, itself and those after it count."""
    reach = int(4 * sigma + 0.5)
    impulse = np.zeros(2 * reach + 1)
    impulse[reach] = 1
    # Answers to an impulse are the weights, turned round.
    response = ndimage.gaussian_filter1d(impulse, sigma, order=order, mode="constant")
    return np.ascontiguousarray(response[::-1], dtype=np.float32)
