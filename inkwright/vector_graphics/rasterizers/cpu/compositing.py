"""Passes that composite items in paint order, forward and backward, over strips of rows of the pictures.

Every row is worked on by one thread in one order, so the result is the same to the last bit for any number
of threads.

The painter's form (R <- R + a (c - R)) needs what lay below each pixel to go back, and no division, so that
opaque paint is exact: dL/da = g.(c - below), then g <- (1 - a) g for what lies below. What lay below is not
kept: the backward pass paints each row once more, into a cache's worth of memory.
"""

import numpy as np

from inkwright.compiled_kernels.compilation import compiled, compiled_maker, compiled_part
from inkwright.compiled_kernels.inlining import inlined
from inkwright.compiled_kernels.lanes import LANES, first, load, store, store_first, total
from inkwright.compiled_kernels.threads import Parts, next_part
from inkwright.vector_graphics.rasterizers.cpu.arrays import (
    STRIP,
    Array,
    Coverage,
    Gradients,
    Paints,
    Structure,
)

# Pixels of which what lies below stays in the cache of a core.
CACHED = 1 << 14


@compiled_maker
def composite(parts: Parts, image: Array, found: Coverage, paints: Paints) -> None:
    """Paint all items over strips of ``image`` [B, 3, H, W], which may hold anything."""
    rows = np.zeros((3 * STRIP, image.shape[3] + LANES), image.dtype)
    k = next_part(parts)
    while k >= 0:
        canvas, top, bottom = strip_rows(k, image)
        paint_rows((k, canvas, top, bottom), rows, rows, False, found, paints)
        for y in range(top, bottom):
            for c in range(3):
                copy_row(rows[c * STRIP + y - top], image[canvas, c, y], image.shape[3])
        k = next_part(parts)


