"""Compiled: brings gradients from the corners of a stroke's outline to its points, width and profile."""

import math

from inkwright.compiled_kernels.compilation import compiled_part
from inkwright.vector_graphics.rasterizers.cpu.arrays import (
    Array,
    Contours,
    Gradients,
    Outline,
    Structure,
    View,
)
from inkwright.vector_graphics.rasterizers.cpu.flattening import unflatten
from inkwright.vector_graphics.rasterizers.cpu.strokes.corners import (
    AFTER_FROM,
    AFTER_TO,
    ARM_X,
    ARM_Y,
    AT,
    BEFORE_FROM,
    BEFORE_TO,
    FAR,
    GROW,
    OTHER,
    PLACE,
    REACH,
    SHIFT,
    TURN,
)
from inkwright.vector_graphics.rasterizers.cpu.strokes.links import Pen, width_at
from inkwright.vector_graphics.rasterizers.cpu.strokes.outlines import pen_of


@compiled_part
def outline_gradient(n: int, structure: Structure, view: View, outline: Outline, to: Gradients) -> float:
    """Add the gradient of the corners of shape n to its points and profile; returns the half width's."""
    contours, by_half = outline.contours, 0.0
    pen = pen_of(n, outline.half, contours.styles)
    for chord in range(contours.shape_chords[n, 0], contours.shape_chords[n, 1]):
        by_half += _corner_gradient(n, chord - contours.chord, pen, outline, to)
    unflatten(n, structure, view, contours.counts, contours.segment_vertex, to)
    _handle_gradient(n, structure, view, contours, to)
    return by_half


@compiled_part
def _corner_gradient(n: int, k: int, pen: Pen, outline: Outline, to: Gradients) -> float:
    """Add the gradient of corner k to vertices and to a profile; returns the half width's."""
    contours, by_vertex = outline.contours, to.vertices
    gx, gy = by_vertex[contours.vertex + k, 0], by_vertex[contours.vertex + k, 1]
    if gx == 0.0 and gy == 0.0:
        return 0.0
    number, root = contours.number[k], contours.root[k]
    if root[FAR] >= 0:
        _crossing_gradient(outline.vertices, number, root, (gx, gy), by_vertex)
        return 0.0
    shift = number[SHIFT]
    by_vertex[root[AT], 0] += (1.0 - shift) * gx
    by_vertex[root[AT], 1] += (1.0 - shift) * gy
    by_vertex[root[OTHER], 0] += shift * gx
    by_vertex[root[OTHER], 1] += shift * gy
    mx, my = number[ARM_X], number[ARM_Y]
    by_reach, across = gx * mx + gy * my, gy * mx - gx * my
    low, share, factor = width_at(pen, number[PLACE])
    if pen.profile.shape[0] > 0:
        to.profile[n, low] += by_reach * pen.half * (1.0 - share)
        to.profile[n, low + 1] += by_reach * pen.half * share
    turn, grow, reach = number[TURN], number[GROW] * by_reach, number[REACH]
    _turn(outline.vertices, root[BEFORE_FROM], root[BEFORE_TO], reach * (turn * across + grow), by_vertex)
    _turn(
        outline.vertices, root[AFTER_FROM], root[AFTER_TO], reach * ((1.0 - turn) * across - grow), by_vertex
    )
    return by_reach * factor


@compiled_part
def _crossing_gradient(
    vertices: Array, number: Array, root: Array, by: tuple[float, float], to_vertices: Array
) -> None:
    """Add the gradient of where the lines across two chords cross.

    It stays on a line that moves by d along its chord if it goes by d times that chord's direction there.
    """
    (gx, gy), at, other, far = by, root[AT], root[OTHER], root[FAR]
    ux, uy = number[ARM_Y], -number[ARM_X]
    vx = vertices[root[AFTER_TO], 0] - vertices[root[AFTER_FROM], 0]
    vy = vertices[root[AFTER_TO], 1] - vertices[root[AFTER_FROM], 1]
    length = math.sqrt(vx * vx + vy * vy)
    vx, vy = vx / length, vy / length
    shift, share = number[SHIFT], number[PLACE]
    # from the second line's place on its chord, by that of the first
    x, y = number[REACH] * number[ARM_X], number[REACH] * number[ARM_Y]
    x += shift * (vertices[other, 0] - vertices[at, 0]) - share * (vertices[far, 0] - vertices[at, 0])
    y += shift * (vertices[other, 1] - vertices[at, 1]) - share * (vertices[far, 1] - vertices[at, 1])
    sine = ux * vy - uy * vx
    first, second = (gx * vy - gy * vx) / sine, (ux * gy - uy * gx) / sine
    to_vertices[at, 0] += (1.0 - shift) * first * ux + (1.0 - share) * second * vx
    to_vertices[at, 1] += (1.0 - shift) * first * uy + (1.0 - share) * second * vy
    to_vertices[other, 0] += shift * first * ux
    to_vertices[other, 1] += shift * first * uy
    to_vertices[far, 0] += share * second * vx
    to_vertices[far, 1] += share * second * vy
    _turn(vertices, root[BEFORE_FROM], root[BEFORE_TO], -first * number[REACH], to_vertices)
    _turn(vertices, root[AFTER_FROM], root[AFTER_TO], -second * (vx * y - vy * x), to_vertices)


@compiled_part
def _turn(vertices: Array, i: int, j: int, by_angle: float, to_vertices: Array) -> None:
    """Add to two vertices what the angle of the direction from one to the other gives them."""
    if i < 0 or by_angle == 0.0:
        return
    dx, dy = vertices[j, 0] - vertices[i, 0], vertices[j, 1] - vertices[i, 1]
    scale = by_angle / (dx * dx + dy * dy)
    to_vertices[i, 0] += scale * dy
    to_vertices[i, 1] -= scale * dx
    to_vertices[j, 0] -= scale * dy
    to_vertices[j, 1] += scale * dx


@compiled_part
def _handle_gradient(n: int, structure: Structure, view: View, contours: Contours, to: Gradients) -> None:
    """Add the gradient of the handles of shape n, which give directions, to its control points."""
    paths, segments = structure.shape_paths, structure.segments
    for s in range(structure.path_segments[paths[n]], structure.path_segments[paths[n + 1]]):
        for k in range(2):
            handle = contours.handles + 2 * s + k
            to.points[segments[s, k + 1], 0] += to.vertices[handle, 0] * view.scale_x
            to.points[segments[s, k + 1], 1] += to.vertices[handle, 1] * view.scale_y
