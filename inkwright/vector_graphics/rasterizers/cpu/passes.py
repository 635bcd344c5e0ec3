"""The passes of the CPU rasteriser: over items, over strips of rows, and over shapes, a range at a time.

Every pixel row and every shape is worked on by one thread in one order, so the result is the same to the last
bit for any number of threads.
"""

from __future__ import annotations

import numpy as np

from inkwright.compiled_kernels.compilation import compiled, compiled_maker
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array, Coverage, Outline, Paints, Structure, View
from inkwright.vector_graphics.rasterizers.cpu.compositing import paint_rows, unpaint_rows
from inkwright.vector_graphics.rasterizers.cpu.fills import cover_fill, fill_bounds, fill_gradient
from inkwright.vector_graphics.rasterizers.cpu.flattening import flatten, unflatten
from inkwright.vector_graphics.rasterizers.cpu.stroke_gradient import stroke_gradient
from inkwright.vector_graphics.rasterizers.cpu.stroke_strips import COLUMNS, chord_table
from inkwright.vector_graphics.rasterizers.cpu.strokes import cover_stroke, stroke_bounds

STRIP = 8
FILL, STROKE = 0, 1


@compiled_maker
def measure(points: Array, half: Array, structure: Structure, view: View) -> tuple[Outline, Coverage, Array]:
    """Flatten all shapes (half widths [N] in pixels), and make room for what every item covers.

    Returns:
        the outline; an empty coverage; where each item's rows, spans and cells begin in it [I + 1, 3].
    """
    counts, segment_vertex, vertices, chords, shape_chords = flatten(points, structure, view)
    table = np.empty((chords.shape[0], COLUMNS), np.float64)
    outline = Outline(counts, segment_vertex, vertices, chords, shape_chords, table)
    found, sizes = _room(half, structure, view, outline, points)
    return outline, found, sizes


@compiled_maker
def cover(
    begin: int,
    stop: int,
    half: Array,
    structure: Structure,
    view: View,
    outline: Outline,
    found: Coverage,
    sizes: Array,
) -> None:
    """Find what the items begin..stop cover."""
    for i in range(begin, stop):
        if found.item_y[i, 1] > found.item_y[i, 0]:
            _cover_item(i, half, structure, view, outline, found, sizes[i, 1], sizes[i, 2])


@compiled_maker
def _cover_item(
    i: int,
    half: Array,
    structure: Structure,
    view: View,
    outline: Outline,
    found: Coverage,
    span: int,
    cell: int,
) -> None:
    n = structure.item_shape[i]
    first, end, fill_end = outline.shape_chords[n, 0], outline.shape_chords[n, 1], outline.shape_chords[n, 2]
    if structure.item_kind[i] == FILL:
        rows = found.item_y[i, 1] - found.item_y[i, 0]
        cover_fill(
            outline.vertices, outline.chords, first, fill_end, structure.even_odd[n], view.filter_width,
            i, view.width, found, span, cell, np.empty((rows, 2), np.int64),
        )  # fmt: skip
    else:
        chord_table(outline.vertices, outline.chords, first, end, half[n], view.filter_width, outline.table)
        rows, chords = found.item_y[i, 1] - found.item_y[i, 0], end - first
        cover_stroke(
            outline.table, outline.chords, first, end, half[n], view.filter_width, i, view.width,
            found, span, cell, np.empty(rows, np.int64), np.empty((chords, 5), np.int64),
        )  # fmt: skip


@compiled_maker
def _room(
    half: Array, structure: Structure, view: View, outline: Outline, points: Array
) -> tuple[Coverage, Array]:
    """Empty arrays large enough for every item, and where each item begins in them [I + 1, 3]."""
    items = structure.item_shape.shape[0]
    item_y = np.zeros((items, 2), np.int64)
    sizes = np.zeros((items + 1, 3), np.int64)
    for i in range(items):
        n = structure.item_shape[i]
        first, end, fill_end = (
            outline.shape_chords[n, 0],
            outline.shape_chords[n, 1],
            outline.shape_chords[n, 2],
        )
        y0, y1, spans, cells = 0, 0, 0, 0
        if structure.item_kind[i] == FILL:
            y0, y1, spans, cells = fill_bounds(
                outline.vertices, outline.chords, first, fill_end, view.filter_width, view.height, view.width
            )
        elif half[n] > 0.0:
            y0, y1, spans, cells = stroke_bounds(
                outline.vertices,
                outline.chords,
                first,
                end,
                half[n],
                view.filter_width,
                view.height,
                view.width,
            )
        item_y[i, 0], item_y[i, 1] = y0, y1
        sizes[i + 1, 0] = sizes[i, 0] + y1 - y0 + 1
        sizes[i + 1, 1] = sizes[i, 1] + spans
        sizes[i + 1, 2] = sizes[i, 2] + cells
    rows, spans, cells = sizes[items, 0], sizes[items, 1], sizes[items, 2]
    found = Coverage(
        item_y, sizes[:items, 0].copy(), np.zeros(rows + 1, np.int64), np.empty((spans, 2), np.int32),
        np.empty(spans, np.int64), np.empty(cells, points.dtype), np.empty(cells, np.int32), np.empty(cells,
        np.int32),
    )  # fmt: skip
    return found, sizes


