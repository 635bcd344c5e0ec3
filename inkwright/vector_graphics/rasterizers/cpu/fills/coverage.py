"""Compiled coverage of filled shapes: the exact mean winding of every pixel, by Green's theorem.

Each directed edge adds, to every pixel box, the area of the part of the box to its right. Summed over a
closed outline that is the mean winding number over the box: no inside test, no special cases. Edges left of
the canvas act on column 0. Where a box sees two neighbouring winding numbers, that is its coverage; pixels
that may see more are marked on the way, and their area is found piece by piece. Only pixels with edges have
cells: between them the winding does not change, and what is covered whole is one span.
"""

import math

import numpy as np

from inkwright.compiled_kernels.compilation import compiled_part
from inkwright.vector_graphics.rasterizers.cpu.arrays import (
    SHARED,
    SOLID,
    WHOLE,
    Array,
    Coverage,
    Fill,
    Room,
    Stroke,
)
from inkwright.vector_graphics.rasterizers.cpu.fills.boxes import end_pixel, first_pixel
from inkwright.vector_graphics.rasterizers.cpu.fills.pixel_area import (
    TOGETHER,
    base_winding,
    covered_area,
    is_inside,
)
from inkwright.vector_graphics.rasterizers.cpu.fills.rows import (
    AX,
    AY,
    BX,
    BY,
    Work,
    edge_columns,
    edge_rows,
    keep_columns,
    pixel_pieces,
    sort_edges,
)
from inkwright.vector_graphics.rasterizers.cpu.strokes.interior import InteriorRoom, row_interior

# Winding numbers this close to a whole one are whole: an opaque shape is opaque in spite of rounding.
ROUNDING = 1e-6
ROUNDING_DOUBLE = 1e-12
# Pixels that are covered whole between two runs of pixels with edges are cells, too, if they are so few at
# most: what is done for each span costs more. Per touch of an edge and a row there is room for so many.
LONGEST_GAP, GAP_ROOM = 8, 2
# A pixel's source is SHARED plus the winding number of its lower left corner; that is never as far from 0.
MOST_TURNS = 1 << 20


@compiled_part
def fill_bounds(fill: Fill, height: int, width: int) -> tuple[int, int, int, int]:
    """(first row, end row, most touches of edges and rows, most cells) of one fill; a touch has two spans.

    An edge passes through one pixel, and one more for each line between pixels that it crosses.
    """
    f, left, right, top, bottom = fill.filter_width, math.inf, -math.inf, math.inf, -math.inf
    touches, cells = 0, 0
    for c in range(fill.first, fill.end):
        i, j = fill.chords[c, 0], fill.chords[c, 1]
        ax, ay, bx, by = fill.vertices[i, 0], fill.vertices[i, 1], fill.vertices[j, 0], fill.vertices[j, 1]
        left, right, top, bottom = min(left, ax), max(right, ax), min(top, ay), max(bottom, ay)
        if ax == bx and ay == by:
            continue
        begin, end = edge_rows(ay, by, f, height)
        if begin >= end:
            continue
        touches += end - begin
        columns = abs(_column(bx, width) - _column(ax, width))
        if f == 1.0 and ax != bx and ay != by:
            cells += columns + end - begin + 1
        else:
            cells += (columns + int(f) + 4) * (end - begin) if ay == by else 0
            cells += (columns + 1) * (int(f) + 2) + (int(f) + 5) * (end - begin)
    x0, x1 = first_pixel(left, f, width), end_pixel(right, f, width)
    y0, y1 = first_pixel(top, f, height), end_pixel(bottom, f, height)
    if x0 >= x1 or y0 >= y1:
        return 0, 0, 0, 0
    return y0, y1, touches, cells + GAP_ROOM * touches


@compiled_part
def _column(x: float, width: int) -> int:
    """The column of pixels at x, at most one beside the picture."""
    return int(math.floor(min(max(x, -1.0), float(width))))


