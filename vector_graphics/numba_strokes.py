"""Compiled coverage of round strokes: the distance to the closest chord, with an edge that knows its direction.

A pixel whose foot lies before the start of a chord is at least as close to the chord before it; so each chord looks only
at the strip of pixels beside it, and most pixels are looked at once.
"""

from __future__ import annotations

import math

import numpy as np

from vector_graphics.numba_compilation import compiled
from vector_graphics.numba_geometry import box_extents, half_plane_area, half_plane_gradient

HALF_DIAGONAL = 0.7071068
# Closer to a round end than this, the direction of its edge is not differentiated: it turns without bound at the centre.
NEAREST_DIRECTION = 1e-3
# Strips of neighbouring chords overlap by this many pixels, so that rounding loses no pixel between them.
OVERLAP = 1e-7
# Columns of the table of chords: start, vector to the end, 1 / length^2, unit normal, extents (a, b) of the pixel along it,
# 1 / (2 a b); then lines x = p + q y: the chord's own (and how far its strip reaches to each side of it), those through its
# start and its end at right angles (one slope, one sign: on which side the chord lies), that through the start of the next
# chord; last, the rows it reaches. Where the stroke ends, the lines are far away.
AX, AY, EX, EY, INVERSE, NX, NY, SHORT, LONG, BY_CORNER = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
MIDDLE, SLOPE, SPREAD, START, END, ACROSS, SIGN, NEXT, NEXT_ACROSS, TOP, BOTTOM, COLUMNS = 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21
FAR = 1e12


@compiled
def chord_table(vertices, chords, first, end, half, filter_width, table):  # type: ignore[no-untyped-def]
    """Fill rows first..end of ``table`` [C, COLUMNS] with what the loops over pixels need of each chord."""
    reach = half + HALF_DIAGONAL * filter_width
    for c in range(first, end):
        ax, ay = vertices[chords[c, 0], 0], vertices[chords[c, 0], 1]
        ex, ey = vertices[chords[c, 1], 0] - ax, vertices[chords[c, 1], 1] - ay
        squared = ex * ex + ey * ey
        by_length = 1.0 / math.sqrt(squared) if squared > 0.0 else 0.0
        nx, ny = (-ey * by_length, ex * by_length) if squared > 0.0 else (0.0, 1.0)
        table[c, AX], table[c, AY], table[c, EX], table[c, EY] = ax, ay, ex, ey
        table[c, INVERSE] = by_length * by_length
        table[c, NX], table[c, NY] = nx, ny
        a, b = box_extents(nx, ny, filter_width)
        table[c, SHORT], table[c, LONG], table[c, BY_CORNER] = a, b, 0.5 / (a * b)
        across = 1.0 / ex if abs(ex) > 1e-9 else 1e9
        sign = 1.0 if across > 0.0 else -1.0
        table[c, SIGN], table[c, ACROSS] = sign, -ey * across
        table[c, START] = ax + ey * across * ay - sign * OVERLAP
        table[c, END] = table[c, START] + squared * across + 2.0 * sign * OVERLAP
        along = 1.0 / nx if abs(nx) > 1e-9 else 0.0
        table[c, SLOPE] = -ny * along
        table[c, MIDDLE] = ax + ny * along * ay
        table[c, SPREAD] = reach * abs(along) if along != 0.0 and squared > 0.0 else FAR
    for c in range(first, end):
        _row_range(table, chords, c, first, end, reach)
        sign = table[c, SIGN]
        table[c, NEXT], table[c, NEXT_ACROSS] = sign * FAR, 0.0
        if table[c, INVERSE] > 0.0 and _continues(chords, c, first, end) and table[c + 1, SIGN] == sign:
            table[c, NEXT], table[c, NEXT_ACROSS] = table[c + 1, START] + 2.0 * sign * OVERLAP, table[c + 1, ACROSS]
    for c in range(end - 1, first - 1, -1):
        if table[c, INVERSE] == 0.0 or not _continues(chords, c - 1, first, end):
            table[c, START] = -table[c, SIGN] * FAR


