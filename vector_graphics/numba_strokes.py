"""Compiled coverage of round strokes: the distance to the closest chord, with an edge that knows its direction."""

from __future__ import annotations

import math

import numpy as np

from vector_graphics.numba_compilation import compiled
from vector_graphics.numba_geometry import box_extents, half_plane_area, half_plane_gradient

HALF_DIAGONAL = 0.7071068
# Closer to a round end than this, the direction of its edge is not differentiated: it turns without bound at the centre.
NEAREST_DIRECTION = 1e-3


@compiled
def stroke_bounds(vertices, chords, first, end, half, filter_width, height, width):  # type: ignore[no-untyped-def]
    """(first row, end row, upper bound of spans, upper bound of cells) of one stroke."""
    reach = half + HALF_DIAGONAL * filter_width
    top, bottom, spans, cells = math.inf, -math.inf, 0, 0.0
    for c in range(first, end):
        ax, ay = vertices[chords[c, 0], 0], vertices[chords[c, 0], 1]
        bx, by = vertices[chords[c, 1], 0], vertices[chords[c, 1], 1]
        low, high = min(ay, by) - reach, max(ay, by) + reach
        rows = min(high + 1.0, height) - max(low - 1.0, 0.0)
        if rows <= 0.0 or min(ax, bx) - reach > width or max(ax, bx) + reach < 0.0:
            continue
        top, bottom = min(top, low), max(bottom, high)
        spans += int(rows) + 2
        area = (math.hypot(bx - ax, by - ay) * 2.0 + math.pi * (reach + 1.0)) * (reach + 1.0)
        cells += min(area, (rows + 2.0) * width) + 4.0
    if spans == 0:
        return 0, 0, 0, 0
    y0 = int(max(math.floor(top - 0.5), 0.0))
    y1 = int(min(math.ceil(bottom + 0.5), float(height)))
    return y0, max(y1, y0), spans, int(cells)


@compiled
def cover_stroke(vertices, chords, first, end, half, filter_width, y0, y1, width, row_spans, span_x, span_cell, cell_cover, cell_aux, span, cell):  # type: ignore[no-untyped-def]
    """Write the spans and cells of one stroke, row by row, from ``span`` and ``cell`` on.

    A span is a run of pixels of one row (span_x: first and end column; span_cell: its first cell); a cell holds the
    coverage of one pixel and, in cell_aux, the closest chord.
    """
    count = end - first
    reach = half + HALF_DIAGONAL * filter_width
    start, following = _chords_by_first_row(vertices, chords, first, end, reach, y0, y1)
    active, low, high, owner = _four(count)
    best, place = np.empty(width), np.empty(width)
    num_active = 0
    for y in range(y0, y1):
        row_spans[y - y0] = span
        centre = y + 0.5
        c = start[y - y0]
        while c >= 0:
            active[num_active] = first + c
            num_active += 1
            c = following[c]
        num_active = _drop_passed(vertices, chords, active, num_active, centre - reach)
        found = 0
        for k in range(num_active):
            x0, x1 = _chord_interval(vertices, chords, active[k], centre, reach, width)
            if x0 < x1:
                found = _insert(low, high, owner, found, x0, x1, active[k])
        k = 0
        while k < found:
            x0, x1, members = low[k], high[k], k + 1
            while members < found and low[members] <= x1:
                x1 = max(x1, high[members])
                members += 1
            span_x[span, 0], span_x[span, 1], span_cell[span] = x0, x1, cell
            for x in range(x0, x1):
                best[x] = math.inf
            for m in range(k, members):
                _closest(vertices, chords, owner[m], low[m], high[m], centre, x0, best, place, cell_aux, cell)
            for x in range(x0, x1):
                chord = cell_aux[cell + x - x0]
                cell_cover[cell + x - x0] = _coverage(vertices, chords, chord, best[x], place[x], x + 0.5, centre, half, filter_width)
            cell += x1 - x0
            span += 1
            k = members
    row_spans[y1 - y0] = span
    return span, cell


@compiled
def _four(count):  # type: ignore[no-untyped-def]
    return np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.int64)


