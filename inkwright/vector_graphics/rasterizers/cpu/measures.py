"""Passes that measure every shape's part in a picture, from one walk through the composited items."""

from typing import NamedTuple

from inkwright.compiled_kernels.compilation import compiled
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array, Coverage, Paints, Structure
from inkwright.vector_graphics.rasterizers.cpu.compositing import texture_pixel

AREA, VISIBLE, CHANGE, OVERLAP, SQUARED = 0, 1, 2, 3, 4


class Measures(NamedTuple):
    """The measures of items, and what is needed to take them."""

    item_layer: Array  # [I] layer of each item, counted over all canvases
    totals: Array  # [layers, H, W] what all items of a layer cover
    through: Array  # [B, H, W] what the items above let through: all ones at first
    sums: Array  # [I, 5] AREA, VISIBLE, CHANGE, OVERLAP, SQUARED in pixels


@compiled
def layer_coverage(begin: int, stop: int, structure: Structure, found: Coverage, to: Measures) -> None:
    """Add to the totals what the items of the layers begin..stop cover."""
    for layer in range(begin, stop):
        for i in range(structure.item_shape.shape[0]):
            if to.item_layer[i] == layer:
                for y in range(found.item_y[i, 0], found.item_y[i, 1]):
                    row = found.item_row[i] + y - found.item_y[i, 0]
                    for span in range(found.row_spans[row], found.row_spans[row + 1]):
                        shift = found.span_cell[span] - found.span_x[span, 0]
                        for x in range(found.span_x[span, 0], found.span_x[span, 1]):
                            to.totals[layer, y, x] += found.cover[shift + x]


@compiled
def item_measures(
    begin: int, stop: int, structure: Structure, found: Coverage, paints: Paints, to: Measures
) -> None:
    """Add to the measures of the items on the canvases begin..stop; uses up what is let through.

    Leaving out item k changes a pixel by T_k a_k (c_k - below_k), T_k being what the items above let
    through.
    """
    for canvas in range(begin, stop):
        for i in range(structure.canvas_items[canvas + 1] - 1, structure.canvas_items[canvas] - 1, -1):
            for y in range(found.item_y[i, 0], found.item_y[i, 1]):
                row = found.item_row[i] + y - found.item_y[i, 0]
                for span in range(found.row_spans[row], found.row_spans[row + 1]):
                    _measure_span(canvas, i, y, span, found, paints, to)


@compiled
def _measure_span(
    canvas: int, i: int, y: int, span: int, found: Coverage, paints: Paints, to: Measures
) -> None:
    sums, total, through = to.sums[i], to.totals[to.item_layer[i]], to.through[canvas]
    shift = found.span_cell[span] - found.span_x[span, 0]
    for x in range(found.span_x[span, 0], found.span_x[span, 1]):
        cover = found.cover[shift + x]
        color = paints.color[i]
        if paints.place[i, 0] >= 0:
            color = paints.texture[texture_pixel(paints.place, i, x, y)]
        a = color[3] * cover
        seen = through[y, x] * a
        sums[AREA] += cover
        sums[VISIBLE] += seen
        for c in range(3):
            change = seen * (color[c] - paints.below[c, shift + x])
            sums[CHANGE] += abs(change) / 3.0
            sums[SQUARED] += change * change / 3.0
        sums[OVERLAP] += cover * min(max(total[y, x] - cover, 0.0), 1.0)
        through[y, x] *= 1.0 - a
