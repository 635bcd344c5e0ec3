"""The named tuples of arrays and numbers that the CPU kernels hand to one another."""

from typing import Any, NamedTuple

from numpy.typing import NDArray

Array = NDArray[Any]
Lanes = Any  # eight numbers, as `compiled_kernels.lanes` has them

# Kinds of items, in the order in which a shape's are painted.
FILL, STROKE = 0, 1
# Source of pixels that edges of one fill share; the winding number of a corner is added to it.
SHARED = 1 << 30
# Source of pixels that are covered whole whatever edges pass through them.
WHOLE = 2
# First cell of a span that has none: all of its pixels are covered whole.
SOLID = -1
# Rows that one thread composites at a time: few enough that a small picture keeps all threads busy.
STRIP = 8


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
    has_fills: bool
    has_strokes: bool


class View(NamedTuple):
    """How canvas units become pixels."""

    scale_x: float
    scale_y: float
    filter_width: float
    height: int
    width: int
    # largest distance in pixels between curves and their chords: of fills, of round strokes, of strokes that
    # are painted as fills of their outlines
    fill_flatness: float
    stroke_flatness: float
    outline_flatness: float
    exact: bool  # whether pixels that edges of one fill share have their exact coverage


class Styles(NamedTuple):
    """How strokes end and turn."""

    outlined: Array  # [N] whether the stroke is painted as a fill of its outline
    cap: Array  # [N]
    join: Array  # [N]
    miter_limit: Array  # [N]
    profile: Array  # [N, K] factors of the width, or [N, 0]


class Contours(NamedTuple):
    """The outlines of strokes that have one; their vertices and chords come after all others."""

    styles: Styles
    shape_chords: Array  # [N, 2] first and end chord of each shape's outline; 0 and 0 without one
    counts: Array  # [S] chords of each segment that is outlined
    segment_vertex: Array  # [S] first vertex of each segment that is outlined
    handles: int  # the first vertex of those of handles: two for each segment
    vertex: int  # that of the first corner
    chord: int  # that which begins at the first corner
    number: Array  # [K, CORNER] what each corner is made of, as `strokes.corners` has it
    root: Array  # [K, ROOTS]


class Outline(NamedTuple):
    """All shapes as chords, in pixels."""

    half: Array  # [N] half widths
    counts: Array  # [S] chords of each segment
    segment_vertex: Array  # [S] first vertex of each segment
    vertices: Array  # [V, 2]
    chords: Array  # [C, 2] vertices of each chord
    # first chord, end of the stroke's chords, end of the fill's (with those that close open paths)
    shape_chords: Array  # [N, 3]
    table: Array  # [C, COLUMNS] what strokes need of each chord
    contours: Contours


class Fill(NamedTuple):
    """One filled shape, or outline of a stroke: the closed outlines of the chords first to end."""

    vertices: Array  # [V, 2]
    chords: Array  # [C, 2]
    first: int
    end: int
    even_odd: bool
    filter_width: float
    exact: bool


class Stroke(NamedTuple):
    """One stroke: the chords first to end."""

    table: Array  # [C, COLUMNS]
    chords: Array  # [C, 2]
    first: int
    end: int
    half: float
    filter_width: float


class Coverage(NamedTuple):
    """What every item covers: rows of spans (runs of pixels), of cells (pixels) or covered whole."""

    item_y: Array  # [I, 2] first and end row of each item
    item_row: Array  # [I] where the item's rows begin in row_spans
    row_spans: Array  # first span of each row of each item
    spans: Array  # [spans, 3] first and end column, first cell or SOLID
    cover: Array  # [cells] coverage in [0, 1]
    # [cells] stroke: closest chord; fill: derivative of coverage by winding (-1, 0, 1), WHOLE, or in pixels
    # that edges share SHARED + the winding number of a corner
    source: Array
    # [cells] stroke: a chord of another branch that covers more of the pixel, or -1; nothing of a fill
    other: Array
    item_shared: Array  # [I] number of pixels of a fill that its edges share
    strip_items: Array  # the items of each strip of STRIP rows, in paint order, canvas by canvas
    strip_first: Array  # [B * strips + 1] first of each strip's
    shape_order: Array  # [N] shapes from the top of each canvas to its bottom


class Bounds(NamedTuple):
    """What items need room for."""

    item_y: Array  # [I, 2] first and end row of each item
    sizes: Array  # [I + 1, 3] rows, spans and cells of each item, in the row after that of its number


class Room(NamedTuple):
    """Where what an item covers is written."""

    item: int
    span: int  # its first span
    cell: int  # its first cell
    spans_end: int
    cells_end: int
    width: int  # columns of the picture


class Run(NamedTuple):
    """Neighbouring pixels of one row of a stroke, and the strips of chords that look at them."""

    strip: int
    strips_end: int
    x0: int
    x1: int
    y: float  # of the pixels' centres
    cell: int  # the first pixel's


class Paints(NamedTuple):
    """The colours of all items and canvases."""

    color: Array  # [I, 4] straight RGBA
    # [I, 4] first texture pixel (-1: flat colour), left, top and columns of the texture's window
    place: Array
    texture: Array  # [T, 4] straight RGBA of gradient fills, pixel by pixel
    background: Array  # [B, 3] RGB of each canvas


class Gradients(NamedTuple):
    """Room for the derivatives of the loss by what the passes make and by what they are given."""

    sizes: Array  # [I + 1, 3] where the rows, spans and cells of each item begin
    cover: Array  # [cells]
    background: Array  # [B * strips, 3] of each canvas, strip by strip
    strips: Array  # RGBA of a flat item in a strip, as strip_items has them
    texture: Array  # [T, 4]
    vertices: Array  # [V, 2]
    points: Array  # [P, 2]
    half: Array  # [N]
    profile: Array  # [N, K]
    color: Array  # [2, N, 4] RGBA of fills and strokes
