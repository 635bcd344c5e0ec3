"""Lays out all shapes as chords, and makes room for what every item covers, by arrays that kernels fill."""

from typing import Any

import numpy as np

from inkwright.compiled_kernels.compilation import compiled, compiled_maker, compiled_part
from inkwright.compiled_kernels.lanes import LANES
from inkwright.compiled_kernels.threads import Parts, most_threads, next_part, run_pass
from inkwright.vector_graphics.rasterizers.cpu.arrays import (
    FILL,
    STRIP,
    STROKE,
    Array,
    Bounds,
    Coverage,
    Outline,
    Structure,
    Styles,
    View,
)
from inkwright.vector_graphics.rasterizers.cpu.coverage import fill_of, is_filled, stroke_of
from inkwright.vector_graphics.rasterizers.cpu.fills.coverage import fill_bounds
from inkwright.vector_graphics.rasterizers.cpu.flattening import count_chords, lay_chords, place_chords
from inkwright.vector_graphics.rasterizers.cpu.strokes.coverage import stroke_bounds
from inkwright.vector_graphics.rasterizers.cpu.strokes.links import Links
from inkwright.vector_graphics.rasterizers.cpu.strokes.outlines import (
    count_outline_chords,
    empty_contours,
    is_outlined,
    lay_outline,
    lay_paths,
    links_of,
    no_contours,
    place_corners,
    place_paths,
    with_rows,
)
from inkwright.vector_graphics.rasterizers.cpu.strokes.strips import COLUMNS

# Segments that are worth a thread: fewer are laid out before another has woken up.
SEGMENTS_OF_A_THREAD = 100
# Room for so many numbers is made sooner than it is found out how many are needed.
FEW = 1 << 14


