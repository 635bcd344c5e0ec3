"""Kernels of compositing in paint order, one program per tile, forward and backward.

The painter's form (R <- R + a (c - R)) keeps what lay below each pixel, so the backward pass needs no
division and is exact for opaque paint: dL/da = g . (c - below), then g <- (1 - a) g for what lies below.
"""

import triton
import triton.language as tl

from inkwright.vector_graphics.rasterizers.gpu.arrays import Gradients, Grid, Paints, Tiles


@triton.jit
def _pixels(tile: tl.tensor, grid: Grid, side: tl.constexpr) -> tl.tensor:
    """Columns, rows, places in an image [B, 3, H, W] of a tile's pixels, and which of them exist."""
    place = tl.arange(0, side * side)
    canvas, local = tile // grid.tiles, tile % grid.tiles
    x = (local % grid.columns) * side + place % side
    y = (local // grid.columns) * side + place // side
    at = (canvas.to(tl.int64) * 3 * grid.height + y) * grid.width + x
    return x, y, at, (x < grid.width) & (y < grid.height)


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
    tiles: Tiles,
    cover: tl.tensor,
    paints: Paints,
    image: tl.tensor,
    grid: Grid,
    side: tl.constexpr,
    keep: tl.constexpr,
) -> None:
    """Paint all items of a tile over the background; what lies below them is written if kept."""
    tile = tl.program_id(0)
    x, y, at, exists = _pixels(tile, grid, side)
    pixel, base = tl.arange(0, side * side), paints.background + (tile // grid.tiles) * 3
    nothing = tl.load(cover + pixel, mask=pixel < 0, other=0.0)
    red = nothing + tl.load(base)
    green = nothing + tl.load(base + 1)
    blue = nothing + tl.load(base + 2)
    for pair in range(tl.load(tiles.tile_pairs + tile), tl.load(tiles.tile_pairs + tile + 1)):
        row, painted, _ = _paint_rows(tl.load(tiles.pair_item + pair), x, y, paints.place)
        block = tl.cast(pair, tl.int64) * (side * side) + pixel
        if keep:
            under = paints.below + tl.cast(pair, tl.int64) * (2 * side * side) + block
            tl.store(under, red)
            tl.store(under + side * side, green)
            tl.store(under + 2 * side * side, blue)
        a = tl.load(cover + block) * tl.load(paints.table + row + 3, mask=painted, other=0.0)
        red += a * (tl.load(paints.table + row, mask=painted, other=0.0) - red)
        green += a * (tl.load(paints.table + row + 1, mask=painted, other=0.0) - green)
        blue += a * (tl.load(paints.table + row + 2, mask=painted, other=0.0) - blue)
    size = grid.height * grid.width
    tl.store(image + at, red, mask=exists)
    tl.store(image + at + size, green, mask=exists)
    tl.store(image + at + 2 * size, blue, mask=exists)


@triton.jit
def composite_gradient(
    tiles: Tiles,
    cover: tl.tensor,
    paints: Paints,
    gradient: tl.tensor,
    to: Gradients,
    grid: Grid,
    side: tl.constexpr,
) -> None:
    """Backward of ``composite``: turns ``gradient`` [B, 3, H, W] into that of the background.

    Writes the gradients of coverage, of each pair's flat RGBA, and of textures' rows.
    """
    tile = tl.program_id(0)
    x, y, at, exists = _pixels(tile, grid, side)
    pixel, size = tl.arange(0, side * side), grid.height * grid.width
    g0 = tl.load(gradient + at, mask=exists, other=0.0)
    g1 = tl.load(gradient + at + size, mask=exists, other=0.0)
    g2 = tl.load(gradient + at + 2 * size, mask=exists, other=0.0)
    first, end = tl.load(tiles.tile_pairs + tile), tl.load(tiles.tile_pairs + tile + 1)
    for done in range(0, end - first):
        pair = end - 1 - done
        row, painted, textured = _paint_rows(tl.load(tiles.pair_item + pair), x, y, paints.place)
        block = tl.cast(pair, tl.int64) * (side * side) + pixel
        under = paints.below + tl.cast(pair, tl.int64) * (2 * side * side) + block
        covered = tl.load(cover + block)
        opacity = tl.load(paints.table + row + 3, mask=painted, other=0.0)
        a = covered * opacity
        to_alpha = g0 * (tl.load(paints.table + row, mask=painted, other=0.0) - tl.load(under))
        to_alpha += g1 * (
            tl.load(paints.table + row + 1, mask=painted, other=0.0) - tl.load(under + side * side)
        )
        to_alpha += g2 * (
            tl.load(paints.table + row + 2, mask=painted, other=0.0) - tl.load(under + 2 * side * side)
        )
        tl.store(to.cover + block, opacity * to_alpha)
        if textured:
            seen = painted & exists
            tl.store(to.table + row, a * g0, mask=seen)
            tl.store(to.table + row + 1, a * g1, mask=seen)
            tl.store(to.table + row + 2, a * g2, mask=seen)
            tl.store(to.table + row + 3, covered * to_alpha, mask=seen)
        else:
            tl.store(to.pairs + pair * 4, tl.sum(a * g0, 0))
            tl.store(to.pairs + pair * 4 + 1, tl.sum(a * g1, 0))
            tl.store(to.pairs + pair * 4 + 2, tl.sum(a * g2, 0))
            tl.store(to.pairs + pair * 4 + 3, tl.sum(covered * to_alpha, 0))
        g0, g1, g2 = (1.0 - a) * g0, (1.0 - a) * g1, (1.0 - a) * g2
    tl.store(gradient + at, g0, mask=exists)
    tl.store(gradient + at + size, g1, mask=exists)
    tl.store(gradient + at + 2 * size, g2, mask=exists)
