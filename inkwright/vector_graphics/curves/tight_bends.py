"""The inner side of outlines where a stroke bends more tightly than half of its width.

A line across the path that moves along it turns back there beyond the point in which neighboring ones cross.
So the inner side of a bend goes along these points, the path's evolute, then back around what the ends of the
lines sweep beyond them, and along the evolute once more: so that both parts are on the left of their borders,
as all others are, and the nonzero rule paints them however they overlap.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from inkwright.vector_graphics.curves.outline_corners import by_steps, normals, sweeps
from inkwright.vector_graphics.curves.outline_rules import LEAST_SINE, MOST_STEPS, crossing
from inkwright.vector_graphics.curves.stroke_chords import StrokeChords, units


@dataclass(frozen=True)
class Turns:
    """Turns from chords to those that follow them, [J] each."""

    before: Tensor  # chord
    after: Tensor  # chord
    cosine: Tensor
    sine: Tensor  # > 0 to the left
    around: Tensor  # how many chords go around its outside


@dataclass(frozen=True)
class InnerTurns:
    """What becomes of the inner sides of turns whose inner edges do not meet, [J] each."""

    pivot: Tensor  # it goes by way of the vertex
    apart: Tensor  # the lines across both chords do not cross
    fan: Tensor  # such a line turns on the spot
    tight: Tensor  # such lines cross


def inner_turns(chords: StrokeChords, turns: Turns, meet: Tensor) -> InnerTurns:
    """How to go on the inner sides where edges do not ``meet`` [J]."""
    length, b, a = chords.lengths(), turns.before, turns.after
    sine = turns.sine.abs().clamp(min=LEAST_SINE)
    way = length[b] * (1 - chords.line[b]), length[a] * chords.line[a]
    before, after = crossing(turns.cosine, sine, *way)
    smooth, ahead = ~meet & ~chords.meets[b], (before > 0) & (after > 0)
    tight = smooth & ahead & (before < chords.line_half(b).detach()) & (after < chords.line_half(a).detach())
    fan = smooth & ~ahead & ~chords.disc[chords.path[b]]
    apart = smooth & ahead & ~tight
    return InnerTurns(~meet & ~(tight | fan | apart), apart, fan, tight)


def line_ends(chords: StrokeChords, chord: Tensor, side: int) -> Tensor:
    """[R, 2] the ends on one side, 1 or -1, of the lines across chords [R]."""
    return chords.lines(chord) + side * chords.line_half(chord)[:, None] * normals(_along(chords, chord))


def line_sweeps(chords: StrokeChords, turns: Turns, rows: Tensor, side: int, steps: int) -> Tensor:
    """[R, steps, 2] how such an end goes from the chord before each of the turns to that after it."""
    b, a = turns.before[rows], turns.after[rows]
    places = torch.stack([chords.lines(b), chords.ends[b], chords.lines(a)], dim=1)
    reach = torch.stack([chords.line_half(b), chords.half[b, 1], chords.line_half(a)], dim=1)
    return sweeps(places, _along(chords, b), _along(chords, a), side * reach, steps)


Corners = tuple[Tensor, Tensor, Tensor]  # chord [R] after whose end they belong, place there [R], [R, 2]


def tight_corners(chords: StrokeChords, turns: Turns, rows: Tensor, side: int) -> list[Corners]:
    """The corners on the inner side, 1 or -1, of the turns at which lines cross.

    Runs of turns one after another are one bend; its corners have places after the first of its chords.
    """
    b, a = turns.before[rows], turns.after[rows]
    goes_on = torch.zeros_like(rows, dtype=torch.bool)
    goes_on[1:] = (rows[1:] == rows[:-1] + 1) & (b[1:] == a[:-1])
    run = torch.cumsum((~goes_on).long(), 0) - 1
    count = torch.bincount(run)
    first = torch.cumsum(count, 0) - count
    start, last, every, number = (
        first,
        first + count - 1,
        torch.arange(rows.shape[0], device=rows.device),
        count[run],
    )
    at, crossings, found = every - first[run], _crossings(chords, b, a), []

    def put(which: Tensor, place: Tensor, corners: Tensor) -> None:
        found.append((b[start[run[which]]], place, corners.reshape(-1, 2)))

    put(first, torch.zeros_like(first), line_ends(chords, b[first], side))
    put(every, 1 + at, crossings)
    put(last, 1 + count, line_ends(chords, a[last], side))
    twice = ~chords.disc[chords.path[b]]
    for some, steps in by_steps(every[twice], turns.around[rows[twice]]):
        back = 1 + number[some] + (number - at)[some] * MOST_STEPS
        place = back[:, None] - torch.arange(steps, device=rows.device)
        put(
            some.repeat_interleave(steps),
            place.flatten(),
            line_sweeps(chords, turns, rows[some], side, steps),
        )
    again = 2 + number + number * MOST_STEPS
    first, last, every = first[twice[first]], last[twice[last]], every[twice]
    put(first, again[first], line_ends(chords, b[first], side))
    put(every, (again + 1 + at)[every], crossings[every])
    put(last, (again + 1 + number)[last], line_ends(chords, a[last], side))
    return found


def _crossings(chords: StrokeChords, before: Tensor, after: Tensor) -> Tensor:
    """[R, 2] where the lines across chords cross."""
    u, v, line = _along(chords, before), _along(chords, after), chords.lines(before)
    sine = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    reach = ((chords.lines(after) - line) * v).sum(1) / sine
    return line + reach[:, None] * normals(u)


def _along(chords: StrokeChords, chord: Tensor) -> Tensor:
    """[R, 2] directions of chords; of those without a length that to which they turn."""
    return units(chords.ends[chord] - chords.starts[chord], chords.enters[chord])
