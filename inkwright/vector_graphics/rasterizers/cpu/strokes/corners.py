"""Compiled: the corners of a stroke's outline, along its left side, around its end, and back on its right."""

import math
from typing import NamedTuple

import numpy as np

from inkwright.compiled_kernels.compilation import compiled_maker, compiled_part
from inkwright.vector_graphics.curves.outline_rules import MOST_STEPS, SHARPEST, arc_swell
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array
from inkwright.vector_graphics.rasterizers.cpu.strokes.links import (
    BEGINS,
    COSINE,
    END,
    ENDS,
    ENTERS_FROM,
    ENTERS_TO,
    EX,
    EY,
    INNER,
    LEAVES_FROM,
    LEAVES_TO,
    LX,
    LY,
    MITER_TURN,
    SINE,
    START,
    STEPS,
    Links,
    Pen,
    chords_around,
    width_at,
)
from inkwright.vector_graphics.stroke_styles import CAPS

# A corner is a vertex of the path plus ``reach`` times an arm m, which turns with the directions before and
# after: its derivatives by their angles are TURN m' + GROW m and (1 - TURN) m' - GROW m, m' being m turned by
# a right angle. Last, the corner's place on the path.
ARM_X, ARM_Y, REACH, TURN, GROW, PLACE, CORNER = range(7)
# The vertex, pairs of vertices that have the directions before and after (or -1), the corner that follows.
AT, BEFORE_FROM, BEFORE_TO, AFTER_FROM, AFTER_TO, NEXT, ROOTS = range(7)
arc_swelled = compiled_part(arc_swell)
ROUND, SQUARE = CAPS.index("round"), CAPS.index("square")


class Corners(NamedTuple):
    """Corners of outlines, contour by contour."""

    number: Array  # [K, CORNER]
    root: Array  # [K, ROOTS]


@compiled_maker
def corner_room(corners: int) -> Corners:
    """Room for so many corners."""
    return Corners(np.empty((corners, CORNER)), np.empty((corners, ROOTS), np.int64))


@compiled_maker
def with_room(corners: Corners, used: int, more: int) -> Corners:
    """The same, with room for more corners than are used."""
    if used + more <= corners.number.shape[0]:
        return corners
    larger = corner_room(2 * used + more)
    copy_rows(corners.number[:used], larger.number)
    copy_rows(corners.root[:used], larger.root)
    return larger


@compiled_part
def copy_rows(source: Array, target: Array) -> None:
    """Copy all rows to the beginning of another table: NumPy's assignment takes seconds to compile."""
    for k in range(source.shape[0]):
        for c in range(source.shape[1]):
            target[k, c] = source[k, c]


@compiled_part
def most_corners(chords: int) -> int:
    """More corners than an outline of so many chords has."""
    return (chords + 2) * (MOST_STEPS + 5)


@compiled_part
def put_path(links: Links, count: int, closed: bool, pen: Pen, to: Corners, k: int) -> int:
    """Write the outline of a path from corner k on; returns the corner after its last."""
    first, turns = k, count if closed else count - 1
    if not closed:
        k = _put_cap(links, 0, True, pen, to, k)
    for turn in range(turns):
        k = _put_turn(links, turn, (turn + 1) % count, 1.0, pen, to, k)
    if closed:
        _close(to, first, k)
        first = k
    else:
        k = _put_cap(links, count - 1, False, pen, to, k)
    for turn in range(turns - 1, -1, -1):
        k = _put_turn(links, turn, (turn + 1) % count, -1.0, pen, to, k)
    _close(to, first, k)
    return k


@compiled_part
def _close(to: Corners, first: int, end: int) -> None:
    """Each corner is followed by the next one, the last by the first."""
    for k in range(first, end):
        to.root[k, NEXT] = k + 1 if k + 1 < end else first


