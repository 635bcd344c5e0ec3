"""Compiled coverage of round strokes, row by row: closest chords, and second branches where one is near."""

from __future__ import annotations

import math

from vector_graphics.numba_arrays import Array, Coverage
from vector_graphics.numba_compilation import compiled
from vector_graphics.numba_geometry import half_plane_area
from vector_graphics.numba_stroke_edges import beside_coverage, end_coverage, union
from vector_graphics.numba_stroke_strips import (
    AX,
    AY,
    BY_CORNER,
    EX,
    EY,
    HALF_DIAGONAL,
    INVERSE,
    LONG,
    NX,
    NY,
    SHORT,
    chords_by_first_row,
    continues,
    is_beside,
    row_strips,
)


@compiled
def stroke_bounds(
    vertices: Array,
    chords: Array,
    first: int,
    end: int,
    half: float,
    filter_width: float,
    height: int,
    width: int,
) -> tuple[int, int, int, int]:
    """(first row, end row, upper bound of spans, upper bound of cells) of one stroke."""
    reach = half + HALF_DIAGONAL * filter_width
    wide = 1.4143 * reach + 0.7072
    top, bottom, spans, cells = math.inf, -math.inf, 0, 0.0
    for c in range(first, end):
        ax, ay = vertices[chords[c, 0], 0], vertices[chords[c, 0], 1]
        bx, by = vertices[chords[c, 1], 0], vertices[chords[c, 1], 1]
        low, high = min(ay, by) - reach, max(ay, by) + reach
        rows = min(high + 1.0, height) - max(low - 1.0, 0.0)
        columns = min(max(ax, bx) + reach + 1.0, width) - max(min(ax, bx) - reach - 1.0, 0.0)
        if rows > 0.0 and columns > 0.0:
            top, bottom = min(top, low), max(bottom, high)
            spans += int(rows) + 2
            cells += min((rows + 1.0) * (columns + 1.0), math.hypot(bx - ax, by - ay) * 2.0 * wide)
        if not continues(chords, c, first, end):
            cells += min(4.0 * wide * wide, float(height) * width)
    if spans == 0:
        return 0, 0, 0, 0
    y0 = int(max(math.floor(top - 0.5), 0.0))
    y1 = int(min(math.ceil(bottom + 0.5), float(height)))
    return y0, max(y1, y0), spans, int(cells) + 1


@compiled
def cover_stroke(
    table: Array, chords: Array, first: int, end: int, half: float, filter_width: float, item: int, width:
        int,
    found: Coverage, span: int, cell: int, start: Array, chord_room: Array, best: Array,
) -> None:  # fmt: skip
    """Write the spans and cells of one stroke from ``span`` and ``cell`` on.

    ``start`` [rows], ``chord_room`` [chords, 5] and ``best`` [width] are room to work in.
    """
    y0, y1, row = found.item_y[item, 0], found.item_y[item, 1], found.item_row[item]
    reach = half + HALF_DIAGONAL * filter_width
    following, active, strips = chord_room[:, 0], chord_room[:, 1], chord_room[:, 2:]
    chords_by_first_row(table, first, end, y0, y1, start, following)
    num_active = 0
    for y in range(y0, y1):
        found.row_spans[row + y - y0] = span
        c = start[y - y0]
        while c >= 0:
            active[num_active] = first + c
            num_active, c = num_active + 1, following[c]
        num_active, count = row_strips(table, active, num_active, y + 0.5, reach, width, strips)
        k = 0
        while k < count:
            x0, x1, member, overlap = strips[k, 0], strips[k, 1], k + 1, False
            while member < count and strips[member, 0] <= x1:
                overlap = overlap or strips[member, 0] < x1
                x1 = max(x1, strips[member, 1])
                member += 1
            found.span_x[span, 0], found.span_x[span, 1], found.span_cell[span] = x0, x1, cell
            if overlap:
                _cover_closest(
                    table, strips, k, member, x0, x1, y + 0.5, half, filter_width, best, found, cell
                )
                _add_branches(
                    table,
                    chords,
                    strips,
                    k,
                    member,
                    first,
                    end,
                    x0,
                    x1,
                    y + 0.5,
                    half,
                    filter_width,
                    best,
                    found,
                    cell,
                )
            else:
                for m in range(k, member):
                    at = cell + strips[m, 0] - x0
                    _cover_strip(
                        table,
                        strips[m, 2],
                        strips[m, 0],
                        strips[m, 1],
                        y + 0.5,
                        half,
                        filter_width,
                        found.cover[at:],
                        found.source[at:],
                        found.other[at:],
                    )
            cell += x1 - x0
            span += 1
            k = member
    found.row_spans[row + y1 - y0] = span


