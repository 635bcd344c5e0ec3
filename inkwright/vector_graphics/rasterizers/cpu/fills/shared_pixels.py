"""Compiled: pixels that edges of one fill share, gathered and covered exactly, forward and backward."""

from typing import NamedTuple

import numpy as np

from inkwright.compiled_kernels.compilation import compiled, compiled_maker
from inkwright.vector_graphics.rasterizers.cpu.arrays import SHARED, Array, Coverage, Fill, Gradients
from inkwright.vector_graphics.rasterizers.cpu.fills.boxes import edge_columns, end_pixel, first_pixel
from inkwright.vector_graphics.rasterizers.cpu.fills.pixel_area import (
    CUTS,
    PIECES,
    add_piece,
    base_winding,
    covered_area,
    pieces_gradient,
)

# A pixel's source is SHARED plus the winding number of its lower left corner; that is never as far from 0.
MOST_TURNS = 1 << 20


class Touches(NamedTuple):
    """Which chords touch each shared pixel of an item: linked lists by pixel, and room for one pixel's."""

    heads: Array  # [pixels] first touch of each pixel, or -1
    following: Array  # [T] next touch of the same pixel, or -1
    chord: Array  # [T]
    pieces: Array  # [most, PIECES]
    cuts: Array  # [3 most + CUTS]


@compiled_maker
def cover_shared(fill: Fill, item: int, found: Coverage) -> None:
    """Replace the mean windings of the item's shared pixels by what the fill covers of them."""
    touches = _touches(fill, item, found)
    f = fill.filter_width
    for y in range(found.item_y[item, 0], found.item_y[item, 1]):
        span = found.row_spans[found.item_row[item] + y - found.item_y[item, 0]]
        shift = found.span_cell[span] - found.span_x[span, 0]
        for x in range(found.span_x[span, 0], found.span_x[span, 1]):
            cell = shift + x
            if found.source[cell] == SHARED:
                count = _pieces(fill, touches, found.other[cell], x, y)
                pieces, cuts = touches.pieces[:count], touches.cuts
                base = base_winding(found.cover[cell], pieces, f)
                found.cover[cell] = covered_area(pieces, cuts, base, fill.even_odd, f)
                found.source[cell] = SHARED + min(max(base, 1 - MOST_TURNS), MOST_TURNS - 1)


@compiled_maker
def shared_gradient(fill: Fill, item: int, found: Coverage, to: Gradients) -> None:
    """Add what the item's shared pixels give to the fill's vertices."""
    touches = _touches(fill, item, found)
    for y in range(found.item_y[item, 0], found.item_y[item, 1]):
        span = found.row_spans[found.item_row[item] + y - found.item_y[item, 0]]
        shift = found.span_cell[span] - found.span_x[span, 0]
        for x in range(found.span_x[span, 0], found.span_x[span, 1]):
            cell = shift + x
            if is_shared(found.source[cell]) and to.cover[cell] != 0.0:
                count = _pieces(fill, touches, found.other[cell], x, y)
                base = found.source[cell] - SHARED
                pieces_gradient(fill, touches.pieces[:count], touches.cuts, base, to.cover[cell], to.vertices)


@compiled
def is_shared(source: int) -> bool:
    """Whether a pixel with this source is one that edges of its fill share."""
    return source > SHARED - MOST_TURNS


@compiled_maker
def _touches(fill: Fill, item: int, found: Coverage) -> Touches:
    counts = np.zeros(found.item_shared[item], np.int64)
    nothing = np.empty(0, np.int64)
    total = _visit(fill, item, found, counts, nothing, nothing)
    most = counts.max()
    heads, following, chord = counts, np.empty(total, np.int64), np.empty(total, np.int64)
    heads[:] = -1
    _visit(fill, item, found, heads, following, chord)
    return Touches(heads, following, chord, np.empty((most, PIECES)), np.empty(3 * most + CUTS))


@compiled
def _visit(fill: Fill, item: int, found: Coverage, heads: Array, following: Array, chord: Array) -> int:
    """Link the touches of all shared pixels, or count them where no room is given; returns how many."""
    y0, y1, row, f = found.item_y[item, 0], found.item_y[item, 1], found.item_row[item], fill.filter_width
    touch, linked = 0, following.shape[0] > 0
    for c in range(fill.end - 1, fill.first - 1, -1):
        i, j = fill.chords[c, 0], fill.chords[c, 1]
        ax, ay, bx, by = fill.vertices[i, 0], fill.vertices[i, 1], fill.vertices[j, 0], fill.vertices[j, 1]
        for y in range(max(first_pixel(min(ay, by), f, y1), y0), end_pixel(max(ay, by), f, y1)):
            span = found.row_spans[row + y - y0]
            left, right = found.span_x[span, 0], found.span_x[span, 1]
            begin, end = edge_columns((ax, ay, bx, by), y, f, right)
            for x in range(max(begin, left), end):
                cell = found.span_cell[span] + x - left
                if is_shared(found.source[cell]):
                    pixel = found.other[cell]
                    if linked:
                        following[touch], chord[touch], heads[pixel] = heads[pixel], c, touch
                    else:
                        heads[pixel] += 1
                    touch += 1
    return touch


@compiled
def _pieces(fill: Fill, touches: Touches, pixel: int, x: int, y: int) -> int:
    """Write the pieces of the chords that touch a pixel; returns how many there are."""
    f, count, touch = fill.filter_width, 0, touches.heads[pixel]
    left, top = x + 0.5 - 0.5 * f, y + 0.5 - 0.5 * f
    while touch >= 0:
        c = touches.chord[touch]
        i, j = fill.chords[c, 0], fill.chords[c, 1]
        edge = (
            fill.vertices[i, 0] - left, fill.vertices[i, 1] - top,
            fill.vertices[j, 0] - left, fill.vertices[j, 1] - top,
        )  # fmt: skip
        count += add_piece(touches.pieces, count, c, edge, f)
        touch = touches.following[touch]
    return count