@compiled_part
def _put_turn(links: Links, b: int, a: int, side: float, pen: Pen, to: Corners, k: int) -> int:
    """The corners beside the turn from chord b to a: forwards on the left side, backwards on the right."""
    number = links.number
    cosine, sine, place = number[b, COSINE], number[b, SINE], number[b, ENDS]
    reach = pen.half * width_at(pen, place)[2]
    dx, dy, ex, ey = number[b, LX], number[b, LY], number[a, EX], number[a, EY]
    outer = (sine > 0.0) != (side > 0.0)
    if number[b, STEPS] == 0.0 if outer else number[b, INNER] != 0.0:
        spread = max(1.0 + cosine, SHARPEST)
        arm = (-side * (dy + ey) / spread, side * (dx + ex) / spread)
        _root_turn(links, b, a, to.root[k])
        _write(to.number[k], arm, reach, place, 0.5, -0.5 * sine / spread)
        return k + 1
    miter = outer and number[b, STEPS] == MITER_TURN
    steps = int(number[b, STEPS]) if outer and not miter else 2
    round_turn = outer and steps > 1 and not miter
    angle = math.atan2(abs(sine), cosine) * (1.0 if sine > 0.0 else -1.0) if round_turn else 0.0
    swell = arc_swelled(steps, angle)
    grows = -angle / (6.0 * steps * max(steps - 1, 1)) / swell
    for m in range(steps + 1):
        at = m if side > 0.0 else steps - m
        arm, turn, grow = (-side * dy, side * dx), 1.0, 0.0
        if at == steps:
            arm, turn = (-side * ey, side * ex), 0.0
        elif at > 0 and miter:
            spread = max(1.0 + cosine, SHARPEST)
            arm, turn, grow = (
                (-side * (dy + ey) / spread, side * (dx + ex) / spread),
                0.5,
                -0.5 * sine / spread,
            )
        elif at > 0 and not outer:
            arm = (0.0, 0.0)
        elif at > 0:
            turn, grow = 1.0 - at / steps, grows
            c, s = swell * math.cos(angle * at / steps), swell * math.sin(angle * at / steps)
            arm = (c * arm[0] - s * arm[1], s * arm[0] + c * arm[1])
        _root_turn(links, b, a, to.root[k])
        _write(to.number[k], arm, reach, place, turn, grow)
        k += 1
    return k


@compiled_part
def _root_turn(links: Links, b: int, a: int, root: Array) -> None:
    """A corner beside the turn from chord b to a belongs to the vertex and the directions there."""
    before, after = links.vertex[b], links.vertex[a]
    root[AT], root[BEFORE_FROM], root[BEFORE_TO] = before[END], before[LEAVES_FROM], before[LEAVES_TO]
    root[AFTER_FROM], root[AFTER_TO] = after[ENTERS_FROM], after[ENTERS_TO]


@compiled_part
def _write(
    number: Array, arm: tuple[float, float], reach: float, place: float, turn: float, grow: float
) -> None:
    """Write the numbers of one corner."""
    number[ARM_X], number[ARM_Y] = arm
    number[REACH], number[PLACE], number[TURN], number[GROW] = reach, place, turn, grow


@compiled_part
def _put_cap(links: Links, c: int, start: bool, pen: Pen, to: Corners, k: int) -> int:
    """The corners around the start or the end of a path, from its left as seen outwards to its right."""
    number, vertex = links.number[c], links.vertex[c]
    place = number[BEGINS] if start else number[ENDS]
    reach = pen.half * width_at(pen, place)[2]
    ox, oy = (-number[EX], -number[EY]) if start else (number[LX], number[LY])
    steps = chords_around(reach) if pen.cap == ROUND else 3 if pen.cap == SQUARE else 1
    for m in range(steps + 1):
        across, along = 1.0 if 2 * m < steps else -1.0, 0.0
        if 0 < m < steps:
            along = 1.0
            if pen.cap == ROUND:
                swell = arc_swelled(steps, math.pi)
                across, along = swell * math.cos(math.pi * m / steps), swell * math.sin(math.pi * m / steps)
        root = to.root[k]
        root[AT] = vertex[START] if start else vertex[END]
        root[BEFORE_FROM] = vertex[ENTERS_FROM] if start else vertex[LEAVES_FROM]
        root[BEFORE_TO] = vertex[ENTERS_TO] if start else vertex[LEAVES_TO]
        root[AFTER_FROM], root[AFTER_TO] = -1, -1
        arm = (along * ox - across * oy, along * oy + across * ox)
        _write(to.number[k], arm, reach, place, 1.0, 0.0)
        k += 1
    return k