@compiled
def _row_range(table, chords, c, first, end, reach):  # type: ignore[no-untyped-def]
    """The heights between which a pixel may lie beside the chord: less than ``reach`` away where the stroke goes on."""
    ny = abs(table[c, NY])
    before = after = 1.0
    if _continues(chords, c - 1, first, end) and table[c, INVERSE] > 0.0:
        before = ny
    if _continues(chords, c, first, end) and table[c, INVERSE] > 0.0 and table[c + 1, INVERSE] > 0.0:
        turn = table[c, NX] * table[c + 1, NY] - table[c, NY] * table[c + 1, NX]
        bend = 1.0 - table[c, NX] * table[c + 1, NX] - table[c, NY] * table[c + 1, NY]
        after = min(1.0, max(ny, abs(table[c + 1, NY])) + (0.6 * turn * turn if bend < 0.5 else 1.0))
    y0, y1 = table[c, AY], table[c, AY] + table[c, EY]
    table[c, TOP] = min(y0 - before * reach, y1 - after * reach) - OVERLAP
    table[c, BOTTOM] = max(y0 + before * reach, y1 + after * reach) + OVERLAP


@compiled
def _continues(chords, c, first, end):  # type: ignore[no-untyped-def]
    """Whether chord c + 1 begins where chord c ends."""
    return c >= first and c + 1 < end and chords[c, 1] == chords[c + 1, 0]


@compiled
def stroke_bounds(vertices, chords, first, end, half, filter_width, height, width):  # type: ignore[no-untyped-def]
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
            strip = math.hypot(bx - ax, by - ay) * 2.0 * wide
            cells += min((rows + 1.0) * (columns + 1.0), strip)
        if not _continues(chords, c, first, end):
            cells += min(4.0 * wide * wide, float(height) * width)
    if spans == 0:
        return 0, 0, 0, 0
    y0 = int(max(math.floor(top - 0.5), 0.0))
    y1 = int(min(math.ceil(bottom + 0.5), float(height)))
    return y0, max(y1, y0), spans, int(cells) + 1


@compiled
def cover_stroke(table, chords, first, end, half, filter_width, y0, y1, width, row_spans, span_x, span_cell, cell_cover, cell_aux, cell_other, span, cell):  # type: ignore[no-untyped-def]
    """Write the spans and cells of one stroke, row by row, from ``span`` and ``cell`` on.

    A span is a run of pixels of one row (span_x: first and end column; span_cell: its first cell); a cell holds the
    coverage of one pixel, in cell_aux the closest chord, and in cell_other a chord of another branch of the stroke that
    covers more of the pixel, or -1.
    """
    reach = half + HALF_DIAGONAL * filter_width
    start, following = _chords_by_first_row(table, first, end, y0, y1)
    active, strips, best = np.empty(end - first, np.int64), np.empty((end - first, 3), np.int64), np.empty(width)
    num_active = 0
    for y in range(y0, y1):
        row_spans[y - y0] = span
        num_active = _update_active(table, active, num_active, start[y - y0], following, first, y + 0.5)
        found = 0
        for k in range(num_active):
            x0, x1 = _strip(table, active[k], y + 0.5, reach, width)
            if x0 < x1:
                found = _insert(strips, found, x0, x1, active[k])
        k = 0
        while k < found:
            x0, x1, member, overlap = strips[k, 0], strips[k, 1], k + 1, False
            while member < found and strips[member, 0] <= x1:
                overlap = overlap or strips[member, 0] < x1
                x1 = max(x1, strips[member, 1])
                member += 1
            span_x[span, 0], span_x[span, 1], span_cell[span] = x0, x1, cell
            best[x0:x1] = math.inf
            for m in range(k, member):
                _closest(table, strips[m, 2], strips[m, 0], strips[m, 1], y + 0.5, best, cell_aux, cell - x0)
            for x in range(x0, x1):
                c = cell_aux[cell + x - x0]
                cell_cover[cell + x - x0] = _coverage(table, c, x + 0.5, y + 0.5, half, filter_width)
                cell_other[cell + x - x0] = -1
            if overlap:
                _add_branches(table, chords, strips, k, member, first, end, y + 0.5, half, filter_width, best,
                              cell_cover, cell_aux, cell_other, cell - x0)  # fmt: skip
            cell += x1 - x0
            span += 1
            k = member
    row_spans[y1 - y0] = span
    return span, cell


