"""Compiled coverage of filled shapes: the exact mean winding of every pixel, by Green's theorem.

Each directed edge adds, to every pixel box, the area of the part of the box to its right. Summed over a
closed outline that is the mean winding number over the box: no inside test, no special cases. Edges left of
the canvas act on column 0. Where a box sees two neighbouring winding numbers, that is its coverage; pixels
that may see more are marked on the way, and left to `shared_pixels`.
"""

import math

from inkwright.compiled_kernels.compilation import compiled
from inkwright.vector_graphics.rasterizers.cpu.arrays import SHARED, Array, Coverage, Fill, Room
from inkwright.vector_graphics.rasterizers.cpu.fills.boxes import end_pixel, first_pixel

# Winding numbers this close to a whole one are whole: an opaque shape is opaque in spite of rounding.
ROUNDING = 1e-6
ROUNDING_DOUBLE = 1e-12


@compiled
def fill_bounds(fill: Fill, height: int, width: int) -> tuple[int, int, int, int]:
    """(first row, end row, spans, cells) of one fill; its cells are rows x (columns + 1)."""
    f, left, right, top, bottom = fill.filter_width, math.inf, -math.inf, math.inf, -math.inf
    for c in range(fill.first, fill.end):
        x, y = fill.vertices[fill.chords[c, 0], 0], fill.vertices[fill.chords[c, 0], 1]
        left, right, top, bottom = min(left, x), max(right, x), min(top, y), max(bottom, y)
    x0, x1 = first_pixel(left, f, width), end_pixel(right, f, width)
    y0, y1 = first_pixel(top, f, height), end_pixel(bottom, f, height)
    if x0 >= x1 or y0 >= y1:
        return 0, 0, 0, 0
    return y0, y1, y1 - y0, (y1 - y0) * (x1 - x0 + 1)


@compiled
def cover_fill(fill: Fill, room: Room, found: Coverage, ends: Array) -> None:
    """Write one span a row from the room's first span on; ``ends`` [rows, 2] is for work.

    Pixels that edges share have their mean winding for coverage, SHARED for source, and their number among
    those of the item for other; how many there are is written, too.
    """
    y0, y1, row = found.item_y[room.item, 0], found.item_y[room.item, 1], found.item_row[room.item]
    left, right = math.inf, -math.inf
    for c in range(fill.first, fill.end):
        x = fill.vertices[fill.chords[c, 0], 0]
        left, right = min(left, x), max(right, x)
    x0, x1 = first_pixel(left, fill.filter_width, room.width), end_pixel(right, fill.filter_width, room.width)
    stride, span, shared = x1 - x0 + 1, room.span, 0
    found.cover[room.cell : room.cell + (y1 - y0) * stride] = 0
    found.source[room.cell : room.cell + (y1 - y0) * stride] = 0
    ends[:, 0], ends[:, 1] = x1, x0
    for c in range(fill.first, fill.end):
        _deposit(fill, c, (x0, x1, y0, y1), room.cell, found, ends)
    for y in range(y1 - y0):
        found.row_spans[row + y] = span
        start = min(ends[y, 0], x1) - x0
        base = room.cell + y * stride
        stop, shared = _wind(found, base, (start, max(ends[y, 1] - x0, start)), fill.even_odd, shared)
        found.span_x[span, 0], found.span_x[span, 1] = start + x0, stop + x0
        found.span_cell[span] = base + start
        span += 1
    found.row_spans[row + y1 - y0] = span
    found.item_shared[room.item] = shared


@compiled
def _deposit(
    fill: Fill, c: int, window: tuple[int, int, int, int], cell: int, found: Coverage, ends: Array
) -> None:
    """Add, along each row of the window, the differences of what a chord gives to neighbouring pixels."""
    (x0, x1, y0, y1), i, j, f = window, fill.chords[c, 0], fill.chords[c, 1], fill.filter_width
    ax, ay, bx, by = fill.vertices[i, 0], fill.vertices[i, 1], fill.vertices[j, 0], fill.vertices[j, 1]
    slope, scale = (bx - ax) / (by - ay) if ay != by else 0.0, 1.0 / (f * f)
    for y in range(max(first_pixel(min(ay, by), f, y1), y0), end_pixel(max(ay, by), f, y1)):
        base = cell + (y - y0) * (x1 - x0 + 1) - x0
        if ay == by:
            for x in range(max(first_pixel(min(ax, bx), f, x1), x0), end_pixel(max(ax, bx), f, x1)):
                _mark(fill, c, base + x, found)
            continue
        slab_low, slab_high = y + 0.5 - 0.5 * f, y + 0.5 + 0.5 * f
        ya, yb = min(max(ay, slab_low), slab_high), min(max(by, slab_low), slab_high)
        xa, xb = ax + (ya - ay) * slope, ax + (yb - ay) * slope
        rise = (yb - ya) * scale
        begin = max(first_pixel(min(xa, xb), f, x1), x0)
        finish = max(end_pixel(max(xa, xb), f, x1), x0)
        before = 0.0
        for x in range(begin, finish):
            given = rise * _mean_right(xa, xb, x + 0.5 - 0.5 * f, f)
            found.cover[base + x] += given - before
            before = given
            _mark(fill, c, base + x, found)
        if finish < x1:
            found.cover[base + finish] += rise * f - before
        ends[y - y0, 0] = min(ends[y - y0, 0], begin)
        ends[y - y0, 1] = max(ends[y - y0, 1], min(finish + 1, x1))


