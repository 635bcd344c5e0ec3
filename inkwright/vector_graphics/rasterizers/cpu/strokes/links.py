"""Compiled: the chords of one path of a stroke, and what its outline needs of the turns between them."""

import math
from typing import NamedTuple

from inkwright.compiled_kernels.compilation import compiled_part
from inkwright.vector_graphics.curves.bernstein import COUNT_SLACK
from inkwright.vector_graphics.curves.outline_rules import (
    DOUBLES_BACK,
    FIRST_LINE,
    LEAST_SINE,
    LONG_ENOUGH,
    LONGEST_TIP,
    MOST_SLANT,
    MOST_TAPER,
    NO_LENGTH,
    SHARPEST_MITER,
    STRAIGHT,
    crossing,
    half_circle_chords,
)
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array
from inkwright.vector_graphics.stroke_styles import JOINS

# Columns of numbers: the chord's direction, those in which the path enters and leaves it, its length, the
# places of its ends on the path in [0, 1]; of the turn at its end the cosine, the sine, how many chords go
# around the outside (0: the edges go on until they meet; MITER_TURN: they do so in a miter; SWEEP more: the
# width changes on the way), and how the inside goes on; at which share of the chord the curve goes in its
# direction, and has a line across.
UX, UY, EX, EY, LX, LY, LENGTH, BEGINS, ENDS, COSINE, SINE, STEPS, INNER, LINE, NUMBERS = range(15)
# A path has at most so many more chords than its segments have, for each of these.
MORE_LINKS = 3
# Columns of vertices: the chord's, and pairs that have the directions in which the path enters and leaves
# it, or -1; last, whether a segment ends with the chord.
START, END, ENTERS_FROM, ENTERS_TO, LEAVES_FROM, LEAVES_TO, MEETS, VERTICES = range(8)
MITER_TURN = -1.0
SWEEP = 1 << 10
# Inside of turns: by way of the vertex, to where the edges meet, by the ends of the lines across both chords
# (which do not cross), around the vertex, or where such lines cross.
PIVOT, TIP, APART, FAN, TIGHT = range(5)
ROUND, MITER = JOINS.index("round"), JOINS.index("miter")

chords_around, line_crossing = compiled_part(half_circle_chords), compiled_part(crossing)


class Links(NamedTuple):
    """The chords of paths; without a length are only those that turn to where a segment goes."""

    number: Array  # [chords, NUMBERS]
    vertex: Array  # [chords, VERTICES]
    laid: Array  # [Q] how many each path has


class Pen(NamedTuple):
    """What paints one stroke."""

    half: float
    cap: int
    join: int
    miter_limit: float
    profile: Array  # [K] factors of the width at even steps, or nothing
    disc: bool  # whether all is round and even


class PathPlace(NamedTuple):
    """Where one path is among all segments and vertices."""

    first: int  # segment
    end: int
    vertex: int  # its first
    handles: int  # the first vertex of handles: two for each segment of the drawing


@compiled_part
def links_from(links: Links, first: int) -> Links:
    """Those from the first on, which are another path's."""
    return Links(links.number[first:], links.vertex[first:], links.laid)


@compiled_part
def width_at(pen: Pen, place: float) -> tuple[int, float, float]:
    """(step of the profile, share of the next one, factor of the width) at a place of the path."""
    steps = pen.profile.shape[0] - 1
    if steps < 1:
        return 0, 0.0, 1.0
    low = min(int(place * steps), steps - 1)
    share = place * steps - low
    return low, share, pen.profile[low] + share * (pen.profile[low + 1] - pen.profile[low])


