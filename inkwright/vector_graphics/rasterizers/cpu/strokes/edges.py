"""Compiled coverage of one pixel by one chord of a stroke, with an edge that knows its direction."""

import math
from typing import NamedTuple

from inkwright.compiled_kernels.compilation import compiled_part
from inkwright.compiled_kernels.lanes import larger, magnitude, smaller, square_root, where_positive
from inkwright.vector_graphics.rasterizers.cpu.arrays import Lanes, Stroke
from inkwright.vector_graphics.rasterizers.cpu.box_filter import (
    LEAST_EXTENT,
    box_extents,
    half_plane_area,
    half_plane_areas,
    half_plane_gradient,
)
from inkwright.vector_graphics.rasterizers.cpu.strokes.strips import (
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

# A pixel closer than this to the end of a chord has no direction from it: that of the chord stands in.
NO_DISTANCE = 1e-9


class Foot(NamedTuple):
    """The point of a chord that is closest to a pixel, and what the edge looks like from there."""

    t: float  # place on the chord in [0, 1]
    nx: float  # unit direction to the pixel
    ny: float
    distance: float
    half: float  # half width to reckon with
    by_half: float  # its derivative by the stroke's
    short: float  # extents of the pixel along the direction
    long: float
    by_corner: float  # 1 / (2 short long)


@compiled_part
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


@compiled_part
def foot(stroke: Stroke, c: int, x: float, y: float) -> Foot:
    """The closest point of a chord to a pixel."""
    table = stroke.table
    ex, ey = table[c, EX], table[c, EY]
    px, py = x - table[c, AX], y - table[c, AY]
    t = (px * ex + py * ey) * table[c, INVERSE]
    nx, ny = table[c, NX], table[c, NY]
    if 0.0 < t < 1.0:
        rho = px * nx + py * ny
        side = 1.0 if rho >= 0.0 else -1.0
        a, b, by_corner = table[c, SHORT], table[c, LONG], table[c, BY_CORNER]
        return Foot(t, side * nx, side * ny, side * rho, stroke.half, 1.0, a, b, by_corner)
    t = 0.0 if t <= 0.0 else 1.0
    rx, ry = px - t * ex, py - t * ey
    distance = math.sqrt(rx * rx + ry * ry)
    if distance > NO_DISTANCE:
        nx, ny = rx / distance, ry / distance
    a, b = box_extents(nx, ny, stroke.filter_width)
    half, by_half = round_half_width(stroke.half, stroke.filter_width)
    return Foot(t, nx, ny, distance, half, by_half, a, b, 0.5 / (a * b))


@compiled_part
def beside_coverage(stroke: Stroke, c: int, x: float, y: float) -> float:
    """Coverage of a pixel beside the chord and out of sight of the other edge; -1 for any other pixel."""
    table, half = stroke.table, stroke.half
    px, py = x - table[c, AX], y - table[c, AY]
    t = (px * table[c, EX] + py * table[c, EY]) * table[c, INVERSE]
    a, b = table[c, SHORT], table[c, LONG]
    distance = abs(px * table[c, NX] + py * table[c, NY])
    area = half_plane_area(half - distance, a, b, table[c, BY_CORNER])
    return min(area, 1.0) if 0.0 < t < 1.0 and half + distance >= 0.5 * (a + b) else -1.0


@compiled_part
def end_coverage(stroke: Stroke, c: int, x: float, y: float) -> float:
    """Coverage by one chord of a pixel that may lie beyond its ends, or far from it."""
    table = stroke.table
    ex, ey = table[c, EX], table[c, EY]
    px, py = x - table[c, AX], y - table[c, AY]
    t = min(max((px * ex + py * ey) * table[c, INVERSE], 0.0), 1.0)
    rx, ry = px - t * ex, py - t * ey
    reach = stroke.half + HALF_DIAGONAL * stroke.filter_width
    if rx * rx + ry * ry >= reach * reach:
        return 0.0
    return directed_coverage(stroke, c, x, y)[0]


@compiled_part
def directed_coverages(stroke: Stroke, c: int, x: Lanes, y: float) -> Lanes:
    """The coverage by one chord of pixels side by side, wherever they lie."""
    table, width = stroke.table, stroke.filter_width
    ex, ey, py = table[c, EX], table[c, EY], y - table[c, AY]
    px = x - table[c, AX]
    t = (px * ex + py * ey) * table[c, INVERSE]
    inside = smaller(t, 1.0 - t)  # above 0 beside the chord
    t = smaller(larger(t, 0.0), 1.0)
    rx, ry = px - t * ex, py - t * ey
    distance = square_root(rx * rx + ry * ry)
    inverse = 1.0 / larger(distance, NO_DISTANCE)
    nx = where_positive(distance - NO_DISTANCE, rx * inverse, table[c, NX])
    ny = where_positive(distance - NO_DISTANCE, ry * inverse, table[c, NY])
    nx = larger(magnitude(where_positive(inside, table[c, NX], nx)), LEAST_EXTENT) * width
    ny = larger(magnitude(where_positive(inside, table[c, NY], ny)), LEAST_EXTENT) * width
    a, b, by_corner = smaller(nx, ny), larger(nx, ny), 0.5 / (nx * ny)
    half = where_positive(inside, stroke.half, round_half_width(stroke.half, width)[0])
    cover = half_plane_areas(half - distance, a, b, by_corner)
    cover += half_plane_areas(half + distance, a, b, by_corner) - 1.0
    return smaller(larger(cover, 0.0), 1.0)


@compiled_part
def directed_coverage(stroke: Stroke, c: int, x: float, y: float) -> tuple[float, float, float]:
    """(coverage by this chord alone, unit direction from its closest point to the pixel)."""
    at = foot(stroke, c, x, y)
    cover = half_plane_area(at.half - at.distance, at.short, at.long, at.by_corner)
    if at.half + at.distance < 0.5 * (at.short + at.long):
        cover += half_plane_area(at.half + at.distance, at.short, at.long, at.by_corner) - 1.0
    return min(max(cover, 0.0), 1.0), at.nx, at.ny


@compiled_part
def union(stroke: Stroke, c: int, other: int, x: float, y: float) -> tuple[float, float, float, float]:
    """Coverage by two branches, its derivatives by the closer's and the other's, and by the closer's angle.

    Branches on opposite sides of the pixel cover different parts of it (the sum), on the same side the same
    part (the larger); in between, a share lambda = (1 - n.n') / 2 of the difference: at right angles, that of
    independent edges.
    """
    near = directed_coverage(stroke, c, x, y)
    far = directed_coverage(stroke, other, x, y)
    share = 0.5 * (1.0 - near[1] * far[1] - near[2] * far[2])
    turn = -0.5 * (near[1] * far[2] - near[2] * far[1])
    if near[0] + far[0] < 1.0:
        return near[0] + share * far[0], 1.0, share, turn * far[0]
    return near[0] + share * (1.0 - near[0]), 1.0 - share, 0.0, turn * (1.0 - near[0])


@compiled_part
def coverage_gradient(at: Foot, filter_width: float) -> tuple[float, float, float]:
    """Derivatives of the coverage by distance, by half width, and by the angle of the direction."""
    near, by_a, by_b = half_plane_gradient(at.half - at.distance, at.short, at.long, at.by_corner)
    far = 0.0
    if at.half + at.distance < 0.5 * (at.short + at.long):
        far, far_a, far_b = half_plane_gradient(at.half + at.distance, at.short, at.long, at.by_corner)
        by_a, by_b = by_a + far_a, by_b + far_b
    return far - near, near + far, by_angle(by_a, by_b, at.nx, at.ny, filter_width)


@compiled_part
def by_angle(by_a: float, by_b: float, nx: float, ny: float, filter_width: float) -> float:
    """Derivative by the angle of the unit normal from those by the extents of the box along it."""
    turn_x = -ny * filter_width * (1.0 if nx > 0.0 else -1.0)
    turn_y = nx * filter_width * (1.0 if ny > 0.0 else -1.0)
    return by_a * turn_x + by_b * turn_y if abs(nx) < abs(ny) else by_a * turn_y + by_b * turn_x
