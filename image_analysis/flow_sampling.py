"""Reading maps between pixels, and averaging them along the flow."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


def sample(maps: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """Bilinear values of maps at points, clamped to the picture.

    Args:
        maps: [H, W] or [H, W, C].
        x: [...] columns in pixel indices (0 is the centre of the first pixel).
        y: [...] rows in pixel indices.

    Returns:
        [...] or [..., C] values.
    """
    height, width = maps.shape[:2]
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    left, top = x.astype(np.int32), y.astype(np.int32)
    across, down = x - left, y - top
    corner = top * width + left
    right, below = (left < width - 1).astype(np.int32), np.where(top < height - 1, width, 0).astype(np.int32)
    flat = maps.reshape(height * width, *maps.shape[2:])
    values = np.zeros((*x.shape, *maps.shape[2:]), dtype=maps.dtype)
    for weight, offset in (
        ((1 - across) * (1 - down), 0),
        (across * (1 - down), right),
        ((1 - across) * down, below),
        (across * down, right + below),
    ):
        values += np.take(flat, corner + offset, axis=0) * (weight[..., None] if maps.ndim == 3 else weight)
    return values


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
    total, weights = maps.copy(), 1.0
    for way in (1.0, -1.0):
        for step, (x, y, sign) in enumerate(
            _walk(flow, way, stride, int(np.ceil(2 * sigma / stride))), start=1
        ):
            weight = float(np.exp(-0.5 * (stride * step / sigma) ** 2))
            values = sample(maps, x, y)
            values[..., turns_with_flow] *= np.float32(way) * sign[..., None]
            total += np.float32(weight) * values
            weights += weight
    return total / np.float32(weights)


def _walk(
    flow: FloatArray, way: float, stride: float, steps: int
) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
    """Positions x, y of all pixels walking along the flow; whether with (1) or against (-1) its vectors."""
    height, width = flow.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    sign = np.full((height, width), way, dtype=np.float32)
    heading = flow * sign[..., None]
    for _ in range(steps):
        x = np.clip(x + np.float32(stride) * heading[..., 0], 0, width - 1)
        y = np.clip(y + np.float32(stride) * heading[..., 1], 0, height - 1)
        local = nearest(flow, x, y)
        sign = np.where(
            local[..., 0] * heading[..., 0] + local[..., 1] * heading[..., 1] < 0,
            np.float32(-1),
            np.float32(1),
        )
        heading = local * sign[..., None]
        yield x, y, sign