@compiled_part
def cover_fill(
    fill: Fill, room: Room, found: Coverage, work: Work, stroke: Stroke, depth: float, inner: InteriorRoom
) -> None:
    """Write the spans and cells of one fill from the room's first on, and how many pixels edges share.

    The fill may be the outline of a stroke, of which all pixels so deep within it are covered whole.
    """
    y0, y1, row = found.item_y[room.item, 0], found.item_y[room.item, 1], found.item_row[room.item]
    sort_edges(fill, y0, y1, work)
    span, cell, most, shared, active, solids = room.span, room.cell, room.cell, 0, 0, 0
    for y in range(y0, y1):
        found.row_spans[row + y - y0] = span
        runs, more = _lay_edges(fill, y, y - y0, work)
        if depth > 0.0:
            active, solids = row_interior(stroke, depth, y, y - y0, room.width, active, inner)
        whole, begin, most = 0, -1, most + more
        for r in range(runs):
            x0, x1 = work.runs[r, 0], work.runs[r, 1]
            if cell + x1 - x0 > room.cells_end or span + 2 > room.spans_end:
                break  # never happens; writing on would be worse than a hole
            begin = x0 if begin < 0 else begin
            deep = inner.solid[:solids]
            whole, several = _wind(fill, (x0, x1, y, y - y0), cell, whole, found, work, deep)
            cell, shared = cell + x1 - x0, shared + several
            until = work.runs[r + 1, 0] if r + 1 < runs else room.width
            inside = until > x1 and is_inside(whole, fill.even_odd)
            if inside and r + 1 < runs and until - x1 <= LONGEST_GAP and cell + until - x1 <= most:
                for k in range(until - x1):
                    found.cover[cell + k], found.source[cell + k] = 1.0, WHOLE
                cell += until - x1
                continue
            if x1 > begin:
                found.spans[span, 0], found.spans[span, 1] = begin, x1
                found.spans[span, 2] = cell - (x1 - begin)
                span += 1
            if inside:
                found.spans[span, 0], found.spans[span, 1], found.spans[span, 2] = x1, until, SOLID
                span += 1
            begin = -1
    found.row_spans[row + y1 - y0] = span
    found.item_shared[room.item] = shared


@compiled_part
def _lay_edges(fill: Fill, y: int, row: int, work: Work) -> tuple[int, int]:
    """Add what the edges of a row change from pixel to pixel, and find the runs of pixels that have some.

    A row with few pixels between its edges is one run. Edges that may lie on a border between pixels have
    those on both sides of it.

    Returns:
        how many runs there are; how many cells the row may have, by the edges that it has.
    """
    f, width, touch, edges = fill.filter_width, work.winding.shape[0] - 1, work.heads[row], work.edges
    count, cells, left, right = 0, 0, width, 0
    while touch >= 0:
        k = work.edge[touch]
        begin, end, xa, xb = edge_columns(edges, k, y, f, width)
        if edges[k, AY] != edges[k, BY]:
            low, high = y + 0.5 - 0.5 * f, y + 0.5 + 0.5 * f
            rise = (min(max(edges[k, BY], low), high) - min(max(edges[k, AY], low), high)) / (f * f)
            _add_edge(xa, xb, rise, (begin, end), f, work.winding)
        for x in range(begin, keep_columns(touch, begin, end, y, f, work)):
            at_x = np.uint64(x)
            if work.first[at_x] == 0:
                work.first[at_x], work.last[at_x], work.second[at_x, 0] = k + 1, k, 0
            elif fill.exact:
                _mark_again(edges, k, x, work)
        upright = 1 if edges[k, AX] == edges[k, BX] else 0
        begin, end = max(begin - upright, 0), min(end + upright, width)
        if begin < width:
            work.runs[count, 0], work.runs[count, 1] = begin, end
            count, cells = count + 1, cells + end - begin + GAP_ROOM
            left, right = min(left, begin), max(right, end)
        touch = work.following[touch]
    if count == 0 or right - left > min(cells, cells - GAP_ROOM * count + LONGEST_GAP):
        return _join_runs(work.runs, count), cells
    work.runs[0, 0], work.runs[0, 1] = left, right
    return 1, cells


@compiled_part
def _join_runs(runs: Array, count: int) -> int:
    """Bring so many runs of columns in order, and join those that meet; returns how many there are then."""
    joined, at = 0, 0
    for m in range(count):
        joined, at = _add_run(runs, joined, at, runs[m, 0], runs[m, 1])
    return joined


