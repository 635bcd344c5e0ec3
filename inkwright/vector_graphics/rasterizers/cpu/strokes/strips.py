"""Compiled table of chords, and which pixels of a row each chord of a stroke has to look at.

A pixel whose foot lies before the start of a chord is at least as close to the chord before it; so each chord
looks only at the strip of pixels beside it, and most pixels are looked at once.
"""

import math
from typing import NamedTuple

import numpy as np

from inkwright.compiled_kernels.compilation import compiled_part, compiled_room
from inkwright.compiled_kernels.lanes import LANES, ceiling, floor, larger, ramp, smaller, store
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array, Stroke
from inkwright.vector_graphics.rasterizers.cpu.box_filter import box_extents

HALF_DIAGONAL = 0.7071068
# Strips of neighbouring chords overlap by this many pixels, so that rounding loses no pixel between them.
OVERLAP = 1e-7
# Chords and normals with less of x than the first count as upright; lines across them get the second slope.
FLATTEST, STEEPEST = 1e-9, 1e9
# Farther than any of the lines below gets.
FAR = 1e30
# Where chords turn by an angle of up to 60 degrees, the y of a direction between their normals exceeds that
# of both by at most 1 - cos(angle / 2), which is less than this times the squared sine of the angle.
SWING = 0.6
# Columns of the table of chords: start, vector to the end, 1 / length^2, unit normal, extents (a, b) of the
# pixel along it, 1 / (2 a b), 1 / length; then lines x = p + q y: the chord's own (and how far its strip
# reaches to each side of it), those through its start and its end at right angles (one slope, one sign: on
# which side the chord lies), that through the start of the next chord; last, the heights it reaches. Where
# the stroke ends, the lines are far away.
AX, AY, EX, EY, INVERSE, NX, NY, SHORT, LONG, BY_CORNER = range(10)
BY_LENGTH, MIDDLE, SLOPE, SPREAD, START, END, ACROSS, SIGN, NEXT, NEXT_ACROSS, TOP, BOTTOM, COLUMNS = range(
    10, 23
)


class StripRoom(NamedTuple):
    """Room for the strips of one stroke after another."""

    start: Array  # [rows] the first chord that matters from each row on, -1: none
    following: Array  # [chords] the chord after each that matters from the same row on
    active: Array  # [chords]
    strips: Array  # [chords, 3] first and end column, chord
    # [chords, 2 LANES] of eight rows: the first column that the chord has to look at, and the end
    columns: Array


@compiled_room
def strip_room(chords: int, rows: int) -> StripRoom:
    """Room for strokes of at most so many chords and rows."""
    start, columns = np.empty(rows, np.int64), np.empty((chords, 2 * LANES))
    following, active = np.empty(chords, np.int64), np.empty(chords, np.int64)
    return StripRoom(start, following, active, np.empty((chords, 3), np.int64), columns)


@compiled_part
def chord_table(stroke: Stroke, vertices: Array) -> None:
    """Fill the rows of the stroke's table that are its chords', from vertices [V, 2]."""
    table, chords, filter_width = stroke.table, stroke.chords, stroke.filter_width
    reach = stroke.half + HALF_DIAGONAL * filter_width
    for c in range(stroke.first, stroke.end):
        ax, ay = vertices[chords[c, 0], 0], vertices[chords[c, 0], 1]
        ex, ey = vertices[chords[c, 1], 0] - ax, vertices[chords[c, 1], 1] - ay
        squared = ex * ex + ey * ey
        by_length = 1.0 / math.sqrt(squared) if squared > 0.0 else 0.0
        nx, ny = (-ey * by_length, ex * by_length) if squared > 0.0 else (0.0, 1.0)
        table[c, AX], table[c, AY], table[c, EX], table[c, EY] = ax, ay, ex, ey
        table[c, INVERSE], table[c, NX], table[c, NY] = by_length * by_length, nx, ny
        table[c, BY_LENGTH] = by_length
        a, b = box_extents(nx, ny, filter_width)
        table[c, SHORT], table[c, LONG], table[c, BY_CORNER] = a, b, 0.5 / (a * b)
        across = 1.0 / ex if abs(ex) > FLATTEST else STEEPEST
        sign = 1.0 if across > 0.0 else -1.0
        table[c, SIGN], table[c, ACROSS] = sign, -ey * across
        table[c, START] = ax + ey * across * ay - sign * OVERLAP
        table[c, END] = table[c, START] + squared * across + 2.0 * sign * OVERLAP
        along = 1.0 / nx if abs(nx) > FLATTEST else 0.0
        table[c, SLOPE], table[c, MIDDLE] = -ny * along, ax + ny * along * ay
        table[c, SPREAD] = reach * abs(along) if along != 0.0 and squared > 0.0 else FAR
    before = False
    for c in range(stroke.first, stroke.end):
        after = continues(stroke, c)
        _link_next(table, c, after)
        _row_range(table, c, reach, before, after)
        if table[c, INVERSE] == 0.0 or not before:
            table[c, START] = -table[c, SIGN] * FAR
        before = after


@compiled_part
def continues(stroke: Stroke, c: int) -> bool:
    """Whether chord c + 1 begins where chord c ends."""
    return c >= stroke.first and c + 1 < stroke.end and stroke.chords[c, 1] == stroke.chords[c + 1, 0]