@compiled_part
def lay_links(path: PathPlace, pen: Pen, vertices: Array, counts: Array, links: Links) -> int:
    """Write the chords of a path, at most MORE_LINKS more for each segment; returns how many, at least one.

    Where segments begin and end, the curve's own directions count, unless all is round and even.
    """
    count, v, length = 0, path.vertex, float(path.end - path.first)
    aimed = not pen.disc
    for s in range(path.first, path.end):
        handle = path.handles + 2 * s
        for k in range(counts[s]):
            ux, uy, long = _unit(vertices, v + k, v + k + 1)
            if long > 0.0:
                begins = (k / counts[s] + s - path.first) / length
                ends, last = ((k + 1) / counts[s] + s - path.first) / length, k + 1 == counts[s]
                before = (v, handle) if aimed and k == 0 else (-1, -1)
                after = (handle + 1, v + counts[s]) if aimed and last else (-1, -1)
                chord = ux, uy, long
                if aimed and k > 0 and _goes_round(vertices, links, count, v, handle, (k, counts[s])):
                    way = v + k + 1, v + k - 1
                    count = _lay_turn(vertices, links, count, v + k, way, begins, 0)
                if _slants(vertices, before, chord, pen, begins):
                    count, before = _lay_turn(vertices, links, count, v, before, begins, 0), (-1, -1)
                turns = _slants(vertices, after, chord, pen, ends)
                number, vertex = links.number[count], links.vertex[count]
                number[UX], number[UY], number[LENGTH] = chord
                number[BEGINS], number[ENDS] = begins, ends
                number[LINE] = 0.5 if last == (k == 0) else FIRST_LINE if k == 0 else 1.0 - FIRST_LINE
                vertex[START], vertex[END], vertex[MEETS] = v + k, v + k + 1, 1 if last and not turns else 0
                _aim(vertices, links, count, before, EX)
                _aim(vertices, links, count, (-1, -1) if turns else after, LX)
                count += 1
                if turns:
                    count = _lay_turn(vertices, links, count, v + counts[s], after, ends, 1)
        v += counts[s]
    if count == 0:
        _lay_nothing(path, counts[path.first] * length, links)
        return 1
    return count


@compiled_part
def _goes_round(
    vertices: Array, links: Links, count: int, v: int, handle: int, step: tuple[int, int]
) -> bool:
    """Whether a curve turns by over half a circle at a vertex (this, of so many), so that chords turn back.

    It does where it turns one way from the vertex before to the next one: B' x B'' has no zero there.
    """
    k, steps = step
    (ax, ay, before), (bx, by, after) = _unit(vertices, v + k - 1, v + k), _unit(vertices, v + k, v + k + 1)
    if before == 0.0 or after == 0.0 or ax * bx + ay * by >= 0.0:
        return False
    end, sine = v + steps, ax * by - ay * bx
    x0, y0 = vertices[handle, 0] - vertices[v, 0], vertices[handle, 1] - vertices[v, 1]
    x1, y1 = vertices[handle + 1, 0] - vertices[handle, 0], vertices[handle + 1, 1] - vertices[handle, 1]
    x2, y2 = vertices[end, 0] - vertices[handle + 1, 0], vertices[end, 1] - vertices[handle + 1, 1]
    x2, y2 = x2 - 2.0 * x1 + x0, y2 - 2.0 * y1 + y0
    x1, y1 = x1 - x0, y1 - y0
    a, b, c = x1 * y2 - y1 * x2, x0 * y2 - y0 * x2, x0 * y1 - y0 * x1
    low, high = (k - 1) / steps, (k + 1) / steps
    first, last = (a * low + b) * low + c, (a * high + b) * high + c
    one_way = b * b < 4.0 * a * c or (2.0 * a * low + b) * (2.0 * a * high + b) >= 0.0
    return one_way and first * sine < 0.0 and last * sine < 0.0


@compiled_part
def _slants(
    vertices: Array, handle: tuple[int, int], chord: tuple[float, float, float], pen: Pen, place: float
) -> bool:
    """Whether a direction, that of a handle if there is one, takes too much from the edges of a chord."""
    i, j = handle
    if i < 0:
        return False
    hx, hy, long = _unit(vertices, i, j)
    ux, uy, length = chord
    lost = pen.half * width_at(pen, place)[2] * abs(ux * hy - uy * hx)
    return long > 0.0 and (lost > MOST_SLANT * length or ux * hx + uy * hy < 0.0)


@compiled_part
def _lay_turn(
    vertices: Array, links: Links, count: int, at: int, handle: tuple[int, int], place: float, meets: int
) -> int:
    """Write a chord without a length at a vertex, in the direction of a handle; returns how many chords."""
    number, vertex = links.number[count], links.vertex[count]
    number[UX], number[UY], _ = _unit(vertices, handle[0], handle[1])
    number[LENGTH], number[BEGINS], number[ENDS], number[LINE] = 0.0, place, place, 0.5
    vertex[START], vertex[END], vertex[MEETS] = at, at, meets
    _aim(vertices, links, count, handle, EX)
    _aim(vertices, links, count, handle, LX)
    return count + 1


@compiled_part
def _lay_nothing(path: PathPlace, chords: float, links: Links) -> None:
    """Write the first of so many chords of a path without a length."""
    number, vertex = links.number[0], links.vertex[0]
    number[:], vertex[:] = 0.0, -1
    number[UX], number[EX], number[LX], number[ENDS] = 1.0, 1.0, 1.0, 1.0 / chords
    vertex[START], vertex[END], vertex[MEETS] = path.vertex, path.vertex + 1, 0


