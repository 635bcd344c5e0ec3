"""Kernels of strokes: what they cover of a tile, and the gradient of each chord."""

import triton
import triton.language as tl

from inkwright.vector_graphics.rasterizers.gpu.arrays import Coverage, Gradients, Grid, Items, Tiles
from inkwright.vector_graphics.rasterizers.gpu.edges import (
    NO_LENGTH,
    chord_coverage,
    chord_coverage_gradient,
    foot,
    is_beside,
    load_edge,
    pixel_centers,
    round_half_width,
)

# Closer to a round end than this, its direction turns without bound and is not differentiated (pixels).
NEAREST_DIRECTION = tl.constexpr(1e-3)


@triton.jit
def cover_strokes(
    pairs: tl.tensor, tiles: Tiles, items: Items, found: Coverage, grid: Grid, side: tl.constexpr
) -> None:
    """One program per pair of a tile and a stroke: coverage, closest chord, and the chord that adds most."""
    pair = tl.load(pairs + tl.program_id(0))
    half, f = tl.load(items.half + tl.load(tiles.pair_item + pair)), tl.load(items.filter_width)
    x, y = pixel_centers(tl.load(tiles.pair_tile + pair), grid, half, side)
    first, end = tl.load(tiles.pair_first + pair), tl.load(tiles.pair_first + pair + 1)
    closest = tl.zeros([side * side], tl.int32)
    best = x * 0.0 + float("inf")
    for entry in range(first, end):
        edge = tl.load(tiles.entry_edge + entry)
        squared = _squared_distance(x, y, load_edge(items.edges, edge))
        closest = tl.where(squared < best, edge, closest)
        best = tl.minimum(squared, best)
    near, nx, ny = chord_coverage(x, y, load_edge(items.edges, closest), half, f)
    most, added_most = tl.full([side * side], -1, tl.int32), x * 0.0
    if end - first > 1:
        for entry in range(first, end):
            edge = tl.load(tiles.entry_edge + entry)
            far, mx, my = chord_coverage(x, y, load_edge(items.edges, edge), half, f)
            added = (1.0 - nx * mx - ny * my) * 0.5 * tl.minimum(far, 1.0 - near)
            adds = (added > added_most) & (edge != closest) & is_beside(x, y, items, edge)
            most = tl.where(adds, edge, most)
            added_most = tl.where(adds, added, added_most)
    at = pair.to(tl.int64) * (side * side) + tl.arange(0, side * side)
    tl.store(found.cover + at, near + added_most)
    tl.store(found.source + at, closest)
    tl.store(found.other + at, most)


@triton.jit
def _squared_distance(x: tl.tensor, y: tl.tensor, chord: tl.tuple) -> tl.tensor:
    ax, ay, bx, by = chord
    ex, ey, px, py = bx - ax, by - ay, x - ax, y - ay
    squared = ex * ex + ey * ey
    t = (px * ex + py * ey) / tl.where(squared > 0.0, squared, 1.0)
    t = tl.minimum(tl.maximum(t, 0.0), 1.0)
    dx, dy = px - t * ex, py - t * ey
    return dx * dx + dy * dy


@triton.jit
def stroke_gradient(
    entries: tl.tensor,
    tiles: Tiles,
    items: Items,
    found: Coverage,
    to: Gradients,
    grid: Grid,
    side: tl.constexpr,
) -> None:
    """One program per entry: the gradient of one chord from one tile, by its ends and by the half width."""
    entry = tl.load(entries + tl.program_id(0))
    edge, pair = tl.load(tiles.entry_edge + entry), tl.load(tiles.entry_pair + entry)
    half, f = tl.load(items.half + tl.load(tiles.pair_item + pair)), tl.load(items.filter_width)
    x, y = pixel_centers(tl.load(tiles.pair_tile + pair), grid, half, side)
    at = pair.to(tl.int64) * (side * side) + tl.arange(0, side * side)
    near, far = tl.load(found.source + at), tl.load(found.other + at)
    upstream = tl.where((near == edge) | (far == edge), tl.load(to.cover + at), 0.0)
    put = to.entries + tl.load(tiles.entry_rank + entry).to(tl.int64) * 5
    if tl.max((upstream != 0.0).to(tl.int32), 0) > 0:
        _put_gradient(put, x, y, items.edges, (edge, near, far), (half, f), upstream)
    else:
        for component in range(0, 5):
            tl.store(put + component, half * 0.0)


