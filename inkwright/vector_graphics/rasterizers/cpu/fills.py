"""Compiled coverage of filled shapes: the exact mean winding of every pixel, by Green's theorem.

Each directed edge adds, to every pixel box, the area of the part of the box to its right. Summed over a
closed outline that is the mean winding number over the box: no inside test, no special cases. Edges left of
the canvas act on column 0.
"""

import math

from inkwright.compiled_kernels.compilation import compiled
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array, Coverage, Fill, Gradients, Room

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
def first_pixel(low: float, filter_width: float, size: int) -> int:
    """First pixel whose box reaches beyond ``low``, at least 0."""
    return int(min(max(math.floor(low - 0.5 - 0.5 * filter_width) + 1.0, 0.0), float(size)))


@compiled
def end_pixel(high: float, filter_width: float, size: int) -> int:
    """One past the last pixel whose box begins before ``high``, at most ``size``."""
    return int(min(max(math.ceil(high - 0.5 + 0.5 * filter_width), 0.0), float(size)))


@compiled
def cover_fill(fill: Fill, room: Room, found: Coverage, ends: Array) -> None:
    """Write one span a row from the room's first span on; ``ends`` [rows, 2] is for work."""
    y0, y1, row = found.item_y[room.item, 0], found.item_y[room.item, 1], found.item_row[room.item]
    left, right = math.inf, -math.inf
    for c in range(fill.first, fill.end):
        x = fill.vertices[fill.chords[c, 0], 0]
        left, right = min(left, x), max(right, x)
    x0, x1 = first_pixel(left, fill.filter_width, room.width), end_pixel(right, fill.filter_width, room.width)
    stride, span = x1 - x0 + 1, room.span
    found.cover[room.cell : room.cell + (y1 - y0) * stride] = 0
    ends[:, 0], ends[:, 1] = x1, x0
    for c in range(fill.first, fill.end):
        _deposit(fill, c, (x0, x1, y0, y1), found.cover[room.cell :], ends)
    for y in range(y1 - y0):
        found.row_spans[row + y] = span
        start = min(ends[y, 0], x1) - x0
        base = room.cell + y * stride
        stop = _wind(found, base, start, max(ends[y, 1] - x0, start), fill.even_odd)
        found.span_x[span, 0], found.span_x[span, 1] = start + x0, stop + x0
        found.span_cell[span] = base + start
        span += 1
    found.row_spans[row + y1 - y0] = span


@compiled
def _deposit(fill: Fill, c: int, window: tuple[int, int, int, int], deposits: Array, ends: Array) -> None:
    """Add, along each row of the window, the differences of what a chord gives to neighbouring pixels."""
    (x0, x1, y0, y1), i, j, f = window, fill.chords[c, 0], fill.chords[c, 1], fill.filter_width
    ax, ay, bx, by = fill.vertices[i, 0], fill.vertices[i, 1], fill.vertices[j, 0], fill.vertices[j, 1]
    if ay == by:
        return
    slope, scale = (bx - ax) / (by - ay), 1.0 / (f * f)
    for y in range(max(first_pixel(min(ay, by), f, y1), y0), end_pixel(max(ay, by), f, y1)):
        slab_low, slab_high = y + 0.5 - 0.5 * f, y + 0.5 + 0.5 * f
        ya, yb = min(max(ay, slab_low), slab_high), min(max(by, slab_low), slab_high)
        xa, xb = ax + (ya - ay) * slope, ax + (yb - ay) * slope
        rise = (yb - ya) * scale
        base = (y - y0) * (x1 - x0 + 1) - x0
        begin = max(first_pixel(min(xa, xb), f, x1), x0)
        finish = max(end_pixel(max(xa, xb), f, x1), x0)
        before = 0.0
        for x in range(begin, finish):
            given = rise * _mean_right(xa, xb, x + 0.5 - 0.5 * f, f)
            deposits[base + x] += given - before
            before = given
        if finish < x1:
            deposits[base + finish] += rise * f - before
        ends[y - y0, 0] = min(ends[y - y0, 0], begin)
        ends[y - y0, 1] = max(ends[y - y0, 1], min(finish + 1, x1))


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
def _wind(found: Coverage, base: int, start: int, end: int, even_odd: bool) -> int:
    """Sum the differences to windings, turn these into coverage; returns the end of the run."""
    rounding = ROUNDING if found.cover.itemsize == 4 else ROUNDING_DOUBLE
    winding, last = 0.0, start
    for x in range(start, end):
        winding += found.cover[base + x]
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
    return last


