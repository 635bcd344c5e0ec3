"""Strokes along cubics that are all but straight: viewers draw lines, and may lose where they turn back."""

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.vector_graphics.curves.bezier import evaluate, split
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.svg.writing.values import Array, to_array

# Skia, and resvg after it, stroke a cubic as lines between its ends and where it bends most, if its control
# points lie beside a line by up to 0.0032 of the longest distance between two of them (`cubic_in_line`).
# Where it turns back may be missed. Rounded coordinates may bring others there.
_STRAIGHT = 0.005
# Longer cubics, by the tolerance, reach far beyond the canvas; they would come apart in thousands.
_LONGEST = 10_000
_LEVELS = 10  # of cuts within cuts; half as many are needed
_FIRST, _SECOND = np.triu_indices(4, 1)


def has_straightened(drawing: Drawing, tolerance: float, decimals: int) -> list[bool]:
    """For each path of a drawing, whether ``cut_where_straightened`` may have to cut it."""
    segments = drawing.segments()
    cuts = _cuts(to_array(drawing.points[segments.points]).round(decimals), tolerance, True)
    before = np.concatenate([[0], np.cumsum(np.isfinite(cuts))])
    found: list[bool] = (np.diff(before[segments.offsets.cpu().numpy()]) > 0).tolist()
    return found


def cut_where_straightened(
    points: Array, closed: bool, tolerance: float, decimals: int, *, at_turns: bool
) -> Array:
    """The same path, with such cubics cut until lines are as good, and where they turn back.

    Points are rounded first, so that a drawing that was written and read is written as it is.

    Args:
        points: [3 S, 2] of S cubics if closed, else [3 S + 1, 2].
        closed: whether the last cubic ends at point 0.
        tolerance: > 0, by how much a line may be off, in canvas units.
        decimals: digits after the decimal point of coordinates.
        at_turns: whether to cut where a cubic turns back: the cut is a join.
    """
    whole = (np.concatenate([points, points[:1]]) if closed else points).round(decimals)
    cubics = whole[3 * np.arange(len(whole) // 3)[:, None] + np.arange(4)]
    for _ in range(_LEVELS):
        cuts = _cuts(cubics, tolerance, at_turns)
        rows = np.flatnonzero(np.isfinite(cuts))
        before, after = split(torch.from_numpy(cubics[rows]), torch.from_numpy(cuts[rows]))
        cubics[rows] = before.numpy()
        cubics = np.insert(cubics, rows + 1, after.numpy(), axis=0).round(decimals)
    parts = cubics[:, :3].reshape(-1, 2)
    return parts if closed else np.concatenate([parts, whole[-1:]])


@np.errstate(divide="ignore", invalid="ignore")  # numbers that are none are refused by their shape's name
def _cuts(cubics: Array, tolerance: float, at_turns: bool) -> NDArray[np.float64]:
    """[S] at which t in (0, 1) to cut cubics [S, 4, 2] next; NaN where a line is as good."""
    apart = cubics[:, _SECOND] - cubics[:, _FIRST]
    lengths = np.linalg.norm(apart, axis=-1)
    rows, longest = np.arange(len(cubics)), lengths.argmax(1)
    length = lengths[rows, longest]
    along = apart[rows, longest] / np.maximum(length, tolerance)[:, None]
    from_line = cubics - cubics[rows, _FIRST[longest], None]
    beside = np.abs(from_line[..., 1] * along[:, None, 0] - from_line[..., 0] * along[:, None, 1]).max(1)
    straight = (beside <= _STRAIGHT * length) & (length <= _LONGEST * tolerance)
    cuts = np.where(straight & (beside > tolerance), 0.5, np.nan)
    if at_turns:
        turns = _only_turn(np.einsum("skd,sd->sk", from_line, along), tolerance)
        cuts = np.where(straight & np.isfinite(turns), turns, cuts)
    return cuts


def _only_turn(places: Array, tolerance: float) -> NDArray[np.float64]:
    """[S] t in (0, 1) where cubics with control points at places [S, 4] of a line turn back.

    NaN where they do so never, or twice, or by less than the tolerance.
    """
    a, b, c = np.diff(places, axis=1).T
    bend, slope = a - 2 * b + c, 2 * (b - a)  # the speed along the line is a + slope t + bend t^2
    root = -(slope + np.copysign(np.sqrt(slope**2 - 4 * a * bend), slope)) / 2
    roots = np.stack([root / bend, a / root])
    inside = (roots > 0) & (roots < 1)
    turns = np.where(inside[0], *roots)
    once = inside.sum(0) == 1
    turned = evaluate(torch.from_numpy(places[..., None]), torch.from_numpy(np.where(once, turns, 0))).numpy()
    return np.where(once & (np.abs(turned - places[:, ::3]).min(1) > tolerance), turns, np.nan)
