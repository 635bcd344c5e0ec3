"""Kernels that flatten the segments of all shapes to chords, and bring gradients back to control points."""

import math

import numpy as np

from inkwright.compiled_kernels.compilation import compiled_maker, compiled_part
from inkwright.compiled_kernels.inlining import inlined
from inkwright.vector_graphics.curves.bernstein import COUNT_SLACK, MAX_CHORDS, WANG, cubic_weights
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array, Gradients, Structure, View

cubic_bernstein = inlined(cubic_weights)


@compiled_maker
def chord_counts(points: Array, structure: Structure, view: View) -> Array:
    """[S] number of chords of each cubic: Wang's bound for the view's flatness."""
    counts = np.empty(structure.segments.shape[0], np.int64)
    for n in range(structure.filled.shape[0]):
        paths = structure.shape_paths
        first, end = structure.path_segments[paths[n]], structure.path_segments[paths[n + 1]]
        most = WANG / (view.fill_flatness if structure.filled[n] else view.stroke_flatness)
        for s in range(first, end):
            counts[s] = segment_chords(points, structure.segments[s], view, most)
    return counts


@compiled_part
def segment_chords(points: Array, segment: Array, view: View, most: float) -> int:
    """Chords of one cubic; ``most`` is `WANG` by the largest distance in pixels."""
    bound = math.sqrt(most * _bend(points, segment, view.scale_x, view.scale_y))
    return MAX_CHORDS if bound > MAX_CHORDS else max(1, math.ceil(bound - COUNT_SLACK))


@compiled_part
def _bend(points: Array, segment: Array, scale_x: float, scale_y: float) -> float:
    """The longer of a cubic's second differences, in pixels."""
    worst = 0.0
    for k in range(2):
        i, j, m = segment[k], segment[k + 1], segment[k + 2]
        dx = (points[i, 0] - 2.0 * points[j, 0] + points[m, 0]) * scale_x
        dy = (points[i, 1] - 2.0 * points[j, 1] + points[m, 1]) * scale_y
        worst = max(worst, dx * dx + dy * dy)
    return math.sqrt(worst)


@compiled_maker
def flatten(points: Array, structure: Structure, view: View) -> tuple[Array, Array, Array, Array, Array]:
    """Vertices and chords of every shape, in pixels.

    Returns:
        counts [S] chords of each segment; segment_vertex [S] first vertex of each segment; vertices [V, 2];
        chords [C, 2] vertex pairs; shape_chords [N, 3] first chord of each shape, end of its stroke's chords,
        and end of its fill's chords (the stroke's chords and the lines that close open paths).
    """
    path_segments, shape_paths = structure.path_segments, structure.shape_paths
    counts = chord_counts(points, structure, view)
    num_shapes, room = structure.filled.shape[0], counts.sum() + structure.path_closed.shape[0]
    vertices, chords = np.empty((room, 2), np.float64), np.empty((room, 2), np.int64)
    segment_vertex = np.empty(counts.shape[0], np.int64)
    shape_chords = np.empty((num_shapes, 3), np.int64)
    v, c = 0, 0
    for n in range(num_shapes):
        shape_chords[n, 0] = c
        first_vertex = v
        for q in range(shape_paths[n], shape_paths[n + 1]):
            for s in range(path_segments[q], path_segments[q + 1]):
                segment_vertex[s] = v
                chord_vertices(
                    points, structure.segments[s], counts[s], view.scale_x, view.scale_y, vertices, v
                )
                for k in range(counts[s]):
                    chords[c, 0], chords[c, 1] = v + k, v + k + 1
                    c += 1
                v += counts[s]
            v += 1
        shape_chords[n, 1] = c
        if structure.filled[n]:
            c = _closing_chords(structure, counts, n, first_vertex, chords, c)
        shape_chords[n, 2] = c
    return counts, segment_vertex, vertices, chords[:c], shape_chords


@compiled_part
def chord_vertices(
    points: Array, segment: Array, count: int, scale_x: float, scale_y: float, vertices: Array, first: int
) -> None:
    """Write the vertices of one cubic's chords, in pixels, from the first on."""
    x0, y0 = points[segment[0], 0] * scale_x, points[segment[0], 1] * scale_y
    x1, y1 = points[segment[1], 0] * scale_x, points[segment[1], 1] * scale_y
    x2, y2 = points[segment[2], 0] * scale_x, points[segment[2], 1] * scale_y
    x3, y3 = points[segment[3], 0] * scale_x, points[segment[3], 1] * scale_y
    inverse = 1.0 / count
    for k in range(count + 1):
        b0, b1, b2, b3 = vertex_weights(k, count, inverse)
        vertices[first + k, 0] = b0 * x0 + b1 * x1 + b2 * x2 + b3 * x3
        vertices[first + k, 1] = b0 * y0 + b1 * y1 + b2 * y2 + b3 * y3


@compiled_part
def vertex_weights(k: int, count: int, inverse: float) -> tuple[float, float, float, float]:
    """Weights of the four control points in vertex k of ``count`` chords, 1 / count being known.

    Chords between points of the curve lie on its inner side, on average by B'' / (12 count^2). Inner vertices
    are moved out by just that, so that the chords run on both sides and the area beside them is the curve's.
    """
    t = k * inverse if k < count else 1.0
    b0, b1, b2, b3 = cubic_bernstein(t)
    if 0 < k < count:
        out = 0.5 * inverse * inverse
        b0 -= out * (1.0 - t)
        b1 -= out * (3.0 * t - 2.0)
        b2 -= out * (1.0 - 3.0 * t)
        b3 -= out * t
    return b0, b1, b2, b3


@compiled_part
def _closing_chords(
    structure: Structure, counts: Array, shape: int, vertex: int, chords: Array, c: int
) -> int:
    """A fill closes every open path by a straight line, as SVG does."""
    for q in range(structure.shape_paths[shape], structure.shape_paths[shape + 1]):
        length = 0
        for s in range(structure.path_segments[q], structure.path_segments[q + 1]):
            length += counts[s]
        if not structure.path_closed[q]:
            chords[c, 0], chords[c, 1] = vertex + length, vertex
            c += 1
        vertex += length + 1
    return c


@compiled_part
def unflatten(
    shape: int, structure: Structure, view: View, counts: Array, segment_vertex: Array, to: Gradients
) -> None:
    """Add the gradient of one shape's vertices to that of its control points: dL/dP = B^T dL/dV.

    Segments [S] have so many chords, and begin at such vertices.
    """
    paths = structure.shape_paths
    first, end = structure.path_segments[paths[shape]], structure.path_segments[paths[shape + 1]]
    for s in range(first, end):
        count, v = counts[s], segment_vertex[s]
        inverse = 1.0 / count
        last = s + 1 == end or segment_vertex[s + 1] != v + count
        for k in range(count + (1 if last else 0)):
            gx, gy = to.vertices[v + k, 0] * view.scale_x, to.vertices[v + k, 1] * view.scale_y
            weights = vertex_weights(k, count, inverse)
            for i in range(4):
                to.points[structure.segments[s, i], 0] += weights[i] * gx
                to.points[structure.segments[s, i], 1] += weights[i] * gy