@compiled
def _mark(fill: Fill, c: int, cell: int, found: Coverage) -> None:
    """Note that a chord touches a pixel: its source is one more than the first chord that does.

    Edges that follow one another and all go roughly one way (at most a right angle from the first), and any
    two that follow one another, part a pixel in two, with neighbouring winding numbers. All others may do
    more: the source becomes SHARED.
    """
    first = found.source[cell] - 1
    if first < 0:
        found.source[cell], found.other[cell] = c + 1, c
    elif first < SHARED - 1:
        last = found.other[cell]
        single = last == first
        if _follows(fill, last, c) and (single or (_agree(fill, first, last) and _agree(fill, first, c))):
            found.other[cell] = c
        elif single and _follows(fill, c, first):
            found.source[cell] = c + 1
        else:
            found.source[cell] = SHARED


@compiled
def _follows(fill: Fill, c: int, following: int) -> bool:
    """Whether a chord begins where another ends."""
    i, j = fill.chords[c, 1], fill.chords[following, 0]
    return fill.vertices[i, 0] == fill.vertices[j, 0] and fill.vertices[i, 1] == fill.vertices[j, 1]


@compiled
def _agree(fill: Fill, c: int, other: int) -> bool:
    """Whether two chords are less than a right angle apart."""
    i, j, k, m = fill.chords[c, 0], fill.chords[c, 1], fill.chords[other, 0], fill.chords[other, 1]
    along_x = (fill.vertices[j, 0] - fill.vertices[i, 0]) * (fill.vertices[m, 0] - fill.vertices[k, 0])
    return (
        along_x + (fill.vertices[j, 1] - fill.vertices[i, 1]) * (fill.vertices[m, 1] - fill.vertices[k, 1])
        > 0.0
    )


@compiled
def _mean_right(xa: float, xb: float, box: float, f: float) -> float:
    """Mean, along an edge from xa to xb, of the width of [box, box + f] that lies right of the edge."""
    low, high = min(xa, xb), max(xa, xb)
    if high <= low or (low >= box and high <= box + f):
        return min(max(box + f - 0.5 * (low + high), 0.0), f)
    inside_low, inside_high = max(low, box), min(high, box + f)
    left = max(min(high, box) - low, 0.0)
    inside = max(inside_high - inside_low, 0.0)
    return (left * f + inside * (box + f - 0.5 * (inside_low + inside_high))) / (high - low)


@compiled
def _wind(found: Coverage, base: int, run: tuple[int, int], even_odd: bool, shared: int) -> tuple[int, int]:
    """Sum the differences along a run to windings, turn these into coverage.

    Returns:
        the end of the run, and the number of shared pixels of the item up to there.
    """
    rounding = ROUNDING if found.cover.itemsize == 4 else ROUNDING_DOUBLE
    winding, last = 0.0, run[0]
    for x in range(run[0], run[1]):
        winding += found.cover[base + x]
        if found.source[base + x] == SHARED:
            found.cover[base + x], found.other[base + x] = winding, shared
            shared, last = shared + 1, x + 1
            continue
        whole = round(winding)
        value = whole if abs(winding - whole) < rounding else winding
        cover, slope = abs(value), 1 if value > 0.0 else -1 if value < 0.0 else 0
        if even_odd:
            cover -= 2.0 * math.ceil(0.5 * cover - 0.5)
            if cover < 0.0:
                cover, slope = -cover, -slope
        found.source[base + x] = slope if 0.0 < cover <= 1.0 else 0
        found.cover[base + x] = min(cover, 1.0)
        if cover > 0.0:
            last = x + 1
    return last, shared
