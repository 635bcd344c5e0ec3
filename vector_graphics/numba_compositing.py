"""Compiled compositing in paint order, forward and backward, over the spans of every item.

The painter's form (R <- R + a (c - R)) keeps what lay below each pixel, so the backward pass needs no division and is
exact for opaque paint: dL/da = g.(c - below), then g <- (1 - a) g for what lies below.
"""

from __future__ import annotations

from vector_graphics.numba_compilation import compiled

# Below this many pixels a span is too short to gain from vector instructions.
SHORT = 16


@compiled
def paint_rows(image, canvas, top, bottom, first, end, item_color, item_texture, texture, item_y, item_row, row_spans, span_x, span_cell, cell_cover, cell_below, keep):  # type: ignore[no-untyped-def]
    """Paint the items first..end on the rows top..bottom of one canvas of ``image`` [B, 3, H, W]."""
    for i in range(first, end):
        for y in range(max(top, item_y[i, 0]), min(bottom, item_y[i, 1])):
            row = item_row[i] + y - item_y[i, 0]
            for span in range(row_spans[row], row_spans[row + 1]):
                x0, x1 = span_x[span, 0], span_x[span, 1]
                start = span_cell[span]
                if item_texture[i, 0] >= 0:
                    colors = texture[texture_row(item_texture, i, x0, y) :]
                    _paint_textured(image[canvas, :, y, x0:x1], colors, cell_cover[start:], cell_below[:, start:], x1 - x0, keep)
                    continue
                _paint_span(image[canvas, :, y, x0:x1], item_color[i], cell_cover[start:], cell_below[:, start:], x1 - x0, keep)


@compiled
def _paint_span(target, color, cover, below, length, keep):  # type: ignore[no-untyped-def]
    opacity = color[3]
    if length < SHORT:
        for x in range(length):
            a = opacity * cover[x]
            for c in range(3):
                under = target[c, x]
                if keep:
                    below[c, x] = under
                target[c, x] = under + a * (color[c] - under)
        return
    for c in range(3):
        shade = color[c]
        if keep:
            for x in range(length):
                below[c, x] = target[c, x]
        for x in range(length):
            target[c, x] += opacity * cover[x] * (shade - target[c, x])


@compiled
def texture_row(item_texture, i, x, y):  # type: ignore[no-untyped-def]
    """Where the colour of pixel (x, y) stands in the textures; item_texture [I, 4]: start, left, top, columns."""
    return item_texture[i, 0] + (y - item_texture[i, 2]) * item_texture[i, 3] + x - item_texture[i, 1]


@compiled
def _paint_textured(target, colors, cover, below, length, keep):  # type: ignore[no-untyped-def]
    for x in range(length):
        a = colors[x, 3] * cover[x]
        for c in range(3):
            under = target[c, x]
            if keep:
                below[c, x] = under
            target[c, x] = under + a * (colors[x, c] - under)


@compiled
def unpaint_rows(gradient, canvas, top, bottom, first, end, item_color, item_texture, texture, texture_gradient, item_y, item_row, row_spans, span_x, span_cell, cell_cover, cell_below, cell_gradient, span_gradient):  # type: ignore[no-untyped-def]
    """Backward of ``paint_rows``: turns ``gradient`` [B, 3, H, W] into that of the background.

    Leaves the gradient of coverage per cell in cell_gradient, and that of the item's RGBA per span in span_gradient.
    """
    for i in range(end - 1, first - 1, -1):
        for y in range(max(top, item_y[i, 0]), min(bottom, item_y[i, 1])):
            row = item_row[i] + y - item_y[i, 0]
            for span in range(row_spans[row], row_spans[row + 1]):
                x0, x1 = span_x[span, 0], span_x[span, 1]
                start = span_cell[span]
                if item_texture[i, 0] >= 0:
                    at = texture_row(item_texture, i, x0, y)
                    _unpaint_textured(gradient[canvas, :, y, x0:x1], texture[at:], cell_cover[start:], cell_below[:, start:], x1 - x0, cell_gradient[start:], texture_gradient[at:])
                    span_gradient[span] = 0
                    continue
                _unpaint_span(gradient[canvas, :, y, x0:x1], item_color[i], cell_cover[start:], cell_below[:, start:], x1 - x0, cell_gradient[start:], span_gradient[span])


@compiled
def _unpaint_span(gradient, color, cover, below, length, to_cover, sums):  # type: ignore[no-untyped-def]
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
def _unpaint_textured(gradient, colors, cover, below, length, to_cover, to_colors):  # type: ignore[no-untyped-def]
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
