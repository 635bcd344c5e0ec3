"""Passes that composite items in paint order, forward and backward, over strips of rows of the pictures.

Every row is worked on by one thread in one order, so the result is the same to the last bit for any number
of threads.

The painter's form (R <- R + a (c - R)) keeps what lay below each pixel, so the backward pass needs no
division and is exact for opaque paint: dL/da = g.(c - below), then g <- (1 - a) g for what lies below.
"""

from inkwright.compiled_kernels.compilation import compiled
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array, Coverage, Gradients, Paints, Structure

# Rows that one thread composites at a time: few enough that a small picture keeps all threads busy.
STRIP = 8
# Below this many pixels a span is too short to gain from vector instructions.
SHORT = 16


@compiled
def composite(
    begin: int, stop: int, image: Array, structure: Structure, found: Coverage, paints: Paints
) -> None:
    """Paint all items over the strips begin..stop of ``image`` [B, 3, H, W], the background."""
    for k in range(begin, stop):
        _paint_strip(k, image, structure, found, paints)


@compiled
def composite_gradient(
    begin: int,
    stop: int,
    gradient: Array,
    structure: Structure,
    found: Coverage,
    paints: Paints,
    to: Gradients,
) -> None:
    """Backward of ``composite`` for the strips begin..stop: ``gradient`` becomes that of the background.

    Fills the gradients of cells, of each span's RGBA, and of textures.
    """
    for k in range(begin, stop):
        _unpaint_strip(k, gradient, structure, found, paints, to)


def strip_count(image: Array) -> int:
    """Number of strips of rows of the images [B, 3, H, W] that are composited apart."""
    return -(-image.shape[2] // STRIP) * image.shape[0]


@compiled
def _strip(k: int, image: Array) -> tuple[int, int, int]:
    """(canvas, first row, end row) of the k-th strip."""
    canvas, s = k % image.shape[0], k // image.shape[0]
    return canvas, s * STRIP, min((s + 1) * STRIP, image.shape[2])


@compiled
def _paint_strip(k: int, image: Array, structure: Structure, found: Coverage, paints: Paints) -> None:
    canvas, top, bottom = _strip(k, image)
    keep = paints.below.shape[1] > 0
    for i in range(structure.canvas_items[canvas], structure.canvas_items[canvas + 1]):
        for y in range(max(top, found.item_y[i, 0]), min(bottom, found.item_y[i, 1])):
            row = found.item_row[i] + y - found.item_y[i, 0]
            for span in range(found.row_spans[row], found.row_spans[row + 1]):
                x0, x1 = found.span_x[span, 0], found.span_x[span, 1]
                cell = found.span_cell[span]
                target, cover, under = image[canvas, :, y, x0:x1], found.cover[cell:], paints.below[:, cell:]
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
def _unpaint_strip(
    k: int, gradient: Array, structure: Structure, found: Coverage, paints: Paints, to: Gradients
) -> None:
    canvas, top, bottom = _strip(k, gradient)
    first, end = structure.canvas_items[canvas], structure.canvas_items[canvas + 1]
    for i in range(end - 1, first - 1, -1):
        for y in range(max(top, found.item_y[i, 0]), min(bottom, found.item_y[i, 1])):
            row = found.item_row[i] + y - found.item_y[i, 0]
            for span in range(found.row_spans[row], found.row_spans[row + 1]):
                x0, x1 = found.span_x[span, 0], found.span_x[span, 1]
                cell, length = found.span_cell[span], x1 - x0
                target, cover = gradient[canvas, :, y, x0:x1], found.cover[cell:]
                under, to_cover = paints.below[:, cell:], to.cover[cell:]
                if paints.place[i, 0] >= 0:
                    at = texture_pixel(paints.place, i, x0, y)
                    colors, to_colors = paints.texture[at:], to.texture[at:]
                    _unpaint_textured(target, colors, cover, under, length, to_cover, to_colors)
                    to.spans[span] = 0
                else:
                    _unpaint_span(target, paints.color[i], cover, under, length, to_cover, to.spans[span])


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
