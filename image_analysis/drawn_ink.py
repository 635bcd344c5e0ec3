"""What is drawn already: where, in which direction, and how much around."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DIRECTIONS = 12
CELL = 4

IntArray = NDArray[np.int64]


class DrawnInk:
    """The strokes drawn so far.

    Args:
        shape: (H, W) of the picture.
        clearance: distance in pixels within which a parallel line counts as drawn already.
        crowding_radius: standard deviation in pixels of the neighbourhood in which ink is counted.
        spread: directions within this angle in radians count as parallel.
    """

    def __init__(
        self, shape: tuple[int, ...], clearance: float, crowding_radius: float, spread: float = 0.6
    ) -> None:
        self._shape = shape[0], shape[1]
        self._clearance = clearance
        self._drawn = np.zeros(DIRECTIONS * shape[0] * shape[1], dtype=bool)
        self._cells = np.zeros((shape[0] // CELL + 1, shape[1] // CELL + 1), dtype=np.float32)
        self._reach = round(spread / np.pi * DIRECTIONS)
        radius = max(crowding_radius / CELL, 0.5)
        offsets = _disk(2 * radius)
        self._halo = (
            offsets,
            np.exp(-0.5 * (offsets**2).sum(-1) / radius**2).astype(np.float32) / crowding_radius,
        )

    def places(self, points: NDArray[np.floating]) -> IntArray:
        """[..., n] where the points of curves [..., n, 2] are kept: pixel and direction in one number."""
        return self._places(points, _direction(points))

    def freshness(self, places: IntArray, crowding: float) -> NDArray[np.float32]:
        """[n] in [0, 1] how much of its worth a curve keeps at each of its places beside what is drawn."""
        height, width = self._shape
        pixel = places % (height * width)
        around = self._cells[pixel // width // CELL, pixel % width // CELL]
        fresh: NDArray[np.float32] = np.where(self._drawn[places], np.float32(0), 1 / (1 + crowding * around))
        return fresh

    def is_drawn(self, place: int) -> bool:
        """Whether a parallel stroke runs through that place already."""
        return bool(self._drawn[place])

    def draw(self, curve: NDArray[np.floating]) -> None:
        """Add a curve [n, 2] of one point per pixel of length, n >= 2."""
        points = np.concatenate([curve, 0.5 * (curve[1:] + curve[:-1])])[np.argsort(_interleaved(len(curve)))]
        tangent = np.gradient(points, axis=0)
        normal = tangent[:, ::-1] / np.maximum(np.hypot(*tangent.T), 1e-9)[:, None] * [-1, 1]
        across = np.arange(-self._clearance, self._clearance + 0.25, 0.5)
        band = points[:, None] + across[:, None] * normal[:, None]
        direction = np.broadcast_to(_direction(points)[:, None], band.shape[:2])
        for turn in range(-self._reach, self._reach + 1):
            self._drawn[self._places(band, (direction + turn) % DIRECTIONS)] = True
        self._crowd(curve[::CELL], CELL)

    def _crowd(self, points: NDArray[np.floating], step: float) -> None:
        offsets, weights = self._halo
        cells = (np.rint(points / CELL)[:, None] + offsets[None]).astype(np.int64)
        inside = ((cells >= 0) & (cells < np.array(self._cells.shape)[::-1])).all(-1)
        amounts = np.broadcast_to(weights, inside.shape)[inside] * step
        np.add.at(self._cells, (cells[inside][:, 1], cells[inside][:, 0]), amounts)

    def _places(self, points: NDArray[np.floating], direction: IntArray) -> IntArray:
        height, width = self._shape
        column = np.clip(np.rint(points[..., 0]), 0, width - 1).astype(np.int64)
        row = np.clip(np.rint(points[..., 1]), 0, height - 1).astype(np.int64)
        return (direction * height + row) * width + column


def _interleaved(count: int) -> IntArray:
    """Where count points and the count - 1 points between them stand along the curve."""
    return np.concatenate([2 * np.arange(count), 2 * np.arange(count - 1) + 1])


def _disk(radius: float) -> NDArray[np.float64]:
    side = np.arange(-int(radius), int(radius) + 1)
    offsets = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    return offsets[(offsets**2).sum(-1) <= radius * radius].astype(np.float64)


def _direction(points: NDArray[np.floating]) -> IntArray:
    tangent = np.gradient(points, axis=-2)
    angle = np.arctan2(tangent[..., 1], tangent[..., 0])
    return np.rint(angle / np.pi * DIRECTIONS).astype(np.int64) % DIRECTIONS
