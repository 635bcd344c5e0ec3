"""Compiled coverage of round strokes, row by row: closest chords, and second branches where one is near."""

import math

import numpy as np

from inkwright.compiled_kernels.compilation import compiled_part
from inkwright.compiled_kernels.lanes import (
    LANES,
    are_positive,
    magnitude,
    ramp,
    smaller,
    spread,
    store_first,
)
from inkwright.vector_graphics.rasterizers.cpu.arrays import SOLID, Array, Coverage, Room, Run, Stroke
from inkwright.vector_graphics.rasterizers.cpu.box_filter import half_plane_areas
from inkwright.vector_graphics.rasterizers.cpu.strokes.edges import (
    beside_coverage,
    directed_coverages,
    end_coverage,
    union,
)
from inkwright.vector_graphics.rasterizers.cpu.strokes.interior import (
    SHORTEST,
    InteriorRoom,
    solid_depth,
    solid_runs,
)
from inkwright.vector_graphics.rasterizers.cpu.strokes.strips import (
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

# Of a square of side 1, rounded up.
DIAGONAL = 1.4144


@compiled_part
def stroke_bounds(stroke: Stroke, vertices: Array, height: int, width: int) -> tuple[int, int, int, int]:
    """(first row, end row, upper bound of spans, upper bound of cells) of one stroke."""
    chords, first, end = stroke.chords, stroke.first, stroke.end
    reach = stroke.half + HALF_DIAGONAL * stroke.filter_width
    wide = DIAGONAL * reach + 0.5 * DIAGONAL
    runs = 3 if 2.0 * solid_depth(stroke) >= SHORTEST else 1
    top, bottom, spans, cells = math.inf, -math.inf, 0, 0.0
    for c in range(first, end):
        ax, ay = vertices[chords[c, 0], 0], vertices[chords[c, 0], 1]
        bx, by = vertices[chords[c, 1], 0], vertices[chords[c, 1], 1]
        low, high = min(ay, by) - reach, max(ay, by) + reach
        rows = min(high + 1.0, height) - max(low - 1.0, 0.0)
        columns = min(max(ax, bx) + reach + 1.0, width) - max(min(ax, bx) - reach - 1.0, 0.0)
        if rows > 0.0 and columns > 0.0:
            top, bottom = min(top, low), max(bottom, high)
            spans += (int(rows) + 2) * runs
            length = math.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay))  # faster than hypot
            cells += min((rows + 1.0) * (columns + 1.0), length * 2.0 * wide)
        if not continues(stroke, c):
            cells += min(4.0 * wide * wide, float(height) * width)
    if spans == 0:
        return 0, 0, 0, 0
    y0 = int(max(math.floor(top - 0.5), 0.0))
    y1 = int(min(math.ceil(bottom + 0.5), float(height)))
    return y0, max(y1, y0), spans, int(cells) + 1


@compiled_part
def cover_stroke(stroke: Stroke, room: Room, found: Coverage, inner: InteriorRoom) -> None:
    """Write the spans and cells of one stroke, of the room's item."""
    y0, y1, row = found.item_y[room.item, 0], found.item_y[room.item, 1], found.item_row[room.item]
    depth, strips, solid = solid_depth(stroke), inner.row.strips, inner.solid
    chords_by_first_row(stroke, y0, y1, inner.row)
    num_active, span, cell, solids = 0, room.span, room.cell, 0
    for y in range(y0, y1):
        found.row_spans[row + y - y0] = span
        num_active, count = row_strips(stroke, inner.row, y0, y - y0, room.width, num_active)
        if 2.0 * depth >= SHORTEST:
            solids = solid_runs(stroke, strips, count, (y + 0.5, depth, room.width, SHORTEST), solid)
        span, cell = _cover_row(stroke, inner, (count, solids), (y + 0.5, span, cell), found)
    found.row_spans[row + y1 - y0] = span


@compiled_part
def _cover_row(
    stroke: Stroke,
    work: InteriorRoom,
    counts: tuple[int, int],
    place: tuple[float, int, int],
    found: Coverage,
) -> tuple[int, int]:
    """Write the spans and cells of one row of so many strips and solid runs, at a place (y, span, cell).

    Returns:
        the next span and cell.
    """
    strips, solid = work.row.strips, work.solid
    (count, solids), (y, span, cell), k, inner = counts, place, 0, 0
    while k < count:
        x0, x1, member = strips[k, 0], strips[k, 1], k + 1
        while member < count and strips[member, 0] <= x1:
            x1 = max(x1, strips[member, 1])
            member += 1
        while x0 < x1:
            whole = inner < solids and solid[inner, 0] < x1
            until = min(solid[inner, 0], x1) if whole else x1
            if x0 < until:
                found.spans[span, 0], found.spans[span, 1], found.spans[span, 2] = x0, until, cell
                _cover_run(stroke, strips, Run(k, member, x0, until, y, cell), found)
                cell, span, x0 = cell + until - x0, span + 1, until
            if whole:
                until = min(solid[inner, 1], x1)
                found.spans[span, 0], found.spans[span, 1], found.spans[span, 2] = x0, until, SOLID
                span, x0, inner = span + 1, until, inner + 1
        k = member
    return span, cell


