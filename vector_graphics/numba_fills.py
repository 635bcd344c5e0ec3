"""Compiled coverage of filled shapes: the exact mean winding of every pixel, by Green's theorem.

Each directed edge adds, to every pixel box, the area of the part of the box to its right. Summed over a closed outline
that is the mean winding number over the box: no inside test, no special cases. Edges left of the canvas act on column 0.
"""

from __future__ import annotations

import math

import numpy as np

from vector_graphics.numba_compilation import compiled

# Winding numbers this close to a whole one are whole: an opaque shape is opaque in spite of rounding.
ROUNDING = 1e-6


@compiled
def fill_bounds(vertices, chords, first, end, filter_width, height, width):  # type: ignore[no-untyped-def]
    """(first row, end row, spans, cells) that one fill needs; its cells are a block of rows x (columns + 1)."""
    left, right, top, bottom = math.inf, -math.inf, math.inf, -math.inf
    for c in range(first, end):
        x, y = vertices[chords[c, 0], 0], vertices[chords[c, 0], 1]
        left, right, top, bottom = min(left, x), max(right, x), min(top, y), max(bottom, y)
    x0, x1 = first_pixel(left, filter_width, width), end_pixel(right, filter_width, width)
    y0, y1 = first_pixel(top, filter_width, height), end_pixel(bottom, filter_width, height)
    if x0 >= x1 or y0 >= y1:
        return 0, 0, 0, 0
    return y0, y1, y1 - y0, (y1 - y0) * (x1 - x0 + 1)


@compiled
def first_pixel(low, filter_width, size):  # type: ignore[no-untyped-def]
    """First pixel whose box reaches beyond ``low``, at least 0."""
    return int(min(max(math.floor(low - 0.5 - 0.5 * filter_width) + 1.0, 0.0), float(size)))


@compiled
def end_pixel(high, filter_width, size):  # type: ignore[no-untyped-def]
    """One past the last pixel whose box begins before ``high``, at most ``size``."""
    return int(min(max(math.ceil(high - 0.5 + 0.5 * filter_width), 0.0), float(size)))


@compiled
def cover_fill(vertices, chords, first, end, even_odd, filter_width, y0, y1, width, row_spans, span_x, span_cell, cell_cover, cell_aux, span, cell):  # type: ignore[no-untyped-def]
    """Write one span a row, and its cells: coverage, and in cell_aux the derivative of coverage by winding (-1, 0, 1)."""
    left, right = math.inf, -math.inf
    for c in range(first, end):
        left, right = min(left, vertices[chords[c, 0], 0]), max(right, vertices[chords[c, 0], 0])
    x0, x1 = first_pixel(left, filter_width, width), end_pixel(right, filter_width, width)
    stride = x1 - x0 + 1
    cell_cover[cell : cell + (y1 - y0) * stride] = 0
    low = np.full(y1 - y0, x1, np.int64)
    high = np.full(y1 - y0, x0, np.int64)
    for c in range(first, end):
        _deposit(vertices, chords[c, 0], chords[c, 1], filter_width, x0, x1, y0, y1, stride, cell_cover, cell, low, high)
    for row in range(y1 - y0):
        base = cell + row * stride
        row_spans[row] = span
        start = min(low[row], x1)
        span_x[span, 0], span_cell[span] = start, base + start - x0
        span_x[span, 1] = max(_wind(cell_cover, cell_aux, base, start - x0, max(high[row], start) - x0, even_odd) + x0, start)
        span += 1
    row_spans[y1 - y0] = span
    return span, cell + (y1 - y0) * stride


@compiled
def _deposit(vertices, i, j, f, x0, x1, y0, y1, stride, cell_cover, cell, low, high):  # type: ignore[no-untyped-def]
    """Add, along each row, the differences of what this edge gives to neighbouring pixels."""
    ax, ay, bx, by = vertices[i, 0], vertices[i, 1], vertices[j, 0], vertices[j, 1]
    if ay == by:
        return
    slope, scale = (bx - ax) / (by - ay), 1.0 / (f * f)
    for y in range(max(first_pixel(min(ay, by), f, y1), y0), end_pixel(max(ay, by), f, y1)):
        slab_low, slab_high = y + 0.5 - 0.5 * f, y + 0.5 + 0.5 * f
        ya, yb = min(max(ay, slab_low), slab_high), min(max(by, slab_low), slab_high)
        xa, xb = ax + (ya - ay) * slope, ax + (yb - ay) * slope
        rise = (yb - ya) * scale
        base = cell + (y - y0) * stride - x0
        begin = max(first_pixel(min(xa, xb), f, x1), x0)
        finish = max(end_pixel(max(xa, xb), f, x1), x0)
        before = 0.0
        for x in range(begin, finish):
            given = rise * _mean_right(xa, xb, x + 0.5 - 0.5 * f, f)
            cell_cover[base + x] += given - before
            before = given
        if finish < x1:
            cell_cover[base + finish] += rise * f - before
        low[y - y0] = min(low[y - y0], begin)
        high[y - y0] = max(high[y - y0], min(finish + 1, x1))