@compiled
def _chords_by_first_row(table, first, end, y0, y1):  # type: ignore[no-untyped-def]
    """Linked lists: the first chord that begins to matter in each row, and the one after each chord."""
    start = np.full(y1 - y0, -1, np.int64)
    following = np.full(end - first, -1, np.int64)
    for c in range(end - 1, first - 1, -1):
        row = int(min(max(math.ceil(table[c, TOP] - 0.5), float(y0)), float(y1))) - y0
        if row < y1 - y0 and table[c, BOTTOM] > y0:
            following[c - first] = start[row]
            start[row] = c - first
    return start, following


@compiled
def _update_active(table, active, count, c, following, first, y):  # type: ignore[no-untyped-def]
    """Add the chords that begin in the row at height y, and drop those that ended above it."""
    kept = 0
    for k in range(count):
        if table[active[k], BOTTOM] >= y:
            active[kept] = active[k]
            kept += 1
    while c >= 0:
        active[kept] = first + c
        kept += 1
        c = following[c]
    return kept


@compiled
def _strip(table, c, y, reach, width):  # type: ignore[no-untyped-def]
    """Columns [x0, x1) of the row at height y whose pixels this chord has to look at."""
    middle, across = table[c, MIDDLE] + table[c, SLOPE] * y, table[c, ACROSS] * y
    low = max(min(table[c, EX], 0.0) + table[c, AX] - reach, middle - table[c, SPREAD])
    high = min(max(table[c, EX], 0.0) + table[c, AX] + reach, middle + table[c, SPREAD])
    start, end, following = table[c, START] + across, table[c, END] + across, table[c, NEXT] + table[c, NEXT_ACROSS] * y
    if table[c, SIGN] > 0.0:
        low, high = max(low, start), min(high, max(end, following))
    else:
        low, high = max(low, min(end, following)), min(high, start)
    low, high = max(low - 0.5, 0.0), min(high - 0.5, width - 1.0)
    if low > high:
        return 0, 0
    x0 = int(low)
    return x0 + (1 if low > x0 else 0), int(high) + 1


@compiled
def _insert(strips, found, x0, x1, chord):  # type: ignore[no-untyped-def]
    k = found
    while k > 0 and strips[k - 1, 0] > x0:
        strips[k, 0], strips[k, 1], strips[k, 2] = strips[k - 1, 0], strips[k - 1, 1], strips[k - 1, 2]
        k -= 1
    strips[k, 0], strips[k, 1], strips[k, 2] = x0, x1, chord
    return found + 1


@compiled
def _closest(table, c, x0, x1, y, best, cell_aux, shift):  # type: ignore[no-untyped-def]
    """Where this chord is the closest so far: its squared distance, and its name in cell_aux."""
    ax, ex, ey, inverse = table[c, AX], table[c, EX], table[c, EY], table[c, INVERSE]
    py = y - table[c, AY]
    for x in range(x0, x1):
        px = x + 0.5 - ax
        t = min(max((px * ex + py * ey) * inverse, 0.0), 1.0)
        dx, dy = px - t * ex, py - t * ey
        squared = dx * dx + dy * dy
        if squared < best[x]:
            best[x] = squared
            cell_aux[shift + x] = c


