"""Kernels of compositing in paint order, one program per tile, forward and backward.

The painter's form (R <- R + a (c - R)) keeps what lay below each pixel, so the backward pass needs no
division and is exact for opaque paint: dL/da = g . (c - below), then g <- (1 - a) g for what lies below.
"""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def _pixels(
    tile: tl.tensor,
    columns: tl.tensor,
    tiles: tl.tensor,
    height: tl.tensor,
    width: tl.tensor,
    side: tl.constexpr,
) -> tl.tensor:
    """Columns, rows, places in an image [B, 3, H, W] of a tile's pixels, and which of them exist."""
    place = tl.arange(0, side * side)
    canvas, local = tile // tiles, tile % tiles
    x = (local % columns) * side + place % side
    y = (local // columns) * side + place // side
    at = (canvas.to(tl.int64) * 3 * height + y) * width + x
    return x, y, at, (x < width) & (y < height)


@triton.jit
def _paint_rows(item: tl.tensor, x: tl.tensor, y: tl.tensor, place: tl.tensor) -> tl.tensor:
    """Each pixel's place in the table of paints, whether it has one, and whether the item is textured."""
    at = place + item * 5
    first, left, top, columns = tl.load(at), tl.load(at + 1), tl.load(at + 2), tl.load(at + 3)
    inside = (x >= left) & (x < left + columns) & (y >= top) & (y < top + tl.load(at + 4))
    row = tl.where(first >= 0, first + (y - top) * columns + x - left, item)
    return row.to(tl.int64) * 4, inside | (first + 0 * x < 0), first >= 0


@triton.jit
def composite(
    tile_pairs: tl.tensor,
    pair_item: tl.tensor,
    place: tl.tensor,
    paints: tl.tensor,
    cover: tl.tensor,
    background: tl.tensor,
    image: tl.tensor,
    below: tl.tensor,
    columns: tl.tensor,
    tiles: tl.tensor,
    height: tl.tensor,
    width: tl.tensor,
    side: tl.constexpr,
    keep: tl.constexpr,
) -> None:
    """Paint all items of a tile over the background [B, 3]; ``below`` [K, 3, TILE²] is written if kept."""
    tile = tl.program_id(0)
    x, y, at, exists = _pixels(tile, columns, tiles, height, width, side)
    pixel, base = tl.arange(0, side * side), background + (tile // tiles) * 3
    nothing = tl.load(cover + pixel, mask=pixel < 0, other=0.0)
    red = nothing + tl.load(base)
    green = nothing + tl.load(base + 1)
    blue = nothing + tl.load(base + 2)
    for pair in range(tl.load(tile_pairs + tile), tl.load(tile_pairs + tile + 1)):
        row, painted, _ = _paint_rows(tl.load(pair_item + pair), x, y, place)
        block = tl.cast(pair, tl.int64) * (side * side) + pixel
        if keep:
            under = below + tl.cast(pair, tl.int64) * (2 * side * side) + block
            tl.store(under, red)
            tl.store(under + side * side, green)
            tl.store(under + 2 * side * side, blue)
        a = tl.load(cover + block) * tl.load(paints + row + 3, mask=painted, other=0.0)
        red += a * (tl.load(paints + row, mask=painted, other=0.0) - red)
        green += a * (tl.load(paints + row + 1, mask=painted, other=0.0) - green)
        blue += a * (tl.load(paints + row + 2, mask=painted, other=0.0) - blue)
    size = height * width
    tl.store(image + at, red, mask=exists)
    tl.store(image + at + size, green, mask=exists)
    tl.store(image + at + 2 * size, blue, mask=exists)


@triton.jit
def composite_gradient(
    tile_pairs: tl.tensor,
    pair_item: tl.tensor,
    place: tl.tensor,
    paints: tl.tensor,
    cover: tl.tensor,
    below: tl.tensor,
    gradient: tl.tensor,
    to_cover: tl.tensor,
    to_pair: tl.tensor,
    to_paints: tl.tensor,
    columns: tl.tensor,
    tiles: tl.tensor,
    height: tl.tensor,
    width: tl.tensor,
    side: tl.constexpr,
) -> None:
    """Backward of ``composite``: turns ``gradient`` [B, 3, H, W] into that of the background.

    Writes the gradient of coverage [K, TILE²], of each pair's flat RGBA [K, 4], and of textures' rows.
    """
    tile = tl.program_id(0)
    x, y, at, exists = _pixels(tile, columns, tiles, height, width, side)
    pixel, size = tl.arange(0, side * side), height * width
    g0 = tl.load(gradient + at, mask=exists, other=0.0)
    g1 = tl.load(gradient + at + size, mask=exists, other=0.0)
    g2 = tl.load(gradient + at + 2 * size, mask=exists, other=0.0)
    first, end = tl.load(tile_pairs + tile), tl.load(tile_pairs + tile + 1)
    for done in range(0, end - first):
        pair = end - 1 - done
        row, painted, textured = _paint_rows(tl.load(pair_item + pair), x, y, place)
        block = tl.cast(pair, tl.int64) * (side * side) + pixel
        under = below + tl.cast(pair, tl.int64) * (2 * side * side) + block
        covered = tl.load(cover + block)
        opacity = tl.load(paints + row + 3, mask=painted, other=0.0)
        a = covered * opacity
        to_alpha = g0 * (tl.load(paints + row, mask=painted, other=0.0) - tl.load(under))
        to_alpha += g1 * (tl.load(paints + row + 1, mask=painted, other=0.0) - tl.load(under + side * side))
        to_alpha += g2 * (
            tl.load(paints + row + 2, mask=painted, other=0.0) - tl.load(under + 2 * side * side)
        )
        tl.store(to_cover + block, opacity * to_alpha)
        if textured:
            seen = painted & exists
            tl.store(to_paints + row, a * g0, mask=seen)
            tl.store(to_paints + row + 1, a * g1, mask=seen)
            tl.store(to_paints + row + 2, a * g2, mask=seen)
            tl.store(to_paints + row + 3, covered * to_alpha, mask=seen)
        else:
            tl.store(to_pair + pair * 4, tl.sum(a * g0, 0))
            tl.store(to_pair + pair * 4 + 1, tl.sum(a * g1, 0))
            tl.store(to_pair + pair * 4 + 2, tl.sum(a * g2, 0))
            tl.store(to_pair + pair * 4 + 3, tl.sum(covered * to_alpha, 0))
        g0, g1, g2 = (1.0 - a) * g0, (1.0 - a) * g1, (1.0 - a) * g2
    tl.store(gradient + at, g0, mask=exists)
    tl.store(gradient + at + size, g1, mask=exists)
    tl.store(gradient + at + 2 * size, g2, mask=exists)
