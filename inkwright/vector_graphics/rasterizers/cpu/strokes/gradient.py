"""Compiled gradient of strokes: from the coverage of pixels to the ends of chords and to the half width."""

import numpy as np

from inkwright.compiled_kernels.compilation import compiled_part
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array, Coverage, Gradients, Stroke
from inkwright.vector_graphics.rasterizers.cpu.box_filter import half_plane_gradient
from inkwright.vector_graphics.rasterizers.cpu.strokes.edges import by_angle, coverage_gradient, foot, union
from inkwright.vector_graphics.rasterizers.cpu.strokes.strips import (
    AX,
    AY,
    BY_CORNER,
    BY_LENGTH,
    EX,
    EY,
    INVERSE,
    LONG,
    NX,
    NY,
    SHORT,
)

# Closer to a round end than this, the direction of its edge is not differentiated: it turns without bound at
# the centre.
NEAREST_DIRECTION = 1e-3


@compiled_part
def stroke_gradient(stroke: Stroke, item: int, found: Coverage, to: Gradients) -> float:
    """Add the gradient of one stroke to its vertices; returns the gradient of its half width."""
    by_half = 0.0
    y0, row = found.item_y[item, 0], found.item_row[item]
    for y in range(y0, found.item_y[item, 1]):
        for span in range(found.row_spans[row + y - y0], found.row_spans[row + y - y0 + 1]):
            shift = found.spans[span, 2] - found.spans[span, 0]
            for x in range(found.spans[span, 0], found.spans[span, 1] if found.spans[span, 2] >= 0 else 0):
                cell = np.uint64(shift + x)
                upstream = to.cover[cell]
                if upstream != 0.0 and 0.0 < found.cover[cell] < 1.0:
                    chords = found.source[cell], found.other[cell]
                    by_half += _pixel_gradient(stroke, chords, x + 0.5, y + 0.5, upstream, to.vertices)
    return by_half


@compiled_part
def _pixel_gradient(
    stroke: Stroke, chords: tuple[int, int], x: float, y: float, upstream: float, to_vertices: Array
) -> float:
    """Add one pixel's gradient to the chords that cover it; returns the gradient by half width."""
    (c, other), table = chords, stroke.table
    if other >= 0:
        _, near_share, far_share, turn = union(stroke, c, other, x, y)
        return _chord_gradient(
            stroke, c, x, y, upstream * near_share, upstream * turn, to_vertices
        ) + _chord_gradient(stroke, other, x, y, upstream * far_share, -upstream * turn, to_vertices)
    px, py = x - table[c, AX], y - table[c, AY]
    t = (px * table[c, EX] + py * table[c, EY]) * table[c, INVERSE]
    rho = px * table[c, NX] + py * table[c, NY]
    if 0.0 < t < 1.0 and stroke.half + abs(rho) >= 0.5 * (table[c, SHORT] + table[c, LONG]):
        return _beside_gradient(stroke, c, t, rho, upstream, to_vertices)
    return _chord_gradient(stroke, c, x, y, upstream, 0.0, to_vertices)


@compiled_part
def _beside_gradient(
    stroke: Stroke, c: int, t: float, rho: float, upstream: float, to_vertices: Array
) -> float:
    """``_chord_gradient`` of the common pixel, out of sight of the stroke's other edge."""
    table = stroke.table
    nx, ny = table[c, NX], table[c, NY]
    side = 1.0 if rho >= 0.0 else -1.0
    by_s, by_a, by_b = half_plane_gradient(
        stroke.half - abs(rho), table[c, SHORT], table[c, LONG], table[c, BY_CORNER]
    )
    turn = by_angle(by_a, by_b, nx, ny, stroke.filter_width) * table[c, BY_LENGTH] * upstream
    push = side * by_s * upstream
    to_start, to_end = (1.0 - t) * push - turn, t * push + turn
    start, end = np.uint64(stroke.chords[c, 0]), np.uint64(stroke.chords[c, 1])
    to_vertices[start, 0] += to_start * nx
    to_vertices[start, 1] += to_start * ny
    to_vertices[end, 0] += to_end * nx
    to_vertices[end, 1] += to_end * ny
    return by_s * upstream


@compiled_part
def _chord_gradient(
    stroke: Stroke, c: int, x: float, y: float, upstream: float, turning: float, to_vertices: Array
) -> float:
    """Add one pixel's gradient to the two ends of one chord; returns the gradient by half width.

    Along the chord the closest point moves with the pixel, so only the distance and the chord's direction
    count; at an end, the vector from the end to the pixel counts. ``turning`` is a gradient by the
    direction's angle from elsewhere.
    """
    at, table = foot(stroke, c, x, y), stroke.table
    t, nx, ny, distance = at.t, at.nx, at.ny, at.distance
    by_distance, by_half, angle = coverage_gradient(at, stroke.filter_width)
    by_distance *= upstream
    angle = angle * upstream + turning
    start, end = stroke.chords[c, 0], stroke.chords[c, 1]
    if 0.0 < t < 1.0:
        # The direction is the chord's normal, or its opposite, and turns with the chord.
        turn = angle * (table[c, EX] * ny - table[c, EY] * nx) * table[c, INVERSE]
        to_start, to_end = -(1.0 - t) * by_distance - turn, -t * by_distance + turn
        to_vertices[start, 0] += to_start * nx
        to_vertices[start, 1] += to_start * ny
        to_vertices[end, 0] += to_end * nx
        to_vertices[end, 1] += to_end * ny
    else:
        row = start if t == 0.0 else end
        turn = angle / distance if distance > NEAREST_DIRECTION else 0.0
        to_vertices[row, 0] -= by_distance * nx - turn * ny
        to_vertices[row, 1] -= by_distance * ny + turn * nx
    return by_half * at.by_half * upstream
