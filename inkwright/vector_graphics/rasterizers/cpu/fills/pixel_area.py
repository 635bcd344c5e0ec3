"""Compiled: the exact area that a fill covers of one pixel's box, from the pieces of its edges in there.

The box is cut at the heights where pieces begin, end or cross. In the slabs between, pieces have an order,
and the winding number changes by one at each.
"""

from inkwright.compiled_kernels.compilation import compiled_part
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array
from inkwright.vector_graphics.rasterizers.cpu.fills.boxes import LEVEL, inside_box

# Columns of pieces: start in the box, vector to the end, between which parameters of the chord; the change of
# the winding number below where the chord crosses the left side of the box, and that height; the chord's
# number in its fill.
AX, AY, DX, DY, FIRST, LAST, TURN, CROSSING, CHORD = range(9)
# Its dx / dy; and room for the pieces in a slab, in order: which one, and where in the middle of the slab.
SLOPE, SORTED, MIDDLE, PIECES = range(9, 13)
# Cuts of a piece: at most two for each other one, its ends, and one more.
CUTS = 4
# Slabs and parts of a box that are thinner than this are not looked at. Pieces that are closer together may
# coincide.
THINNEST, TOGETHER = 1e-9, 1e-7
# More than any winding number.
NONE = 1 << 40


@compiled_part
def add_piece(pieces: Array, k: int, chord: int, edge: tuple[float, float, float, float], f: float) -> int:
    """Write the part of an edge in the box [0, f]² as piece k; 1, or 0 where there is none."""
    ax, ay, bx, by = edge
    dx, dy = bx - ax, by - ay
    u0, u1 = inside_box(ax, 1.0 / dx if abs(dx) > LEVEL else 0.0, 0.0, f)
    v0, v1 = inside_box(ay, 1.0 / dy if abs(dy) > LEVEL else 0.0, 0.0, f)
    first, last = max(u0, v0), min(u1, v1)
    if last <= first:
        return 0
    xa, ya = min(max(ax + first * dx, 0.0), f), min(max(ay + first * dy, 0.0), f)
    xb, yb = min(max(ax + last * dx, 0.0), f), min(max(ay + last * dy, 0.0), f)
    pieces[k, AX], pieces[k, AY], pieces[k, DX], pieces[k, DY] = xa, ya, xb - xa, yb - ya
    pieces[k, FIRST], pieces[k, LAST], pieces[k, CHORD], pieces[k, TURN] = first, last, chord, 0.0
    if (ax > 0.0) != (bx > 0.0):
        y = ay - ax / dx * dy
        if 0.0 < y < f:
            pieces[k, TURN], pieces[k, CROSSING] = -1.0 if dx > 0.0 else 1.0, y
    return 1


@compiled_part
def base_winding(mean: float, pieces: Array, f: float) -> int:
    """The winding number at the upper left corner of the box, from the mean over the box."""
    total = 0.0
    for k in range(pieces.shape[0]):
        total += pieces[k, TURN] * (f - pieces[k, CROSSING]) * f if pieces[k, TURN] != 0.0 else 0.0
        total += pieces[k, DY] * (f - pieces[k, AX] - 0.5 * pieces[k, DX])
    return int(round(mean - total / (f * f)))


@compiled_part
def covered_area(
    pieces: Array, heights: Array, base: int, even_odd: bool, f: float
) -> tuple[float, bool, int, int]:
    """Share of the box that lies inside, whether pieces may coincide, least and largest winding number.

    The winding number of the upper left corner is the base. Where a level piece lies on the box's side, it is
    not known what there is beyond it, and winding numbers have no limits.
    """
    area, before, least, most, close = 0.0, 0.0, NONE, -NONE, False
    count, on_side = _cut_heights(pieces, heights, f)
    if on_side:
        least, most = -NONE, NONE
    for n in range(1, count):
        top, end = before, heights[n]
        if end - top <= THINNEST:
            continue
        before, active = end, _find_active(pieces, top, end)
        while end - top > THINNEST:
            bottom = _sort_active(pieces, active, top, end)
            winding = _left_winding(pieces, 0.5 * (top + bottom), base)
            inside, close, least, most = _across(pieces, active, winding, (close, least, most), (even_odd, f))
            area, top = area + inside * (bottom - top), bottom
    return min(max(area / (f * f), 0.0), 1.0), close, least, most