@triton.jit
def _put_gradient(
    put: tl.tensor,
    x: tl.tensor,
    y: tl.tensor,
    edges: tl.tensor,
    chords: tl.tuple,
    pen: tl.tuple,
    upstream: tl.tensor,
) -> None:
    """Store the gradient of a chord, given it, the closest one and the one that adds most (or -1).

    The pen is the stroke's half width and the side of the box filter.
    """
    edge, _, far = chords
    half, f = pen
    chord = load_edge(edges, edge)
    ax, ay, bx, by = chord
    turning = x * 0.0
    if tl.max(((far >= 0) & (upstream != 0.0)).to(tl.int32), 0) > 0:
        share, turn = _share(x, y, edges, chords, pen)
        turning = turn * upstream
        upstream = share * upstream
    t, nx, ny, distance, beside = foot(x, y, chord)
    bent, by_bent = round_half_width(half, f)
    reach, by_reach = tl.where(beside, half, bent), tl.where(beside, 1.0, by_bent)
    by_distance, by_half, angle = chord_coverage_gradient(nx, ny, distance, reach, f)
    push, angle = by_distance * upstream, angle * upstream + turning
    # Beside the chord the direction turns with the chord; at an end, with the vector from the end.
    squared = (bx - ax) * (bx - ax) + (by - ay) * (by - ay)
    spin = angle * ((bx - ax) * ny - (by - ay) * nx) / tl.maximum(squared, NO_LENGTH)
    swing = tl.where(distance > NEAREST_DIRECTION, angle / tl.maximum(distance, NEAREST_DIRECTION), 0.0)
    to_start = tl.where(beside, -(1.0 - t) * push - spin, tl.where(t >= 1.0, 0.0, -push))
    to_end = tl.where(beside, spin - t * push, tl.where(t >= 1.0, -push, 0.0))
    across_start = tl.where(beside | (t >= 1.0), 0.0, swing)
    across_end = tl.where(beside | (t < 1.0), 0.0, swing)
    tl.store(put, tl.sum(to_start * nx + across_start * ny, 0))
    tl.store(put + 1, tl.sum(to_start * ny - across_start * nx, 0))
    tl.store(put + 2, tl.sum(to_end * nx + across_end * ny, 0))
    tl.store(put + 3, tl.sum(to_end * ny - across_end * nx, 0))
    tl.store(put + 4, tl.sum(by_half * by_reach * upstream, 0))


@triton.jit
def _share(x: tl.tensor, y: tl.tensor, edges: tl.tensor, chords: tl.tuple, pen: tl.tuple) -> tl.tensor:
    """Derivatives of the coverage by two branches: by this chord's own, and by the angle of its direction."""
    edge, near, far = chords
    half, f = pen
    is_near = near == edge
    partner = tl.where(is_near, tl.maximum(far, 0), near)
    cover, nx, ny = chord_coverage(x, y, load_edge(edges, edge), half, f)
    partner_cover, mx, my = chord_coverage(x, y, load_edge(edges, partner), half, f)
    near_cover, far_cover = tl.where(is_near, cover, partner_cover), tl.where(is_near, partner_cover, cover)
    fits = near_cover + far_cover < 1.0
    mixture = (1.0 - nx * mx - ny * my) * 0.5
    share = tl.where(is_near, tl.where(fits, 1.0, 1.0 - mixture), tl.where(fits, mixture, 0.0))
    turn = -0.5 * (nx * my - ny * mx) * tl.minimum(far_cover, 1.0 - near_cover)
    return tl.where(far >= 0, share, 1.0), tl.where(far >= 0, turn, 0.0)
