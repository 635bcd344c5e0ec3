"""The pass that brings gradients from what the items cover to the shapes: points, half widths, colours."""

from inkwright.compiled_kernels.compilation import compiled, compiled_maker
from inkwright.vector_graphics.rasterizers.cpu.arrays import (
    FILL,
    Array,
    Coverage,
    Gradients,
    Outline,
    Structure,
    View,
)
from inkwright.vector_graphics.rasterizers.cpu.coverage import fill_of, stroke_of
from inkwright.vector_graphics.rasterizers.cpu.fills.gradient import fill_gradient
from inkwright.vector_graphics.rasterizers.cpu.fills.shared_pixels import shared_gradient
from inkwright.vector_graphics.rasterizers.cpu.flattening import unflatten
from inkwright.vector_graphics.rasterizers.cpu.strokes.gradient import stroke_gradient


@compiled_maker
def shape_gradient(
    begin: int, stop: int, structure: Structure, view: View, outline: Outline, found: Coverage, to: Gradients
) -> None:
    """Add the gradients of the shapes begin..stop: those of points, half widths and colours."""
    for n in range(begin, stop):
        for kind in range(2):
            i = structure.shape_items[kind, n]
            if i < 0 or found.item_y[i, 1] <= found.item_y[i, 0]:
                continue
            _sum_colors(i, found, to, to.color[kind, n])
            if kind == FILL:
                fill = fill_of(n, structure, view, outline)
                fill_gradient(fill, i, found, to)
                if found.item_shared[i] > 0:
                    shared_gradient(fill, i, found, to)
            else:
                to.half[n] += stroke_gradient(stroke_of(n, view, outline), i, found, to)
        unflatten(n, structure, view, outline, to)


@compiled
def _sum_colors(i: int, found: Coverage, to: Gradients, sums: Array) -> None:
    """Add what the spans of an item give to its RGBA [4]."""
    last = found.item_row[i] + found.item_y[i, 1] - found.item_y[i, 0]
    for span in range(found.row_spans[found.item_row[i]], found.row_spans[last]):
        for c in range(4):
            sums[c] += to.spans[span, c]
