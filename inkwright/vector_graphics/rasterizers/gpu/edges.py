"""Device functions: what one chord of a stroke covers of pixels, and the derivatives.

The formulas are those of `reference.strokes`; derivatives are written out. Pixels are vectors; the chord is
either one for all pixels or one for each.
"""

import triton
import triton.language as tl

from inkwright.vector_graphics.rasterizers.gpu.arrays import Grid, Items

# Squares of lengths in pixels below this are 0: their roots have no direction in float32.
NO_LENGTH = tl.constexpr(1e-30)
# The same of distances from ends, as the reference has it.
NO_DISTANCE = tl.constexpr(1e-18)
# The short side of the box seen along a normal is at least this: no division by zero at level edges.
LEAST_SIDE = tl.constexpr(1e-7)


@triton.jit
def pixel_centers(tile: tl.tensor, grid: Grid, like: tl.tensor, side: tl.constexpr) -> tl.tensor:
    """X and y of the centres of a tile's pixels, row by row, of the type of ``like``."""
    place = tl.arange(0, side * side)
    local = tile % grid.tiles
    x = (local % grid.columns) * side + place % side
    y = (local // grid.columns) * side + place // side
    return x.to(like.dtype) + 0.5, y.to(like.dtype) + 0.5


@triton.jit
def load_edge(edges: tl.tensor, edge: tl.tensor) -> tl.tensor:
    """Start and end of an edge, or of one for each pixel."""
    at = edges + edge.to(tl.int64) * 4
    return tl.load(at), tl.load(at + 1), tl.load(at + 2), tl.load(at + 3)


@triton.jit
def half_plane_area(offset: tl.tensor, nx: tl.tensor, ny: tl.tensor, f: tl.tensor) -> tl.tensor:
    """Share of an f x f box in which n . x <= offset."""
    a = tl.minimum(tl.abs(nx), tl.abs(ny)) * f
    b = tl.maximum(tl.abs(nx), tl.abs(ny)) * f
    u = tl.abs(offset)
    corner = tl.minimum(tl.maximum(((a + b) * 0.5 - u) / tl.maximum(a, LEAST_SIDE), 0.0), 1.0)
    beyond = 1.0 - corner * corner * a / (2.0 * b)
    beyond = tl.where(offset >= 0.0, beyond, 1.0 - beyond)
    return tl.where(u <= (b - a) * 0.5, 0.5 + offset / b, beyond)


@triton.jit
def half_plane_gradient(offset: tl.tensor, nx: tl.tensor, ny: tl.tensor, f: tl.tensor) -> tl.tensor:
    """Derivatives of ``half_plane_area`` by the offset, and by the short and the long side of the box."""
    a = tl.minimum(tl.abs(nx), tl.abs(ny)) * f
    b = tl.maximum(tl.abs(nx), tl.abs(ny)) * f
    u = tl.abs(offset)
    sign = tl.where(offset >= 0.0, 1.0, -1.0)
    corner = tl.minimum(tl.maximum(((a + b) * 0.5 - u) / tl.maximum(a, LEAST_SIDE), 0.0), 1.0)
    middle = u <= (b - a) * 0.5
    by_offset = tl.where(middle, 1.0 / b, corner / b)
    by_a = tl.where(middle, 0.0, -sign * corner * (1.0 - corner) / (2.0 * b))
    by_b = tl.where(middle, -offset / (b * b), sign * corner * (corner * a / b - 1.0) / (2.0 * b))
    return by_offset, by_a, by_b


@triton.jit
def foot(x: tl.tensor, y: tl.tensor, chord: tl.tuple) -> tl.tensor:
    """Parameter of the pixel's foot, direction and distance from the closest point, and if it is beside."""
    ax, ay, bx, by = chord
    ex, ey, px, py = bx - ax, by - ay, x - ax, y - ay
    squared = ex * ex + ey * ey
    safe = tl.where(squared > NO_LENGTH, squared, 1.0)
    t = tl.where(squared > NO_LENGTH, (px * ex + py * ey) / safe, 0.0)
    beside = (t > 0.0) & (t < 1.0)
    inverse = 1.0 / tl.sqrt(safe)
    chord_x = tl.where(squared > NO_LENGTH, -ey * inverse, 0.0)
    chord_y = tl.where(squared > NO_LENGTH, ex * inverse, 1.0)
    signed = px * chord_x + py * chord_y
    side = tl.where(signed < 0.0, -1.0, 1.0)
    qx, qy = tl.where(t >= 1.0, x - bx, px), tl.where(t >= 1.0, y - by, py)
    corner = qx * qx + qy * qy
    apart = corner > NO_DISTANCE
    corner_distance = tl.sqrt(tl.where(apart, corner, 1.0))
    nx = tl.where(beside, side * chord_x, tl.where(apart, qx / corner_distance, chord_x))
    ny = tl.where(beside, side * chord_y, tl.where(apart, qy / corner_distance, chord_y))
    distance = tl.where(beside, side * signed, tl.where(apart, corner_distance, 0.0))
    return t, nx, ny, distance, beside


@triton.jit
def round_half_width(half: tl.tensor, f: tl.tensor) -> tl.tensor:
    """Half width of a round end for a straight edge's formula, and its derivative."""
    ratio = f / tl.maximum(half, f * 0.5)
    bend = ratio * ratio / 24.0
    return half * (1.0 - bend), tl.where(half > f * 0.5, 1.0 + bend, 1.0 - bend)


@triton.jit
def chord_coverage(x: tl.tensor, y: tl.tensor, chord: tl.tuple, half: tl.tensor, f: tl.tensor) -> tl.tensor:
    """Coverage of each pixel by a chord with round ends, and the direction of the edge."""
    t, nx, ny, distance, beside = foot(x, y, chord)
    bent, by_half = round_half_width(half, f)
    reach = tl.where(beside, half, bent)
    cover = half_plane_area(reach - distance, nx, ny, f) + half_plane_area(reach + distance, nx, ny, f) - 1.0
    return tl.minimum(tl.maximum(cover, 0.0), 1.0), nx, ny


@triton.jit
def chord_coverage_gradient(
    nx: tl.tensor, ny: tl.tensor, distance: tl.tensor, reach: tl.tensor, f: tl.tensor
) -> tl.tensor:
    """Derivatives of coverage by distance, by half width and by the angle of the direction."""
    near, near_a, near_b = half_plane_gradient(reach - distance, nx, ny, f)
    far, far_a, far_b = half_plane_gradient(reach + distance, nx, ny, f)
    turn_x = -ny * f * tl.where(nx > 0.0, 1.0, tl.where(nx < 0.0, -1.0, 0.0))
    turn_y = nx * f * tl.where(ny > 0.0, 1.0, tl.where(ny < 0.0, -1.0, 0.0))
    by_a, by_b = near_a + far_a, near_b + far_b
    x_is_short = tl.abs(nx) < tl.abs(ny)
    angle = by_a * tl.where(x_is_short, turn_x, turn_y) + by_b * tl.where(x_is_short, turn_y, turn_x)
    return far - near, near + far, angle


@triton.jit
def is_beside(x: tl.tensor, y: tl.tensor, items: Items, edge: tl.tensor) -> tl.tensor:
    """Whether a pixel lies beside a chord, and not beyond its ends beside a neighbour of it."""
    ax, ay, bx, by = load_edge(items.edges, edge)
    links = tl.load(items.link + edge)
    goes_on, comes_from = links % 2, links // 2
    cx, cy, dx, dy = load_edge(items.edges, edge + goes_on)
    ex, ey = bx - ax, by - ay
    squared = ex * ex + ey * ey
    t = ((x - ax) * ex + (y - ay) * ey) / tl.where(squared > 0.0, squared, 1.0)
    before_next = (x - cx) * (dx - cx) + (y - cy) * (dy - cy) < 0.0
    return tl.where(t < 0.0, comes_from == 0, (t <= 1.0) | (goes_on == 0) | before_next)
