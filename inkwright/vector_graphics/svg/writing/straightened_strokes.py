"""Strokes along cubics that are all but straight: viewers draw lines, and may lose where they turn back."""

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.vector_graphics.curves.bezier import evaluate, split
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.stroke_styles import JOINS
from inkwright.vector_graphics.svg.writing.values import Array, to_array

# Skia, and resvg after it, stroke a cubic as lines between its ends and where it bends most, if its control
# points lie beside a line by up to 0.0032 of the longest distance between two of them (`cubic_in_line`).
# Where it turns back may be missed. Rounded coordinates may bring others there.
_STRAIGHT = 0.005
# Longer cubics, by the tolerance, reach far beyond the canvas; they would come apart in thousands.
_LONGEST = 10_000
_LEVELS = 10  # of cuts within cuts: more than there are, unless coordinates are rounded coarsely
_FIRST, _SECOND = np.triu_indices(4, 1)


def cut_where_straightened(drawing: Drawing, tolerance: float, decimals: int) -> dict[int, Array]:
    """Paths of a drawing that have such cubics, cut until lines are as good, and where they turn back.

    Points are rounded first, so that a drawing that was written and read is written as it is. Joins that are
    not round are sharp: there nothing is cut where it turns back.

    Args:
        drawing: the drawing.
        tolerance: > 0, by how much a line may be off, in canvas units.
        decimals: digits after the decimal point of coordinates.

    Returns:
        Their points by number: [3 S, 2] of S cubics if closed, else [3 S + 1, 2].
    """
    segments, styles = drawing.segments(), drawing.styles
    stroked = (drawing.stroked & drawing.alive)[segments.shape].cpu().numpy()
    is_round = np.ones_like(stroked)
    if styles is not None:
        is_round = (styles.join == JOINS.index("round"))[segments.shape].cpu().numpy()
    path = segments.path.cpu().numpy()
    cubics = to_array(drawing.points[segments.points]).round(decimals)
    cuts = np.where(stroked, _cuts(cubics, tolerance, is_round), np.nan)
    mine = np.isin(path, path[np.isfinite(cuts)])
    cubics, cuts, owners = cubics[mine], cuts[mine], np.stack([path[mine], is_round[mine]], axis=1)
    for _ in range(_LEVELS):
        rows = np.flatnonzero(np.isfinite(cuts))
        if not rows.size:
            break
        before, after = split(torch.from_numpy(cubics[rows]), torch.from_numpy(cuts[rows]))
        cubics[rows] = before.numpy()
        cubics = np.insert(cubics, rows + 1, after.numpy(), axis=0).round(decimals)
        owners = np.insert(owners, rows + 1, owners[rows], axis=0)
        cuts = _cuts(cubics, tolerance, owners[:, 1] > 0)
    numbers, first = np.unique(owners[:, 0], return_index=True)
    parts, closed = np.split(cubics, first[1:]), drawing.closed[numbers].tolist()
    return {number: _points(parts[k], closed[k]) for k, number in enumerate(numbers.tolist())}


def _points(cubics: Array, closed: bool) -> Array:
    """The points of a path, of its cubics [S, 4, 2]."""
    points = cubics[:, :3].reshape(-1, 2)
    return points if closed else np.concatenate([points, cubics[-1:, 3]])


@np.errstate(divide="ignore", invalid="ignore")  # numbers that are none are refused by their shape's name
def _cuts(cubics: Array, tolerance: float, at_turns: NDArray[np.bool_]) -> NDArray[np.float64]:
    """[S] at which t in (0, 1) to cut cubics [S, 4, 2] next; NaN where a line is as good.

    Where they turn back only those ``at_turns`` [S].
    """
    apart = cubics[:, _SECOND] - cubics[:, _FIRST]
    lengths = np.linalg.norm(apart, axis=-1)
    rows, longest = np.arange(len(cubics)), lengths.argmax(1)
    length = lengths[rows, longest]
    along = apart[rows, longest] / np.maximum(length, tolerance)[:, None]
    from_line = cubics - cubics[rows, _FIRST[longest], None]
    beside = np.abs(from_line[..., 1] * along[:, None, 0] - from_line[..., 0] * along[:, None, 1]).max(1)
    straight = (beside <= _STRAIGHT * length) & (length <= _LONGEST * tolerance)
    cuts = np.where(straight & (beside > tolerance), 0.5, np.nan)
    turns = _only_turn(np.einsum("skd,sd->sk", from_line, along), tolerance)
    return np.where(straight & at_turns & np.isfinite(turns), turns, cuts)


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
