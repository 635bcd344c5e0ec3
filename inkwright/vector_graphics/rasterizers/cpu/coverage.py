"""What every item covers: the room that it needs, and the pass that fills it."""

from typing import NamedTuple

import numpy as np

from inkwright.compiled_kernels.compilation import compiled_maker, compiled_part
from inkwright.compiled_kernels.inlining import inlined
from inkwright.compiled_kernels.lanes import LANES
from inkwright.compiled_kernels.threads import Parts, next_part, run_pass
from inkwright.vector_graphics.rasterizers.cpu.arrays import (
    FILL,
    STRIP,
    STROKE,
    Array,
    Coverage,
    Fill,
    Outline,
    Room,
    Stroke,
    Structure,
    Styles,
    View,
)
from inkwright.vector_graphics.rasterizers.cpu.fills.coverage import cover_fill, fill_bounds
from inkwright.vector_graphics.rasterizers.cpu.fills.rows import work_room
from inkwright.vector_graphics.rasterizers.cpu.flattening import flatten
from inkwright.vector_graphics.rasterizers.cpu.strokes.coverage import cover_stroke, stroke_bounds
from inkwright.vector_graphics.rasterizers.cpu.strokes.interior import (
    interior_room,
    solid_depth,
    start_interior,
)
from inkwright.vector_graphics.rasterizers.cpu.strokes.outlines import no_contours, outline_strokes
from inkwright.vector_graphics.rasterizers.cpu.strokes.strips import COLUMNS, chord_table


class Kinds(NamedTuple):
    """Which kernels a drawing needs; others are not even compiled."""

    fills: bool  # filled shapes, or outlines of strokes
    strokes: bool  # round and even ones
    outlines: bool  # of other strokes


def kinds_of(structure: Structure, outline: Outline) -> Kinds:
    """Which kinds of items a drawing has."""
    if outline.contours.number.shape[0] == 0:
        return Kinds(structure.has_fills, structure.has_strokes, False)
    outlined = outline.contours.shape_chords[structure.item_shape, 1] > 0
    return Kinds(True, ((structure.item_kind == STROKE) & ~outlined).any(), True)


def measure(
    points: Array, half: Array, styles: Styles, structure: Structure, view: View
) -> tuple[Outline, Coverage, Array]:
    """Flatten all shapes (half widths [N] in pixels), and make room for what every item covers.

    Returns:
        the outline; an empty coverage; where each item's rows, spans and cells begin in it [I + 1, 3].
    """
    counts, segment_vertex, vertices, chords, shape_chords = flatten(points, structure, view)
    table = np.empty((chords.shape[0], COLUMNS), np.float64)
    if styles.outlined.any():
        others = vertices, chords
        contours, vertices, chords = outline_strokes(points, half, styles, structure, view, others)
    else:
        contours = no_contours(styles)
    outline = Outline(half, counts, segment_vertex, vertices, chords, shape_chords, table, contours)
    found, sizes = make_room(structure, view, outline, points)
    return outline, found, sizes


def cover(
    structure: Structure, view: View, outline: Outline, found: Coverage, sizes: Array, *, threads: int
) -> None:
    """Find what all items cover."""
    kinds, shapes = kinds_of(structure, outline), outline.half.size
    arguments = structure, view, outline, found, sizes
    if kinds.fills:
        run_pass(cover_fills, shapes, *arguments, threads=threads)
    if kinds.strokes:
        run_pass(cover_strokes, shapes, *arguments, threads=threads)


