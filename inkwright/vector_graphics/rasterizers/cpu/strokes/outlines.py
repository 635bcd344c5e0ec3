"""The outlines of strokes that are not round and even: their chords and corners, shape by shape."""

import math

import numpy as np

from inkwright.compiled_kernels.compilation import compiled_part
from inkwright.compiled_kernels.inlining import inlined
from inkwright.vector_graphics.rasterizers.cpu.arrays import (
    STROKE,
    Array,
    Contours,
    Outline,
    Structure,
    Styles,
    View,
)
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
    Corners,
)
from inkwright.vector_graphics.rasterizers.cpu.strokes.links import (
    LENGTH,
    MORE_LINKS,
    NUMBERS,
    ROUND,
    VERTICES,
    Links,
    PathPlace,
    Pen,
    lay_links,
    lay_turns,
    links_from,
)
from inkwright.vector_graphics.stroke_styles import CAPS

ROUND_CAP = CAPS.index("round")


def no_contours(styles: Styles) -> Contours:
    """The outlines of a drawing in which no stroke has one."""
    none = np.zeros(0, np.int64)
    shape_chords = np.zeros((styles.cap.size, 2), np.int64)
    number, root = np.empty((0, CORNER)), np.empty((0, ROOTS), np.int32)
    return Contours(styles, shape_chords, none, none, 0, 0, 0, number, root)


def empty_contours(outline: Outline, structure: Structure) -> Contours:
    """Room for the chords of outlined strokes, to be counted."""
    return outline.contours._replace(counts=np.zeros(structure.segments.shape[0], np.int64))


def place_paths(contours: Contours, structure: Structure, vertex: int) -> Contours:
    """The same with a place for the vertices of paths, from this one on, and of handles."""
    counts, lengths = contours.counts, np.diff(structure.path_segments)
    before = np.cumsum(counts) - counts + np.repeat(np.arange(lengths.size), lengths)
    handles = vertex + int(counts.sum()) + lengths.size
    return contours._replace(
        segment_vertex=vertex + before, handles=handles, vertex=handles + 2 * counts.size
    )


def links_of(contours: Contours, structure: Structure) -> Links:
    """Room for the chords of all paths, as they are laid."""
    chords = int(contours.counts.sum()) + MORE_LINKS * contours.counts.size
    laid = np.zeros(structure.path_closed.size, np.int64)
    return Links(np.empty((chords, NUMBERS)), np.empty((chords, VERTICES), np.int32), laid)


def place_corners(contours: Contours, room: Array, chord: int) -> Contours:
    """The same with room for so many corners of each shape [N], whose chords come from this one on."""
    ends = np.cumsum(room)
    shape_chords = np.where(room > 0, [chord + ends - room, chord + ends], 0).T.copy()
    corners = int(room.sum())
    number, root = np.empty((corners, CORNER)), np.empty((corners, ROOTS), np.int32)
    return contours._replace(shape_chords=shape_chords, chord=chord, number=number, root=root)


def with_rows(table: Array, rows: int) -> Array:
    """The same with room for more rows, so many in all."""
    larger = np.empty((rows, table.shape[1]), table.dtype)
    larger[: len(table)] = table
    return larger


@inlined
def pen_of(n: int, half: Array, styles: Styles) -> Pen:
    """What paints the stroke of shape n."""
    disc = styles.cap[n] == ROUND_CAP and styles.join[n] == ROUND and styles.profile.shape[1] == 0
    return Pen(half[n], styles.cap[n], styles.join[n], styles.miter_limit[n], styles.profile[n], disc)


@compiled_part
def is_outlined(n: int, structure: Structure, outline: Outline) -> bool:
    """Whether shape n has a stroke that is painted as a fill of its outline."""
    return outline.contours.styles.outlined[n] and structure.shape_items[STROKE, n] >= 0