@compiled
def fill_gradient(fill: Fill, item: int, found: Coverage, to: Gradients) -> None:
    """Add the gradient of one fill to its vertices.

    Only the part of an edge inside a pixel box acts on the box; an edge on the border acts on both sides (of
    which one is empty as a rule, and without a derivative).
    """
    y0, y1, row = found.item_y[item, 0], found.item_y[item, 1], found.item_row[item]
    f = fill.filter_width
    scale = 1.0 / (f * f)
    for c in range(fill.first, fill.end):
        i, j = fill.chords[c, 0], fill.chords[c, 1]
        ax, ay, bx, by = fill.vertices[i, 0], fill.vertices[i, 1], fill.vertices[j, 0], fill.vertices[j, 1]
        dx, dy = bx - ax, by - ay
        if dx == 0.0 and dy == 0.0:
            continue
        to_a, to_b = 0.0, 0.0
        level = 1 if dy == 0.0 else 0
        low = max(first_pixel(min(ay, by), f, y1) - level, y0)
        for y in range(low, end_pixel(max(ay, by), f, y1 - level) + level):
            inside = _inside(ay, dy, y + 0.5 - 0.5 * f, f)
            row_a, row_b = _row_gradient(ax, dx, inside, f, row + y - y0, found, to.cover)
            to_a, to_b = to_a + row_a, to_b + row_b
        to.vertices[i, 0] -= to_a * dy * scale
        to.vertices[i, 1] += to_a * dx * scale
        to.vertices[j, 0] -= to_b * dy * scale
        to.vertices[j, 1] += to_b * dx * scale


@compiled
def _row_gradient(
    ax: float, dx: float, inside: tuple[float, float], f: float, row: int, found: Coverage, to_cover: Array
) -> tuple[float, float]:
    """What the pixels of one row give to the ends of an edge that is in the row between two parameters."""
    s0, s1 = inside
    span = found.row_spans[row]
    left, right = found.span_x[span, 0], found.span_x[span, 1]
    shift = found.span_cell[span] - left
    xa, xb = ax + s0 * dx, ax + s1 * dx
    to_a, to_b = 0.0, 0.0
    upright = 1 if dx == 0.0 else 0
    low = max(first_pixel(min(xa, xb), f, right) - upright, left)
    for x in range(low, end_pixel(max(xa, xb), f, right - upright) + upright):
        upstream = to_cover[shift + x] * found.source[shift + x]
        if upstream != 0.0:
            u0, u1 = _inside(ax, dx, x + 0.5 - 0.5 * f, f)
            u0, u1 = max(u0, s0), min(u1, s1)
            if u1 > u0:
                half = 0.5 * (u1 * u1 - u0 * u0)
                to_a += upstream * (u1 - u0 - half)
                to_b += upstream * half
    return to_a, to_b


@compiled
def _inside(start: float, delta: float, low: float, size: float) -> tuple[float, float]:
    """Parameters in [0, 1] between which start + s * delta is within [low, low + size]."""
    if delta == 0.0:
        return (0.0, 1.0) if low <= start <= low + size else (0.0, 0.0)
    s0, s1 = (low - start) / delta, (low + size - start) / delta
    if s0 > s1:
        s0, s1 = s1, s0
    return max(s0, 0.0), min(s1, 1.0)
