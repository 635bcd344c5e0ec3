"""Compiled gradient of fills: from the coverage of pixels to the ends of edges."""

import numpy as np

from inkwright.compiled_kernels.compilation import compiled_part
from inkwright.vector_graphics.rasterizers.cpu.arrays import SHARED, Array, Coverage, Fill, Gradients
from inkwright.vector_graphics.rasterizers.cpu.fills.boxes import LEVEL, end_pixel, first_pixel, inside_box
from inkwright.vector_graphics.rasterizers.cpu.fills.coverage import is_shared
from inkwright.vector_graphics.rasterizers.cpu.fills.pixel_gradient import pieces_gradient
from inkwright.vector_graphics.rasterizers.cpu.fills.rows import (
    Work,
    edge_columns,
    keep_columns,
    pixel_pieces,
    sort_edges,
)


@compiled_part
def fill_gradient(fill: Fill, item: int, found: Coverage, to: Gradients) -> None:
    """Add the gradient of one fill to its vertices; ``shared_gradient`` has that of pixels that edges share.

    Only the part of an edge inside a pixel box acts on the box; an edge on the border acts on its inner side.
    """
    y0, y1, row = found.item_y[item, 0], found.item_y[item, 1], found.item_row[item]
    f, last, span = fill.filter_width, -1, -1
    scale = 1.0 / (f * f)
    for c in range(fill.first, fill.end):
        i, j = np.uint64(fill.chords[c, 0]), np.uint64(fill.chords[c, 1])
        ax, ay, bx, by = fill.vertices[i, 0], fill.vertices[i, 1], fill.vertices[j, 0], fill.vertices[j, 1]
        dx, dy = bx - ax, by - ay
        if dx == 0.0 and dy == 0.0:
            continue
        by_x, by_y = 1.0 / dx if abs(dx) > LEVEL else 0.0, 1.0 / dy if abs(dy) > LEVEL else 0.0
        to_a, to_b = 0.0, 0.0
        level = 1 if dy == 0.0 else 0
        low = max(first_pixel(min(ay, by), f, y1) - level, y0)
        for y in range(low, end_pixel(max(ay, by), f, y1 - level) + level):
            s0, s1 = inside_box(ay, by_y, y + 0.5 - 0.5 * f, f)
            left = min(ax + s0 * dx, ax + s1 * dx) - 0.5 - 0.5 * f
            # Edges go on where others ended, as a rule in the same row and span.
            if y != last or not found.spans[span, 0] <= left + 1.0 < found.spans[span, 1]:
                span = _span_at(left, row + y - y0, found)
                last = y if span >= 0 else -1
            if span >= 0:
                edge = (ax, ay, dx, dy, by_x, s0, s1)
                row_a, row_b = _row_gradient(edge, y, span, fill, found, to.cover)
                to_a, to_b = to_a + row_a, to_b + row_b
        to.vertices[i, 0] -= to_a * dy * scale
        to.vertices[i, 1] += to_a * dx * scale
        to.vertices[j, 0] -= to_b * dy * scale
        to.vertices[j, 1] += to_b * dx * scale


@compiled_part
def _span_at(left: float, row: int, found: Coverage) -> int:
    """The first span of cells of a row that ends beyond ``left``, or -1."""
    for span in range(found.row_spans[row], found.row_spans[row + 1]):
        if found.spans[span, 1] > left and found.spans[span, 2] >= 0:
            return span
    return -1


