"""The pass that brings gradients from what the items cover to the points, half widths and profiles."""

from inkwright.compiled_kernels.compilation import compiled_maker
from inkwright.vector_graphics.rasterizers.cpu.arrays import (
    STROKE,
    Coverage,
    Gradients,
    Outline,
    Structure,
    View,
)
from inkwright.vector_graphics.rasterizers.cpu.coverage import fill_of, fill_touches, is_filled, stroke_of
from inkwright.vector_graphics.rasterizers.cpu.fills.gradient import fill_gradient, shared_gradient
from inkwright.vector_graphics.rasterizers.cpu.fills.rows import work_room
from inkwright.vector_graphics.rasterizers.cpu.flattening import unflatten
from inkwright.vector_graphics.rasterizers.cpu.strokes.gradient import stroke_gradient
from inkwright.vector_graphics.rasterizers.cpu.strokes.outline_gradient import outline_gradient


@compiled_maker
def shape_gradient(
    begin: int, stop: int, structure: Structure, view: View, outline: Outline, found: Coverage, to: Gradients
) -> None:
    """Add the gradients of the shapes begin..stop: those of points, half widths and profiles."""
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
            if i < 0 or found.item_y[i, 1] <= found.item_y[i, 0]:
                continue
            if is_filled(i, structure, outline):
                fill = fill_of(i, structure, view, outline)
                fill_gradient(fill, i, found, to)
                if found.item_shared[i] > 0:
                    shared_gradient(fill, i, found, to, work)
                if kind == STROKE:
                    to.half[n] += outline_gradient(n, structure, view, outline, to)
            else:
                to.half[n] += stroke_gradient(stroke_of(n, view, outline), i, found, to)
        unflatten(n, structure, view, outline.counts, outline.segment_vertex, to)
