"""The two compiled passes of the CPU rasteriser, parallel over items, over strips of rows, and over shapes.

Every pixel row and every shape is worked on by one thread in one order, so the result is the same to the last bit for
any number of threads.
"""

from __future__ import annotations

import numba
import numpy as np

from vector_graphics.numba_compilation import compiled, compiled_parallel
from vector_graphics.numba_compositing import paint_rows, unpaint_rows
from vector_graphics.numba_fills import cover_fill, fill_bounds, fill_gradient
from vector_graphics.numba_geometry import flatten, unflatten
from vector_graphics.numba_strokes import COLUMNS, chord_table, cover_stroke, stroke_bounds, stroke_gradient

STRIP = 8
FILL, STROKE = 0, 1


@compiled_parallel
def cover(points, half_width, plan, scale_x, scale_y, filter_width, height, width):  # type: ignore[no-untyped-def]
    """Flatten all shapes and find what every item covers."""
    segments, path_segments, path_closed, shape_paths, filled, even_odd, item_shape, item_kind = plan
    counts, segment_vertex, vertices, chords, shape_chords = flatten(
        points, segments, path_segments, path_closed, shape_paths, filled, scale_x, scale_y
    )
    items = item_shape.shape[0]
    item_y = np.zeros((items, 2), np.int64)
    sizes = np.zeros((items + 1, 3), np.int64)
    for i in range(items):
        n = item_shape[i]
        first = shape_chords[n, 0]
        if item_kind[i] == FILL:
            y0, y1, spans, cells = fill_bounds(vertices, chords, first, shape_chords[n, 2], filter_width, height, width)
        elif half_width[n] > 0.0:
            y0, y1, spans, cells = stroke_bounds(vertices, chords, first, shape_chords[n, 1], half_width[n], filter_width, height, width)
        else:
            y0, y1, spans, cells = 0, 0, 0, 0
        item_y[i, 0], item_y[i, 1] = y0, y1
        sizes[i + 1, 0] = sizes[i, 0] + y1 - y0 + 1
        sizes[i + 1, 1] = sizes[i, 1] + spans
        sizes[i + 1, 2] = sizes[i, 2] + cells
    item_row = sizes[:items, 0].copy()
    row_spans = np.zeros(sizes[items, 0] + 1, np.int64)
    span_x = np.empty((sizes[items, 1], 2), np.int32)
    span_cell = np.empty(sizes[items, 1], np.int64)
    cell_cover = np.empty(sizes[items, 2], points.dtype)
    cell_aux = np.empty(sizes[items, 2], np.int32)
    cell_other = np.empty(sizes[items, 2], np.int32)
    table = np.empty((chords.shape[0], COLUMNS), np.float64)
    for i in numba.prange(items):
        n, y0, y1 = item_shape[i], item_y[i, 0], item_y[i, 1]
        rows = row_spans[item_row[i] : item_row[i] + y1 - y0 + 1]
        span, cell = sizes[i, 1], sizes[i, 2]
        if y1 > y0:
            if item_kind[i] == FILL:
                cover_fill(vertices, chords, shape_chords[n, 0], shape_chords[n, 2], even_odd[n], filter_width, y0, y1, width,
                           rows, span_x, span_cell, cell_cover, cell_aux, span, cell)  # fmt: skip
            else:
                chord_table(vertices, chords, shape_chords[n, 0], shape_chords[n, 1], half_width[n], filter_width, table)
                cover_stroke(table, chords, shape_chords[n, 0], shape_chords[n, 1], half_width[n], filter_width, y0, y1,
                             width, rows, span_x, span_cell, cell_cover, cell_aux, cell_other, span, cell)  # fmt: skip
    geometry = counts, segment_vertex, vertices, chords, shape_chords, table
    return geometry, (item_y, item_row, row_spans, span_x, span_cell, cell_cover, cell_aux, cell_other)


