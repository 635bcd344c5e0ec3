"""Compiled: which pixels' boxes a straight edge passes through, and where."""

import math

from inkwright.compiled_kernels.compilation import compiled


@compiled
def first_pixel(low: float, filter_width: float, size: int) -> int:
    """First pixel whose box reaches beyond ``low``, at least 0."""
    return int(min(max(math.floor(low - 0.5 - 0.5 * filter_width) + 1.0, 0.0), float(size)))


@compiled
def end_pixel(high: float, filter_width: float, size: int) -> int:
    """One past the last pixel whose box begins before ``high``, at most ``size``."""
    return int(min(max(math.ceil(high - 0.5 + 0.5 * filter_width), 0.0), float(size)))


@compiled
def edge_columns(
    edge: tuple[float, float, float, float], y: int, filter_width: float, width: int
) -> tuple[int, int]:
    """Columns [begin, end) of the row y whose boxes an edge from a to b (ax, ay, bx, by) passes through."""
    ax, ay, bx, by = edge
    xa, xb = ax, bx
    if ay != by:
        slope = (bx - ax) / (by - ay)
        low, high = y + 0.5 - 0.5 * filter_width, y + 0.5 + 0.5 * filter_width
        xa = ax + (min(max(ay, low), high) - ay) * slope
        xb = ax + (min(max(by, low), high) - ay) * slope
    return first_pixel(min(xa, xb), filter_width, width), end_pixel(max(xa, xb), filter_width, width)


@compiled
def inside_box(start: float, delta: float, low: float, size: float) -> tuple[float, float]:
    """Parameters in [0, 1] between which start + s * delta is within [low, low + size]."""
    if delta == 0.0:
        return (0.0, 1.0) if low <= start <= low + size else (0.0, 0.0)
    s0, s1 = (low - start) / delta, (low + size - start) / delta
    if s0 > s1:
        s0, s1 = s1, s0
    return max(s0, 0.0), min(s1, 1.0)
