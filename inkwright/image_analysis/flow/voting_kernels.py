"""The kernel of the edge tangent flow."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkwright.compiled_kernels.compilation import compiled

Array = NDArray[Any]

_ONE = np.float32(1)


@compiled
def vote(first: int, end: int, field: Array, strength: Array, radius: int, votes: Array) -> None:
    """Sums for the rows first to end of votes [2, H, W] what the neighbourhood says of the direction.

    Args:
        first: row.
        end: row after the last.
        field: [2, H + 2r, W + 2r] cosine and sine of the doubled angles, padded.
        strength: [2, H + 2r, W + 2r] hyperbolic tangent of the strength in [0, 1], and root of the strength.
        radius: of the neighbourhood in pixels, r.
        votes: [2, H, W], zero.
    """
    width = votes.shape[2]
    for row in range(first, end):
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