@compiled_part
def count_outline_chords(n: int, points: Array, structure: Structure, view: View, outline: Outline) -> None:
    """Write how many chords the segments of shape n have in its outlined stroke.

    No chord passes over one of the steps of a width profile.
    """
    pen = pen_of(n, outline.half, outline.contours.styles)
    steps = pen.profile.shape[0] - 1
    for q in range(structure.shape_paths[n], structure.shape_paths[n + 1]):
        first, end = structure.path_segments[q], structure.path_segments[q + 1]
        multiple = steps // math.gcd(end - first, steps) if steps > 0 else 1
        sides = _sides(pen, max(steps, 0) / (end - first))
        for s in range(first, end):
            segment = structure.segments[s]
            count = segment_chords(points, segment, view, view.outline_flatness, sides)
            least = inflection_chords(points, segment, view, sides[1], view.outline_flatness)
            outline.contours.counts[s] = -(-max(count, least) // multiple) * multiple


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


@compiled_part
def lay_paths(n: int, points: Array, structure: Structure, view: View, outline: Outline, links: Links) -> int:
    """Write the vertices and chords of the paths of shape n; returns how many corners it has at most."""
    contours, vertices, corners = outline.contours, outline.vertices, 0
    pen = pen_of(n, outline.half, contours.styles)
    for q in range(structure.shape_paths[n], structure.shape_paths[n + 1]):
        first, end = structure.path_segments[q], structure.path_segments[q + 1]
        for s in range(first, end):
            segment, v, handle = structure.segments[s], contours.segment_vertex[s], contours.handles + 2 * s
            chord_vertices(points, segment, contours.counts[s], view.scale_x, view.scale_y, vertices, v)
            for k in range(2):
                vertices[handle + k, 0] = points[segment[k + 1], 0] * view.scale_x
                vertices[handle + k, 1] = points[segment[k + 1], 1] * view.scale_y
        path = PathPlace(first, end, contours.segment_vertex[first], contours.handles)
        own = links_from(links, _first_link(q, first, contours))
        count = lay_links(path, pen, vertices, contours.counts, own)
        lay_turns(own, count, _is_closed(q, structure, own, count), pen)
        links.laid[q] = count
        corners += most_corners(own, count, _is_closed(q, structure, own, count), pen)
    return corners


@compiled_part
def _first_link(q: int, first: int, contours: Contours) -> int:
    """Where the chords of path q begin, which has this first segment."""
    chords = contours.segment_vertex[first] - contours.segment_vertex[0] - q  # a path has one vertex more
    return chords + MORE_LINKS * first


@compiled_part
def _is_closed(q: int, structure: Structure, links: Links, count: int) -> bool:
    """Whether path q is closed, and more than a dot."""
    return structure.path_closed[q] and not (count == 1 and links.number[0, LENGTH] == 0.0)


@compiled_part
def lay_outline(n: int, structure: Structure, outline: Outline, links: Links) -> None:
    """Write the corners of shape n, by the chords of its paths, and what it is as a fill."""
    contours, vertices, chords = outline.contours, outline.vertices, outline.chords
    number, root, position = contours.number, contours.root, contours.vertex
    pen, corners = pen_of(n, outline.half, contours.styles), Corners(number, root)
    first = end = contours.shape_chords[n, 0] - contours.chord
    for q in range(structure.shape_paths[n], structure.shape_paths[n + 1]):
        own = links_from(links, _first_link(q, structure.path_segments[q], contours))
        end = put_path(own, links.laid[q], _is_closed(q, structure, own, links.laid[q]), pen, corners, end)
    contours.shape_chords[n, 1] = contours.chord + end
    for k in range(first, end):
        at, other, shift, reach = root[k, AT], root[k, OTHER], number[k, SHIFT], number[k, REACH]
        x = vertices[at, 0] + shift * (vertices[other, 0] - vertices[at, 0])
        y = vertices[at, 1] + shift * (vertices[other, 1] - vertices[at, 1])
        vertices[position + k, 0] = x + reach * number[k, ARM_X]
        vertices[position + k, 1] = y + reach * number[k, ARM_Y]
        chord = contours.chord + k
        chords[chord, 0], chords[chord, 1] = position + k, position + root[k, NEXT]
