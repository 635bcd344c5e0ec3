"""Kernels that choose among curves, and keep in mind what is drawn already."""

import heapq
import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkwright.compiled_kernels.compilation import compiled_exactly, compiled_maker_exactly

Array = NDArray[Any]
Float32 = Any

DIRECTIONS = 12  # of strokes that are told apart, over half a turn
CELL = 4  # pixels to a cell of the map of crowding

_ONE, _HALF, _PI = np.float32(1), np.float32(0.5), np.float32(np.pi)
_CELL, _DIRECTIONS, _SHORTEST = np.float32(CELL), np.float32(DIRECTIONS), np.float32(1e-9)


class Ink(NamedTuple):
    """What is drawn, as the kernels see it."""

    drawn: Array  # [DIRECTIONS, H, W] whether a stroke of that direction runs through the pixel
    cells: Array  # [H / CELL + 1, W / CELL + 1] how much ink is around
    across: Array  # [n] float64 offsets across a stroke, over its clearance
    reach: int  # directions to each side that count as parallel
    halo: Array  # [m, 2] cells around a point of ink
    halo_weights: Array  # [m] how much ink they get


@compiled_exactly
def direction_at(curve: Array, i: int) -> int:
    """In which direction a curve [n, 2] runs at point i, as a number below DIRECTIONS."""
    x, y = _tangent(curve, i)
    return int(np.rint(np.float32(math.atan2(y, x)) / _PI * _DIRECTIONS)) % DIRECTIONS


@compiled_exactly
def is_drawn(ink: Ink, curve: Array, i: int) -> bool:
    """Whether a parallel stroke runs through point i of a curve [n, 2] already."""
    row, column = _pixel(ink, curve[i, 0], curve[i, 1])
    return ink.drawn[direction_at(curve, i), row, column]


@compiled_exactly
def freshness(ink: Ink, curve: Array, i: int, crowding: float) -> Float32:
    """In [0, 1], how much of its worth a curve keeps at point i beside what is drawn."""
    row, column = _pixel(ink, curve[i, 0], curve[i, 1])
    if ink.drawn[direction_at(curve, i), row, column]:
        return np.float32(0)
    return _ONE / (_ONE + crowding * ink.cells[row // CELL, column // CELL])


@compiled_maker_exactly
def draw(ink: Ink, curve: Array) -> None:
    """Adds a curve [n, 2] of one point per pixel of length, n >= 2."""
    count = 2 * curve.shape[0] - 1
    points = np.empty((count, 2), np.float32)
    for i in range(count):
        for axis in range(2):
            here = curve[i // 2, axis]
            points[i, axis] = here if i % 2 == 0 else _HALF * (curve[i // 2 + 1, axis] + here)
    for i in range(count):
        x, y = _tangent(points, i)
        length = max(np.float32(math.sqrt(np.float64(x) ** 2 + np.float64(y) ** 2)), _SHORTEST)
        normal_x, normal_y, direction = (
            -np.float64(y / length),
            np.float64(x / length),
            direction_at(points, i),
        )
        for offset in ink.across:
            row, column = _pixel(ink, points[i, 0] + offset * normal_x, points[i, 1] + offset * normal_y)
            for turn in range(-ink.reach, ink.reach + 1):
                ink.drawn[(direction + turn) % DIRECTIONS, row, column] = True
    for i in range(0, curve.shape[0], CELL):
        row, column = int(np.rint(curve[i, 1] / _CELL)), int(np.rint(curve[i, 0] / _CELL))
        for k in range(ink.halo_weights.size):
            x_cell, y_cell = column + ink.halo[k, 0], row + ink.halo[k, 1]
            if 0 <= y_cell < ink.cells.shape[0] and 0 <= x_cell < ink.cells.shape[1]:
                ink.cells[y_cell, x_cell] += ink.halo_weights[k] * _CELL


class Costs(NamedTuple):
    """What a curve costs, and from which length on it is worth drawing."""

    effort: np.float32  # taken off for each pixel
    crowding: np.float32  # how much ink around takes from it
    shortest: float  # pixels


@compiled_maker_exactly
def select(points: Array, values: Array, parts: Array, ink: Ink, costs: Costs, selected: Array) -> int:
    """Fills selected [N, 3] with row, first and last column of the best curves; how many there are.

    ``parts`` [2, S] are the first and last column of what one cubic can follow of each curve.
    """
    seed, count = points.shape[1] // 2, 0
    heap = [(np.float64(0), 0) for _ in range(0)]
    for row in range(points.shape[0]):
        worth = _worth(values[row], parts[:, row], costs.effort)
        if worth > 0:
            heap.append((-np.float64(worth), row))
    heapq.heapify(heap)
    while len(heap) and count < selected.shape[0]:
        row = heapq.heappop(heap)[1]
        curve = points[row]
        if is_drawn(ink, curve, seed):
            continue
        first, last, worth = _best_stretch(curve, values[row], parts[:, row], ink, costs)
        if last - first < costs.shortest or worth <= 0:
            continue
        if len(heap) and worth < -heap[0][0]:
            heapq.heappush(heap, (-np.float64(worth), row))
            continue
        selected[count, 0], selected[count, 1], selected[count, 2] = row, first, last
        count += 1
        draw(ink, curve[first : last + 1])
    return count


@compiled_exactly
def _worth(values: Array, part: Array, effort: float) -> Float32:
    before = total = np.float32(0)
    for i in range(part[1] + 1):
        if i == part[0]:
            before = total
        total += values[i] - effort
    return total - before


@compiled_exactly
def _best_stretch(curve: Array, values: Array, part: Array, ink: Ink, costs: Costs) -> tuple[int, int, float]:
    """First and last column and worth of the part around the seed that is worth most now."""
    seed, effort, crowding = curve.shape[0] // 2, costs.effort, costs.crowding
    at_seed = values[seed] * freshness(ink, curve, seed, crowding) - effort
    first, last, before, after = seed, seed, at_seed, at_seed
    total = at_seed
    for i in range(seed - 1, part[0] - 1, -1):
        total += values[i] * freshness(ink, curve, i, crowding) - effort
        if total > before:
            before, first = total, i
    total = at_seed
    for i in range(seed + 1, part[1] + 1):
        total += values[i] * freshness(ink, curve, i, crowding) - effort
        if total > after:
            after, last = total, i
    return first, last, before + after - at_seed


@compiled_exactly
def _tangent(curve: Array, i: int) -> tuple[float, float]:
    """Central difference; one-sided at the ends."""
    last = curve.shape[0] - 1
    if 0 < i < last:
        return _HALF * (curve[i + 1, 0] - curve[i - 1, 0]), _HALF * (curve[i + 1, 1] - curve[i - 1, 1])
    j = 0 if i == 0 else last - 1
    return curve[j + 1, 0] - curve[j, 0], curve[j + 1, 1] - curve[j, 1]


@compiled_exactly
def _pixel(ink: Ink, x: float, y: float) -> tuple[int, int]:
    _, height, width = ink.drawn.shape
    return int(min(max(np.rint(y), 0), height - 1)), int(min(max(np.rint(x), 0), width - 1))
