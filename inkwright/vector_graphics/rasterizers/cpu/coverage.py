"""The passes that find what every item covers, in the room that `layout` makes for it."""

from typing import NamedTuple

from inkwright.compiled_kernels.compilation import compiled_maker, compiled_part
from inkwright.compiled_kernels.inlining import inlined
from inkwright.compiled_kernels.threads import Parts, next_part, run_pass
from inkwright.vector_graphics.rasterizers.cpu.arrays import (
    FILL,
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
from inkwright.vector_graphics.rasterizers.cpu.fills.coverage import cover_fill
from inkwright.vector_graphics.rasterizers.cpu.fills.rows import work_room
from inkwright.vector_graphics.rasterizers.cpu.strokes.coverage import cover_stroke
from inkwright.vector_graphics.rasterizers.cpu.strokes.interior import (
    interior_room,
    solid_depth,
    start_interior,
)
from inkwright.vector_graphics.rasterizers.cpu.strokes.strips import chord_table


class Kinds(NamedTuple):
    """Which kernels a drawing needs; others are not even compiled."""

    fills: bool  # filled shapes, or outlines of strokes
    strokes: bool  # round and even ones
    outlines: bool  # of other strokes


def kinds_of(structure: Structure, outline: Outline) -> Kinds:
    """Which kinds of items a drawing has."""
    if outline.contours.number.size == 0:
        return Kinds(structure.has_fills, structure.has_strokes, False)
    outlined = outline.contours.shape_chords[structure.item_shape, 1] > 0
    return Kinds(True, ((structure.item_kind == STROKE) & ~outlined).any(), True)


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
