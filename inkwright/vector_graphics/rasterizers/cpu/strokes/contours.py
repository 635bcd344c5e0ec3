"""Compiled: the outline of one path of a stroke, corner after corner."""

from inkwright.compiled_kernels.compilation import compiled_part
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array
from inkwright.vector_graphics.rasterizers.cpu.strokes.corners import (
    NEXT,
    Corners,
    cap_steps,
    put_arc,
    put_cap,
    put_crossing,
    put_line,
    put_sweep,
    put_tip,
    put_vertex,
    steps_around,
)
from inkwright.vector_graphics.rasterizers.cpu.strokes.links import (
    APART,
    FAN,
    INNER,
    MITER_TURN,
    SINE,
    STEPS,
    SWEEP,
    TIGHT,
    TIP,
    Links,
    Pen,
)


@compiled_part
def most_corners(links: Links, count: int, closed: bool, pen: Pen) -> int:
    """How many corners the outline of a path has; neighbouring bends that are tight share some of these."""
    corners, number = 0, links.number
    if not closed:
        corners = cap_steps(links, 0, True, pen) + cap_steps(links, count - 1, False, pen) + 2
    for b in range(count if closed else count - 1):
        steps, inner, around = number[b, STEPS], number[b, INNER], steps_around(number[b, STEPS])
        corners += 1 if steps == 0.0 else around if steps > SWEEP else around + 1 if steps > 0.0 else 3
        if inner == TIGHT:
            corners += 2 * (around + 3)
        else:
            corners += 1 if inner == TIP else 2 if inner == APART else around + 5 if inner == FAN else 3
    return corners


@compiled_part
def put_path(links: Links, count: int, closed: bool, pen: Pen, to: Corners, k: int) -> int:
    """Write the outline of a path from corner k on; returns the corner after its last."""
    first, turns = k, count if closed else count - 1
    if not closed:
        k = put_cap(links, 0, True, pen, to, k)
    k = _put_side(links, turns, count, 1.0, pen, to, k)
    if closed:
        _close(to, first, k)
        first = k
    else:
        k = put_cap(links, count - 1, False, pen, to, k)
    k = _put_side(links, turns, count, -1.0, pen, to, k)
    _close(to, first, k)
    return k


@compiled_part
def _close(to: Corners, first: int, end: int) -> None:
    """Each corner is followed by the next one, the last by the first."""
    for k in range(first, end):
        to.root[k, NEXT] = k + 1 if k + 1 < end else first


@compiled_part
def _put_side(links: Links, turns: int, count: int, side: float, pen: Pen, to: Corners, k: int) -> int:
    """The corners beside all turns: forwards on the left side, backwards on the right."""
    number, done = links.number, 0
    while done < turns:
        first = last = done if side > 0.0 else turns - 1 - done
        if _is_tight(number, first, side):
            while last + 1 < turns and side > 0.0 and _is_tight(number, last + 1, side):
                last += 1
            while first > 0 and side < 0.0 and _is_tight(number, first - 1, side):
                first -= 1
            k = _put_bend(links, (first, last), count, side, pen, to, k)
        else:
            k = _put_turn(links, first, (first + 1) % count, side, pen, to, k)
        done += last - first + 1
    return k


@compiled_part
def _is_tight(number: Array, turn: int, side: float) -> bool:
    """Whether a side is the inner one of a turn, and lines across its chords cross there."""
    return number[turn, INNER] == TIGHT and (number[turn, SINE] > 0.0) == (side > 0.0)


@compiled_part
def _put_bend(
    links: Links, run: tuple[int, int], count: int, side: float, pen: Pen, to: Corners, k: int
) -> int:
    """The corners on the inner side of turns at which lines cross, by the rule of `curves.tight_bends`."""
    turns = run[1] - run[0] + 1
    begin, step = (run[0], 1) if side > 0.0 else (run[1], -1)
    near = begin if side > 0.0 else (begin + 1) % count
    far = (run[1] + 1) % count if side > 0.0 else run[0]
    for lap in range(1 if pen.disc else 2):
        k = put_line(links, near, side, pen, to, k)
        for m in range(turns):
            b = begin + step * m
            put_crossing(links, b, (b + 1) % count, to, k)
            k += 1
        k = put_line(links, far, side, pen, to, k)
        for m in range(turns - 1 if lap == 0 and not pen.disc else -1, -1, -1):
            b = begin + step * m
            k = put_sweep(links, b, (b + 1) % count, (side, -side), pen, to, k)
    return k


@compiled_part
def _put_turn(links: Links, b: int, a: int, side: float, pen: Pen, to: Corners, k: int) -> int:
    """The corners beside the turn from chord b to a: forwards on the left side, backwards on the right."""
    number = links.number
    steps, inner, outer = number[b, STEPS], number[b, INNER], (number[b, SINE] > 0.0) != (side > 0.0)
    if steps == 0.0 if outer else inner == TIP:
        return put_tip(links, b, a, side, pen, to, k)
    if outer and steps > SWEEP:
        return put_sweep(links, b, a, (side, side), pen, to, k)
    if not outer and inner == APART:
        k = put_line(links, b if side > 0.0 else a, side, pen, to, k)
        return put_line(links, a if side > 0.0 else b, side, pen, to, k)
    # Corners of the arc from the chord before the turn to that after it; back around it in a fan.
    around = steps_around(number[b, STEPS]) if outer or inner == FAN else 1
    count = around + 5 if not outer and inner == FAN else around + 1 if outer and steps > 0.0 else 3
    for m in range(count):
        at = m if side > 0.0 else count - 1 - m
        if outer and steps == MITER_TURN and at == 1:
            k = put_tip(links, b, a, side, pen, to, k)
        elif not outer and (at == 1 or at == count - 2):
            k = put_vertex(links, b, a, pen, to, k)
        else:
            at = 0 if at == 0 else around if at == count - 1 else at if outer else around + 2 - at
            k = put_arc(links, b, a, (at, around, side), pen, to, k)
    return k
