"""Compiled: the outlines of strokes that are not round and even, with the chords of their paths."""

import math

import numpy as np

from inkwright.compiled_kernels.compilation import compiled_maker, compiled_part
from inkwright.compiled_kernels.inlining import inlined
from inkwright.vector_graphics.rasterizers.cpu.arrays import STROKE, Array, Contours, Structure, Styles, View
from inkwright.vector_graphics.rasterizers.cpu.flattening import (
    chord_vertices,
    inflection_chords,
    segment_chords,
)
from inkwright.vector_graphics.rasterizers.cpu.strokes.contours import most_corners, put_path
from inkwright.vector_graphics.rasterizers.cpu.strokes.corners import (
    ARM_X,
    ARM_Y,
    AT,
    CORNER,
    NEXT,
    OTHER,
    REACH,
    ROOTS,
    SHIFT,
    copy_rows,
    corner_room,
    with_room,
)
from inkwright.vector_graphics.rasterizers.cpu.strokes.links import (
    LENGTH,
    ROUND,
    PathPlace,
    Pen,
    lay_chords,
    lay_turns,
    link_room,
)
from inkwright.vector_graphics.stroke_styles import CAPS

ROUND_CAP = CAPS.index("round")


@compiled_maker
def outline_strokes(
    points: Array, half: Array, styles: Styles, structure: Structure, view: View, others: tuple[Array, Array]
) -> tuple[Contours, Array, Array]:
    """Outline the strokes that need it; half widths [N] in pixels.

    Returns:
        the outlines; vertices and chords, first the ``others``.
    """
    vertices, chords = others
    counts, longest = _styled_counts(points, half, styles, structure, view)
    segment_vertex, position, handles = _lay_paths(points, counts, structure, view, vertices)
    shape_chords = np.zeros((structure.filled.shape[0], 2), np.int64)
    links, corners, k = link_room(longest), corner_room(2 * position.shape[0]), 0
    for n in range(structure.filled.shape[0]):
        if _is_outlined(n, structure, styles):
            shape_chords[n, 0], pen = chords.shape[0] + k, pen_of(n, half, styles)
            for q in range(structure.shape_paths[n], structure.shape_paths[n + 1]):
                first, end = structure.path_segments[q], structure.path_segments[q + 1]
                path = PathPlace(first, end, segment_vertex[first], handles)
                count = lay_chords(path, pen, position, counts, links)
                dot = count == 1 and links.number[0, LENGTH] == 0.0
                closed = structure.path_closed[q] and not dot
                lay_turns(links, count, closed, pen)
                corners = with_room(corners, k, most_corners(count))
                k = put_path(links, count, closed, pen, corners, k)
            shape_chords[n, 1] = chords.shape[0] + k
    number, root, corner = corners.number[:k], corners.root[:k], position.shape[0]
    contours = Contours(
        styles, shape_chords, counts, segment_vertex, handles, corner, chords.shape[0], number, root
    )
    if k == 0:
        return contours, vertices, chords
    return contours, _with_corners(position, contours), _with_chords(chords, contours)


def no_contours(styles: Styles) -> Contours:
    """The outlines of a drawing in which no stroke has one."""
    none = np.zeros(0, np.int64)
    shape_chords = np.zeros((styles.cap.size, 2), np.int64)
    number, root = np.empty((0, CORNER)), np.empty((0, ROOTS), np.int32)
    return Contours(styles, shape_chords, none, none, 0, 0, 0, number, root)


@inlined
def pen_of(n: int, half: Array, styles: Styles) -> Pen:
    """What paints the stroke of shape n."""
    disc = styles.cap[n] == ROUND_CAP and styles.join[n] == ROUND and styles.profile.shape[1] == 0
    return Pen(half[n], styles.cap[n], styles.join[n], styles.miter_limit[n], styles.profile[n], disc)


@compiled_part
def _is_outlined(n: int, structure: Structure, styles: Styles) -> bool:
    return styles.outlined[n] and structure.shape_items[STROKE, n] >= 0