@compiled_part
def _cover_run(stroke: Stroke, strips: Array, run: Run, found: Coverage) -> None:
    """Coverage of a run of pixels, piece by piece of those at which one chord looks, or several."""
    k, x = run.strip, run.x0
    while x < run.x1:
        while strips[k, 1] <= x:
            k += 1
        until = min(strips[k, 1], run.x1)
        if k + 1 < run.strips_end:
            until = min(until, strips[k + 1, 0])
        if until > x:
            _cover_apart(stroke, strips[k, 2], Run(k, k + 1, x, until, run.y, run.cell + x - run.x0), found)
        else:
            until = x + 1
            _cover_together(stroke, strips, (k, run.strips_end), x, run.y, run.cell + x - run.x0, found)
        x = until


@compiled_part
def _cover_apart(stroke: Stroke, c: int, run: Run, found: Coverage) -> None:
    """Coverage of a run of pixels at which one chord looks."""
    table, y, cover = stroke.table, run.y, found.cover
    ax, ex, inverse, nx = table[c, AX], table[c, EX], table[c, INVERSE], table[c, NX]
    a, b, by_corner = table[c, SHORT], table[c, LONG], table[c, BY_CORNER]
    along, across = (y - table[c, AY]) * table[c, EY], (y - table[c, AY]) * table[c, NY]
    seen, chord, none = stroke.half - 0.5 * (a + b), spread(np.int32(c)), spread(np.int32(-1))
    for k in range(0, run.x1 - run.x0, LANES):
        count, cell = run.x1 - run.x0 - k, run.cell + k
        px = ramp(run.x0 + k + 0.5 - ax)
        t, distance = (px * ex + along) * inverse, magnitude(px * nx + across)
        area = smaller(half_plane_areas(stroke.half - distance, a, b, by_corner), 1.0)
        if not are_positive(count, smaller(smaller(t, 1.0 - t), distance + seen)):
            area = directed_coverages(stroke, c, ramp(run.x0 + k + 0.5), y)
        store_first(cover, cell, count, area)
        store_first(found.source, cell, count, chord)
        store_first(found.other, cell, count, none)


@compiled_part
def _cover_together(
    stroke: Stroke, strips: Array, bounds: tuple[int, int], x: int, y: float, cell: int, found: Coverage
) -> None:
    """Coverage of a pixel at which several of the chords look that have the strips within the bounds.

    The closest counts; where a stroke comes near itself, what its other branch covers besides is added.
    """
    c, beyond = _closest(stroke.table, strips, bounds[0], bounds[1], x, y)
    cover, other = beside_coverage(stroke, c, x + 0.5, y), -1
    if cover < 0.0:
        cover = end_coverage(stroke, c, x + 0.5, y)
    if cover < 1.0:
        for m in range(bounds[0], beyond):
            branch = strips[m, 2]
            if x < strips[m, 1] and branch != c and is_beside(stroke, branch, x + 0.5, y):
                both = union(stroke, c, branch, x + 0.5, y)[0]
                if both > cover:
                    cover, other = both, branch
    found.cover[cell], found.source[cell], found.other[cell] = cover, c, other


@compiled_part
def _closest(table: Array, strips: Array, k: int, member: int, x: int, y: float) -> tuple[int, int]:
    """The closest chord of those in the strips from k on that look at pixel x; the first strip beyond it."""
    c, m, best = -1, k, math.inf
    while m < member and strips[m, 0] <= x:
        if x < strips[m, 1]:
            squared = _squared_distance(table, strips[m, 2], x + 0.5, y)
            if squared < best:
                c, best = strips[m, 2], squared
        m += 1
    return c, m


@compiled_part
def _squared_distance(table: Array, c: int, x: float, y: float) -> float:
    """Of the point from the chord."""
    px, py, ex, ey = x - table[c, AX], y - table[c, AY], table[c, EX], table[c, EY]
    t = min(max((px * ex + py * ey) * table[c, INVERSE], 0.0), 1.0)
    dx, dy = px - t * ex, py - t * ey
    return dx * dx + dy * dy