@compiled_maker
def composite_gradient(parts: Parts, upstream: Array, found: Coverage, paints: Paints, to: Gradients) -> None:
    """Backward of ``composite`` for strips of the picture's gradient [B, 3, H, W].

    Fills the gradients of cells, of the items' RGBA and of the background in each strip, and of textures.
    """
    rows = np.zeros((3 * STRIP, upstream.shape[3] + LANES), upstream.dtype)
    below, sums = np.zeros((3, LANES), upstream.dtype), np.empty((4, LANES), upstream.dtype)
    pixels = np.empty(STRIP, np.int64)
    k = next_part(parts)
    while k >= 0:
        canvas, top, bottom = strip_rows(k, upstream)
        to.strips[found.strip_first[k] : found.strip_first[k + 1]] = 0
        most, step = covered_pixels(k, top, bottom, pixels, found)
        if most + LANES > below.shape[1]:
            below = np.zeros((3, most + most // 4 + LANES), upstream.dtype)
        for y in range(top, bottom, step):
            place = (k, canvas, y, min(y + step, bottom))
            n = paint_rows(place, rows, below, True, found, paints)
            for row in range(min(y + step, bottom) - y):
                for c in range(3):
                    copy_row(upstream[canvas, c, y + row], rows[c * STRIP + row], upstream.shape[3])
            _unpaint_rows(place, n, (rows, below, sums), found, paints, to)
            if to.background.shape[0] > 0:
                _sum_rows(rows[:, : upstream.shape[3]], place[3] - y, to.background[k])
        k = next_part(parts)


@inlined
def strip_rows(k: int, image: Array) -> tuple[int, int, int]:
    """(canvas, first row, end row) of the k-th strip of images [B, 3, H, W], canvas by canvas."""
    strips = -(-image.shape[2] // STRIP)
    canvas, s = k // strips, k % strips
    return canvas, s * STRIP, min((s + 1) * STRIP, image.shape[2])


def strip_count(image: Array) -> int:
    """Number of strips of rows of the images [B, 3, H, W] that are composited apart."""
    return -(-image.shape[2] // STRIP) * image.shape[0]


@compiled_part
def covered_pixels(k: int, top: int, bottom: int, pixels: Array, found: Coverage) -> tuple[int, int]:
    """Count how many pixels all items in a strip cover together, row by row if these are many.

    Returns:
        of how many rows what lies below stays in the cache, and how many pixels that are at most.
    """
    total = 0
    for m in range(found.strip_first[k], found.strip_first[k + 1]):
        i = found.strip_items[m]
        y0, y1, line = found.item_y[i, 0], found.item_y[i, 1], found.item_row[i]
        low, high = max(top, y0) - y0, min(bottom, y1) - y0
        if low < high:
            for span in range(found.row_spans[line + low], found.row_spans[line + high]):
                total += found.spans[span, 1] - found.spans[span, 0]
    if total <= CACHED:
        return total, STRIP
    pixels[:] = 0
    for m in range(found.strip_first[k], found.strip_first[k + 1]):
        i = found.strip_items[m]
        y0, y1, line = found.item_y[i, 0], found.item_y[i, 1], found.item_row[i]
        for y in range(max(top, y0), min(bottom, y1)):
            for span in range(found.row_spans[line + y - y0], found.row_spans[line + y - y0 + 1]):
                pixels[y - top] += found.spans[span, 1] - found.spans[span, 0]
    most = 0
    for y in range(bottom - top):
        most = max(most, pixels[y])
    return most, 1


@inlined
def texture_pixel(place: Array, i: int, x: int, y: int) -> int:
    """Where the colour of pixel (x, y) of item i stands in the textures."""
    return place[i, 0] + (y - place[i, 2]) * place[i, 3] + x - place[i, 1]


@compiled_part
def paint_rows(
    place: tuple[int, int, int, int], rows: Array, below: Array, keep: bool, found: Coverage, paints: Paints
) -> int:
    """Paint the rows [top, bottom) of a strip: the place is (strip, canvas, top, bottom).

    Row y of channel c is written to ``rows[c * STRIP + y - top]``, what lay below each covered pixel to
    ``below`` [3, pixels], item by item, if it is to be kept.

    Returns:
        how many pixels are covered, if ``below`` is kept.
    """
    (k, canvas, top, bottom), n = place, 0
    for y in range(bottom - top):
        for c in range(3):
            rows[c * STRIP + y] = paints.background[canvas, c]
    for m in range(found.strip_first[k], found.strip_first[k + 1]):
        i = found.strip_items[m]
        y0, y1, line = found.item_y[i, 0], found.item_y[i, 1], found.item_row[i]
        for y in range(max(top, y0), min(bottom, y1)):
            for span in range(found.row_spans[line + y - y0], found.row_spans[line + y - y0 + 1]):
                _paint_span((i, y, top, span, n), rows, below, keep, found, paints)
                n += found.spans[span, 1] - found.spans[span, 0]
    return n


@inlined
def _paint_span(
    place: tuple[int, int, int, int, int],
    rows: Array,
    below: Array,
    keep: bool,
    found: Coverage,
    paints: Paints,
) -> None:
    """Paint one span: the place is (item, y, top, span, pixels before it)."""
    i, y, top, span, n = place
    x0, x1, cell = found.spans[span, 0], found.spans[span, 1], found.spans[span, 2]
    if paints.place[i, 0] >= 0:
        for c in range(3 if keep else 0):
            copy_row(rows[c * STRIP + y - top, x0:x1], below[c, n:], x1 - x0)
        colors = paints.texture[texture_pixel(paints.place, i, x0, y) :]
        _paint_textured(rows[y - top :, x0:x1], colors, found.cover[max(cell, 0) :], cell >= 0)
    elif cell < 0 and keep:
        _repaint_solid(rows, (y - top, x0, x1, n), paints.color[i], below)
    elif cell < 0:
        _paint_solid(rows, (y - top, x0, x1), paints.color[i])
    elif keep:
        _repaint_cells(rows, (y - top, x0, x1, n), paints.color[i], found.cover, cell, below)
    else:
        _paint_cells(rows, (y - top, x0, x1), paints.color[i], found.cover, cell)


@compiled_part
def copy_row(source: Array, target: Array, count: int) -> None:
    """Copy so many pixels of a row to the beginning of another."""
    for x in range(count):
        target[x] = source[x]


@compiled_part
def _paint_solid(rows: Array, place: tuple[int, int, int], color: Array) -> None:
    (y, x0, x1), opacity = place, color[3]
    for c in range(3):
        row, shade = np.uint64(c * STRIP + y), color[c]
        for k in range(x1 - x0):
            x = np.uint64(x0 + k)
            rows[row, x] += opacity * (shade - rows[row, x])


@compiled_part
def _repaint_solid(rows: Array, place: tuple[int, int, int, int], color: Array, below: Array) -> None:
    (y, x0, x1, n), opacity = place, color[3]
    for c in range(3):
        row, under, shade = np.uint64(c * STRIP + y), np.uint64(c), color[c]
        for k in range(x1 - x0):
            x = np.uint64(x0 + k)
            old = rows[row, x]
            below[under, np.uint64(n + k)] = old
            rows[row, x] = old + opacity * (shade - old)


@compiled_part
def _paint_cells(rows: Array, place: tuple[int, int, int], color: Array, cover: Array, cell: int) -> None:
    """Paint a span whose coverage begins at a cell; what follows it in the rows is painted with nothing."""
    y, x0, x1 = place
    r, g, b, opacity = color[0], color[1], color[2], color[3]
    for k in range(0, x1 - x0, LANES):
        a, x = opacity * first(x1 - x0 - k, load(cover, cell + k)), x0 + k
        red, green, blue = load(rows, (y, x)), load(rows, (STRIP + y, x)), load(rows, (2 * STRIP + y, x))
        store(rows, (y, x), red + a * (r - red))
        store(rows, (STRIP + y, x), green + a * (g - green))
        store(rows, (2 * STRIP + y, x), blue + a * (b - blue))


@compiled_part
def _repaint_cells(
    rows: Array, place: tuple[int, int, int, int], color: Array, cover: Array, cell: int, below: Array
) -> None:
    """As ``_paint_cells``, and keep what lay below."""
    y, x0, x1, n = place
    r, g, b, opacity = color[0], color[1], color[2], color[3]
    for k in range(0, x1 - x0, LANES):
        a, x = opacity * first(x1 - x0 - k, load(cover, cell + k)), x0 + k
        red, green, blue = load(rows, (y, x)), load(rows, (STRIP + y, x)), load(rows, (2 * STRIP + y, x))
        store(below, (0, n + k), red)
        store(below, (1, n + k), green)
        store(below, (2, n + k), blue)
        store(rows, (y, x), red + a * (r - red))
        store(rows, (STRIP + y, x), green + a * (g - green))
        store(rows, (2 * STRIP + y, x), blue + a * (b - blue))


@compiled_part
def _paint_textured(rows: Array, colors: Array, cover: Array, has_cells: bool) -> None:
    for x in range(rows.shape[1]):
        a = colors[x, 3] * cover[x] if has_cells else colors[x, 3]
        for c in range(3):
            rows[c * STRIP, x] += a * (colors[x, c] - rows[c * STRIP, x])


@compiled_part
def _unpaint_rows(
    place: tuple[int, int, int, int],
    n: int,
    work: tuple[Array, Array, Array],
    found: Coverage,
    paints: Paints,
    to: Gradients,
) -> None:
    """Turn the gradient of rows, as ``paint_rows`` writes them, into that of the background.

    The work is (rows, what lay below, room for sums [4, LANES]).
    """
    (k, _, top, bottom), (rows, below, sums) = place, work
    zeros = first(0, load(sums, (0, 0)))
    for m in range(found.strip_first[k + 1] - 1, found.strip_first[k] - 1, -1):
        i = found.strip_items[m]
        y0, y1, line = found.item_y[i, 0], found.item_y[i, 1], found.item_row[i]
        for c in range(4):
            store(sums, (c, 0), zeros)
        for y in range(min(bottom, y1) - 1, max(top, y0) - 1, -1):
            for span in range(found.row_spans[line + y - y0 + 1] - 1, found.row_spans[line + y - y0] - 1, -1):
                x0, x1, cell = found.spans[span, 0], found.spans[span, 1], found.spans[span, 2]
                n -= x1 - x0
                if paints.place[i, 0] >= 0:
                    at, cells = texture_pixel(paints.place, i, x0, y), x1 - x0 if cell >= 0 else 0
                    textures = paints.texture[at:], to.texture[at:]
                    covers = found.cover[max(cell, 0) :][:cells], to.cover[max(cell, 0) :][:cells]
                    _unpaint_textured(rows[y - top :, x0:x1], below[:, n:], textures, covers)
                elif cell < 0:
                    _unpaint_solid(rows, (y - top, x0, x1, n), below, paints.color[i], to.strips[m])
                else:
                    at_pixel = (y - top, x0, n, cell)
                    covers = found.cover, to.cover
                    _unpaint_cells(rows, below, at_pixel, x1 - x0, paints.color[i], covers, sums)
        for c in range(4):
            to.strips[m, c] += total(load(sums, (c, 0)))


@compiled_part
def _unpaint_solid(
    rows: Array, place: tuple[int, int, int, int], below: Array, color: Array, sums: Array
) -> None:
    (y, x0, x1, n), opacity, one = place, color[3], rows.dtype.type(1)
    through = one - opacity
    for c in range(3):
        row, under, shade = np.uint64(c * STRIP + y), np.uint64(c), color[c]
        total, by_opacity = one - one, one - one
        for k in range(x1 - x0):
            x = np.uint64(x0 + k)
            g = rows[row, x]
            total += g
            by_opacity += g * (shade - below[under, np.uint64(n + k)])
            rows[row, x] = through * g
        sums[c] += opacity * total
        sums[3] += by_opacity


@compiled_part
def _unpaint_cells(
    rows: Array,
    below: Array,
    place: tuple[int, int, int, int],
    count: int,
    color: Array,
    covers: tuple[Array, Array],
    sums: Array,
) -> None:
    (y, x0, n, cell), (cover, to_cover) = place, covers
    r, g, b, opacity = color[0], color[1], color[2], color[3]
    one = cover.dtype.type(1)
    for k in range(0, count, LANES):
        covered, x = first(count - k, load(cover, cell + k)), x0 + k
        a = opacity * covered
        red, green, blue = load(rows, (y, x)), load(rows, (STRIP + y, x)), load(rows, (2 * STRIP + y, x))
        to_alpha = red * (r - load(below, (0, n + k))) + green * (g - load(below, (1, n + k)))
        to_alpha += blue * (b - load(below, (2, n + k)))
        store(sums, (0, 0), load(sums, (0, 0)) + a * red)
        store(sums, (1, 0), load(sums, (1, 0)) + a * green)
        store(sums, (2, 0), load(sums, (2, 0)) + a * blue)
        store(sums, (3, 0), load(sums, (3, 0)) + covered * to_alpha)
        store_first(to_cover, cell + k, count - k, opacity * to_alpha)
        through = one - a
        store(rows, (y, x), through * red)
        store(rows, (STRIP + y, x), through * green)
        store(rows, (2 * STRIP + y, x), through * blue)


@compiled_part
def _unpaint_textured(
    rows: Array, below: Array, textures: tuple[Array, Array], covers: tuple[Array, Array]
) -> None:
    (colors, to_colors), (cover, to_cover), one = textures, covers, rows.dtype.type(1)
    for x in range(rows.shape[1]):
        share = cover[x] if cover.shape[0] > 0 else one
        a, to_alpha = colors[x, 3] * share, one - one
        for c in range(3):
            g = rows[c * STRIP, x]
            to_alpha += g * (colors[x, c] - below[c, x])
            to_colors[x, c] = a * g
            rows[c * STRIP, x] = g - a * g
        to_colors[x, 3] = share * to_alpha
        if to_cover.shape[0] > 0:
            to_cover[x] = colors[x, 3] * to_alpha


@compiled_part
def _sum_rows(rows: Array, count: int, sums: Array) -> None:
    for c in range(3):
        for y in range(count):
            for x in range(rows.shape[1]):
                sums[c] += rows[c * STRIP + y, x]


@compiled
def sum_colors(begin: int, stop: int, found: Coverage, structure: Structure, to: Gradients) -> None:
    """Add what the strips begin..stop give to the items' RGBA."""
    for m in range(found.strip_first[begin], found.strip_first[stop]):
        i = found.strip_items[m]
        sums = to.color[structure.item_kind[i], structure.item_shape[i]]
        for c in range(4):
            sums[c] += to.strips[m, c]