@compiled_maker
def _styled_counts(
    points: Array, half: Array, styles: Styles, structure: Structure, view: View
) -> tuple[Array, int]:
    """[S] chords of segments that are outlined, 0 of others; room for those of the longest path, as laid.

    No chord passes over one of the steps of a width profile.
    """
    counts, longest, steps = np.zeros(structure.segments.shape[0], np.int64), 0, styles.profile.shape[1] - 1
    for n in range(structure.filled.shape[0]):
        if _is_outlined(n, structure, styles):
            pen = pen_of(n, half, styles)
            for q in range(structure.shape_paths[n], structure.shape_paths[n + 1]):
                first, end = structure.path_segments[q], structure.path_segments[q + 1]
                multiple, total = steps // math.gcd(end - first, steps) if steps > 0 else 1, 3 * (end - first)
                sides = _sides(pen, max(steps, 0) / (end - first))
                for s in range(first, end):
                    segment = structure.segments[s]
                    count = segment_chords(points, segment, view, view.outline_flatness, sides)
                    least = inflection_chords(points, segment, view, sides[1], view.outline_flatness)
                    count = max(count, least)
                    counts[s] = -(-count // multiple) * multiple
                    total += counts[s]
                longest = max(longest, total)
    return counts, longest


@compiled_part
def _sides(pen: Pen, steps: float) -> tuple[float, float]:
    """By how many pixels a half width changes in so many steps of its profile at the most; the largest one.

    Nothing where a disc paints the stroke: all that lines across it sweep is within the disc's reach.
    """
    if pen.disc:
        return 0.0, 0.0
    if pen.profile.shape[0] == 0:
        return 0.0, pen.half
    change, widest = 0.0, pen.profile[0]
    for k in range(1, pen.profile.shape[0]):
        change = max(change, abs(pen.profile[k] - pen.profile[k - 1]))
        widest = max(widest, pen.profile[k])
    return pen.half * change * steps, pen.half * widest


@compiled_maker
def _lay_paths(
    points: Array, counts: Array, structure: Structure, view: View, vertices: Array
) -> tuple[Array, Array, int]:
    """First vertex of each segment [S]; the other vertices, those of paths and of handles; the first handle.

    Where nothing is outlined, there are no vertices.
    """
    segment_vertex, total = np.zeros(counts.shape[0], np.int64), counts.sum()
    if total == 0:
        return segment_vertex, np.empty((0, 2), np.float64), 0
    v = vertices.shape[0]
    handles = v + total + structure.path_closed.shape[0]
    position = np.zeros((handles + 2 * counts.shape[0], 2), np.float64)
    copy_rows(vertices, position)
    for q in range(structure.path_closed.shape[0]):
        for s in range(structure.path_segments[q], structure.path_segments[q + 1]):
            if counts[s] > 0:
                segment, segment_vertex[s] = structure.segments[s], v
                chord_vertices(points, segment, counts[s], view.scale_x, view.scale_y, position, v)
                for k in range(2):
                    position[handles + 2 * s + k, 0] = points[segment[k + 1], 0] * view.scale_x
                    position[handles + 2 * s + k, 1] = points[segment[k + 1], 1] * view.scale_y
                v += counts[s]
        v += 1
    return segment_vertex, position, handles


@compiled_maker
def _with_corners(position: Array, contours: Contours) -> Array:
    """[V + K, 2] vertices, last the corners."""
    number, root, first = contours.number, contours.root, contours.vertex
    vertices = np.empty((first + number.shape[0], 2), np.float64)
    copy_rows(position, vertices)
    for k in range(number.shape[0]):
        at, other, shift, reach = root[k, AT], root[k, OTHER], number[k, SHIFT], number[k, REACH]
        x = position[at, 0] + shift * (position[other, 0] - position[at, 0])
        y = position[at, 1] + shift * (position[other, 1] - position[at, 1])
        vertices[first + k, 0] = x + reach * number[k, ARM_X]
        vertices[first + k, 1] = y + reach * number[k, ARM_Y]
    return vertices


@compiled_maker
def _with_chords(others: Array, contours: Contours) -> Array:
    """[C + K, 2] chords, last those from corner to corner."""
    root, first = contours.root, contours.chord
    chords = np.empty((first + root.shape[0], 2), np.int64)
    copy_rows(others, chords)
    for k in range(root.shape[0]):
        chords[first + k, 0], chords[first + k, 1] = contours.vertex + k, contours.vertex + root[k, NEXT]
    return chords
