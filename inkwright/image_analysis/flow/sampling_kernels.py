"""Kernels that read maps between pixels. Positions and maps are float32, weights float64."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkwright.compiled_kernels.compilation import compiled_exactly

Array = NDArray[Any]
Float32 = Any

_ZERO = np.float32(0)


@compiled_exactly
def clamped(position: Float32, size: int) -> Float32:
    """A position brought into [0, size - 1]."""
    return min(max(position, _ZERO), np.float32(size - 1))


@compiled_exactly
def bilinear(maps: Array, channel: int, x: Float32, y: Float32) -> Float32:
    """Value of one channel of maps [H, W, C] at a point within the picture."""
    height, width, _ = maps.shape
    left, top = int(x), int(y)
    right, below = min(left + 1, width - 1), min(top + 1, height - 1)
    across, down = np.float64(x) - left, np.float64(y) - top
    value = np.float32(maps[top, left, channel] * ((1 - across) * (1 - down)))
    value = np.float32(value + maps[top, right, channel] * (across * (1 - down)))
    value = np.float32(value + maps[below, left, channel] * ((1 - across) * down))
    return np.float32(value + maps[below, right, channel] * (across * down))


@compiled_exactly
def sample_points(first: int, end: int, maps: Array, x: Array, y: Array, values: Array) -> None:
    """``values[i, c]`` of maps [H, W, C] at points first to end, clamped to the picture."""
    for i in range(first, end):
        column, row = clamped(x[i], maps.shape[1]), clamped(y[i], maps.shape[0])
        for channel in range(maps.shape[2]):
            values[i, channel] = bilinear(maps, channel, column, row)
