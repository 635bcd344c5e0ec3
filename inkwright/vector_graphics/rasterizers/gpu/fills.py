"""Kernels of fills: what borders enclose of a tile's pixels by Green's theorem, and their gradient."""

import triton
import triton.language as tl

from inkwright.vector_graphics.rasterizers.gpu.arrays import Coverage, Gradients, Grid, Items, Tiles
from inkwright.vector_graphics.rasterizers.gpu.edges import load_edge, pixel_centers

# Winding numbers this close to a whole one are whole, so that opaque paint is opaque.
ROUNDING = tl.constexpr(1e-6)


@triton.jit
def cover_fills(
    pairs: tl.tensor, tiles: Tiles, items: Items, found: Coverage, grid: Grid, side: tl.constexpr
) -> None:
    """One program per pair of a tile and a fill: coverage, and its derivative by the winding (0, 1)."""
    pair = tl.load(pairs + tl.program_id(0))
    f = tl.load(items.filter_width)
    x, y = pixel_centers(tl.load(tiles.pair_tile + pair), grid, f, side)
    winding = x * 0.0
    for entry in range(tl.load(tiles.pair_first + pair), tl.load(tiles.pair_first + pair + 1)):
        edge = tl.load(tiles.entry_edge + entry)
        weight = tl.load(items.weight + edge)
        winding += weight * _edge_integral(x - f * 0.5, y - f * 0.5, load_edge(items.edges, edge), f)
    winding = winding / (f * f)
    whole = tl.floor(winding + 0.5)
    snapped = tl.abs(winding - whole) < ROUNDING
    covered = tl.where(snapped, whole, winding)
    slope = tl.where((covered <= 0.0) | (covered > 1.0), 0, 1)
    covered = tl.minimum(tl.maximum(covered, 0.0), 1.0)
    at = pair.to(tl.int64) * (side * side) + tl.arange(0, side * side)
    tl.store(found.cover + at, covered)
    tl.store(found.source + at, slope.to(tl.int32))


@triton.jit
def _edge_integral(left: tl.tensor, top: tl.tensor, edge: tl.tuple, f: tl.tensor) -> tl.tensor:
    """Integral of clamp(x - left, 0, f) dy along the part of an edge within the rows of each pixel's box."""
    ax, ay, bx, by = edge
    rise = by - ay
    slope = (bx - ax) / tl.where(rise == 0.0, 1.0, rise)
    ya = tl.minimum(tl.maximum(ay, top), top + f)
    yb = tl.minimum(tl.maximum(by, top), top + f)
    xa, xb = ax - left + (ya - ay) * slope, ax - left + (yb - ay) * slope
    low, high = tl.minimum(xa, xb), tl.maximum(xa, xb)
    inside_low = tl.minimum(tl.maximum(low, 0.0), f)
    inside_high = tl.minimum(tl.maximum(high, 0.0), f)
    beyond = high - tl.minimum(tl.maximum(low, f), high)
    whole = (inside_high - inside_low) * (inside_low + inside_high) * 0.5 + beyond * f
    level = tl.minimum(tl.maximum((low + high) * 0.5, 0.0), f)
    mean = tl.where(high > low, whole / tl.where(high > low, high - low, 1.0), level)
    return tl.where(rise == 0.0, 0.0, (yb - ya) * mean)


@triton.jit
def fill_gradient(
    entries: tl.tensor,
    tiles: Tiles,
    items: Items,
    found: Coverage,
    to: Gradients,
    grid: Grid,
    side: tl.constexpr,
) -> None:
    """One program per entry: the gradient of one edge; only its part in a pixel's box acts on it."""
    entry = tl.load(entries + tl.program_id(0))
    edge, pair = tl.load(tiles.entry_edge + entry), tl.load(tiles.entry_pair + entry)
    f = tl.load(items.filter_width)
    x, y = pixel_centers(tl.load(tiles.pair_tile + pair), grid, f, side)
    at = pair.to(tl.int64) * (side * side) + tl.arange(0, side * side)
    upstream = tl.load(to.cover + at) * tl.load(found.source + at) * tl.load(items.weight + edge) / (f * f)
    ax, ay, bx, by = load_edge(items.edges, edge)
    u0, u1 = _inside(ax, bx - ax, x - f * 0.5, f)
    v0, v1 = _inside(ay, by - ay, y - f * 0.5, f)
    enter = tl.maximum(u0, v0)
    leave = tl.maximum(tl.minimum(u1, v1), enter)
    second = 0.5 * (leave * leave - enter * enter)
    to_start = tl.sum(upstream * (leave - enter - second), 0)
    to_end = tl.sum(upstream * second, 0)
    put = to.entries + tl.load(tiles.entry_rank + entry).to(tl.int64) * 5
    tl.store(put, to_start * (by - ay))
    tl.store(put + 1, to_start * (ax - bx))
    tl.store(put + 2, to_end * (by - ay))
    tl.store(put + 3, to_end * (ax - bx))
    tl.store(put + 4, to_start * 0.0)


@triton.jit
def _inside(start: tl.tensor, delta: tl.tensor, low: tl.tensor, f: tl.tensor) -> tl.tensor:
    """Parameters in [0, 1] between which start + s * delta is within [low, low + f]."""
    safe = tl.where(delta == 0.0, 1.0, delta)
    s0, s1 = (low - start) / safe, (low + f - start) / safe
    within = (low <= start) & (start <= low + f)
    enter = tl.where(delta == 0.0, 0.0, tl.minimum(tl.maximum(tl.minimum(s0, s1), 0.0), 1.0))
    leave = tl.where(
        delta == 0.0, tl.where(within, 1.0, 0.0), tl.minimum(tl.maximum(tl.maximum(s0, s1), 0.0), 1.0)
    )
    return enter, leave