@compiled
def _chords_by_first_row(vertices, chords, first, end, reach, y0, y1):  # type: ignore[no-untyped-def]
    """Linked lists: the first chord that begins to matter in each row, and the one after each chord."""
    start = np.full(y1 - y0, -1, np.int64)
    following = np.full(end - first, -1, np.int64)
    for c in range(end - 1, first - 1, -1):
        ay, by = vertices[chords[c, 0], 1], vertices[chords[c, 1], 1]
        top, bottom = min(ay, by) - reach, max(ay, by) + reach
        if bottom < y0 or top > y1:
            continue
        row = int(max(math.floor(top - 0.5), float(y0))) - y0
        if row < y1 - y0:
            following[c - first] = start[row]
            start[row] = c - first
    return start, following


@compiled
def _drop_passed(vertices, chords, active, count, limit):  # type: ignore[no-untyped-def]
    kept = 0
    for k in range(count):
        c = active[k]
        if max(vertices[chords[c, 0], 1], vertices[chords[c, 1], 1]) > limit:
            active[kept] = c
            kept += 1
    return kept


@compiled
def _chord_interval(vertices, chords, c, y, reach, width):  # type: ignore[no-untyped-def]
    """Columns [x0, x1) of the row whose pixel centres (at height y) are closer to the chord than ``reach``."""
    ax, ay = vertices[chords[c, 0], 0], vertices[chords[c, 0], 1]
    bx, by = vertices[chords[c, 1], 0], vertices[chords[c, 1], 1]
    left, right = math.inf, -math.inf
    up = reach * reach - (y - ay) * (y - ay)
    if up > 0.0:
        up = math.sqrt(up)
        left, right = ax - up, ax + up
    down = reach * reach - (y - by) * (y - by)
    if down > 0.0:
        down = math.sqrt(down)
        left, right = min(left, bx - down), max(right, bx + down)
    ex, ey = bx - ax, by - ay
    if abs(ey) > 1e-12:
        scale = reach / math.sqrt(ex * ex + ey * ey)
        ox, oy = -ey * scale, ex * scale
        inverse = 1.0 / ey
        for side in (-1.0, 1.0):
            t = (y - ay - side * oy) * inverse
            if 0.0 <= t <= 1.0:
                x = ax + side * ox + t * ex
                left, right = min(left, x), max(right, x)
    if left > right or right < 0.5 or left > width - 0.5:
        return 0, 0
    return int(math.ceil(max(left - 0.5, 0.0))), int(math.floor(min(right - 0.5, width - 1.0))) + 1


@compiled
def _insert(low, high, owner, found, x0, x1, chord):  # type: ignore[no-untyped-def]
    k = found
    while k > 0 and low[k - 1] > x0:
        low[k], high[k], owner[k] = low[k - 1], high[k - 1], owner[k - 1]
        k -= 1
    low[k], high[k], owner[k] = x0, x1, chord
    return found + 1


@compiled
def _closest(vertices, chords, c, x0, x1, y, span_x0, best, place, cell_aux, cell):  # type: ignore[no-untyped-def]
    """Where this chord is the closest so far: its squared distance, the place on it in [0, 1], and its name."""
    ax, ay = vertices[chords[c, 0], 0], vertices[chords[c, 0], 1]
    ex, ey = vertices[chords[c, 1], 0] - ax, vertices[chords[c, 1], 1] - ay
    length = ex * ex + ey * ey
    inverse = 1.0 / length if length > 0.0 else 0.0
    py = y - ay
    for x in range(x0, x1):
        px = x + 0.5 - ax
        t = min(max((px * ex + py * ey) * inverse, 0.0), 1.0)
        dx, dy = px - t * ex, py - t * ey
        squared = dx * dx + dy * dy
        if squared < best[x]:
            best[x], place[x] = squared, t
            cell_aux[cell + x - span_x0] = c


@compiled
def _coverage(vertices, chords, c, squared, t, x, y, half, filter_width):  # type: ignore[no-untyped-def]
    distance = math.sqrt(squared)
    nx, ny = _direction(vertices, chords, c, t, x, y, distance)
    a, b = box_extents(nx, ny, filter_width)
    if distance >= half + 0.5 * (a + b):
        return 0.0
    return half_plane_area(half - distance, a, b) + half_plane_area(half + distance, a, b) - 1.0