@compiled
def composite(
    begin: int,
    stop: int,
    image: Array,
    structure: Structure,
    found: Coverage,
    paints: Paints,
    below: Array,
) -> None:
    """Paint all items over the strips begin..stop of ``image`` [B, 3, H, W], the background.

    ``below`` [3, cells or 0] keeps what lay below cells.
    """
    keep = below.shape[1] > 0
    for k in range(begin, stop):
        canvas, top, bottom = _strip(k, image)
        first, end = structure.canvas_items[canvas], structure.canvas_items[canvas + 1]
        paint_rows(image[canvas], top, bottom, first, end, paints, found, below, keep)


@compiled
def composite_gradient(
    begin: int,
    stop: int,
    gradient: Array,
    structure: Structure,
    found: Coverage,
    paints: Paints,
    below: Array,
    to_cover: Array,
    to_spans: Array,
    to_texture: Array,
) -> None:
    """Backward of ``composite`` for the strips begin..stop: ``gradient`` becomes that of the background.

    Leaves the gradients of cells [cells], of each span's RGBA [spans, 4], and of textures.
    """
    for k in range(begin, stop):
        canvas, top, bottom = _strip(k, gradient)
        first, end = structure.canvas_items[canvas], structure.canvas_items[canvas + 1]
        unpaint_rows(
            gradient[canvas], top, bottom, first, end, paints, found, below, to_cover, to_spans, to_texture
        )


@compiled
def shape_gradient(
    begin: int,
    stop: int,
    half: Array,
    structure: Structure,
    view: View,
    outline: Outline,
    found: Coverage,
    to_cover: Array,
    to_spans: Array,
    to_vertices: Array,
    to_points: Array,
    to_half: Array,
    to_color: Array,
) -> None:
    """Add the gradients of the shapes begin..stop.

    They are those of points [P, 2], of half widths [N], and of the RGBA of fills and strokes [2, N, 4].
    """
    for n in range(begin, stop):
        _one_shape_gradient(
            n, half, structure, view, outline, found, to_cover, to_spans, to_vertices, to_half, to_color
        )
        unflatten(structure, view, n, outline.counts, outline.segment_vertex, to_vertices, to_points)


@compiled
def _one_shape_gradient(
    n: int,
    half: Array,
    structure: Structure,
    view: View,
    outline: Outline,
    found: Coverage,
    to_cover: Array,
    to_spans: Array,
    to_vertices: Array,
    to_half: Array,
    to_color: Array,
) -> None:
    first, fill_end = outline.shape_chords[n, 0], outline.shape_chords[n, 2]
    for kind in range(2):
        i = structure.shape_items[kind, n]
        if i < 0 or found.item_y[i, 1] <= found.item_y[i, 0]:
            continue
        last = found.item_row[i] + found.item_y[i, 1] - found.item_y[i, 0]
        for span in range(found.row_spans[found.item_row[i]], found.row_spans[last]):
            for c in range(4):
                to_color[kind, n, c] += to_spans[span, c]
        if kind == FILL:
            fill_gradient(
                outline.vertices, outline.chords, first, fill_end, view.filter_width, i, found, to_cover,
                to_vertices,
            )  # fmt: skip
        else:
            to_half[n] += stroke_gradient(
                outline.table, outline.chords, half[n], view.filter_width, i, found, to_cover, to_vertices
            )


def strip_count(image: Array) -> int:
    """Number of strips of rows of the images [B, 3, H, W] that are composited apart."""
    return -(-image.shape[2] // STRIP) * image.shape[0]


@compiled
def _strip(k: int, image: Array) -> tuple[int, int, int]:
    """(canvas, first row, end row) of the k-th strip."""
    canvas, s = k % image.shape[0], k // image.shape[0]
    return canvas, s * STRIP, min((s + 1) * STRIP, image.shape[2])