@compiled_part
def _row_gradient(
    edge: tuple[float, float, float, float, float, float, float],
    y: int,
    span: int,
    fill: Fill,
    found: Coverage,
    to_cover: Array,
) -> tuple[float, float]:
    """What the pixels of a span of row y give to the ends of an edge, of which s0 to s1 lies in the row."""
    (ax, ay, dx, dy, by_x, s0, s1), f = edge, fill.filter_width
    at = np.uint64(span)
    left, right = found.spans[at, 0], found.spans[at, 1]
    shift = found.spans[at, 2] - left
    xa, xb = ax + s0 * dx, ax + s1 * dx
    to_a, to_b = 0.0, 0.0
    upright = 1 if dx == 0.0 else 0
    begin = first_pixel(min(xa, xb), f, right) - upright
    end = end_pixel(max(xa, xb), f, right - upright) + upright
    # Whether one pixel has all of it.
    box = begin + 0.5 - 0.5 * f
    whole = end - begin == 1 and min(xa, xb) >= box and max(xa, xb) <= box + f
    for x in range(max(begin, left), end):
        cell = np.uint64(shift + x)
        slope = found.source[cell]
        if (dx == 0.0 or dy == 0.0) and slope <= 1:
            place = ax - x - 0.5 + 0.5 * f, ay - y - 0.5 + 0.5 * f, dx, dy
            slope = _border_slope(place, slope, fill.even_odd and found.cover[cell] == 1.0, f)
        if slope <= 1 and slope != 0:
            u0, u1 = s0, s1
            if not whole:
                u0, u1 = inside_box(ax, by_x, x + 0.5 - 0.5 * f, f)
                u0, u1 = max(u0, s0), min(u1, s1)
            if u1 > u0:
                upstream = to_cover[cell] * slope
                half = 0.5 * (u1 * u1 - u0 * u0)
                to_a += upstream * (u1 - u0 - half)
                to_b += upstream * half
    return to_a, to_b


@compiled_part
def _border_slope(edge: tuple[float, float, float, float], slope: int, either: bool, f: float) -> int:
    """Derivative of the coverage of a box by its winding, for an edge that may lie on the box's border.

    The edge is (x, y, dx, dy) as seen from the box. What it parts from the inside has one winding more or
    less, by the way that it goes; it acts where the inside is on this side of it, or on ``either``.
    """
    x, y, dx, dy = edge
    outwards = 0.0
    if dx == 0.0 and (x == 0.0 or x == f):
        outwards = dy if x == 0.0 else -dy
    elif dy == 0.0 and (y == 0.0 or y == f):
        outwards = -dx if y == 0.0 else dx
    if outwards == 0.0:
        return slope
    sign = 1 if outwards > 0.0 else -1
    return sign if either or sign == slope else 0


@compiled_part
def shared_gradient(fill: Fill, item: int, found: Coverage, to: Gradients, work: Work) -> None:
    """Add what the item's shared pixels give to the fill's vertices."""
    f, first = fill.filter_width, found.item_row[item] - found.item_y[item, 0]
    y0, y1 = _shared_rows(item, found, to.cover)
    if y0 < y1:
        sort_edges(fill, y0, y1, work)
    for y in range(y0, y1):
        row, ready = first + y, False
        for span in range(found.row_spans[row], found.row_spans[row + 1]):
            shift = found.spans[span, 2] - found.spans[span, 0]
            for x in range(found.spans[span, 0], found.spans[span, 1] if found.spans[span, 2] >= 0 else 0):
                cell = shift + x
                if is_shared(found.source[cell]) and to.cover[cell] != 0.0:
                    if not ready:
                        _find_columns(y, y - y0, f, work)
                        ready = True
                    pieces = work.pieces[: pixel_pieces(work, x, y, y - y0, f)]
                    base = found.source[cell] - SHARED
                    pieces_gradient(fill, pieces, work.cuts, base, to.cover[cell], to.vertices)


@compiled_part
def _shared_rows(item: int, found: Coverage, to_cover: Array) -> tuple[int, int]:
    """The first row of an item with a shared pixel that has a gradient, and the one beyond the last."""
    y0, row = found.item_y[item, 0], found.item_row[item]
    first, end = found.item_y[item, 1], y0
    for y in range(y0, found.item_y[item, 1]):
        for span in range(found.row_spans[row + y - y0], found.row_spans[row + y - y0 + 1]):
            cell = found.spans[span, 2]
            for at in range(cell, cell + found.spans[span, 1] - found.spans[span, 0] if cell >= 0 else 0):
                if is_shared(found.source[at]) and to_cover[at] != 0.0:
                    first, end = min(first, y), y + 1
                    break
    return first, end


@compiled_part
def _find_columns(y: int, row: int, f: float, work: Work) -> None:
    """Write the columns of all edges of a row."""
    touch, width = work.heads[row], work.winding.shape[0] - 1
    while touch >= 0:
        begin, end, _, _ = edge_columns(work.edges, work.edge[touch], y, f, width)
        keep_columns(touch, begin, end, y, f, work)
        touch = work.following[touch]