@compiled_part
def _link_next(table: Array, c: int, after: bool) -> None:
    """The line before which pixels beyond the end of the chord, which may go on, still are the chord's."""
    sign = table[c, SIGN]
    table[c, NEXT], table[c, NEXT_ACROSS] = sign * FAR, 0.0
    if after and table[c, INVERSE] > 0.0 and table[c + 1, SIGN] == sign:
        table[c, NEXT] = table[c + 1, START] + 2.0 * sign * OVERLAP
        table[c, NEXT_ACROSS] = table[c + 1, ACROSS]


@compiled_part
def _row_range(table: Array, c: int, reach: float, before: bool, after: bool) -> None:
    """The heights between which pixels may lie beside the chord, which may go on at either end."""
    ny = abs(table[c, NY])
    start = end = 1.0
    if before and table[c, INVERSE] > 0.0:
        start = ny
    if after and table[c, INVERSE] > 0.0 and table[c + 1, INVERSE] > 0.0:
        turn = table[c, NX] * table[c + 1, NY] - table[c, NY] * table[c + 1, NX]
        bend = 1.0 - table[c, NX] * table[c + 1, NX] - table[c, NY] * table[c + 1, NY]
        end = min(1.0, max(ny, abs(table[c + 1, NY])) + (SWING * turn * turn if bend < 0.5 else 1.0))
    y0, y1 = table[c, AY], table[c, AY] + table[c, EY]
    table[c, TOP] = min(y0 - start * reach, y1 - end * reach) - OVERLAP
    table[c, BOTTOM] = max(y0 + start * reach, y1 + end * reach) + OVERLAP


@compiled_part
def chords_by_first_row(stroke: Stroke, y0: int, y1: int, room: StripRoom) -> None:
    """Linked lists (-1 ends): the first chord that matters from each row on, the one after each."""
    table, first, start, following = stroke.table, stroke.first, room.start, room.following
    for row in range(y1 - y0):
        start[row] = -1
    for c in range(stroke.end - 1, first - 1, -1):
        row = int(min(max(math.ceil(table[c, TOP] - 0.5), float(y0)), float(y1))) - y0
        if row < y1 - y0 and table[c, BOTTOM] > y0:
            following[c - first] = start[row]
            start[row] = c - first


@compiled_part
def row_strips(
    stroke: Stroke, room: StripRoom, y0: int, row: int, width: int, num_active: int
) -> tuple[int, int]:
    """The strips [x0, x1, chord] of a row, y0 + ``row`` of the picture, sorted by x0; row after row.

    Chords that have ended are dropped from the active ones; those with a strip are left in its order, for
    they hardly change it from row to row.

    Returns:
        how many chords are active from now on, and how many strips there are.
    """
    active, strips, columns, first = room.active, room.strips, room.columns, stroke.first
    y, lane = y0 + row + 0.5, row % LANES
    for k in range(num_active if lane == 0 else 0):
        _lay_strips(stroke, room, active[k], y, width)
    c = room.start[row]
    while c >= 0:
        _lay_strips(stroke, room, first + c, y - lane, width)
        active[num_active] = first + c
        num_active, c = num_active + 1, room.following[c]
    kept = found = 0
    for k in range(num_active):
        c = active[k]
        if stroke.table[c, BOTTOM] < y:
            continue
        x0, x1 = int(columns[c - first, lane]), int(columns[c - first, LANES + lane])
        if x0 >= x1:
            active[kept] = c
            kept += 1
            continue
        m = found
        while m > 0 and strips[m - 1, 0] > x0:
            strips[m, 0], strips[m, 1], strips[m, 2] = strips[m - 1, 0], strips[m - 1, 1], strips[m - 1, 2]
            m -= 1
        strips[m, 0], strips[m, 1], strips[m, 2] = x0, x1, c
        found += 1
    for m in range(found):
        active[kept + m] = strips[m, 2]
    return kept + found, found


@compiled_part
def _lay_strips(stroke: Stroke, room: StripRoom, c: int, y: float, width: int) -> None:
    """Columns [x0, x1) that a chord has to look at, in eight rows from that at height y on."""
    table, heights = stroke.table, ramp(y)
    reach = stroke.half + HALF_DIAGONAL * stroke.filter_width
    middle, across = table[c, MIDDLE] + table[c, SLOPE] * heights, table[c, ACROSS] * heights
    low = larger(middle - table[c, SPREAD], min(table[c, EX], 0.0) + table[c, AX] - reach)
    high = smaller(middle + table[c, SPREAD], max(table[c, EX], 0.0) + table[c, AX] + reach)
    start, end = table[c, START] + across, table[c, END] + across
    following = table[c, NEXT] + table[c, NEXT_ACROSS] * heights
    if table[c, SIGN] > 0.0:
        low, high = larger(low, start), smaller(high, larger(end, following))
    else:
        low, high = larger(low, smaller(end, following)), smaller(high, start)
    # An interval without a pixel's centre ends where it begins, or before.
    store(room.columns, (c - stroke.first, 0), ceiling(larger(low - 0.5, 0.0)))
    store(room.columns, (c - stroke.first, LANES), floor(smaller(high - 0.5, width - 1.0)) + 1.0)


@compiled_part
def is_beside(stroke: Stroke, c: int, x: float, y: float) -> bool:
    """Whether the pixel lies beside this chord, not before its start or beyond its end by a neighbour."""
    table = stroke.table
    px, py = x - table[c, AX], y - table[c, AY]
    t = (px * table[c, EX] + py * table[c, EY]) * table[c, INVERSE]
    if t < 0.0:
        return not continues(stroke, c - 1)
    if t <= 1.0 or not continues(stroke, c):
        return True
    return (px - table[c, EX]) * table[c + 1, EX] + (py - table[c, EY]) * table[c + 1, EY] < 0.0
