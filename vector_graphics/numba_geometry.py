"""Compiled geometry shared by strokes and fills: chords of Bézier segments, and the area of a pixel under an edge."""

from __future__ import annotations

import math

import numpy as np

from vector_graphics.numba_compilation import compiled

FLATNESS = 0.05
MAX_CHORDS = 64
LEAST_EXTENT = 1e-6


@compiled
def chord_counts(points, segments, scale_x, scale_y):  # type: ignore[no-untyped-def]
    """[S] number of chords of each cubic segment: Wang's bound for a distance of FLATNESS pixels."""
    counts = np.empty(segments.shape[0], np.int64)
    for s in range(segments.shape[0]):
        worst = 0.0
        for k in range(2):
            i, j, m = segments[s, k], segments[s, k + 1], segments[s, k + 2]
            dx = (points[i, 0] - 2.0 * points[j, 0] + points[m, 0]) * scale_x
            dy = (points[i, 1] - 2.0 * points[j, 1] + points[m, 1]) * scale_y
            worst = max(worst, dx * dx + dy * dy)
        bound = math.sqrt(0.75 / FLATNESS * math.sqrt(worst))
        counts[s] = MAX_CHORDS if bound > MAX_CHORDS else max(1, math.ceil(bound))
    return counts


@compiled
def flatten(points, segments, path_segments, path_closed, shape_paths, filled, scale_x, scale_y):  # type: ignore[no-untyped-def]
    """Vertices and chords of every shape, in pixels.

    Returns:
        counts [S] chords of each segment; segment_vertex [S] first vertex of each segment; vertices [V, 2];
        chords [C, 2] vertex pairs; shape_chords [N, 3] first chord of each shape, end of its stroke's chords, and end of
        its fill's chords (the stroke's chords and the lines that close open paths).
    """
    counts = chord_counts(points, segments, scale_x, scale_y)
    num_paths, num_shapes = path_closed.shape[0], filled.shape[0]
    total = counts.sum()
    vertices = np.empty((total + num_paths, 2), np.float64)
    chords = np.empty((total + num_paths, 2), np.int64)
    segment_vertex = np.empty(segments.shape[0], np.int64)
    shape_chords = np.empty((num_shapes, 3), np.int64)
    v, c = 0, 0
    for n in range(num_shapes):
        shape_chords[n, 0] = c
        first_vertex = v
        for q in range(shape_paths[n], shape_paths[n + 1]):
            for s in range(path_segments[q], path_segments[q + 1]):
                segment_vertex[s] = v
                _chord_vertices(points, segments, s, counts[s], scale_x, scale_y, vertices, v)
                for k in range(counts[s]):
                    chords[c, 0], chords[c, 1] = v + k, v + k + 1
                    c += 1
                v += counts[s]
            v += 1
        shape_chords[n, 1] = c
        if filled[n]:
            c = _closing_chords(path_segments, path_closed, counts, shape_paths[n], shape_paths[n + 1], first_vertex, chords, c)
        shape_chords[n, 2] = c
    return counts, segment_vertex, vertices, chords, shape_chords


@compiled
def _chord_vertices(points, segments, s, count, scale_x, scale_y, vertices, first):  # type: ignore[no-untyped-def]
    x0, y0 = points[segments[s, 0], 0] * scale_x, points[segments[s, 0], 1] * scale_y
    x1, y1 = points[segments[s, 1], 0] * scale_x, points[segments[s, 1], 1] * scale_y
    x2, y2 = points[segments[s, 2], 0] * scale_x, points[segments[s, 2], 1] * scale_y
    x3, y3 = points[segments[s, 3], 0] * scale_x, points[segments[s, 3], 1] * scale_y
    for k in range(count + 1):
        b0, b1, b2, b3 = vertex_weights(k, count)
        vertices[first + k, 0] = b0 * x0 + b1 * x1 + b2 * x2 + b3 * x3
        vertices[first + k, 1] = b0 * y0 + b1 * y1 + b2 * y2 + b3 * y3


