"""Passes that measure every shape's part in a picture, from one walk through the composited items."""

from typing import NamedTuple

import numpy as np

from inkwright.compiled_kernels.compilation import compiled, compiled_maker, compiled_part
from inkwright.compiled_kernels.lanes import LANES
from inkwright.compiled_kernels.threads import Parts, next_part
from inkwright.vector_graphics.rasterizers.cpu.arrays import STRIP, Array, Coverage, Paints, Structure
from inkwright.vector_graphics.rasterizers.cpu.compositing import covered_pixels, paint_rows, texture_pixel

AREA, VISIBLE, CHANGE, OVERLAP, SQUARED = 0, 1, 2, 3, 4


class Measures(NamedTuple):
    """The measures of items, and what is needed to take them."""

    item_layer: Array  # [I] layer of each item, counted over all canvases
    totals: Array  # [layers, H, W] what all items of a layer cover
    through: Array  # [B, W] what the items above let through, in the row that is looked at
    sums: Array  # [I, 5] AREA, VISIBLE, CHANGE, OVERLAP, SQUARED in pixels


@compiled
def layer_coverage(parts: Parts, structure: Structure, found: Coverage, to: Measures) -> None:
    """Add to the totals what the items of layers cover."""
    layer = next_part(parts)
    while layer >= 0:
        for i in range(structure.item_shape.shape[0]):
            if to.item_layer[i] == layer:
                for y in range(found.item_y[i, 0], found.item_y[i, 1]):
                    row = found.item_row[i] + y - found.item_y[i, 0]
                    for span in range(found.row_spans[row], found.row_spans[row + 1]):
                        x0, cell = found.spans[span, 0], found.spans[span, 2]
                        for x in range(x0, found.spans[span, 1]):
                            to.totals[layer, y, x] += found.cover[cell + x - x0] if cell >= 0 else 1.0
        layer = next_part(parts)


@compiled_maker
def item_measures(parts: Parts, found: Coverage, paints: Paints, to: Measures) -> None:
    """Add to the measures of the items on canvases.

    Leaving out item k changes a pixel by T_k a_k (c_k - below_k), T_k being what the items above let
    through.
    """
    height, width = to.totals.shape[1], to.totals.shape[2]
    strips, rows = -(-height // STRIP), np.zeros((3 * STRIP, width + LANES), found.cover.dtype)
    pixels = np.empty(STRIP, np.int64)
    canvas = next_part(parts)
    while canvas >= 0:
        for y in range(height):
            place = (canvas * strips + y // STRIP, canvas, y, y + 1)
            most, _ = covered_pixels(place[0], y, y + 1, pixels, found)
            below = np.empty((3, most + LANES), found.cover.dtype)
            to.through[canvas] = 1
            n = paint_rows(place, rows, below, True, found, paints)
            _measure_row(place, n, below, found, paints, to)
        canvas = next_part(parts)


@compiled_part
def _measure_row(
    place: tuple[int, int, int, int], n: int, below: Array, found: Coverage, paints: Paints, to: Measures
) -> None:
    k, canvas, y, _ = place
    for m in range(found.strip_first[k + 1] - 1, found.strip_first[k] - 1, -1):
        i = found.strip_items[m]
        if not found.item_y[i, 0] <= y < found.item_y[i, 1]:
            continue
        line = found.item_row[i] + y - found.item_y[i, 0]
        for span in range(found.row_spans[line + 1] - 1, found.row_spans[line] - 1, -1):
            n -= found.spans[span, 1] - found.spans[span, 0]
            _measure_span((canvas, i, y, span, n), below, found, paints, to)


@compiled_part
def _measure_span(
    place: tuple[int, int, int, int, int], below: Array, found: Coverage, paints: Paints, to: Measures
) -> None:
    canvas, i, y, span, n = place
    sums, total, through = to.sums[i], to.totals[to.item_layer[i]], to.through[canvas]
    x0, cell, color = found.spans[span, 0], found.spans[span, 2], paints.color[i]
    for x in range(x0, found.spans[span, 1]):
        cover = found.cover[cell + x - x0] if cell >= 0 else found.cover.dtype.type(1)
        if paints.place[i, 0] >= 0:
            color = paints.texture[texture_pixel(paints.place, i, x, y)]
        a, under = color[3] * cover, n + x - x0
        seen = through[x] * a
        sums[AREA] += cover
        sums[VISIBLE] += seen
        for c in range(3):
            change = seen * (color[c] - below[c, under])
            sums[CHANGE] += abs(change) / 3.0
            sums[SQUARED] += change * change / 3.0
        sums[OVERLAP] += cover * min(max(total[y, x] - cover, 0.0), 1.0)
        through[x] *= 1.0 - a
