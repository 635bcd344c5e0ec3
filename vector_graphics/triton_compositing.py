"""Kernels of compositing in paint order, one program per tile, forward and backward.

The painter's form (R <- R + a (c - R)) keeps what lay below each pixel, so the backward pass needs no
division and is exact for opaque paint: dL/da = g . (c - below), then g <- (1 - a) g for what lies below.
"""

from __future__ import annotations

from typing import Any

import triton
import triton.language as tl


@triton.jit
def _pixels(tile: Any, columns: Any, tiles: Any, height: Any, width: Any, TILE: tl.constexpr) -> Any:  # noqa: N803
    """Columns, rows, places in an image [B, 3, H, W] of a tile's pixels, and which of them exist."""
    place = tl.arange(0, TILE * TILE)
    canvas, local = tile // tiles, tile % tiles
    x = (local % columns) * TILE + place % TILE
    y = (local // columns) * TILE + place // TILE
    at = (canvas.to(tl.int64) * 3 * height + y) * width + x
    return x, y, at, (x < width) & (y < height)


@triton.jit
def _paint_rows(item: Any, x: Any, y: Any, place: Any) -> Any:
    """Which row of the table of paints each pixel has, whether it has one, and whether the item is textured."""
    first, left, top = tl.load(place + item * 4), tl.load(place + item * 4 + 1), tl.load(place + item * 4 + 2)
    right, bottom = left + tl.load(place + item * 4 + 3), tl.load(place + item * 4 + 3)
    textured = first >= 0
    column, row = x - left, y - top
    rows = tl.where(textured, first + row * bottom + column, item)
    return rows, (not_textured(textured)) | ((column >= 0) & (row >= 0) & (x < right)), textured
