"""Compiled: the corners of a stroke's outline, along its left side, around its end, and back on its right."""

import math
from typing import NamedTuple

from inkwright.compiled_kernels.compilation import compiled_part
from inkwright.vector_graphics.curves.outline_rules import SHARPEST, arc_swell, sweep_swell
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
    LEAVES_FROM,
    LEAVES_TO,
    LENGTH,
    LINE,
    LX,
    LY,
    SINE,
    START,
    STEPS,
    SWEEP,
    UX,
    UY,
    Links,
    Pen,
    chords_around,
    line_place,
    width_at,
)
from inkwright.vector_graphics.stroke_styles import CAPS

# A corner is a vertex of the path, shifted by a share of the way to another, plus ``reach`` times an arm m,
# which turns with the directions before and after: its derivatives by their angles are TURN m' + GROW m and
# (1 - TURN) m' - GROW m, m' being m turned by a right angle. Last, the corner's place on the path.
ARM_X, ARM_Y, REACH, TURN, GROW, PLACE, SHIFT, CORNER = range(8)
# The vertex and the other, pairs of vertices that have the directions before and after (or -1), the corner
# that follows. Where lines across two chords cross, from the other vertex to this and from this to the far
# one, the reach is that which it takes, and the place is at which share of the second chord its line is; of
# other corners the far one is -1.
AT, OTHER, FAR, BEFORE_FROM, BEFORE_TO, AFTER_FROM, AFTER_TO, NEXT, ROOTS = range(9)
arc_swelled, sweep_swelled = compiled_part(arc_swell), compiled_part(sweep_swell)
ROUND, SQUARE = CAPS.index("round"), CAPS.index("square")


class Corners(NamedTuple):
    """Corners of outlines, contour by contour."""

    number: Array  # [K, CORNER]
    root: Array  # [K, ROOTS]


@compiled_part
def put_line(links: Links, c: int, side: float, pen: Pen, to: Corners, k: int) -> int:
    """The end of the line across a chord."""
    number, place = links.number[c], line_place(links.number[c])
    reach, root = pen.half * width_at(pen, place)[2], to.root[k]
    _write(to.number[k], (-side * number[UY], side * number[UX]), reach, place, 1.0, 0.0)
    to.number[k, SHIFT] = 1.0 - number[LINE]
    root[AT], root[OTHER], root[FAR] = links.vertex[c, END], links.vertex[c, START], -1
    root[BEFORE_FROM], root[BEFORE_TO] = _own(links, c)
    root[AFTER_FROM], root[AFTER_TO] = -1, -1
    return k + 1


@compiled_part
def _own(links: Links, c: int) -> tuple[int, int]:
    """The vertices that have the direction of a chord."""
    vertex = links.vertex[c]
    if links.number[c, LENGTH] > 0.0:
        return vertex[START], vertex[END]
    return vertex[ENTERS_FROM], vertex[ENTERS_TO]


@compiled_part
def put_crossing(links: Links, b: int, a: int, to: Corners, k: int) -> None:
    """Where the lines across two chords cross."""
    number, root = links.number, to.root[k]
    shift, share = 1.0 - number[b, LINE], number[a, LINE]
    reach = shift * number[b, LENGTH] * number[b, COSINE] + share * number[a, LENGTH]
    _write(to.number[k], (-number[b, UY], number[b, UX]), reach / number[b, SINE], share, 1.0, 0.0)
    _root_turn(links, b, a, root)
    to.number[k, SHIFT] = shift
    root[OTHER], root[FAR] = links.vertex[b, START], links.vertex[a, END]


@compiled_part
def put_sweep(links: Links, b: int, a: int, sides: tuple[float, float], pen: Pen, to: Corners, k: int) -> int:
    """Corners around which the end of a line on a side goes from chord b to a, or back from a to b.

    The sides are (that, 1.0 to go on and -1.0 to go back).
    """
    number, (side, way) = links.number, sides
    steps, angle = steps_around(number[b, STEPS]), _turn_angle(number[b])
    swell = sweep_swelled(steps, angle)
    grow = -angle / (6.0 * steps * steps) / swell
    for m in range(steps):
        share = ((m if way > 0.0 else steps - 1 - m) + 0.5) / steps
        if share <= 0.5:
            shift, chord = (1.0 - 2.0 * share) * (1.0 - number[b, LINE]), b
        else:
            shift, chord = (2.0 * share - 1.0) * number[a, LINE], a
        length = number[chord, ENDS] - number[chord, BEGINS]
        place = number[b, ENDS] - shift * length if share <= 0.5 else number[a, BEGINS] + shift * length
        c, s = side * swell * math.cos(angle * share), side * swell * math.sin(angle * share)
        arm = (-c * number[b, UY] - s * number[b, UX], c * number[b, UX] - s * number[b, UY])
        _root_turn(links, b, a, to.root[k])
        _write(to.number[k], arm, pen.half * width_at(pen, place)[2], place, 1.0 - share, grow)
        to.number[k, SHIFT] = shift
        to.root[k, OTHER] = links.vertex[b, START] if share <= 0.5 else links.vertex[a, END]
        k += 1
    return k


