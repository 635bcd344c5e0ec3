"""The arrays that the CPU kernels hand to one another."""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.typing import NDArray

Array = NDArray[Any]


class Structure(NamedTuple):
    """What is painted, apart from all numbers that are trained."""

    segments: Array  # [S, 4] control points of each cubic
    path_segments: Array  # [Q + 1] first segment of each path
    path_closed: Array  # [Q]
    shape_paths: Array  # [N + 1] first path of each shape
    filled: Array  # [N]
    even_odd: Array  # [N]
    item_shape: Array  # [I] shape of each item (a fill or a stroke), in paint order, canvas by canvas
    item_kind: Array  # [I] FILL or STROKE
    canvas_items: Array  # [B + 1] first item of each canvas
    shape_items: Array  # [2, N] item of each shape's fill and stroke, or -1


class View(NamedTuple):
    """How canvas units become pixels."""

    scale_x: float
    scale_y: float
    filter_width: float
    height: int
    width: int


class Outline(NamedTuple):
    """All shapes as chords, in pixels."""

    counts: Array  # [S] chords of each segment
    segment_vertex: Array  # [S] first vertex of each segment
    vertices: Array  # [V, 2]
    chords: Array  # [C, 2] vertices of each chord
    # first chord, end of the stroke's chords, end of the fill's (with those that close open paths)
    shape_chords: Array  # [N, 3]
    table: Array  # [C, COLUMNS] what strokes need of each chord


class Coverage(NamedTuple):
    """What every item covers: rows of spans (runs of pixels) of cells (pixels)."""

    item_y: Array  # [I, 2] first and end row of each item
    item_row: Array  # [I] where the item's rows begin in row_spans
    row_spans: Array  # first span of each row of each item
    span_x: Array  # [spans, 2] first and end column
    span_cell: Array  # [spans] first cell
    cover: Array  # [cells] coverage in [0, 1]
    source: Array  # [cells] stroke: closest chord; fill: derivative of coverage by winding (-1, 0, 1)
    other: Array  # [cells] stroke: a chord of another branch that covers more of the pixel, or -1


class Paints(NamedTuple):
    """The colours of all items."""

    color: Array  # [I, 4] straight RGBA
    place: (
        Array  # [I, 4] first texture pixel (-1: flat colour), left, top and columns of the texture's window
    )
    texture: Array  # [T, 4] straight RGBA of gradient fills, pixel by pixel