@compiled_part
def _left_winding(pieces: Array, height: float, base: int) -> int:
    """The winding number at a height of the box's left side."""
    winding = base
    for k in range(pieces.shape[0]):
        if pieces[k, TURN] != 0.0 and pieces[k, CROSSING] < height:
            winding += int(pieces[k, TURN])
    return winding


@compiled_part
def _across(
    pieces: Array, active: int, winding: int, known: tuple[bool, int, int], fill: tuple[bool, float]
) -> tuple[float, bool, int, int]:
    """How much of a line across the box is inside a fill (even-odd, side), and more of what is known.

    That is, whether pieces may coincide, and the least and the largest winding number.
    """
    (close, least, most), (even_odd, f), inside, left = known, fill, 0.0, 0.0
    for r in range(active + 1):
        right = pieces[r, MIDDLE] if r < active else f
        if right - left <= TOGETHER and 0 < r < active:
            close = True
        else:
            least, most = min(least, winding), max(most, winding)
        if is_inside(winding, even_odd):
            inside += right - left
        if r < active:
            left, winding = right, winding + (1 if pieces[int(pieces[r, SORTED]), DY] > 0.0 else -1)
    return inside, close, least, most


@compiled_part
def _cut_heights(pieces: Array, heights: Array, f: float) -> tuple[int, bool]:
    """Write the heights at which pieces begin and end, and 0 and the box's, in order.

    Returns:
        how many there are, and whether a piece is level and lies on the box's side.
    """
    heights[0], heights[1], count, on_side = 0.0, f, 2, False
    for k in range(pieces.shape[0]):
        above, dy = pieces[k, AY], pieces[k, DY]
        pieces[k, SLOPE] = pieces[k, DX] / dy if dy != 0.0 else 0.0
        on_side = on_side or (abs(dy) <= TOGETHER and not TOGETHER < above < f - TOGETHER)
        count = insert(heights, count, above)
        count = insert(heights, count, above + dy)
    return count, on_side


@compiled_part
def _find_active(pieces: Array, top: float, end: float) -> int:
    """List the pieces that go through a slab; returns how many do."""
    middle, active = 0.5 * (top + end), 0
    for k in range(pieces.shape[0]):
        above, below = pieces[k, AY], pieces[k, AY] + pieces[k, DY]
        if (above < middle) != (below < middle):
            pieces[active, SORTED] = k
            active += 1
    return active


@compiled_part
def _sort_active(pieces: Array, active: int, top: float, end: float) -> float:
    """Sort the pieces of a slab by their place in its middle; it ends where the first of them cross."""
    while True:
        middle, half, first = 0.5 * (top + end), 0.5 * (end - top), end
        for r in range(active):
            k, m = int(pieces[r, SORTED]), r
            x = pieces[k, AX] + (middle - pieces[k, AY]) * pieces[k, SLOPE]
            while m > 0 and pieces[m - 1, MIDDLE] > x:
                pieces[m, SORTED], pieces[m, MIDDLE] = pieces[m - 1, SORTED], pieces[m - 1, MIDDLE]
                m -= 1
            pieces[m, SORTED], pieces[m, MIDDLE] = k, x
        for r in range(1, active):
            gap = pieces[r, MIDDLE] - pieces[r - 1, MIDDLE]
            slope = pieces[int(pieces[r, SORTED]), SLOPE] - pieces[int(pieces[r - 1, SORTED]), SLOPE]
            if abs(slope) * half > gap + THINNEST:
                crossing = middle - gap / slope
                first = crossing if top + THINNEST < crossing < first else first
        if first > end - THINNEST:
            return end
        end = first


@compiled_part
def insert(cuts: Array, count: int, value: float) -> int:
    """Put a number in its place among those in order; returns how many there are then."""
    n = count
    while n > 0 and cuts[n - 1] > value:
        cuts[n] = cuts[n - 1]
        n -= 1
    cuts[n] = value
    return count + 1


@compiled_part
def is_inside(winding: int, even_odd: bool) -> bool:
    """Whether a winding number is one of the inside."""
    return winding % 2 != 0 if even_odd else winding != 0
