"""Kernels of the box filter: how much of a pixel's box lies under a straight edge, and the derivatives."""

from inkwright.compiled_kernels.compilation import compiled_part
from inkwright.compiled_kernels.lanes import larger, smaller
from inkwright.vector_graphics.rasterizers.cpu.arrays import Lanes

# Extents of the box along a normal are at least this share of its side: no division by zero at level and
# upright edges, and an error of the area of at most half as much.
LEAST_EXTENT = 1e-6


@compiled_part
def box_extents(normal_x: float, normal_y: float, filter_width: float) -> tuple[float, float]:
    """Short and long side (a, b) of the filter box seen along a unit normal."""
    a, b = max(abs(normal_x), LEAST_EXTENT) * filter_width, max(abs(normal_y), LEAST_EXTENT) * filter_width
    return (a, b) if a < b else (b, a)


@compiled_part
def half_plane_area(s: float, a: float, b: float, by_corner: float) -> float:
    """Share of the filter box under the half-plane n.x <= s.

    With a, b the box's extents along n and by_corner = 1 / (2 a b):
    [(s + h)+^2 - (s + h - a)+^2 - (s + h - b)+^2] / (2 a b) up to s = h = (a + b) / 2, then 1: no branch to
    mispredict, and in float64 exact enough for a >= LEAST_EXTENT.
    """
    h = 0.5 * (a + b)
    s = min(s, h)
    p, q, r = max(s + h, 0.0), max(s + h - a, 0.0), max(s + h - b, 0.0)
    return (p * p - q * q - r * r) * by_corner


@compiled_part
def half_plane_areas(s: Lanes, a: float, b: float, by_corner: float) -> Lanes:
    """``half_plane_area`` of several pixels."""
    h = 0.5 * (a + b)
    s = smaller(s, h) + h
    p, q, r = larger(s, 0.0), larger(s - a, 0.0), larger(s - b, 0.0)
    return (p * p - q * q - r * r) * by_corner


@compiled_part
def half_plane_gradient(s: float, a: float, b: float, by_corner: float) -> tuple[float, float, float]:
    """Derivatives of ``half_plane_area`` by s, a and b."""
    h = 0.5 * (a + b)
    s = min(s, h)
    p, q, r = max(s + h, 0.0), max(s + h - a, 0.0), max(s + h - b, 0.0)
    twice = 2.0 * (p * p - q * q - r * r) * by_corner
    by_a = (p + q - r - twice * b) * by_corner
    by_b = (p - q + r - twice * a) * by_corner
    return 2.0 * (p - q - r) * by_corner, by_a, by_b