@compiled_parallel
def composite(image, covered, item_color, item_texture, texture, canvas_items, keep):  # type: ignore[no-untyped-def]
    """Paint all items over ``image`` [B, 3, H, W], which holds the background; returns what lay below every cell."""
    item_y, item_row, row_spans, span_x, span_cell, cell_cover, _, _ = covered
    below = np.empty((3, cell_cover.shape[0] if keep else 0), image.dtype)
    strips = _strip_count(image)
    for k in numba.prange(strips * image.shape[0]):
        canvas, top, bottom = _strip(k, image)
        paint_rows(image, canvas, top, bottom, canvas_items[canvas], canvas_items[canvas + 1], item_color,
                   item_texture, texture, item_y, item_row, row_spans, span_x, span_cell, cell_cover, below, keep)  # fmt: skip
    return below


@compiled_parallel
def composite_gradient(gradient, covered, below, item_color, item_texture, texture, canvas_items):  # type: ignore[no-untyped-def]
    """Backward of ``composite``: ``gradient`` becomes that of the background; returns those of cells, spans, texture."""
    item_y, item_row, row_spans, span_x, span_cell, cell_cover, _, _ = covered
    cell_gradient = np.empty(cell_cover.shape[0], gradient.dtype)
    span_gradient = np.empty((span_cell.shape[0], 4), gradient.dtype)
    texture_gradient = np.zeros_like(texture)
    strips = _strip_count(gradient)
    for k in numba.prange(strips * gradient.shape[0]):
        canvas, top, bottom = _strip(k, gradient)
        unpaint_rows(gradient, canvas, top, bottom, canvas_items[canvas], canvas_items[canvas + 1], item_color,
                     item_texture, texture, texture_gradient, item_y, item_row, row_spans, span_x, span_cell, cell_cover, below, cell_gradient, span_gradient)  # fmt: skip
    return cell_gradient, span_gradient, texture_gradient


@compiled_parallel
def shape_gradient(points, half_width, plan, shape_items, geometry, covered, cell_gradient, span_gradient, scale_x, scale_y, filter_width):  # type: ignore[no-untyped-def]
    """Gradients of points [P, 2], half widths [N], and RGBA of fills and strokes [2, N, 4]."""
    segments, path_segments, path_closed, shape_paths, filled, even_odd, item_shape, item_kind = plan
    counts, segment_vertex, vertices, chords, shape_chords, table = geometry
    item_y, item_row, row_spans, span_x, span_cell, cell_cover, cell_aux, cell_other = covered
    shapes = half_width.shape[0]
    to_points = np.zeros((points.shape[0], 2), np.float64)
    to_half = np.zeros(shapes, np.float64)
    to_color = np.zeros((2, shapes, 4), np.float64)
    to_vertices = np.zeros((vertices.shape[0], 2), np.float64)
    for n in numba.prange(shapes):
        for kind in range(2):
            i = shape_items[kind, n]
            if i < 0 or item_y[i, 1] <= item_y[i, 0]:
                continue
            y0, y1 = item_y[i, 0], item_y[i, 1]
            rows = row_spans[item_row[i] : item_row[i] + y1 - y0 + 1]
            for span in range(rows[0], rows[y1 - y0]):
                for c in range(4):
                    to_color[kind, n, c] += span_gradient[span, c]
            if kind == FILL:
                fill_gradient(vertices, chords, shape_chords[n, 0], shape_chords[n, 2], filter_width, y0, y1, rows,
                              span_x, span_cell, cell_gradient, cell_aux, to_vertices)  # fmt: skip
            else:
                to_half[n] += stroke_gradient(table, chords, half_width[n], filter_width, y0, y1, rows,
                                              span_x, span_cell, cell_cover, cell_gradient, cell_aux, cell_other, to_vertices)  # fmt: skip
        first, end = path_segments[shape_paths[n]], path_segments[shape_paths[n + 1]]
        unflatten(segments, first, end, counts, segment_vertex, to_vertices, scale_x, scale_y, to_points)
    return to_points, to_half, to_color


@compiled
def _strip_count(image):  # type: ignore[no-untyped-def]
    return (image.shape[2] + STRIP - 1) // STRIP


@compiled
def _strip(k, image):  # type: ignore[no-untyped-def]
    """(canvas, first row, end row) of the k-th strip; neighbours in k are far apart, so that threads share the load."""
    strips = _strip_count(image)
    canvas, s = k % image.shape[0], k // image.shape[0]
    half = (strips + 1) // 2
    s = 2 * s if s < half else 2 * (s - half) + 1
    return canvas, s * STRIP, min((s + 1) * STRIP, image.shape[2])
