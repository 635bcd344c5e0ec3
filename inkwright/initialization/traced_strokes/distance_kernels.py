"""The kernel of distances that matter near by only."""

from typing import Any

from numpy.typing import NDArray

from inkwright.compiled_kernels.compilation import compiled_exactly

Array = NDArray[Any]


@compiled_exactly
def stamp_distances(marked: Array, offsets: Array, distances: Array, nearest: Array) -> None:
    """Lowers nearest [H, W] to the distances [n] of the offsets [n, 2] (y, x) from marked [H, W]."""
    height, width = marked.shape
    for row in range(height):
        for column in range(width):
            if not marked[row, column]:
                continue
            for k in range(distances.size):
                y, x = row + offsets[k, 0], column + offsets[k, 1]
                if 0 <= y < height and 0 <= x < width and distances[k] < nearest[y, x]:
                    nearest[y, x] = distances[k]