@compiled_part
def _add_edge(xa: float, xb: float, rise: float, columns: tuple[int, int], f: float, winding: Array) -> None:
    """Add to the windings' differences [width + 1] those by one edge, from xa to xb in a row."""
    begin, end = columns
    left, middle, before = begin + 0.5 - 0.5 * f, 0.5 * (xa + xb), 0.0
    low, high = min(xa, xb), max(xa, xb)
    if end - begin == 1 and low >= left and high <= left + f:
        before = rise * (left + f - middle)
        winding[np.uint64(begin)] += before
    elif end > begin:
        inverse = 1.0 / (high - low) if high > low else 0.0
        for x in range(begin, end):
            box = x + 0.5 - 0.5 * f
            if high <= low or (low >= box and high <= box + f):
                width = min(max(box + f - middle, 0.0), f)
            else:
                first, last = max(low, box), min(high, box + f)
                width = max(min(high, box) - low, 0.0) * f
                width = (width + max(last - first, 0.0) * (box + f - 0.5 * (first + last))) * inverse
            winding[np.uint64(x)] += rise * width - before
            before = rise * width
    winding[np.uint64(end)] += rise * f - before


@compiled_part
def _add_run(runs: Array, count: int, at: int, begin: int, end: int) -> tuple[int, int]:
    """Add the columns [begin, end) to runs in order, which join where they meet; ``at`` was added last.

    Returns:
        how many runs there are, and which one has the columns.
    """
    while at > 0 and runs[at - 1, 1] >= begin:
        at -= 1
    while at < count and runs[at, 1] < begin:
        at += 1
    if at == count or runs[at, 0] > end:
        for m in range(count, at, -1):
            runs[m, 0], runs[m, 1] = runs[m - 1, 0], runs[m - 1, 1]
        runs[at, 0], runs[at, 1] = begin, end
        return count + 1, at
    runs[at, 0], runs[at, 1] = min(runs[at, 0], begin), max(runs[at, 1], end)
    gone = 0
    while at + 1 + gone < count and runs[at + 1 + gone, 0] <= runs[at, 1]:
        runs[at, 1] = max(runs[at, 1], runs[at + 1 + gone, 1])
        gone += 1
    if gone > 0:
        for m in range(at + 1, count - gone):
            runs[m, 0], runs[m, 1] = runs[m + gone, 0], runs[m + gone, 1]
    return count - gone, at


@compiled_part
def _mark_again(edges: Array, k: int, x: int, work: Work) -> None:
    """Note that one more edge passes through a pixel.

    Edges that follow one another and all go roughly one way (less than a right angle from that of the first,
    or from between those of the first and the last), and any two that follow one another, are a line that
    parts a pixel in two, with neighbouring winding numbers. So do two such lines that lie on the same side of
    one another. All others may do more: the pixel becomes SHARED.
    """
    first, last = work.first[x] - 1, work.last[x]
    if first >= SHARED - 1:
        return
    second, end = work.second[x, 0] - 1, work.second[x, 1]
    if _goes_on(edges, first, last, k) and (second < 0 or _are_beside(edges, k, (second, end), first)):
        work.last[x] = k
    elif second >= 0:
        if _goes_on(edges, second, end, k) and _are_beside(edges, k, (first, last), second):
            work.second[x, 1] = k
        else:
            work.first[x] = SHARED
    elif first == last and _follows(edges, k, first):
        work.first[x] = k + 1
    elif first <= last and _are_beside(edges, k, (first, last), k):
        work.second[x, 0], work.second[x, 1] = k + 1, k
    else:
        work.first[x] = SHARED


@compiled_part
def _goes_on(edges: Array, first: int, last: int, k: int) -> bool:
    """Whether edges from the first to the last, and on by edge k, are a line."""
    if not _follows(edges, last, k):
        return False
    dx, dy = edges[first, BX] - edges[first, AX], edges[first, BY] - edges[first, AY]
    if first == last or (_all_go(edges, first, last, dx, dy) and _goes(edges, k, dx, dy)):
        return True
    ex, ey = edges[k, BX] - edges[k, AX], edges[k, BY] - edges[k, AY]
    share = math.sqrt((dx * dx + dy * dy) / (ex * ex + ey * ey))
    dx, dy = dx + share * ex, dy + share * ey
    return _all_go(edges, first, last, dx, dy) and _goes(edges, k, dx, dy)


@compiled_part
def _all_go(edges: Array, first: int, last: int, dx: float, dy: float) -> bool:
    """Whether all edges from the first to the last, if they have a length, go roughly the same way."""
    for m in range(first, last + 1):
        if not _goes(edges, m, dx, dy) and not _follows(edges, m, m):
            return False
    return first <= last


