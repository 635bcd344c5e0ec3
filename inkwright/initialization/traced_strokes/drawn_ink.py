"""What is drawn already: where, in which direction, and how much around."""

import numpy as np
from numpy.typing import NDArray

from inkwright.initialization.traced_strokes.selection_kernels import CELL, DIRECTIONS, Ink


def no_ink(shape: tuple[int, ...], clearance: float, crowding_radius: float, spread: float = 0.6) -> Ink:
    """Where the strokes drawn are kept, before the first.

    Args:
        shape: (H, W) of the picture.
        clearance: distance in pixels within which a parallel line counts as drawn already.
        crowding_radius: standard deviation in pixels of the neighbourhood in which ink is counted.
        spread: directions within this angle in radians count as parallel.
    """
    radius = max(crowding_radius / CELL, 0.5)
    halo = _disk(2 * radius)
    return Ink(
        drawn=np.zeros((DIRECTIONS, shape[0], shape[1]), dtype=bool),
        cells=np.zeros((shape[0] // CELL + 1, shape[1] // CELL + 1), dtype=np.float32),
        across=np.arange(-clearance, clearance + 0.25, 0.5),
        reach=round(spread / np.pi * DIRECTIONS),
        halo=halo,
        halo_weights=np.exp(-0.5 * (halo**2).sum(-1) / radius**2).astype(np.float32)
        / np.float32(crowding_radius),
    )


def _disk(radius: float) -> NDArray[np.int64]:
    """[m, 2] the offsets (x, y) within a radius."""
    side = np.arange(-int(radius), int(radius) + 1)
    offsets = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    return offsets[(offsets**2).sum(-1) <= radius * radius]
