"""Compiled interior of strokes: pixels that lie deep in the ink need no look at any edge."""

import math
from typing import NamedTuple

import numpy as np

from inkwright.compiled_kernels.compilation import compiled_part, compiled_room
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array, Stroke
from inkwright.vector_graphics.rasterizers.cpu.strokes.edges import round_half_width
from inkwright.vector_graphics.rasterizers.cpu.strokes.strips import (
    ACROSS,
    AX,
    AY,
    EX,
    EY,
    FAR,
    HALF_DIAGONAL,
    INVERSE,
    MIDDLE,
    SLOPE,
    SPREAD,
    StripRoom,
    chord_table,
    chords_by_first_row,
    continues,
    row_strips,
    strip_room,
)

# Shorter runs of whole pixels are no gain: a span costs about as much as the edges of so many pixels.
SHORTEST = 4
# Taken off the depth, so that rounding makes no pixel whole that is not.
ROUNDING = 1e-6


class InteriorRoom(NamedTuple):
    """Room for the work of one thread on the interior of one stroke after another."""

    row: StripRoom
    solid: Array  # [chords, 2] columns of a row that are covered whole


@compiled_room
def interior_room(chords: int, rows: int) -> InteriorRoom:
    """Room for strokes of at most so many chords and rows."""
    return InteriorRoom(strip_room(chords, rows), np.empty((chords, 2), np.int64))


@compiled_part
def solid_depth(stroke: Stroke) -> float:
    """How far from the chords of a stroke all pixels are covered whole, for certain; <= 0: nowhere."""
    if stroke.half <= 0.0:
        return 0.0
    half, _ = round_half_width(stroke.half, stroke.filter_width)
    return half - HALF_DIAGONAL * stroke.filter_width - ROUNDING


@compiled_part
def start_interior(stroke: Stroke, vertices: Array, rows: tuple[int, int], room: InteriorRoom) -> None:
    """Make ready for `row_interior` of the rows [y0, y1), one after the other."""
    chord_table(stroke, vertices)
    chords_by_first_row(stroke, rows[0], rows[1], room.row)


@compiled_part
def row_interior(
    stroke: Stroke, depth: float, y: int, row: int, width: int, num_active: int, room: InteriorRoom
) -> tuple[int, int]:
    """Find the runs of a row (y, the number of which is ``row``) that a stroke covers whole.

    Returns:
        how many chords are active from now on, and how many runs there are.
    """
    num_active, count = row_strips(stroke, room.row, y - row, row, width, num_active)
    return num_active, solid_runs(stroke, room.row.strips, count, (y + 0.5, depth, width, 1), room.solid)


@compiled_part
def solid_runs(
    stroke: Stroke, strips: Array, count: int, place: tuple[float, float, int, int], solid: Array
) -> int:
    """Runs of columns [x0, x1) of a row that are covered whole, in order and apart, written to ``solid``.

    The place is (height of the pixels' centres, `solid_depth`, columns of the picture, least columns that
    count). Of all chords with a strip in the row; what a chord covers in a row is one run.

    Returns:
        how many there are.
    """
    (y, depth, width, shortest), found = place, 0
    for k in range(count):
        low, high = _chord_interior(stroke, strips[k, 2], y, depth)
        low, high = max(low, 0.0), min(high, float(width))
        if high - low >= shortest:
            found = _add_run(solid, found, int(math.ceil(low - 0.5)), int(math.floor(high + 0.5)))
    return found


@compiled_part
def _chord_interior(stroke: Stroke, c: int, y: float, depth: float) -> tuple[float, float]:
    """Where the row at height y is at most ``depth`` from the chord: low > high where it is nowhere."""
    table, low, high = stroke.table, math.inf, -math.inf
    ax, ex, dy = table[c, AX], table[c, EX], y - table[c, AY]
    if table[c, INVERSE] > 0.0:
        start = ax + table[c, ACROSS] * dy
        end = ax + ex + table[c, ACROSS] * (dy - table[c, EY])
        left, right = min(start, end), max(start, end)
        if table[c, SPREAD] < FAR:
            middle, spread = table[c, MIDDLE] + table[c, SLOPE] * y, table[c, SPREAD]
            spread *= depth / (stroke.half + HALF_DIAGONAL * stroke.filter_width)
            left, right = max(left, middle - spread), min(right, middle + spread)
        elif abs(dy) > depth:
            left, right = math.inf, -math.inf
        if left <= right:
            low, high = left, right
    if not continues(stroke, c - 1):
        low, high = _with_disc(ax, dy, depth, low, high)
    return _with_disc(ax + ex, dy - table[c, EY], depth, low, high)


@compiled_part
def _with_disc(x: float, dy: float, radius: float, low: float, high: float) -> tuple[float, float]:
    """An interval of a row, and what a disc about (x, dy above the row) has of the row besides."""
    squared = radius * radius - dy * dy
    if squared <= 0.0:
        return low, high
    reach = math.sqrt(squared)
    return min(low, x - reach), max(high, x + reach)


@compiled_part
def _add_run(runs: Array, count: int, x0: int, x1: int) -> int:
    """Add [x0, x1) to runs in order, joining those that it meets; returns how many there are."""
    at = count
    while at > 0 and runs[at - 1, 1] >= x0:
        at -= 1
    end = at
    while end < count and runs[end, 0] <= x1:
        x0, x1 = min(x0, runs[end, 0]), max(x1, runs[end, 1])
        end += 1
    if end == at:
        for m in range(count, at, -1):
            runs[m, 0], runs[m, 1] = runs[m - 1, 0], runs[m - 1, 1]
    elif end > at + 1:
        for m in range(end, count):
            runs[m - end + at + 1, 0], runs[m - end + at + 1, 1] = runs[m, 0], runs[m, 1]
    runs[at, 0], runs[at, 1] = x0, x1
    return count + 1 - (end - at)