def lay_out(
    points: Array, half: Array, styles: Styles, structure: Structure, view: View
) -> tuple[Outline, Coverage, Array]:
    """Flatten all shapes (half widths [N] in pixels), and make room for what every item covers.

    Returns:
        the outline; an empty coverage; where each item's rows, spans and cells begin in it [I + 1, 3].
    """
    shapes, items, segments = half.size, structure.item_shape.size, structure.segments.shape[0]
    threads = min(most_threads(), max(segments // SEGMENTS_OF_A_THREAD, 1))
    counts, segment_vertex = np.empty(segments, np.int64), np.empty(segments, np.int64)
    run_pass(count_chords, shapes, points, structure, view, counts, threads=threads)
    shape_chords = np.empty((shapes, 3), np.int64)
    place_chords(structure, counts, segment_vertex, shape_chords)
    chords = int(shape_chords[-1, 2]) if shapes else 0
    vertices = int(segment_vertex[-1] + counts[-1]) + 1 if segments else 0
    outline = Outline(
        half, counts, segment_vertex, np.empty((vertices, 2)), np.empty((chords, 2), np.int64), shape_chords,
        np.empty((chords, COLUMNS)), no_contours(styles),
    )  # fmt: skip
    bounds = Bounds(np.zeros((items, 2), np.int64), np.zeros((items + 1, 3), np.int64))
    run_pass(lay_shapes, shapes, points, structure, view, outline, bounds, threads=threads)
    if styles.outlined.any():
        outline = _lay_outlines(points, structure, view, outline, bounds, threads=threads)
    return outline, _room(structure, view, bounds, points.dtype), bounds.sizes


def _lay_outlines(
    points: Array, structure: Structure, view: View, outline: Outline, bounds: Bounds, *, threads: int
) -> Outline:
    """The same with outlines of the strokes that need one, and with their bounds."""
    shapes, vertices, chords = outline.half.size, outline.vertices, outline.chords
    outline = outline._replace(contours=empty_contours(outline, structure))
    run_pass(count_outlines, shapes, points, structure, view, outline, threads=threads)
    contours = place_paths(outline.contours, structure, len(vertices))
    outline = outline._replace(contours=contours, vertices=with_rows(vertices, contours.vertex))
    links, room = links_of(contours, structure), np.zeros(shapes, np.int64)
    run_pass(lay_outline_paths, shapes, points, structure, view, outline, links, room, threads=threads)
    contours = place_corners(contours, room, len(chords))
    vertices = with_rows(outline.vertices, contours.vertex + len(contours.number))
    chords = with_rows(chords, contours.chord + len(contours.number))
    outline = outline._replace(contours=contours, vertices=vertices, chords=chords)
    run_pass(lay_outlines, shapes, structure, view, outline, links, bounds, threads=threads)
    return outline


@compiled
def lay_shapes(
    parts: Parts, points: Array, structure: Structure, view: View, outline: Outline, bounds: Bounds
) -> None:
    """Lay out shapes without outlines of strokes, and write the bounds of such items."""
    n = next_part(parts)
    while n >= 0:
        lay_chords(n, points, structure, view, outline)
        _bound_item(structure.shape_items[FILL, n], structure, view, outline, bounds)
        if not outline.contours.styles.outlined[n]:
            _bound_item(structure.shape_items[STROKE, n], structure, view, outline, bounds)
        n = next_part(parts)


@compiled
def count_outlines(parts: Parts, points: Array, structure: Structure, view: View, outline: Outline) -> None:
    """Write how many chords of outlined strokes each segment has."""
    n = next_part(parts)
    while n >= 0:
        if is_outlined(n, structure, outline):
            count_outline_chords(n, points, structure, view, outline)
        n = next_part(parts)


@compiled
def lay_outline_paths(
    parts: Parts, points: Array, structure: Structure, view: View, outline: Outline, links: Links, room: Array
) -> None:
    """Lay out the paths of outlined strokes; write how many corners each shape has at most [N]."""
    n = next_part(parts)
    while n >= 0:
        if is_outlined(n, structure, outline):
            room[n] = lay_paths(n, points, structure, view, outline, links)
        n = next_part(parts)


@compiled
def lay_outlines(
    parts: Parts, structure: Structure, view: View, outline: Outline, links: Links, bounds: Bounds
) -> None:
    """Write the outlines of strokes, and their bounds."""
    n = next_part(parts)
    while n >= 0:
        if is_outlined(n, structure, outline):
            lay_outline(n, structure, outline, links)
            _bound_item(structure.shape_items[STROKE, n], structure, view, outline, bounds)
        n = next_part(parts)


@compiled_part
def _bound_item(i: int, structure: Structure, view: View, outline: Outline, to: Bounds) -> None:
    """Write the rows that an item reaches, and its numbers of rows, spans and cells after those of others."""
    if i < 0:
        return
    n, y0, y1, spans, cells = structure.item_shape[i], 0, 0, 0, 0
    if is_filled(i, structure, outline):
        fill = fill_of(i, structure, view, outline)
        y0, y1, touches, cells = fill_bounds(fill, view.height, view.width)
        spans = 2 * touches
    elif outline.half[n] > 0.0:
        stroke = stroke_of(n, view, outline)
        y0, y1, spans, cells = stroke_bounds(stroke, outline.vertices, view.height, view.width)
    to.item_y[i, 0], to.item_y[i, 1] = y0, y1
    to.sizes[i + 1, 0], to.sizes[i + 1, 1], to.sizes[i + 1, 2] = y1 - y0 + 1, spans, cells


def _room(structure: Structure, view: View, bounds: Bounds, dtype: Any) -> Coverage:
    """Empty arrays large enough for every item; the sizes of items become the places at which they begin."""
    item_y, sizes, items = bounds.item_y, bounds.sizes, structure.item_shape.size
    each, canvases = -(-view.height // STRIP), structure.canvas_items.size - 1
    strips, most = each * canvases, each * items
    if most > FEW:
        most = int(((item_y[:, 1] - item_y[:, 0]) // STRIP).sum()) + 2 * items
    strip_items, strip_first = np.empty(most, np.int64), np.zeros(strips + 1, np.int64)
    order = np.empty(structure.shape_items.shape[1], np.int64)
    _place_items(structure, view.height, bounds, strip_items, strip_first, order)
    rows, spans, cells = sizes[items].tolist()
    return Coverage(
        item_y, sizes[:items, 0].copy(), np.zeros(rows + 1, np.int64), np.empty((spans, 3), np.int32),
        np.empty(cells + LANES, dtype), np.empty(cells, np.int32), np.empty(cells, np.int32),
        np.zeros(items, np.int64), strip_items[: strip_first[strips]], strip_first, order,
    )  # fmt: skip


@compiled_maker
def _place_items(
    structure: Structure, height: int, bounds: Bounds, strip_items: Array, strip_first: Array, order: Array
) -> None:
    """Write where items begin, the items of each strip and where its first is, and shapes from the top."""
    for i in range(structure.item_shape.shape[0]):
        for c in range(3):
            bounds.sizes[i + 1, c] += bounds.sizes[i, c]
    _sort_by_strip(bounds.item_y, structure.canvas_items, height, strip_items, strip_first)
    _sort_from_top(bounds.item_y, structure, height, order)


@compiled_maker
def _sort_by_strip(item_y: Array, canvas_items: Array, height: int, items: Array, first: Array) -> None:
    """Write the items of each strip, canvas by canvas, and where each strip's begin."""
    strips, canvases = -(-height // STRIP), canvas_items.shape[0] - 1
    for canvas in range(canvases):
        for i in range(canvas_items[canvas], canvas_items[canvas + 1]):
            if item_y[i, 1] > item_y[i, 0]:
                for s in range(item_y[i, 0] // STRIP, (item_y[i, 1] - 1) // STRIP + 1):
                    first[canvas * strips + s + 1] += 1
    for k in range(strips * canvases):
        first[k + 1] += first[k]
    filled = first.copy()
    for canvas in range(canvases):
        for i in range(canvas_items[canvas], canvas_items[canvas + 1]):
            if item_y[i, 1] > item_y[i, 0]:
                for s in range(item_y[i, 0] // STRIP, (item_y[i, 1] - 1) // STRIP + 1):
                    k = canvas * strips + s
                    items[filled[k]] = i
                    filled[k] += 1


@compiled_maker
def _sort_from_top(item_y: Array, structure: Structure, height: int, order: Array) -> None:
    """Write the shapes in the order of the strips in which their middles lie, canvas by canvas."""
    strips, canvases = -(-height // STRIP), structure.canvas_items.shape[0] - 1
    shapes = structure.shape_items.shape[1]
    place, first = np.zeros(shapes, np.int64), np.zeros(strips * canvases + 1, np.int64)
    for canvas in range(canvases):
        for i in range(structure.canvas_items[canvas], structure.canvas_items[canvas + 1]):
            strip = min((item_y[i, 0] + item_y[i, 1]) // (2 * STRIP), strips - 1)
            place[structure.item_shape[i]] = canvas * strips + strip
    for n in range(shapes):
        first[place[n] + 1] += 1
    for k in range(strips * canvases):
        first[k + 1] += first[k]
    for n in range(shapes):
        order[first[place[n]]] = n
        first[place[n]] += 1