@compiled
def _cover_strip(
    table: Array,
    c: int,
    x0: int,
    x1: int,
    y: float,
    half: float,
    filter_width: float,
    cover: Array,
    source: Array,
    other: Array,
) -> None:
    """Coverage of the pixels x0..x1 of a row that this chord alone looks at, cell by cell."""
    ax, ex, inverse, nx = table[c, AX], table[c, EX], table[c, INVERSE], table[c, NX]
    a, b, by_corner = table[c, SHORT], table[c, LONG], table[c, BY_CORNER]
    along, across = (y - table[c, AY]) * table[c, EY], (y - table[c, AY]) * table[c, NY]
    beyond = 0
    for x in range(x1 - x0):
        px = x0 + x + 0.5 - ax
        t, distance = (px * ex + along) * inverse, abs(px * nx + across)
        beside = 0.0 < t < 1.0 and half + distance >= 0.5 * (a + b)
        area = half_plane_area(half - distance, a, b, by_corner)
        cover[x] = min(area, 1.0) if beside else -1.0
        source[x], other[x] = c, -1
        beyond += 0 if beside else 1
    if beyond > 0:
        for x in range(x1 - x0):
            if cover[x] < 0.0:
                cover[x] = end_coverage(table, c, x0 + x + 0.5, y, half, filter_width)


@compiled
def _cover_closest(
    table: Array,
    strips: Array,
    k: int,
    member: int,
    x0: int,
    x1: int,
    y: float,
    half: float,
    filter_width: float,
    best: Array,
    found: Coverage,
    cell: int,
) -> None:
    """Coverage of the pixels x0..x1 of a row by their closest chords, of those in the strips k..member."""
    best[x0:x1] = math.inf
    for m in range(k, member):
        _closest(table, strips[m, 2], strips[m, 0], strips[m, 1], y, best, found.source, cell - x0)
    for x in range(x0, x1):
        here = cell + x - x0
        found.other[here] = -1
        found.cover[here] = beside_coverage(table, found.source[here], x + 0.5, y, half)
    for x in range(x0, x1):
        here = cell + x - x0
        if found.cover[here] < 0.0:
            found.cover[here] = end_coverage(table, found.source[here], x + 0.5, y, half, filter_width)


@compiled
def _closest(
    table: Array, c: int, x0: int, x1: int, y: float, best: Array, source: Array, shift: int
) -> None:
    """Where this chord is the closest so far: its squared distance, and its name in ``source``."""
    ax, ex, ey, inverse = table[c, AX], table[c, EX], table[c, EY], table[c, INVERSE]
    py = y - table[c, AY]
    for x in range(x0, x1):
        px = x + 0.5 - ax
        t = min(max((px * ex + py * ey) * inverse, 0.0), 1.0)
        dx, dy = px - t * ex, py - t * ey
        squared = dx * dx + dy * dy
        if squared < best[x]:
            best[x] = squared
            source[shift + x] = c


@compiled
def _add_branches(
    table: Array, chords: Array, strips: Array, k: int, member: int, first: int, end: int, x0: int, x1: int,
        y: float,
    half: float, filter_width: float, best: Array, found: Coverage, cell: int,
) -> None:  # fmt: skip
    """Where a stroke comes near itself, add what its other branch covers of a pixel."""
    best[x0:x1] = 0.0
    for m in range(k, member):
        c = strips[m, 2]
        for x in range(strips[m, 0], strips[m, 1]):
            here = cell + x - x0
            closest, cover = found.source[here], found.cover[here]
            if c != closest and cover < 1.0 and is_beside(table, chords, c, first, end, x + 0.5, y):
                added = union(table, closest, c, x + 0.5, y, half, filter_width)[0] - cover
                if added > best[x]:
                    best[x], found.other[here] = added, c
    for x in range(x0, x1):
        if best[x] > 0.0:
            found.cover[cell + x - x0] += best[x]
