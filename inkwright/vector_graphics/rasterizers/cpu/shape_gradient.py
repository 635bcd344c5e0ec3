"""The passes that bring gradients from what the items cover to the points, half widths and profiles.

The last of them for a drawing brings those of the vertices to the points.
"""

from inkwright.compiled_kernels.compilation import compiled, compiled_maker, compiled_part
from inkwright.compiled_kernels.threads import Parts, next_part, run_pass
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
    kinds = kinds_of(structure, outline)
    needed = (
        (fills_gradient, kinds.fills), (outlines_gradient, kinds.outlines), (strokes_gradient, kinds.strokes)
    )  # fmt: skip
    passes = [kernel for kernel, is_needed in needed if is_needed]
    for k, kernel in enumerate(passes):
        is_last, arguments = k + 1 == len(passes), (structure, view, outline, found, to)
        run_pass(kernel, outline.half.size, *arguments, is_last, threads=threads)


@compiled_maker
def fills_gradient(
    parts: Parts,
    structure: Structure,
    view: View,
    outline: Outline,
    found: Coverage,
    to: Gradients,
    is_last: bool,
) -> None:
    """Add to the vertices what the fills of shapes give, and the outlines of strokes."""
    chords, rows, touches = 0, 0, 0
    for i in range(found.item_shared.shape[0]):
        if found.item_shared[i] > 0:
            fill = fill_of(i, structure, view, outline)
            chords = max(chords, fill.end - fill.first)
            rows = max(rows, found.item_y[i, 1] - found.item_y[i, 0])
            touches = max(touches, fill_touches(i, to.sizes))
    room = work_room(chords, rows, touches, view.width)
    k = next_part(parts)
    while k >= 0:
        n = found.shape_order[k]
        for kind in range(2):
            i = structure.shape_items[kind, n]
            if i >= 0 and found.item_y[i, 1] > found.item_y[i, 0] and is_filled(i, structure, outline):
                fill = fill_of(i, structure, view, outline)
                fill_gradient(fill, i, found, to)
                if found.item_shared[i] > 0:
                    shared_gradient(fill, i, found, to, room)
        if is_last and _has_chords(n, structure, outline):
            unflatten(n, structure, view, outline.counts, outline.segment_vertex, to)
        k = next_part(parts)


@compiled
def strokes_gradient(
    parts: Parts,
    structure: Structure,
    view: View,
    outline: Outline,
    found: Coverage,
    to: Gradients,
    is_last: bool,
) -> None:
    """Add to the vertices and half widths what the round strokes of shapes give."""
    k = next_part(parts)
    while k >= 0:
        n = found.shape_order[k]
        i = structure.shape_items[STROKE, n]
        if i >= 0 and found.item_y[i, 1] > found.item_y[i, 0] and not is_filled(i, structure, outline):
            to.half[n] += stroke_gradient(stroke_of(n, view, outline), i, found, to)
        if is_last and _has_chords(n, structure, outline):
            unflatten(n, structure, view, outline.counts, outline.segment_vertex, to)
        k = next_part(parts)


@compiled
def outlines_gradient(
    parts: Parts,
    structure: Structure,
    view: View,
    outline: Outline,
    found: Coverage,
    to: Gradients,
    is_last: bool,
) -> None:
    """Add to points, half widths and profiles what the corners of shapes give."""
    k = next_part(parts)
    while k >= 0:
        n = found.shape_order[k]
        if outline.contours.shape_chords[n, 1] > 0:
            to.half[n] += outline_gradient(n, structure, view, outline, to)
        if is_last and _has_chords(n, structure, outline):
            unflatten(n, structure, view, outline.counts, outline.segment_vertex, to)
        k = next_part(parts)


@compiled_part
def _has_chords(n: int, structure: Structure, outline: Outline) -> bool:
    """Whether chords of shape n itself are painted, not only those of its stroke's outline."""
    return structure.filled[n] or outline.contours.shape_chords[n, 1] == 0
