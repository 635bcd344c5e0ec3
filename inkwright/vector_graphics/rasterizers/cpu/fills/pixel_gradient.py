"""Compiled: the gradient of the area that a fill covers of one pixel's box, by the pieces of its edges.

Pieces are cut where they meet one another. On either side of each part the winding number is constant; a part
with the inside on one side only is a part of the border of what is covered, and Green's theorem sums those.
Of edges that coincide, each counts for its share.
"""

import math

from inkwright.compiled_kernels.compilation import compiled_part
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array, Fill
from inkwright.vector_graphics.rasterizers.cpu.fills.pixel_area import (
    AX,
    AY,
    CHORD,
    CROSSING,
    DX,
    DY,
    FIRST,
    LAST,
    TOGETHER,
    TURN,
    insert,
    is_inside,
)

# In pixels: points beside an edge are this far from it, many times what rounding does within a pixel, and
# far less than edges of float32 or SVG files are apart that should coincide. Edges that are nowhere farther
# apart than TOGETHER are not cut where they cross: both see their order in the middle of what they share.
BESIDE = 1e-10
# Parts of pieces shorter than this share of them are not looked at; pieces with a smaller sine of the angle
# between them are parallel.
SHORTEST, PARALLEL = 1e-9, 1e-9


@compiled_part
def pieces_gradient(
    fill: Fill, pieces: Array, cuts: Array, base: int, upstream: float, to_vertices: Array
) -> None:
    """Add to the ends of chords what a pixel gives to them, for the gradient by its coverage."""
    scale, weight, known = upstream / (fill.filter_width * fill.filter_width), 0.0, False
    for k in range(pieces.shape[0]):
        count, alone, single = _cut(pieces, k, cuts)
        known = known and alone and _goes_on(pieces, k - 1)
        to_a, to_b, first = 0.0, 0.0, pieces[k, FIRST]
        for n in range(count - 1):
            if not known:
                weight = _weight(pieces, k, (cuts[n], cuts[n + 1]), single, base, fill.even_odd)
            known = False
            if weight != 0.0:
                share = pieces[k, LAST] - first
                u0, u1 = first + share * cuts[n], first + share * cuts[n + 1]
                half = 0.5 * (u1 * u1 - u0 * u0)
                to_a, to_b = to_a + weight * (u1 - u0 - half), to_b + weight * half
        known = alone
        c = fill.first + int(pieces[k, CHORD])
        i, j = fill.chords[c, 0], fill.chords[c, 1]
        dx, dy = fill.vertices[j, 0] - fill.vertices[i, 0], fill.vertices[j, 1] - fill.vertices[i, 1]
        to_vertices[i, 0] -= to_a * dy * scale
        to_vertices[i, 1] += to_a * dx * scale
        to_vertices[j, 0] -= to_b * dy * scale
        to_vertices[j, 1] += to_b * dx * scale


@compiled_part
def _goes_on(pieces: Array, k: int) -> bool:
    """Whether piece k + 1 begins where piece k ends, within the box."""
    return (
        k >= 0
        and pieces[k, LAST] == 1.0
        and pieces[k + 1, FIRST] == 0.0
        and pieces[k, AX] + pieces[k, DX] == pieces[k + 1, AX]
        and pieces[k, AY] + pieces[k, DY] == pieces[k + 1, AY]
    )


@compiled_part
def _insert_inner(cuts: Array, count: int, t: float) -> int:
    """``_insert`` of a parameter that is neither of the ends."""
    return insert(cuts, count, t) if SHORTEST < t < 1.0 - SHORTEST else count


@compiled_part
def _apart(pieces: Array, k: int, m: int) -> bool:
    """Whether the boxes around two pieces do not meet."""
    ox, oy = pieces[m, AX] - pieces[k, AX], pieces[m, AY] - pieces[k, AY]
    dx, dy, ex, ey = pieces[k, DX], pieces[k, DY], pieces[m, DX], pieces[m, DY]
    return (
        min(ox, ox + ex) > max(dx, 0.0) + TOGETHER
        or max(ox, ox + ex) < min(dx, 0.0) - TOGETHER
        or min(oy, oy + ey) > max(dy, 0.0) + TOGETHER
        or max(oy, oy + ey) < min(dy, 0.0) - TOGETHER
    )