@compiled
def _foot(table, c, x, y, half, filter_width):  # type: ignore[no-untyped-def]
    """Where the pixel's closest point lies, and what the edge looks like from there.

    Returns:
        the place on the chord in [0, 1]; the unit direction to the pixel; the distance; the half width to reckon with and
        its derivative; the extents of the pixel along the direction and 1 / (2 a b).
    """
    ex, ey = table[c, EX], table[c, EY]
    px, py = x - table[c, AX], y - table[c, AY]
    t = (px * ex + py * ey) * table[c, INVERSE]
    nx, ny = table[c, NX], table[c, NY]
    if 0.0 < t < 1.0:
        rho = px * nx + py * ny
        side = 1.0 if rho >= 0.0 else -1.0
        return t, side * nx, side * ny, side * rho, half, 1.0, table[c, SHORT], table[c, LONG], table[c, BY_CORNER]
    t = 0.0 if t <= 0.0 else 1.0
    rx, ry = px - t * ex, py - t * ey
    distance = math.sqrt(rx * rx + ry * ry)
    if distance > 1e-9:
        nx, ny = rx / distance, ry / distance
    a, b = box_extents(nx, ny, filter_width)
    half, by_half = round_half_width(half, filter_width)
    return t, nx, ny, distance, half, by_half, a, b, 0.5 / (a * b)


@compiled
def round_half_width(half, filter_width):  # type: ignore[no-untyped-def]
    """(half width, its derivative) that a round end or join has for a straight edge's formula.

    Within a pixel the arc bends away from its tangent, on average by f^2 / (24 r) (the second moment of the box, f^2 / 12,
    over twice the radius); below half a pixel of radius, the share of the radius stays.
    """
    ratio = filter_width / half
    if ratio > 2.0:
        return half * (5.0 / 6.0), 5.0 / 6.0
    bend = ratio * ratio / 24.0
    return half * (1.0 - bend), 1.0 + bend


@compiled
def _coverage(table, c, x, y, half, filter_width):  # type: ignore[no-untyped-def]
    """Coverage by the closest chord; the common case, beside the chord, apart from the slow one at round ends."""
    px, py = x - table[c, AX], y - table[c, AY]
    t = (px * table[c, EX] + py * table[c, EY]) * table[c, INVERSE]
    a, b = table[c, SHORT], table[c, LONG]
    distance = abs(px * table[c, NX] + py * table[c, NY])
    cover = half_plane_area(half - distance, a, b, table[c, BY_CORNER])
    if 0.0 < t < 1.0 and half + distance >= 0.5 * (a + b):
        return min(cover, 1.0)
    return _directed_coverage(table, c, x, y, half, filter_width)[0]


@compiled
def _directed_coverage(table, c, x, y, half, filter_width):  # type: ignore[no-untyped-def]
    """(coverage by this chord alone, unit direction from its closest point to the pixel)."""
    _, nx, ny, distance, half, _, a, b, by_corner = _foot(table, c, x, y, half, filter_width)
    cover = half_plane_area(half - distance, a, b, by_corner)
    if half + distance < 0.5 * (a + b):
        cover += half_plane_area(half + distance, a, b, by_corner) - 1.0
    return min(max(cover, 0.0), 1.0), nx, ny


@compiled
def _is_beside(table, chords, c, first, end, x, y):  # type: ignore[no-untyped-def]
    """Whether the pixel lies beside this chord, and not before its start or beyond its end beside a neighbour."""
    px, py = x - table[c, AX], y - table[c, AY]
    t = (px * table[c, EX] + py * table[c, EY]) * table[c, INVERSE]
    if t < 0.0:
        return not _continues(chords, c - 1, first, end)
    if t <= 1.0 or not _continues(chords, c, first, end):
        return True
    return (px - table[c, EX]) * table[c + 1, EX] + (py - table[c, EY]) * table[c + 1, EY] < 0.0