@compiled_part
def _unit(vertices: Array, i: int, j: int) -> tuple[float, float, float]:
    """Unit vector from vertex i to vertex j, and its length; (1, 0) and 0 where there is none."""
    dx, dy = vertices[j, 0] - vertices[i, 0], vertices[j, 1] - vertices[i, 1]
    squared = dx * dx + dy * dy
    if squared <= NO_LENGTH:
        return 1.0, 0.0, 0.0
    length = math.sqrt(squared)
    return dx / length, dy / length, length


@compiled_part
def _aim(vertices: Array, links: Links, k: int, handle: tuple[int, int], column: int) -> None:
    """The direction of the path at one end of a chord: a handle's if it has one, else the chord's own."""
    i, j = handle
    x, y, long = links.number[k, UX], links.number[k, UY], 0.0
    if i >= 0:
        ax, ay, long = _unit(vertices, i, j)
        x, y = (ax, ay) if long > 0.0 else (x, y)
    links.number[k, column], links.number[k, column + 1] = x, y
    at = ENTERS_FROM if column == EX else LEAVES_FROM
    links.vertex[k, at] = i if long > 0.0 else links.vertex[k, START]
    links.vertex[k, at + 1] = j if long > 0.0 else links.vertex[k, END]


@compiled_part
def lay_turns(links: Links, count: int, closed: bool, pen: Pen) -> None:
    """Write what the outline needs of every turn, by the same rules as `curves.stroke_outlines`."""
    number, vertex = links.number, links.vertex
    for b in range(count if closed else count - 1):
        a = b + 1 if b + 1 < count else 0
        cosine = number[b, LX] * number[a, EX] + number[b, LY] * number[a, EY]
        sine = number[b, LX] * number[a, EY] - number[b, LY] * number[a, EX]
        reach = pen.half * width_at(pen, number[b, ENDS])[2]
        styled = vertex[b, MEETS] == 1 and cosine < STRAIGHT
        spread = max(1.0 + cosine, SHARPEST_MITER)
        tip, around = math.sqrt(2.0 / spread), 1
        smooth = reach * (tip - 1.0) <= LONGEST_TIP
        if styled and pen.join != ROUND:
            smooth = pen.join == MITER and tip <= pen.miter_limit
        elif not smooth:
            angle = math.atan2(abs(sine), cosine)
            around = max(int(math.ceil(chords_around(reach) * angle / math.pi - COUNT_SLACK)), 1)
            if vertex[b, MEETS] == 0 and _tapers(number[b], number[a], reach * angle, pen):
                around += SWEEP
        number[b, COSINE], number[b, SINE] = cosine, sine
        number[b, STEPS] = (MITER_TURN if styled and pen.join == MITER else 0.0) if smooth else around
        lost = reach * math.sqrt(max((1.0 - cosine) / spread, 0.0))
        if min(number[b, LENGTH], number[a, LENGTH]) > LONG_ENOUGH * lost and cosine > DOUBLES_BACK:
            number[b, INNER] = TIP
        else:
            number[b, INNER] = PIVOT if vertex[b, MEETS] == 1 else _inner_turn(links, b, a, pen)


@compiled_part
def _tapers(before: Array, after: Array, around: float, pen: Pen) -> bool:
    """Whether the width changes much where the outer edges go so far around a turn between two chords."""
    if pen.profile.shape[0] == 0:
        return False
    change = abs(line_half(after, pen) - line_half(before, pen))
    return change * around > 2.0 * MOST_TAPER * (around + 0.5 * (before[LENGTH] + after[LENGTH]))


@compiled_part
def line_place(number: Array) -> float:
    """The place on the path of a chord's line across."""
    return number[BEGINS] + number[LINE] * (number[ENDS] - number[BEGINS])


@compiled_part
def line_half(number: Array, pen: Pen) -> float:
    """The half width there."""
    return pen.half * width_at(pen, line_place(number))[2]


@compiled_part
def _inner_turn(links: Links, b: int, a: int, pen: Pen) -> int:
    """How the inside of a turn within a segment goes on whose edges do not meet."""
    number = links.number
    sine = max(abs(number[b, SINE]), LEAST_SINE)
    to_turn, from_turn = (1.0 - number[b, LINE]) * number[b, LENGTH], number[a, LINE] * number[a, LENGTH]
    before, after = line_crossing(number[b, COSINE], sine, to_turn, from_turn)
    if before <= 0.0 or after <= 0.0:
        return PIVOT if pen.disc else FAN
    crossed = before < line_half(number[b], pen) and after < line_half(number[a], pen)
    return TIGHT if crossed else APART