@compiled_part
def _together(first: float, last: float, at_first: float, at_last: float, squared: float) -> bool:
    """Whether two pieces lie along each other, nowhere farther apart than TOGETHER.

    Of the other piece, where its ends are along this one, and how far beside it, times this one's length.
    """
    low, high = max(min(first, last), 0.0), min(max(first, last), 1.0)
    if low >= high:
        return False
    slope = (at_last - at_first) / (last - first)
    at_low, at_high = at_first + (low - first) * slope, at_first + (high - first) * slope
    return max(at_low * at_low, at_high * at_high) < TOGETHER * TOGETHER * squared


@compiled_part
def _cut(pieces: Array, k: int, cuts: Array) -> tuple[int, bool, bool]:
    """Write the parameters at which other pieces meet piece k, with 0 and 1, in order.

    Returns:
        how many there are; whether no other piece comes near, but for neighbors at the ends; whether none
        coincides with a part of the piece.
    """
    ax, ay, dx, dy = pieces[k, AX], pieces[k, AY], pieces[k, DX], pieces[k, DY]
    squared = dx * dx + dy * dy
    cuts[0], count, alone, single = 0.0, 1, squared > 0.0, True
    for m in range(pieces.shape[0] if squared > 0.0 else 0):
        if m == k or _apart(pieces, k, m):
            continue
        ox, oy, ex, ey = pieces[m, AX] - ax, pieces[m, AY] - ay, pieces[m, DX], pieces[m, DY]
        first, last = (ox * dx + oy * dy) / squared, ((ox + ex) * dx + (oy + ey) * dy) / squared
        cross, beside = dx * ey - dy * ex, ox * dy - oy * dx
        if _together(first, last, beside, beside - cross, squared):
            alone = alone and abs(k - m) == 1 and dx * ex + dy * ey > 0.0
            single, before = False, count
            count = _insert_inner(cuts, count, first)
            count = _insert_inner(cuts, count, last)
            alone = alone and count == before
        elif cross * cross > PARALLEL * PARALLEL * squared * (ex * ex + ey * ey):
            if _goes_on(pieces, min(k, m)) and abs(k - m) == 1:
                continue
            t, u = (ox * ey - oy * ex) / cross, beside / cross
            if -BESIDE < u < 1.0 + BESIDE:
                alone = alone and not -BESIDE < t < 1.0 + BESIDE
                count = _insert_inner(cuts, count, t)
    cuts[count] = 1.0
    return count + 1, alone, single


@compiled_part
def _weight(
    pieces: Array, k: int, part: tuple[float, float], single: bool, base: int, even_odd: bool
) -> float:
    """By how much the coverage changes with the mean winding, for a part of a piece: -1, 0, 1 or less.

    A piece that is ``single`` has one winding more on one side.
    """
    (low, high), dx, dy = part, pieces[k, DX], pieces[k, DY]
    length = math.sqrt(dx * dx + dy * dy)
    if (high - low) < SHORTEST or length == 0.0:
        return 0.0
    t, nx, ny = 0.5 * (low + high), BESIDE * dy / length, -BESIDE * dx / length
    x, y = pieces[k, AX] + t * dx, pieces[k, AY] + t * dy
    more = _winding(pieces, x + nx, y + ny, base)
    less = more - 1 if single else _winding(pieces, x - nx, y - ny, base)
    if more == less:
        return 0.0
    after = 1.0 if is_inside(more, even_odd) else 0.0
    return (after - 1.0 if is_inside(less, even_odd) else after) / (more - less)


@compiled_part
def _winding(pieces: Array, x: float, y: float, base: int) -> int:
    """The winding number at a point of the box: what lies left of it, from the left side on."""
    winding = base
    for k in range(pieces.shape[0]):
        if pieces[k, TURN] != 0.0 and pieces[k, CROSSING] < y:
            winding += int(pieces[k, TURN])
        above, below = pieces[k, AY], pieces[k, AY] + pieces[k, DY]
        if (above <= y) != (below <= y):
            right = (x - pieces[k, AX]) * pieces[k, DY] > (y - above) * pieces[k, DX]
            if right == (below > above):
                winding += 1 if right else -1
    return winding