@compiled_part
def _goes(edges: Array, k: int, dx: float, dy: float) -> bool:
    """Whether an edge is less than a right angle off a direction."""
    return (edges[k, BX] - edges[k, AX]) * dx + (edges[k, BY] - edges[k, AY]) * dy > 0.0


@compiled_part
def _are_beside(edges: Array, k: int, line: tuple[int, int], first: int) -> bool:
    """Whether edge k, of a line that begins with ``first``, and another line have one another on one side."""
    side = _side(edges, first, line[0])
    if side == 0:
        return False
    for m in range(line[0], line[1] + 1):
        if _side(edges, k, m) != side or _side(edges, m, k) != side:
            return False
    return True


@compiled_part
def _side(edges: Array, k: int, m: int) -> int:
    """On which side of edge k, gone on with, all of edge m lies, clearly; 0: on none."""
    dx, dy = edges[k, BX] - edges[k, AX], edges[k, BY] - edges[k, AY]
    start = (edges[m, AX] - edges[k, AX]) * dy - (edges[m, AY] - edges[k, AY]) * dx
    end = (edges[m, BX] - edges[k, AX]) * dy - (edges[m, BY] - edges[k, AY]) * dx
    near = TOGETHER * (abs(dx) + abs(dy))
    if min(start, end) > near:
        return 1
    return -1 if max(start, end) < -near else 0


@compiled_part
def _follows(edges: Array, k: int, following: int) -> bool:
    """Whether an edge begins where another ends."""
    return edges[k, BX] == edges[following, AX] and edges[k, BY] == edges[following, AY]


@compiled_part
def _wind(
    fill: Fill,
    run: tuple[int, int, int, int],
    cell: int,
    whole: int,
    found: Coverage,
    work: Work,
    deep: Array,
) -> tuple[int, int]:
    """Sum the changes along a run (x0, x1, y, row) to windings, and turn these into coverage.

    Columns of the row in ``deep`` are known to be covered whole.

    Returns:
        the winding number beyond the run, of that before it, and how many of its pixels edges share.
    """
    (x0, x1, y, row), winding, shared, d = run, float(whole), 0, 0
    rounding = ROUNDING if found.cover.itemsize == 4 else ROUNDING_DOUBLE
    for x in range(x0, x1):
        at, here = np.uint64(x), np.uint64(cell + x - x0)
        winding += work.winding[at]
        mark = work.first[at]
        work.winding[at], work.first[at] = 0.0, 0
        while d < deep.shape[0] and deep[d, 1] <= x:
            d += 1
        if d < deep.shape[0] and deep[d, 0] <= x:
            found.cover[here], found.source[here] = 1.0, WHOLE
            continue
        if mark == SHARED:
            pieces = work.pieces[: pixel_pieces(work, x, y, row, fill.filter_width)]
            base = base_winding(winding, pieces, fill.filter_width)
            area, close, least, most = covered_area(pieces, work.cuts, base, fill.even_odd, fill.filter_width)
            slope = _slope(least, most, close, fill.even_odd)
            if slope == SHARED:
                slope += min(max(base, 1 - MOST_TURNS), MOST_TURNS - 1)
                shared += 1
            found.cover[here], found.source[here] = area, slope
            continue
        nearest = math.floor(winding + 0.5)
        value = nearest if abs(winding - nearest) < rounding else winding
        cover, slope = abs(value), 1 if value > 0.0 else -1 if value < 0.0 else 0
        if fill.even_odd:
            cover -= 2.0 * math.ceil(0.5 * cover - 0.5)
            if cover < 0.0:
                cover, slope = -cover, -slope
        found.source[here] = slope if 0.0 < cover <= 1.0 else 0
        found.cover[here] = min(cover, 1.0)
    winding += work.winding[x1]
    work.winding[x1] = 0.0
    return int(math.floor(winding + 0.5)), shared


@compiled_part
def _slope(least: int, most: int, close: bool, even_odd: bool) -> int:
    """Derivative of the coverage by the mean winding where windings are least to most, or SHARED.

    Where all are of one kind, no edge matters: WHOLE. Where edges are close, they may take turns.
    """
    if not even_odd and (least > 0 or most < 0):
        return WHOLE
    if least == most:
        return WHOLE if is_inside(least, even_odd) else 0
    return SHARED if close or most - least > 1 else 1 if is_inside(most, even_odd) else -1


@compiled_part
def is_shared(source: int) -> bool:
    """Whether a pixel with this source is one that edges of its fill share."""
    return source > SHARED - MOST_TURNS
