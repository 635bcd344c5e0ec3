"""The passes of the CPU rasteriser, parallel over items, over strips of rows, and over shapes.

Every pixel row and every shape is worked on by one thread in one order, so the result is the same to the last
bit for any number of threads.
"""

from __future__ import annotations

import numba
import numpy as np

from vector_graphics.numba_arrays import Array, Coverage, Outline, Paints, Structure, View
from vector_graphics.numba_compilation import compiled, compiled_pass
from vector_graphics.numba_compositing import paint_rows, unpaint_rows
from vector_graphics.numba_fills import cover_fill, fill_bounds, fill_gradient
from vector_graphics.numba_geometry import flatten, unflatten
from vector_graphics.numba_stroke_gradient import stroke_gradient
from vector_graphics.numba_stroke_strips import COLUMNS, chord_table
from vector_graphics.numba_strokes import cover_stroke, stroke_bounds

STRIP = 8
FILL, STROKE = 0, 1


@compiled
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


@compiled_pass
def cover(
    half: Array, structure: Structure, view: View, outline: Outline, found: Coverage, sizes: Array
) -> None:
    """Find what every item covers."""
    for i in numba.prange(structure.item_shape.shape[0]):
        n, span, cell = structure.item_shape[i], sizes[i, 1], sizes[i, 2]
        first, end, fill_end = (
            outline.shape_chords[n, 0],
            outline.shape_chords[n, 1],
            outline.shape_chords[n, 2],
        )
        if found.item_y[i, 1] > found.item_y[i, 0]:
            if structure.item_kind[i] == FILL:
                cover_fill(outline.vertices, outline.chords, first, fill_end, structure.even_odd[n],
                view.filter_width,
                           i, view.width, found, span, cell)  # fmt: skip
            else:
                chord_table(
                    outline.vertices, outline.chords, first, end, half[n], view.filter_width, outline.table
                )
                cover_stroke(outline.table, outline.chords, first, end, half[n], view.filter_width, i,
                view.width,
                             found, span, cell)  # fmt: skip


@compiled
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


@compiled_pass
def composite(image: Array, structure: Structure, found: Coverage, paints: Paints, keep: bool) -> Array:
    """Paint all items over ``image`` [B, 3, H, W], the background; returns what lay below cells."""
    below = np.empty((3, found.cover.shape[0] if keep else 0), image.dtype)
    for k in numba.prange(_strip_count(image) * image.shape[0]):
        canvas, top, bottom = _strip(k, image)
        first, end = structure.canvas_items[canvas], structure.canvas_items[canvas + 1]
        paint_rows(image[canvas], top, bottom, first, end, paints, found, below, keep)
    return below


@compiled_pass
def composite_gradient(
    gradient: Array, structure: Structure, found: Coverage, paints: Paints, below: Array
) -> tuple[Array, Array, Array]:
    """Backward of ``composite``: ``gradient`` becomes that of the background.

    Returns:
        the gradients of cells, of spans and of textures.
    """
    to_cover = np.empty(found.cover.shape[0], gradient.dtype)
    to_spans = np.empty((found.span_cell.shape[0], 4), gradient.dtype)
    to_texture = np.zeros_like(paints.texture)
    for k in numba.prange(_strip_count(gradient) * gradient.shape[0]):
        canvas, top, bottom = _strip(k, gradient)
        first, end = structure.canvas_items[canvas], structure.canvas_items[canvas + 1]
        unpaint_rows(
            gradient[canvas], top, bottom, first, end, paints, found, below, to_cover, to_spans, to_texture
        )
    return to_cover, to_spans, to_texture


@compiled_pass
def shape_gradient(
    half: Array,
    structure: Structure,
    view: View,
    outline: Outline,
    found: Coverage,
    to_cover: Array,
    to_spans: Array,
) -> tuple[Array, Array, Array]:
    """Gradients of points [P, 2], half widths [N], and RGBA of fills and strokes [2, N, 4]."""
    shapes = half.shape[0]
    to_points = np.zeros((structure.segments.max() + 1 if structure.segments.size else 0, 2), np.float64)
    to_half = np.zeros(shapes, np.float64)
    to_color = np.zeros((2, shapes, 4), np.float64)
    to_vertices = np.zeros_like(outline.vertices)
    for n in numba.prange(shapes):
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
                fill_gradient(outline.vertices, outline.chords, first, fill_end, view.filter_width, i, found,
                to_cover,
                              to_vertices)  # fmt: skip
            else:
                to_half[n] += stroke_gradient(outline.table, outline.chords, half[n], view.filter_width, i,
                found,
                                              to_cover, to_vertices)  # fmt: skip
        unflatten(structure, view, n, outline.counts, outline.segment_vertex, to_vertices, to_points)
    return to_points, to_half, to_color


@compiled
def _strip_count(image: Array) -> int:
    return (image.shape[2] + STRIP - 1) // STRIP


@compiled
def _strip(k: int, image: Array) -> tuple[int, int, int]:
    """(canvas, first row, end row) of the k-th strip.

    Neighbours in k are far apart, so that threads share the load.
    """
    strips = _strip_count(image)
    canvas, s = k % image.shape[0], k // image.shape[0]
    half = (strips + 1) // 2
    s = 2 * s if s < half else 2 * (s - half) + 1
    return canvas, s * STRIP, min((s + 1) * STRIP, image.shape[2])
