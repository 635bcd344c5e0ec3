"""Kernels of separable filters whose weights are symmetric or antisymmetric."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkwright.compiled_kernels.compilation import compiled_maker

Array = NDArray[Any]


@compiled_maker
def filter_down(first: int, end: int, maps: Array, weights: Array, sign: float, filtered: Array) -> None:
    """Rows first to end of maps [H, N] filtered along the columns of numbers; edges are continued.

    ``weights`` [r + 1] are those of a number and of its r neighbours above; those below have them times
    ``sign``, 1 or -1.
    """
    height, width = maps.shape
    total = np.empty(width, np.float32)
    for row in range(first, end):
        for i in range(width):
            total[i] = maps[row, i] * weights[0]
        for away in range(weights.size - 1, 0, -1):
            above, below, weight = max(row - away, 0), min(row + away, height - 1), weights[away]
            for i in range(width):
                total[i] += (maps[above, i] + sign * maps[below, i]) * weight
        for i in range(width):
            filtered[row, i] = total[i]


@compiled_maker
def filter_across(first: int, end: int, maps: Array, weights: Array, sign: float, filtered: Array) -> None:
    """The same for maps [H, W, C] along the rows."""
    _, width, channels = maps.shape
    reach, size = (weights.size - 1) * channels, width * channels
    line, total = np.empty(size + 2 * reach, np.float32), np.empty(size, np.float32)
    for row in range(first, end):
        for place in range(-(weights.size - 1), width + weights.size - 1):
            column = min(max(place, 0), width - 1)
            for channel in range(channels):
                line[reach + place * channels + channel] = maps[row, column, channel]
        middle = line[reach : reach + size]
        for i in range(size):
            total[i] = middle[i] * weights[0]
        for away in range(weights.size - 1, 0, -1):
            shift, weight = away * channels, weights[away]
            before, after = (
                line[reach - shift : reach - shift + size],
                line[reach + shift : reach + shift + size],
            )
            for i in range(size):
                total[i] += (before[i] + sign * after[i]) * weight
        for column in range(width):
            for channel in range(channels):
                filtered[row, column, channel] = total[column * channels + channel]
