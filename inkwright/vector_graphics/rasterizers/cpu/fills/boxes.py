"""Compiled: which pixels' boxes a straight edge passes through, and where."""

from inkwright.compiled_kernels.compilation import compiled_part

# Edges with less of a coordinate than this have none of it.
LEVEL = 1e-300


@compiled_part
def first_pixel(low: float, filter_width: float, size: int) -> int:
    """First pixel whose box reaches beyond ``low``, at least 0."""
    return int(min(max(low + 0.5 - 0.5 * filter_width, 0.0), float(size)))


@compiled_part
def end_pixel(high: float, filter_width: float, size: int) -> int:
    """One past the last pixel whose box begins before ``high``, at most ``size``."""
    end = min(max(high - 0.5 + 0.5 * filter_width, 0.0), float(size))
    whole = int(end)
    return whole + (1 if end > whole else 0)


@compiled_part
def inside_box(start: float, inverse: float, low: float, size: float) -> tuple[float, float]:
    """Parameters in [0, 1] between which start + s / inverse is in [low, low + size]; 0: it stays there."""
    if inverse == 0.0:
        return (0.0, 1.0) if low <= start <= low + size else (0.0, 0.0)
    s0, s1 = (low - start) * inverse, (low + size - start) * inverse
    if s0 > s1:
        s0, s1 = s1, s0
    return max(s0, 0.0), min(s1, 1.0)