@compiled
def _mean_right(xa, xb, box, f):  # type: ignore[no-untyped-def]
    """Mean, along an edge from xa to xb, of the width of the box [box, box + f] that lies right of the edge."""
    low, high = min(xa, xb), max(xa, xb)
    if high <= low or (low >= box and high <= box + f):
        return min(max(box + f - 0.5 * (low + high), 0.0), f)
    inside_low, inside_high = max(low, box), min(high, box + f)
    left = max(min(high, box) - low, 0.0)
    inside = max(inside_high - inside_low, 0.0)
    return (left * f + inside * (box + f - 0.5 * (inside_low + inside_high))) / (high - low)


@compiled
def _wind(cell_cover, cell_aux, base, start, end, even_odd):  # type: ignore[no-untyped-def]
    """Sum the differences to winding numbers and turn these into coverage; returns the end of the covered run."""
    winding, last = 0.0, start
    for x in range(start, end):
        winding += cell_cover[base + x]
        whole = round(winding)
        value = whole if abs(winding - whole) < ROUNDING else winding
        if even_odd:
            value -= 2.0 * round(0.5 * value)
        cover = abs(value)
        cell_aux[base + x] = 0 if cover >= 1.0 else 1 if value > 0.0 else -1 if value < 0.0 else 0
        cell_cover[base + x] = min(cover, 1.0)
        if cover > 0.0:
            last = x + 1
    return last


@compiled
def fill_gradient(vertices, chords, first, end, f, y0, y1, row_spans, span_x, span_cell, cell_gradient, cell_aux, vertex_gradient):  # type: ignore[no-untyped-def]
    """Add the gradient of one fill to its vertices: only the part of an edge inside a pixel box acts on the box."""
    scale = 1.0 / (f * f)
    for c in range(first, end):
        i, j = chords[c, 0], chords[c, 1]
        ax, ay, bx, by = vertices[i, 0], vertices[i, 1], vertices[j, 0], vertices[j, 1]
        dx, dy = bx - ax, by - ay
        if dx == 0.0 and dy == 0.0:
            continue
        to_a, to_b = 0.0, 0.0
        for y in range(max(first_pixel(min(ay, by), f, y1), y0), end_pixel(max(ay, by), f, y1)):
            span = row_spans[y - y0]
            s0, s1 = _inside(ay, dy, y + 0.5 - 0.5 * f, f)
            xa, xb = ax + s0 * dx, ax + s1 * dx
            begin = max(first_pixel(min(xa, xb), f, span_x[span, 1]), span_x[span, 0])
            for x in range(begin, end_pixel(max(xa, xb), f, span_x[span, 1])):
                cell = span_cell[span] + x - span_x[span, 0]
                upstream = cell_gradient[cell] * cell_aux[cell]
                if upstream != 0.0:
                    u0, u1 = _inside(ax, dx, x + 0.5 - 0.5 * f, f)
                    u0, u1 = max(u0, s0), min(u1, s1)
                    if u1 > u0:
                        half = 0.5 * (u1 * u1 - u0 * u0)
                        to_a += upstream * (u1 - u0 - half)
                        to_b += upstream * half
        vertex_gradient[i, 0] -= to_a * dy * scale
        vertex_gradient[i, 1] += to_a * dx * scale
        vertex_gradient[j, 0] -= to_b * dy * scale
        vertex_gradient[j, 1] += to_b * dx * scale


@compiled
def _inside(start, delta, low, size):  # type: ignore[no-untyped-def]
    """Parameters in [0, 1] between which start + s * delta is within [low, low + size]."""
    if delta == 0.0:
        return (0.0, 1.0) if low <= start < low + size else (0.0, 0.0)
    s0, s1 = (low - start) / delta, (low + size - start) / delta
    if s0 > s1:
        s0, s1 = s1, s0
    return max(s0, 0.0), min(s1, 1.0)