@compiled_maker
def cover_fills(
    parts: Parts, structure: Structure, view: View, outline: Outline, found: Coverage, sizes: Array
) -> None:
    """Find what the items of shapes cover that are painted as fills."""
    chords, rows, touches, links = 0, 0, 0, 0
    for i in range(structure.item_shape.shape[0]):
        if is_filled(i, structure, outline):
            fill = fill_of(i, structure, view, outline)
            chords = max(chords, fill.end - fill.first)
            rows = max(rows, found.item_y[i, 1] - found.item_y[i, 0])
            touches = max(touches, fill_touches(i, sizes))
            stroke = stroke_of(structure.item_shape[i], view, outline)
            links = max(links, stroke.end - stroke.first if structure.item_kind[i] == STROKE else 0)
    free, inner = work_room(chords, rows, touches, view.width), interior_room(links, rows)
    k = next_part(parts)
    while k >= 0:
        for kind in range(2):
            i = structure.shape_items[kind, found.shape_order[k]]
            if i >= 0 and found.item_y[i, 1] > found.item_y[i, 0] and is_filled(i, structure, outline):
                y0, y1 = found.item_y[i, 0], found.item_y[i, 1]
                fill, room = fill_of(i, structure, view, outline), room_of(i, view, sizes)
                stroke = stroke_of(structure.item_shape[i], view, outline)
                depth = _known_depth(i, stroke, structure, outline.contours.styles, view)
                if depth > 0.0:
                    start_interior(stroke, outline.vertices, (y0, y1), inner)
                cover_fill(fill, room, found, free, stroke, depth, inner)
        k = next_part(parts)


@compiled_part
def _known_depth(i: int, stroke: Stroke, structure: Structure, styles: Styles, view: View) -> float:
    """How far from the middle line of item i, an outlined stroke, pixels are covered whole; <= 0: nowhere.

    Ends and turns that are not round may cut pixels near the middle line, too.
    """
    n, least = structure.item_shape[i], 1.0
    if structure.item_kind[i] != STROKE or styles.cap[n] != 0 or styles.join[n] != 0:
        return 0.0
    for k in range(styles.profile.shape[1]):
        least = min(least, styles.profile[n, k])
    apart = view.stroke_flatness + view.outline_flatness  # the chords of the stroke and of its outline
    return solid_depth(stroke) - (1.0 - least) * stroke.half - apart


@compiled_maker
def cover_strokes(
    parts: Parts, structure: Structure, view: View, outline: Outline, found: Coverage, sizes: Array
) -> None:
    """Find what the other strokes of shapes cover."""
    rows, chords = 0, 0
    for i in range(structure.item_shape.shape[0]):
        stroke = stroke_of(structure.item_shape[i], view, outline)
        rows = max(rows, found.item_y[i, 1] - found.item_y[i, 0])
        chords = max(chords, stroke.end - stroke.first)
    inner = interior_room(chords, rows)
    k = next_part(parts)
    while k >= 0:
        n = found.shape_order[k]
        i = structure.shape_items[STROKE, n]
        if i >= 0 and found.item_y[i, 1] > found.item_y[i, 0] and not is_filled(i, structure, outline):
            stroke = stroke_of(n, view, outline)
            chord_table(stroke, outline.vertices)
            cover_stroke(stroke, room_of(i, view, sizes), found, inner)
        k = next_part(parts)


@inlined
def room_of(i: int, view: View, sizes: Array) -> Room:
    """Where what item i covers is written."""
    return Room(i, sizes[i, 1], sizes[i, 2], sizes[i + 1, 1], sizes[i + 1, 2], view.width)


@compiled_part
def is_filled(i: int, structure: Structure, outline: Outline) -> bool:
    """Whether item i is painted as a fill, which a stroke with an outline is, too."""
    return structure.item_kind[i] == FILL or outline.contours.shape_chords[structure.item_shape[i], 1] > 0


@inlined
def fill_touches(i: int, sizes: Array) -> int:
    """How many touches of edges and rows item i, a fill, has at most: half of its room for spans."""
    return (sizes[i + 1, 1] - sizes[i, 1]) // 2


@inlined
def fill_of(i: int, structure: Structure, view: View, outline: Outline) -> Fill:
    """The chords of item i, a fill or the outline of a stroke."""
    first, end, even_odd = _fill_chords(i, structure, outline)
    return Fill(outline.vertices, outline.chords, first, end, even_odd, view.filter_width, view.exact)


