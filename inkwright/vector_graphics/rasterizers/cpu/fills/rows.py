"""Compiled: which edges of a fill pass through each row of pixels, and in which columns."""

from typing import NamedTuple

import numpy as np

from inkwright.compiled_kernels.compilation import compiled_part, compiled_room
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array, Fill
from inkwright.vector_graphics.rasterizers.cpu.fills.boxes import end_pixel, first_pixel
from inkwright.vector_graphics.rasterizers.cpu.fills.pixel_area import CUTS, PIECES, add_piece

# Columns of the table of edges: start, end, dx / dy (0 of level edges).
AX, AY, BX, BY, SLOPE, EDGE = range(6)


class Work(NamedTuple):
    """Room for the work of one thread on one fill after another; an edge touches each row that it is in."""

    edges: Array  # [chords, EDGE]
    heads: Array  # [rows] first touch of each row, or -1
    following: Array  # [touches] next touch of the same row, or -1
    edge: Array  # [touches]
    columns: Array  # [touches, 2] columns whose boxes the edge passes through in the row
    runs: Array  # [touches, 2] columns of a row that hold edges, in order
    winding: Array  # [width + 1] by how much the winding changes from pixel to pixel; zero between rows
    first: Array  # [width + 1] one more than the first edge in a pixel; zero between rows
    last: Array  # [width + 1] the last edge in a pixel
    second: Array  # [width + 1, 2] the same of a second line of edges; none where the first is 0
    pieces: Array  # [chords, PIECES]
    cuts: Array  # [3 chords + CUTS]


@compiled_room
def work_room(chords: int, rows: int, touches: int, width: int) -> Work:
    """Room for fills of at most so many chords, rows, and touches of both."""
    return Work(
        np.empty((chords, EDGE)), np.empty(rows, np.int64), np.empty(touches, np.int64),
        np.empty(touches, np.int64), np.empty((touches, 2), np.int64), np.empty((touches, 2), np.int64),
        np.zeros(width + 1), np.zeros(width + 1, np.int64), np.empty(width + 1, np.int64),
        np.empty((width + 1, 2), np.int64), np.empty((chords, PIECES)), np.empty(3 * chords + CUTS),
    )  # fmt: skip


@compiled_part
def edge_rows(ay: float, by: float, f: float, height: int) -> tuple[int, int]:
    """Rows [begin, end) that an edge belongs to: those of its boxes, and both beside a level one."""
    level = 1 if ay == by else 0
    begin, end = first_pixel(min(ay, by), f, height), end_pixel(max(ay, by), f, height)
    return max(begin - level, 0), min(end + level, height)


@compiled_part
def sort_edges(fill: Fill, y0: int, y1: int, work: Work) -> None:
    """Write the table of edges, and link those with a length in each row [y0, y1), in their order."""
    edges, heads, following, edge = work.edges, work.heads, work.following, work.edge
    for y in range(y1 - y0):
        heads[y] = -1
    touch, f = 0, fill.filter_width
    for k in range(fill.end - fill.first - 1, -1, -1):
        i, j = np.uint64(fill.chords[fill.first + k, 0]), np.uint64(fill.chords[fill.first + k, 1])
        ax, ay, bx, by = fill.vertices[i, 0], fill.vertices[i, 1], fill.vertices[j, 0], fill.vertices[j, 1]
        edges[k, AX], edges[k, AY], edges[k, BX], edges[k, BY] = ax, ay, bx, by
        edges[k, SLOPE] = (bx - ax) / (by - ay) if ay != by else 0.0
        if ax == bx and ay == by:
            continue
        begin, end = edge_rows(ay, by, f, y1)
        for y in range(max(begin - y0, 0), end - y0):
            at, row = np.uint64(touch), np.uint64(y)
            following[at], edge[at], heads[row] = heads[row], k, touch
            touch += 1


@compiled_part
def edge_columns(edges: Array, k: int, y: int, f: float, width: int) -> tuple[int, int, float, float]:
    """Columns [begin, end) whose boxes an edge reaches in row y, and its x where it enters and leaves."""
    at = np.uint64(k)
    ax, ay, bx, by = edges[at, AX], edges[at, AY], edges[at, BX], edges[at, BY]
    low, high = y + 0.5 - 0.5 * f, y + 0.5 + 0.5 * f
    xa, xb = ax, bx
    if ay != by:
        least, most = min(ax, bx), max(ax, bx)
        xa = min(max(ax + (min(max(ay, low), high) - ay) * edges[at, SLOPE], least), most)
        xb = min(max(ax + (min(max(by, low), high) - ay) * edges[at, SLOPE], least), most)
    begin, end = first_pixel(min(xa, xb), f, width), end_pixel(max(xa, xb), f, width)
    return begin, max(begin, end), xa, xb


@compiled_part
def keep_columns(touch: int, begin: int, end: int, y: int, f: float, work: Work) -> int:
    """Write the columns in which a touch passes through boxes of row y; returns their end.

    A level edge on or beside the row passes through none.
    """
    height = work.edges[work.edge[touch], AY]
    beside = height == work.edges[work.edge[touch], BY] and not (
        y + 0.5 - 0.5 * f < height < y + 0.5 + 0.5 * f
    )
    work.columns[touch, 0], work.columns[touch, 1] = begin, begin if beside else end
    return begin if beside else end


@compiled_part
def pixel_pieces(work: Work, x: int, y: int, row: int, f: float) -> int:
    """Write the pieces of the edges that pass through a pixel of a row; returns how many there are."""
    left, top = x + 0.5 - 0.5 * f, y + 0.5 - 0.5 * f
    count, touch, edges = 0, work.heads[row], work.edges
    while touch >= 0:
        if work.columns[touch, 0] <= x < work.columns[touch, 1]:
            k = work.edge[touch]
            moved = edges[k, AX] - left, edges[k, AY] - top, edges[k, BX] - left, edges[k, BY] - top
            count += add_piece(work.pieces, count, k, moved, f)
        touch = work.following[touch]
    return count