@compiled
def _direction(vertices, chords, c, t, x, y, distance):  # type: ignore[no-untyped-def]
    """Unit vector from the closest point of the chord to the pixel centre; at distance 0, a normal of the chord."""
    ax, ay = vertices[chords[c, 0], 0], vertices[chords[c, 0], 1]
    ex, ey = vertices[chords[c, 1], 0] - ax, vertices[chords[c, 1], 1] - ay
    if distance > 1e-9:
        return (x - ax - t * ex) / distance, (y - ay - t * ey) / distance
    length = math.sqrt(ex * ex + ey * ey)
    if length > 0.0:
        return -ey / length, ex / length
    return 0.0, 1.0


@compiled
def stroke_gradient(vertices, chords, half, filter_width, y0, y1, row_spans, span_x, span_cell, cell_gradient, cell_aux, vertex_gradient):  # type: ignore[no-untyped-def]
    """Add the gradient of one stroke to its vertices; returns the gradient of its half width."""
    by_half_total = 0.0
    for y in range(y0, y1):
        for span in range(row_spans[y - y0], row_spans[y - y0 + 1]):
            for x in range(span_x[span, 0], span_x[span, 1]):
                cell = span_cell[span] + x - span_x[span, 0]
                upstream = cell_gradient[cell]
                if upstream != 0.0:
                    by_half_total += upstream * _cell_gradient(
                        vertices, chords, cell_aux[cell], x + 0.5, y + 0.5, half, filter_width, upstream, vertex_gradient
                    )
    return by_half_total


@compiled
def _cell_gradient(vertices, chords, c, x, y, half, filter_width, upstream, vertex_gradient):  # type: ignore[no-untyped-def]
    """Add one pixel's gradient to the two ends of its closest chord; returns the coverage's derivative by half width.

    Along the chord the closest point moves with the pixel, so only the distance and the chord's direction count; at an
    end, the vector from the end to the pixel counts.
    """
    a_row, b_row = chords[c, 0], chords[c, 1]
    ax, ay = vertices[a_row, 0], vertices[a_row, 1]
    ex, ey = vertices[b_row, 0] - ax, vertices[b_row, 1] - ay
    length = ex * ex + ey * ey
    t = ((x - ax) * ex + (y - ay) * ey) / length if length > 0.0 else 0.0
    t = min(max(t, 0.0), 1.0)
    rx, ry = x - ax - t * ex, y - ay - t * ey
    distance = math.sqrt(rx * rx + ry * ry)
    nx, ny = _direction(vertices, chords, c, t, x, y, distance)
    by_distance, by_half, by_angle = _coverage_gradient(distance, half, nx, ny, filter_width)
    if 0.0 < t < 1.0:
        turn = by_angle / math.sqrt(length) * (1.0 if ey * nx - ex * ny < 0.0 else -1.0)
        to_a, to_b = -(1.0 - t) * by_distance - turn, -t * by_distance + turn
        vertex_gradient[a_row, 0] += upstream * to_a * nx
        vertex_gradient[a_row, 1] += upstream * to_a * ny
        vertex_gradient[b_row, 0] += upstream * to_b * nx
        vertex_gradient[b_row, 1] += upstream * to_b * ny
    else:
        row = a_row if t == 0.0 else b_row
        turn = by_angle / distance if distance > NEAREST_DIRECTION else 0.0
        vertex_gradient[row, 0] -= upstream * (by_distance * nx - turn * ny)
        vertex_gradient[row, 1] -= upstream * (by_distance * ny + turn * nx)
    return by_half


@compiled
def _coverage_gradient(distance, half, nx, ny, filter_width):  # type: ignore[no-untyped-def]
    """Derivatives of the coverage by distance, by half width, and by the angle of the direction (nx, ny)."""
    a, b = box_extents(nx, ny, filter_width)
    near, near_a, near_b = half_plane_gradient(half - distance, a, b)
    far, far_a, far_b = half_plane_gradient(half + distance, a, b)
    turn_x = -ny * filter_width * (1.0 if nx > 0.0 else -1.0 if nx < 0.0 else 0.0)
    turn_y = nx * filter_width * (1.0 if ny > 0.0 else -1.0 if ny < 0.0 else 0.0)
    turn_a, turn_b = (turn_x, turn_y) if abs(nx) < abs(ny) else (turn_y, turn_x)
    return far - near, near + far, (near_a + far_a) * turn_a + (near_b + far_b) * turn_b
