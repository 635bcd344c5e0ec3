"""Reading maps between pixels, and averaging them along the flow."""

import numpy as np
from numpy.typing import NDArray

from inkwright.compiled_kernels.threads import most_threads, run_pass
from inkwright.image_analysis.flow.flow_kernels import Steps, average_along_flow, sample_points

FloatArray = NDArray[np.float32]


def sample(maps: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """[...] or [..., C] bilinear values of maps [H, W] or [H, W, C], clamped to the picture; all in float32.

    ``x`` [...] are columns, ``y`` [...] rows in pixel indices (0 is the centre of the first pixel).
    """
    x, y = (np.ascontiguousarray(each, dtype=np.float32) for each in np.broadcast_arrays(x, y))
    stacked = np.ascontiguousarray(maps, dtype=np.float32).reshape(*maps.shape[:2], -1)
    values = np.empty((x.size, stacked.shape[2]), dtype=np.float32)
    sample_points(0, x.size, stacked, x.reshape(-1), y.reshape(-1), values)
    return values.reshape(*x.shape, *maps.shape[2:])


def nearest(maps: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """[...] or [..., C] values of maps at the pixels nearest to points (x, y), clamped to the picture."""
    height, width = maps.shape[:2]
    column = np.clip(np.rint(x), 0, width - 1).astype(np.int32)
    row = np.clip(np.rint(y), 0, height - 1).astype(np.int32)
    return np.take(maps.reshape(height * width, *maps.shape[2:]), row * width + column, axis=0)


def smooth_along_flow(
    maps: FloatArray, flow: FloatArray, sigma: float, turns_with_flow: NDArray[np.bool_]
) -> FloatArray:
    """Gaussian averages of maps along the curves of a direction field (line integral convolution).

    Args:
        maps: [H, W, C].
        flow: [H, W, 2] unit vectors (x, y), equal up to sign.
        sigma: in pixels along the curve; 0 leaves the maps as they are.
        turns_with_flow: [C] whether a map changes its sign when the flow vector of its pixel is turned round.

    Returns:
        [H, W, C] averages, with the signs of the pixel where each curve starts.
    """
    if sigma <= 0:
        return maps
    stride = max(1.0, sigma / 3)
    steps = np.arange(1, int(np.ceil(2 * sigma / stride)) + 1)
    weights = np.exp(-0.5 * (stride * steps / sigma) ** 2)
    total = maps.copy()
    walk = Steps(np.float32(stride), weights.astype(np.float32))
    threads = most_threads()
    run_pass(average_along_flow, len(maps), maps, flow, walk, turns_with_flow, total, threads=threads)
    return total / np.float32(1 + 2 * weights.sum())
