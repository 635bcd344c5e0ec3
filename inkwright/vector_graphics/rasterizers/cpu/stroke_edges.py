"""Compiled coverage of one pixel by one chord of a stroke, with an edge that knows its direction."""

from __future__ import annotations

import math

from inkwright.compiled_kernels.compilation import compiled
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array
from inkwright.vector_graphics.rasterizers.cpu.flattening import (
    box_extents,
    half_plane_area,
    half_plane_gradient,
)
from inkwright.vector_graphics.rasterizers.cpu.stroke_strips import (
    AX,
    AY,
    BY_CORNER,
    EX,
    EY,
    HALF_DIAGONAL,
    INVERSE,
    LONG,
    NX,
    NY,
    SHORT,
)

Foot = tuple[float, float, float, float, float, float, float, float, float]


@compiled
def round_half_width(half: float, filter_width: float) -> tuple[float, float]:
    """(half width, its derivative) that a round end or join has for a straight edge's formula.

    Within a pixel the arc bends away from its tangent, on average by f^2 / (24 r) (the second moment of the
    box, f^2 / 12, over twice the radius); below half a pixel of radius, the share of the radius stays.
    """
    ratio = filter_width / half
    if ratio > 2.0:
        return half * (5.0 / 6.0), 5.0 / 6.0
    bend = ratio * ratio / 24.0
    return half * (1.0 - bend), 1.0 + bend


@compiled
def foot(table: Array, c: int, x: float, y: float, half: float, filter_width: float) -> Foot:
    """Where the pixel's closest point lies, and what the edge looks like from there.

    Returns:
        the place on the chord in [0, 1]; the unit direction to the pixel; the distance; the half width to
        reckon with and its derivative; the extents of the pixel along the direction and 1 / (2 a b).
    """
    ex, ey = table[c, EX], table[c, EY]
    px, py = x - table[c, AX], y - table[c, AY]
    t = (px * ex + py * ey) * table[c, INVERSE]
    nx, ny = table[c, NX], table[c, NY]
    if 0.0 < t < 1.0:
        rho = px * nx + py * ny
        side = 1.0 if rho >= 0.0 else -1.0
        a, b, by_corner = table[c, SHORT], table[c, LONG], table[c, BY_CORNER]
        return t, side * nx, side * ny, side * rho, half, 1.0, a, b, by_corner
    t = 0.0 if t <= 0.0 else 1.0
    rx, ry = px - t * ex, py - t * ey
    distance = math.sqrt(rx * rx + ry * ry)
    if distance > 1e-9:
        nx, ny = rx / distance, ry / distance
    a, b = box_extents(nx, ny, filter_width)
    half, by_half = round_half_width(half, filter_width)
    return t, nx, ny, distance, half, by_half, a, b, 0.5 / (a * b)


@compiled
def beside_coverage(table: Array, c: int, x: float, y: float, half: float) -> float:
    """Coverage of a pixel beside the chord and out of sight of the other edge; -1 for any other pixel."""
    px, py = x - table[c, AX], y - table[c, AY]
    t = (px * table[c, EX] + py * table[c, EY]) * table[c, INVERSE]
    a, b = table[c, SHORT], table[c, LONG]
    distance = abs(px * table[c, NX] + py * table[c, NY])
    area = half_plane_area(half - distance, a, b, table[c, BY_CORNER])
    return min(area, 1.0) if 0.0 < t < 1.0 and half + distance >= 0.5 * (a + b) else -1.0


@compiled
def end_coverage(table: Array, c: int, x: float, y: float, half: float, filter_width: float) -> float:
    """Coverage by one chord of a pixel that may lie beyond its ends, or far from it."""
    ex, ey = table[c, EX], table[c, EY]
    px, py = x - table[c, AX], y - table[c, AY]
    t = min(max((px * ex + py * ey) * table[c, INVERSE], 0.0), 1.0)
    rx, ry = px - t * ex, py - t * ey
    reach = half + HALF_DIAGONAL * filter_width
    if rx * rx + ry * ry >= reach * reach:
        return 0.0
    return directed_coverage(table, c, x, y, half, filter_width)[0]


@compiled
def directed_coverage(
    table: Array, c: int, x: float, y: float, half: float, filter_width: float
) -> tuple[float, float, float]:
    """(coverage by this chord alone, unit direction from its closest point to the pixel)."""
    _, nx, ny, distance, half, _, a, b, by_corner = foot(table, c, x, y, half, filter_width)
    cover = half_plane_area(half - distance, a, b, by_corner)
    if half + distance < 0.5 * (a + b):
        cover += half_plane_area(half + distance, a, b, by_corner) - 1.0
    return min(max(cover, 0.0), 1.0), nx, ny


@compiled
def union(
    table: Array, c: int, other: int, x: float, y: float, half: float, filter_width: float
) -> tuple[float, float, float, float]:
    """Coverage by two branches, its derivatives by the closer's and the other's, and by the closer's angle.

    Branches on opposite sides of the pixel cover different parts of it (the sum), on the same side the same
    part (the larger); in between, a share lambda = (1 - n.n') / 2 of the difference: at right angles, that of
    independent edges.
    """
    near = directed_coverage(table, c, x, y, half, filter_width)
    far = directed_coverage(table, other, x, y, half, filter_width)
    share = 0.5 * (1.0 - near[1] * far[1] - near[2] * far[2])
    turn = -0.5 * (near[1] * far[2] - near[2] * far[1])
    if near[0] + far[0] < 1.0:
        return near[0] + share * far[0], 1.0, share, turn * far[0]
    return near[0] + share * (1.0 - near[0]), 1.0 - share, 0.0, turn * (1.0 - near[0])


@compiled
def coverage_gradient(
    distance: float,
    half: float,
    nx: float,
    ny: float,
    a: float,
    b: float,
    by_corner: float,
    filter_width: float,
) -> tuple[float, float, float]:
    """Derivatives of the coverage by distance, by half width, and by the angle of the direction (nx, ny)."""
    near, by_a, by_b = half_plane_gradient(half - distance, a, b, by_corner)
    far = 0.0
    if half + distance < 0.5 * (a + b):
        far, far_a, far_b = half_plane_gradient(half + distance, a, b, by_corner)
        by_a, by_b = by_a + far_a, by_b + far_b
    return far - near, near + far, by_angle(by_a, by_b, nx, ny, filter_width)


@compiled
def by_angle(by_a: float, by_b: float, nx: float, ny: float, filter_width: float) -> float:
    """Derivative by the angle of the unit normal from those by the extents of the box along it."""
    turn_x = -ny * filter_width * (1.0 if nx > 0.0 else -1.0)
    turn_y = nx * filter_width * (1.0 if ny > 0.0 else -1.0)
    return by_a * turn_x + by_b * turn_y if abs(nx) < abs(ny) else by_a * turn_y + by_b * turn_x
