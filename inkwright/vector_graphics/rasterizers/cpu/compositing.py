"""Compiled compositing in paint order, forward and backward, over the spans of every item.

The painter's form (R <- R + a (c - R)) keeps what lay below each pixel, so the backward pass needs no
division and is exact for opaque paint: dL/da = g.(c - below), then g <- (1 - a) g for what lies below.
"""

from __future__ import annotations

from inkwright.compiled_kernels.compilation import compiled
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array, Coverage, Paints

# Below this many pixels a span is too short to gain from vector instructions.
SHORT = 16


@compiled
def paint_rows(
    image: Array,
    top: int,
    bottom: int,
    first: int,
    end: int,
    paints: Paints,
    found: Coverage,
    below: Array,
    keep: bool,
) -> None:
    """Paint items on rows top..bottom of one canvas [3, H, W]; ``below`` is [3, cells] if kept."""
    for i in range(first, end):
        for y in range(max(top, found.item_y[i, 0]), min(bottom, found.item_y[i, 1])):
            row = found.item_row[i] + y - found.item_y[i, 0]
            for span in range(found.row_spans[row], found.row_spans[row + 1]):
                x0, x1 = found.span_x[span, 0], found.span_x[span, 1]
                cell = found.span_cell[span]
                target, cover, under = image[:, y, x0:x1], found.cover[cell:], below[:, cell:]
                if paints.place[i, 0] >= 0:
                    colors = paints.texture[texture_pixel(paints.place, i, x0, y) :]
                    _paint_textured(target, colors, cover, under, x1 - x0, keep)
                elif x1 - x0 < SHORT:
                    _paint_short(target, paints.color[i], cover, under, x1 - x0, keep)
                else:
                    _paint_long(target, paints.color[i], cover, under, x1 - x0, keep)


@compiled
def texture_pixel(place: Array, i: int, x: int, y: int) -> int:
    """Where the colour of pixel (x, y) of item i stands in the textures."""
    return place[i, 0] + (y - place[i, 2]) * place[i, 3] + x - place[i, 1]


@compiled
def _paint_short(target: Array, color: Array, cover: Array, below: Array, length: int, keep: bool) -> None:
    for x in range(length):
        a = color[3] * cover[x]
        for c in range(3):
            under = target[c, x]
            if keep:
                below[c, x] = under
            target[c, x] = under + a * (color[c] - under)


@compiled
def _paint_long(target: Array, color: Array, cover: Array, below: Array, length: int, keep: bool) -> None:
    opacity = color[3]
    for c in range(3):
        shade = color[c]
        if keep:
            for x in range(length):
                below[c, x] = target[c, x]
        for x in range(length):
            target[c, x] += opacity * cover[x] * (shade - target[c, x])


@compiled
def _paint_textured(
    target: Array, colors: Array, cover: Array, below: Array, length: int, keep: bool
) -> None:
    for x in range(length):
        a = colors[x, 3] * cover[x]
        for c in range(3):
            under = target[c, x]
            if keep:
                below[c, x] = under
            target[c, x] = under + a * (colors[x, c] - under)


@compiled
def unpaint_rows(
    gradient: Array, top: int, bottom: int, first: int, end: int, paints: Paints, found: Coverage, below:
        Array,
    to_cover: Array, to_spans: Array, to_texture: Array,
) -> None:  # fmt: skip
    """Backward of ``paint_rows``: turns ``gradient`` [3, H, W] into that of the background.

    Leaves the gradient of coverage per cell in to_cover, of the item's RGBA per span in to_spans [spans, 4],
    and of textures in to_texture [T, 4].
    """
    for i in range(end - 1, first - 1, -1):
        for y in range(max(top, found.item_y[i, 0]), min(bottom, found.item_y[i, 1])):
            row = found.item_row[i] + y - found.item_y[i, 0]
            for span in range(found.row_spans[row], found.row_spans[row + 1]):
                x0, x1 = found.span_x[span, 0], found.span_x[span, 1]
                cell = found.span_cell[span]
                target, cover, under = gradient[:, y, x0:x1], found.cover[cell:], below[:, cell:]
                if paints.place[i, 0] >= 0:
                    at = texture_pixel(paints.place, i, x0, y)
                    colors = paints.texture[at:]
                    _unpaint_textured(target, colors, cover, under, x1 - x0, to_cover[cell:], to_texture[at:])
                    to_spans[span] = 0
                else:
                    _unpaint_span(
                        target, paints.color[i], cover, under, x1 - x0, to_cover[cell:], to_spans[span]
                    )


@compiled
def _unpaint_span(
    gradient: Array, color: Array, cover: Array, below: Array, length: int, to_cover: Array, sums: Array
) -> None:
    opacity, red, green, blue = color[3], color[0], color[1], color[2]
    one = cover.dtype.type(1)
    to_red, to_green, to_blue, to_opacity = one - one, one - one, one - one, one - one
    for x in range(length):
        a = opacity * cover[x]
        g0, g1, g2 = gradient[0, x], gradient[1, x], gradient[2, x]
        to_alpha = g0 * (red - below[0, x]) + g1 * (green - below[1, x]) + g2 * (blue - below[2, x])
        to_opacity += cover[x] * to_alpha
        to_red += a * g0
        to_green += a * g1
        to_blue += a * g2
        to_cover[x] = opacity * to_alpha
        through = one - a
        gradient[0, x] = through * g0
        gradient[1, x] = through * g1
        gradient[2, x] = through * g2
    sums[0], sums[1], sums[2], sums[3] = to_red, to_green, to_blue, to_opacity


@compiled
def _unpaint_textured(
    gradient: Array, colors: Array, cover: Array, below: Array, length: int, to_cover: Array, to_colors: Array
) -> None:
    for x in range(length):
        a = colors[x, 3] * cover[x]
        to_alpha = cover[x] - cover[x]
        for c in range(3):
            g = gradient[c, x]
            to_alpha += g * (colors[x, c] - below[c, x])
            to_colors[x, c] = a * g
            gradient[c, x] = g - a * g
        to_colors[x, 3] = cover[x] * to_alpha
        to_cover[x] = colors[x, 3] * to_alpha