@compiled
def _add_branches(table, chords, strips, k, member, first, end, y, half, filter_width, best, cell_cover, cell_aux, cell_other, shift):  # type: ignore[no-untyped-def]
    """Where a stroke comes near itself, add what its other branch covers of a pixel."""
    low, high = strips[k, 0], strips[k, 1]
    for m in range(k + 1, member):
        low, high = min(low, strips[m, 0]), max(high, strips[m, 1])
    best[low:high] = 0.0
    for m in range(k, member):
        c = strips[m, 2]
        for x in range(strips[m, 0], strips[m, 1]):
            closest, cover = cell_aux[shift + x], cell_cover[shift + x]
            if c != closest and cover < 1.0 and _is_beside(table, chords, c, first, end, x + 0.5, y):
                added = _union(table, closest, c, x + 0.5, y, half, filter_width)[0] - cover
                if added > best[x]:
                    best[x], cell_other[shift + x] = added, c
    for x in range(low, high):
        if best[x] > 0.0:
            cell_cover[shift + x] += best[x]


@compiled
def _union(table, c, other, x, y, half, filter_width):  # type: ignore[no-untyped-def]
    """Coverage by two branches, and its derivatives by the closer's and the other's coverage and by the closer's angle.

    Branches on opposite sides of the pixel cover different parts of it (the sum), on the same side the same part (the
    larger); in between, a share lambda = (1 - n.n') / 2 of the difference: at right angles, that of independent edges.
    """
    near = _directed_coverage(table, c, x, y, half, filter_width)
    far = _directed_coverage(table, other, x, y, half, filter_width)
    share = 0.5 * (1.0 - near[1] * far[1] - near[2] * far[2])
    turn = -0.5 * (near[1] * far[2] - near[2] * far[1])
    if near[0] + far[0] < 1.0:
        return near[0] + share * far[0], 1.0, share, turn * far[0]
    return near[0] + share * (1.0 - near[0]), 1.0 - share, 0.0, turn * (1.0 - near[0])


@compiled
def stroke_gradient(table, chords, half, filter_width, y0, y1, row_spans, span_x, span_cell, cell_cover, cell_gradient, cell_aux, cell_other, vertex_gradient):  # type: ignore[no-untyped-def]
    """Add the gradient of one stroke to its vertices; returns the gradient of its half width."""
    by_half = 0.0
    for y in range(y0, y1):
        for span in range(row_spans[y - y0], row_spans[y - y0 + 1]):
            shift = span_cell[span] - span_x[span, 0]
            for x in range(span_x[span, 0], span_x[span, 1]):
                upstream = cell_gradient[shift + x]
                if upstream != 0.0 and 0.0 < cell_cover[shift + x] < 1.0:
                    c, other = cell_aux[shift + x], cell_other[shift + x]
                    if other < 0 and _is_inner(table, c, x + 0.5, y + 0.5, half):
                        by_half += _inner_gradient(table, chords, c, x + 0.5, y + 0.5, half, filter_width, upstream, vertex_gradient)
                        continue
                    closer_share, other_share, turn = 1.0, 0.0, 0.0
                    if other >= 0:
                        _, closer_share, other_share, turn = _union(table, c, other, x + 0.5, y + 0.5, half, filter_width)
                        by_half += _cell_gradient(table, chords, other, x + 0.5, y + 0.5, half, filter_width,
                                                  upstream * other_share, -upstream * turn, vertex_gradient)  # fmt: skip
                    by_half += _cell_gradient(table, chords, c, x + 0.5, y + 0.5, half, filter_width,
                                              upstream * closer_share, upstream * turn, vertex_gradient)  # fmt: skip
    return by_half


@compiled
def _is_inner(table, c, x, y, half):  # type: ignore[no-untyped-def]
    """Whether the pixel lies beside the chord and too far from the stroke's other edge to see it."""
    px, py = x - table[c, AX], y - table[c, AY]
    t = (px * table[c, EX] + py * table[c, EY]) * table[c, INVERSE]
    distance = abs(px * table[c, NX] + py * table[c, NY])
    return 0.0 < t < 1.0 and half + distance >= 0.5 * (table[c, SHORT] + table[c, LONG])


