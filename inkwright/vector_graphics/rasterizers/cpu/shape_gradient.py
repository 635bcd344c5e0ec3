"""The passes that bring gradients from what the items cover to the points, half widths and profiles."""

from inkwright.compiled_kernels.compilation import compiled, compiled_maker
from inkwright.compiled_kernels.threads import run_pass
from inkwright.vector_graphics.rasterizers.cpu.arrays import (
    STROKE,
    Coverage,
    Gradients,
    Outline,
    Structure,
    View,
)
from inkwright.vector_graphics.rasterizers.cpu.coverage import (
    fill_of,
    fill_touches,
    is_filled,
    kinds_of,
    stroke_of,
)
from inkwright.vector_graphics.rasterizers.cpu.fills.gradient import fill_gradient, shared_gradient
from inkwright.vector_graphics.rasterizers.cpu.fills.rows import work_room
from inkwright.vector_graphics.rasterizers.cpu.flattening import unflatten
from inkwright.vector_graphics.rasterizers.cpu.strokes.gradient import stroke_gradient
from inkwright.vector_graphics.rasterizers.cpu.strokes.outline_gradient import outline_gradient


def shape_gradient(
    structure: Structure, view: View, outline: Outline, found: Coverage, to: Gradients, *, threads: int
) -> None:
    """Add the gradients of all shapes: those of points, half widths and profiles."""
    kinds, shapes = kinds_of(structure, outline), outline.half.size
    if kinds.fills:
        run_pass(fills_gradient, shapes, structure, view, outline, found, to, threads=threads)
    if kinds.strokes:
        run_pass(strokes_gradient, shapes, structure, view, outline, found, to, threads=threads)
    if kinds.outlines:
        run_pass(outlines_gradient, shapes, structure, view, outline, to, threads=threads)
    run_pass(points_gradient, shapes, structure, view, outline, to, threads=threads)


@compiled_maker
def fills_gradient(
    begin: int, stop: int, structure: Structure, view: View, outline: Outline, found: Coverage, to: Gradients
) -> None:
    """Add to the vertices what the fills of the shapes begin..stop give, and the outlines of strokes."""
    chords, rows, touches = 0, 0, 0
    for n in range(begin, stop):
        for kind in range(2):
            i = structure.shape_items[kind, n]
            if i >= 0 and found.item_shared[i] > 0:
                fill = fill_of(i, structure, view, outline)
                chords = max(chords, fill.end - fill.first)
                rows = max(rows, found.item_y[i, 1] - found.item_y[i, 0])
                touches = max(touches, fill_touches(i, to.sizes))
    work = work_room(chords, rows, touches, view.width)
    for n in range(begin, stop):
        for kind in range(2):
            i = structure.shape_items[kind, n]
            if i >= 0 and found.item_y[i, 1] > found.item_y[i, 0] and is_filled(i, structure, outline):
                fill = fill_of(i, structure, view, outline)
                fill_gradient(fill, i, found, to)
                if found.item_shared[i] > 0:
                    shared_gradient(fill, i, found, to, work)


@compiled
def strokes_gradient(
    begin: int, stop: int, structure: Structure, view: View, outline: Outline, found: Coverage, to: Gradients
) -> None:
    """Add to the vertices and half widths what the round strokes of the shapes begin..stop give."""
    for n in range(begin, stop):
        i = structure.shape_items[STROKE, n]
        if i >= 0 and found.item_y[i, 1] > found.item_y[i, 0] and not is_filled(i, structure, outline):
            to.half[n] += stroke_gradient(stroke_of(n, view, outline), i, found, to)


@compiled
def outlines_gradient(
    begin: int, stop: int, structure: Structure, view: View, outline: Outline, to: Gradients
) -> None:
    """Add to points, half widths and profiles what the corners of the shapes begin..stop give."""
    for n in range(begin, stop):
        if outline.contours.shape_chords[n, 1] > 0:
            to.half[n] += outline_gradient(n, structure, view, outline, to)


@compiled
def points_gradient(
    begin: int, stop: int, structure: Structure, view: View, outline: Outline, to: Gradients
) -> None:
    """Add to the points of the shapes begin..stop what their vertices give."""
    for n in range(begin, stop):
        unflatten(n, structure, view, outline.counts, outline.segment_vertex, to)