@compiled
def vertex_weights(k, count):  # type: ignore[no-untyped-def]
    """Weights of the four control points in vertex k of ``count`` chords.

    Chords between points of the curve lie on its inner side, on average by B'' / (12 count^2). Inner vertices are moved
    out by just that, so that the chords run on both sides and the area beside them is the curve's.
    """
    t = k / count
    u = 1.0 - t
    b0, b1, b2, b3 = u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t
    if 0 < k < count:
        out = 0.5 / (count * count)
        b0 -= out * u
        b1 -= out * (3.0 * t - 2.0)
        b2 -= out * (1.0 - 3.0 * t)
        b3 -= out * t
    return b0, b1, b2, b3


@compiled
def _closing_chords(path_segments, path_closed, counts, path, end, vertex, chords, c):  # type: ignore[no-untyped-def]
    """A fill closes every open path by a straight line, as SVG does."""
    for q in range(path, end):
        length = 0
        for s in range(path_segments[q], path_segments[q + 1]):
            length += counts[s]
        if not path_closed[q]:
            chords[c, 0], chords[c, 1] = vertex + length, vertex
            c += 1
        vertex += length + 1
    return c


@compiled
def unflatten(segments, first, end, counts, segment_vertex, vertex_gradient, scale_x, scale_y, point_gradient):  # type: ignore[no-untyped-def]
    """Add the gradient of vertices to that of control points, for segments first..end: dL/dP = B^T dL/dV."""
    for s in range(first, end):
        count, v = counts[s], segment_vertex[s]
        last = s + 1 == end or segment_vertex[s + 1] != v + count
        for k in range(count + (1 if last else 0)):
            gx, gy = vertex_gradient[v + k, 0] * scale_x, vertex_gradient[v + k, 1] * scale_y
            b0, b1, b2, b3 = vertex_weights(k, count)
            point_gradient[segments[s, 0], 0] += b0 * gx
            point_gradient[segments[s, 0], 1] += b0 * gy
            point_gradient[segments[s, 1], 0] += b1 * gx
            point_gradient[segments[s, 1], 1] += b1 * gy
            point_gradient[segments[s, 2], 0] += b2 * gx
            point_gradient[segments[s, 2], 1] += b2 * gy
            point_gradient[segments[s, 3], 0] += b3 * gx
            point_gradient[segments[s, 3], 1] += b3 * gy


@compiled
def box_extents(normal_x, normal_y, filter_width):  # type: ignore[no-untyped-def]
    """Short and long side (a, b) of the filter box seen along a unit normal."""
    a, b = max(abs(normal_x), LEAST_EXTENT) * filter_width, max(abs(normal_y), LEAST_EXTENT) * filter_width
    return (a, b) if a < b else (b, a)


@compiled
def half_plane_area(s, a, b, by_corner):  # type: ignore[no-untyped-def]
    """Share of the filter box under the half-plane n.x <= s; a, b are the box's extents along n, by_corner is 1 / (2 a b).

    [(s + h)+^2 - (s + h - a)+^2 - (s + h - b)+^2 + (s - h)+^2] / (2 a b), with h = (a + b) / 2: no branch to mispredict, and
    in float64 exact enough for a >= LEAST_EXTENT.
    """
    h = 0.5 * (a + b)
    p, q, r, t = max(s + h, 0.0), max(s + h - a, 0.0), max(s + h - b, 0.0), max(s - h, 0.0)
    return (p * p - q * q - r * r + t * t) * by_corner


@compiled
def half_plane_gradient(s, a, b, by_corner):  # type: ignore[no-untyped-def]
    """Derivatives of ``half_plane_area`` by s, a and b."""
    h = 0.5 * (a + b)
    p, q, r, t = max(s + h, 0.0), max(s + h - a, 0.0), max(s + h - b, 0.0), max(s - h, 0.0)
    twice = 2.0 * (p * p - q * q - r * r + t * t) * by_corner
    by_a = (p + q - r - t - twice * b) * by_corner
    by_b = (p - q + r - t - twice * a) * by_corner
    return 2.0 * (p - q - r + t) * by_corner, by_a, by_b
