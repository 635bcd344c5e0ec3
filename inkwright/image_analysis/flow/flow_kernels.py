"""Kernels that walk along a direction field."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkwright.compiled_kernels.compilation import compiled_exactly
from inkwright.image_analysis.flow.sampling_kernels import bilinear, clamped

Array = NDArray[Any]

_ONE = np.float32(1)


class Steps(NamedTuple):
    """The steps of a walk each way."""

    stride: np.float32  # pixels
    weights: Array  # [n] of each step


@compiled_exactly
def average_along_flow(
    first: int, end: int, maps: Array, flow: Array, steps: Steps, turns_with_flow: Array, total: Array
) -> None:
    """Adds to ``total``, for the rows first to end, what maps [H, W, C] are on the way from each pixel."""
    height, width, channels = maps.shape
    for row in range(first, end):
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