@compiled_part
def _fill_chords(i: int, structure: Structure, outline: Outline) -> tuple[int, int, bool]:
    """First and end chord of item i, and whether the rule is even-odd."""
    n = structure.item_shape[i]
    if structure.item_kind[i] == FILL:
        return outline.shape_chords[n, 0], outline.shape_chords[n, 2], structure.even_odd[n]
    return outline.contours.shape_chords[n, 0], outline.contours.shape_chords[n, 1], False


@inlined
def stroke_of(n: int, view: View, outline: Outline) -> Stroke:
    """The chords of shape n as a stroke."""
    first, end = outline.shape_chords[n, 0], outline.shape_chords[n, 1]
    return Stroke(outline.table, outline.chords, first, end, outline.half[n], view.filter_width)


@compiled_maker
def make_room(structure: Structure, view: View, outline: Outline, points: Array) -> tuple[Coverage, Array]:
    """Empty arrays large enough for every item, and where each item begins in them [I + 1, 3]."""
    items = structure.item_shape.shape[0]
    item_y = np.zeros((items, 2), np.int64)
    sizes = np.zeros((items + 1, 3), np.int64)
    for i in range(items):
        n = structure.item_shape[i]
        y0, y1, spans, cells = 0, 0, 0, 0
        if is_filled(i, structure, outline):
            fill = fill_of(i, structure, view, outline)
            y0, y1, touches, cells = fill_bounds(fill, view.height, view.width)
            spans = 2 * touches
        elif outline.half[n] > 0.0:
            stroke = stroke_of(n, view, outline)
            y0, y1, spans, cells = stroke_bounds(stroke, outline.vertices, view.height, view.width)
        item_y[i, 0], item_y[i, 1] = y0, y1
        sizes[i + 1, 0] = sizes[i, 0] + y1 - y0 + 1
        sizes[i + 1, 1] = sizes[i, 1] + spans
        sizes[i + 1, 2] = sizes[i, 2] + cells
    strip_items, strip_first = _sort_by_strip(item_y, structure.canvas_items, view.height)
    rows, spans, cells = sizes[items, 0], sizes[items, 1], sizes[items, 2]
    found = Coverage(
        item_y, sizes[:items, 0].copy(), np.zeros(rows + 1, np.int64), np.empty((spans, 3), np.int32),
        np.empty(cells + LANES, points.dtype), np.empty(cells, np.int32),
        np.empty(cells, np.int32), np.zeros(items, np.int64), strip_items, strip_first,
        _sort_from_top(item_y, structure, view.height),
    )  # fmt: skip
    return found, sizes


@compiled_maker
def _sort_by_strip(item_y: Array, canvas_items: Array, height: int) -> tuple[Array, Array]:
    """The items of each strip, canvas by canvas, and where each strip's begin."""
    strips, canvases = -(-height // STRIP), canvas_items.shape[0] - 1
    first = np.zeros(strips * canvases + 1, np.int64)
    for canvas in range(canvases):
        for i in range(canvas_items[canvas], canvas_items[canvas + 1]):
            if item_y[i, 1] > item_y[i, 0]:
                for s in range(item_y[i, 0] // STRIP, (item_y[i, 1] - 1) // STRIP + 1):
                    first[canvas * strips + s + 1] += 1
    for k in range(strips * canvases):
        first[k + 1] += first[k]
    items, filled = np.empty(first[strips * canvases], np.int64), first.copy()
    for canvas in range(canvases):
        for i in range(canvas_items[canvas], canvas_items[canvas + 1]):
            if item_y[i, 1] > item_y[i, 0]:
                for s in range(item_y[i, 0] // STRIP, (item_y[i, 1] - 1) // STRIP + 1):
                    k = canvas * strips + s
                    items[filled[k]] = i
                    filled[k] += 1
    return items, first


@compiled_maker
def _sort_from_top(item_y: Array, structure: Structure, height: int) -> Array:
    """[N] the shapes by the strip in which their middles lie, canvas by canvas."""
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
    order = np.empty(shapes, np.int64)
    for n in range(shapes):
        order[first[place[n]]] = n
        first[place[n]] += 1
    return order