@compiled
def _inner_gradient(table, chords, c, x, y, half, filter_width, upstream, vertex_gradient):  # type: ignore[no-untyped-def]
    """``_cell_gradient`` of such a pixel, the common case: no root, no division."""
    px, py = x - table[c, AX], y - table[c, AY]
    t = (px * table[c, EX] + py * table[c, EY]) * table[c, INVERSE]
    nx, ny = table[c, NX], table[c, NY]
    rho = px * nx + py * ny
    side = 1.0 if rho >= 0.0 else -1.0
    by_s, by_a, by_b = half_plane_gradient(half - side * rho, table[c, SHORT], table[c, LONG], table[c, BY_CORNER])
    turn = _by_angle(by_a, by_b, nx, ny, filter_width) * math.sqrt(table[c, INVERSE]) * upstream
    push = side * by_s * upstream
    to_start, to_end = (1.0 - t) * push - turn, t * push + turn
    start, end = chords[c, 0], chords[c, 1]
    vertex_gradient[start, 0] += to_start * nx
    vertex_gradient[start, 1] += to_start * ny
    vertex_gradient[end, 0] += to_end * nx
    vertex_gradient[end, 1] += to_end * ny
    return by_s * upstream


@compiled
def _by_angle(by_a, by_b, nx, ny, filter_width):  # type: ignore[no-untyped-def]
    """Derivative by the angle of the unit normal from those by the extents of the box along it."""
    turn_x = -ny * filter_width * (1.0 if nx > 0.0 else -1.0)
    turn_y = nx * filter_width * (1.0 if ny > 0.0 else -1.0)
    return by_a * turn_x + by_b * turn_y if abs(nx) < abs(ny) else by_a * turn_y + by_b * turn_x


@compiled
def _cell_gradient(table, chords, c, x, y, half, filter_width, upstream, turning, vertex_gradient):  # type: ignore[no-untyped-def]
    """Add one pixel's gradient to the two ends of its closest chord; returns the gradient by half width.

    Along the chord the closest point moves with the pixel, so only the distance and the chord's direction count; at an
    end, the vector from the end to the pixel counts. ``turning`` is a gradient by the direction's angle from elsewhere.
    """
    start, end = chords[c, 0], chords[c, 1]
    t, nx, ny, distance, half, by_round, a, b, by_corner = _foot(table, c, x, y, half, filter_width)
    by_distance, by_half, by_angle = _coverage_gradient(distance, half, nx, ny, a, b, by_corner, filter_width)
    by_distance *= upstream
    by_angle = by_angle * upstream + turning
    if 0.0 < t < 1.0:
        # The direction is the chord's normal, or its opposite, and turns with the chord.
        turn = by_angle * (table[c, EX] * ny - table[c, EY] * nx) * table[c, INVERSE]
        to_start, to_end = -(1.0 - t) * by_distance - turn, -t * by_distance + turn
        vertex_gradient[start, 0] += to_start * nx
        vertex_gradient[start, 1] += to_start * ny
        vertex_gradient[end, 0] += to_end * nx
        vertex_gradient[end, 1] += to_end * ny
    else:
        row = start if t == 0.0 else end
        turn = by_angle / distance if distance > NEAREST_DIRECTION else 0.0
        vertex_gradient[row, 0] -= by_distance * nx - turn * ny
        vertex_gradient[row, 1] -= by_distance * ny + turn * nx
    return by_half * by_round * upstream


@compiled
def _coverage_gradient(distance, half, nx, ny, a, b, by_corner, filter_width):  # type: ignore[no-untyped-def]
    """Derivatives of the coverage by distance, by half width, and by the angle of the direction (nx, ny)."""
    near, by_a, by_b = half_plane_gradient(half - distance, a, b, by_corner)
    far = 0.0
    if half + distance < 0.5 * (a + b):
        far, far_a, far_b = half_plane_gradient(half + distance, a, b, by_corner)
        by_a, by_b = by_a + far_a, by_b + far_b
    return far - near, near + far, _by_angle(by_a, by_b, nx, ny, filter_width)
