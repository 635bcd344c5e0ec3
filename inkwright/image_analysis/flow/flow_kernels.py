"""Kernels that read maps between pixels, and follow or find the direction in which lines run.

Positions and maps are float32, weights float64.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkwright.compiled_kernels.compilation import compiled, compiled_exactly
from inkwright.compiled_kernels.threads import Parts, next_part

Array = NDArray[Any]
Float32 = Any

_ZERO, _ONE = np.float32(0), np.float32(1)


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


class Steps(NamedTuple):
    """The steps of a walk each way."""

    stride: np.float32  # pixels
    weights: Array  # [n] of each step


@compiled_exactly
def average_along_flow(
    parts: Parts, maps: Array, flow: Array, steps: Steps, turns_with_flow: Array, total: Array
) -> None:
    """Adds to ``total``, for its rows, what maps [H, W, C] are on the way from each pixel."""
    height, width, channels = maps.shape
    row = next_part(parts)
    while row >= 0:
        for column in range(width):
            for way in (_ONE, -_ONE):
                x, y = np.float32(column), np.float32(row)
                heading_x, heading_y = way * flow[row, column, 0], way * flow[row, column, 1]
                for weight in steps.weights:
                    x = clamped(x + steps.stride * heading_x, width)
                    y = clamped(y + steps.stride * heading_y, height)
                    nearest_row, nearest_column = int(np.rint(y)), int(np.rint(x))
                    local_x, local_y = (
                        flow[nearest_row, nearest_column, 0],
                        flow[nearest_row, nearest_column, 1],
                    )
                    sign = -_ONE if local_x * heading_x + local_y * heading_y < 0 else _ONE
                    heading_x, heading_y = sign * local_x, sign * local_y
                    for channel in range(channels):
                        value = bilinear(maps, channel, x, y)
                        if turns_with_flow[channel]:
                            value *= way * sign
                        total[row, column, channel] += weight * value
        row = next_part(parts)


@compiled
def vote(parts: Parts, field: Array, strength: Array, radius: int, votes: Array) -> None:
    """Sums for its rows of votes [2, H, W] what the neighbourhood says of the direction.

    The field [2, H + 2r, W + 2r] is the padded cosine and sine of the doubled angles, strength
    [2, H + 2r, W + 2r] the hyperbolic tangent of the strength in [0, 1] and its root, r the radius in pixels.
    """
    width = votes.shape[2]
    row = next_part(parts)
    while row >= 0:
        for dy in range(-radius, radius + 1):
            for dx in range(-radius, radius + 1):
                if dx * dx + dy * dy > radius * radius:
                    continue
                there = row + radius + dy
                for column in range(width):
                    here, other = column + radius, column + (radius + dx)
                    a, b = strength[0, there, other], strength[0, row + radius, here]
                    # tanh of a difference, from the tangents of both.
                    outvotes = _ONE + (a - b) / (_ONE - a * b)
                    cosine, sine = field[0, there, other], field[1, there, other]
                    aligned = (
                        _ONE + field[0, row + radius, here] * cosine + field[1, row + radius, here] * sine
                    )
                    weight = outvotes * aligned * strength[1, there, other]
                    votes[0, row, column] += weight * cosine
                    votes[1, row, column] += weight * sine
        row = next_part(parts)