@compiled_part
def steps_around(steps: float) -> int:
    """How many chords go around a turn, of its STEPS; 1 where its edges go on until they meet."""
    return max(int(steps) & (SWEEP - 1), 1) if steps > 0.0 else 1


@compiled_part
def put_tip(links: Links, b: int, a: int, side: float, pen: Pen, to: Corners, k: int) -> int:
    """Where the edges beside two chords meet."""
    number, place = links.number, links.number[b, ENDS]
    spread = max(1.0 + number[b, COSINE], SHARPEST)
    x, y = number[b, LX] + number[a, EX], number[b, LY] + number[a, EY]
    arm, reach = (-side * y / spread, side * x / spread), pen.half * width_at(pen, place)[2]
    _root_turn(links, b, a, to.root[k])
    _write(to.number[k], arm, reach, place, 0.5, -0.5 * number[b, SINE] / spread)
    return k + 1


@compiled_part
def put_vertex(links: Links, b: int, a: int, pen: Pen, to: Corners, k: int) -> int:
    """The vertex between two chords itself."""
    place = links.number[b, ENDS]
    _root_turn(links, b, a, to.root[k])
    _write(to.number[k], (0.0, 0.0), pen.half * width_at(pen, place)[2], place, 0.5, 0.0)
    return k + 1


@compiled_part
def put_arc(links: Links, b: int, a: int, step: tuple[int, int, float], pen: Pen, to: Corners, k: int) -> int:
    """A corner of the arc from the edge of chord b to that of chord a: step (this, of so many, side)."""
    number, place, (at, steps, side) = links.number, links.number[b, ENDS], step
    arm, turn, grow = (-side * number[b, LY], side * number[b, LX]), 1.0, 0.0
    if at == steps:
        arm, turn = (-side * number[a, EY], side * number[a, EX]), 0.0
    elif at > 0:
        angle = _turn_angle(number[b])
        swell = arc_swelled(steps, angle)
        turn, grow = 1.0 - at / steps, -angle / (6.0 * steps * max(steps - 1, 1)) / swell
        c, s = swell * math.cos(angle * at / steps), swell * math.sin(angle * at / steps)
        arm = (c * arm[0] - s * arm[1], s * arm[0] + c * arm[1])
    _root_turn(links, b, a, to.root[k])
    _write(to.number[k], arm, pen.half * width_at(pen, place)[2], place, turn, grow)
    return k + 1


@compiled_part
def _turn_angle(number: Array) -> float:
    """The angle of the turn after a chord; where the path doubles back, around its front."""
    angle = math.atan2(abs(number[SINE]), number[COSINE])
    return angle if number[SINE] > 0.0 else -angle


@compiled_part
def _root_turn(links: Links, b: int, a: int, root: Array) -> None:
    """A corner beside the turn from chord b to a belongs to the vertex and the directions there."""
    before, after = links.vertex[b], links.vertex[a]
    root[AT], root[BEFORE_FROM], root[BEFORE_TO] = before[END], before[LEAVES_FROM], before[LEAVES_TO]
    root[AFTER_FROM], root[AFTER_TO] = after[ENTERS_FROM], after[ENTERS_TO]
    root[OTHER], root[FAR] = before[END], -1


@compiled_part
def _write(
    number: Array, arm: tuple[float, float], reach: float, place: float, turn: float, grow: float
) -> None:
    """Write the numbers of one corner."""
    number[ARM_X], number[ARM_Y] = arm
    number[REACH], number[PLACE], number[TURN], number[GROW], number[SHIFT] = reach, place, turn, grow, 0.0


@compiled_part
def cap_steps(links: Links, c: int, start: bool, pen: Pen) -> int:
    """How many chords go around the start or the end of a path."""
    place = links.number[c, BEGINS] if start else links.number[c, ENDS]
    if pen.cap == ROUND:
        return chords_around(pen.half * width_at(pen, place)[2])
    return 3 if pen.cap == SQUARE else 1


@compiled_part
def put_cap(links: Links, c: int, start: bool, pen: Pen, to: Corners, k: int) -> int:
    """The corners around the start or the end of a path, from its left as seen outwards to its right."""
    number, vertex = links.number[c], links.vertex[c]
    place = number[BEGINS] if start else number[ENDS]
    reach = pen.half * width_at(pen, place)[2]
    ox, oy = (-number[EX], -number[EY]) if start else (number[LX], number[LY])
    steps = cap_steps(links, c, start, pen)
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
        root[AFTER_FROM], root[AFTER_TO], root[OTHER], root[FAR] = -1, -1, root[AT], -1
        arm = (along * ox - across * oy, along * oy + across * ox)
        _write(to.number[k], arm, reach, place, 1.0, 0.0)
        k += 1
    return k
