"""Polylines of a page gathered by the line that they were drawn for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from inkwright.vectorization.consolidation.middle import Middle, middles_of
from inkwright.vectorization.consolidation.overlaps import REACH, Overlap, overlaps_of, scatter_of
from inkwright.vectorization.consolidation.strip import Points

_ROUNDS = 3  # lines that were made of strokes may lie beside others
_AGREEMENT = 0.95
_REMAINDER, _SLACK = 2.0, 2.0  # times the scatter, pixels
_MOST_STROKES = 150  # of a line; a scribble that overlaps all over is more, and no line
_MOST_FITS = 400  # of a page, some ten seconds; of a page of scribbles the rest stays as it is
_MANY = 2.8  # times as large a share of the strokes as of their length must repeat others
_WIDER = 1.5  # strokes between two others let these lie farther apart


@dataclass(frozen=True)
class MeantLine:
    """A line and what was drawn for it.

    Attributes:
        points: [n, 2] in pixels; the last one is the first one again if it is closed.
        strokes: indices of the strokes that were drawn for it.
        closed: whether it ends where it begins.
    """

    points: Points
    strokes: tuple[int, ...]
    closed: bool


def meant_lines(lines: list[Points], least_repeated: float = 0.0) -> list[MeantLine]:
    """The lines that polylines [n, 2] in pixels, each longer than 0, were drawn for.

    Overlaps that mean one line gather the strokes; a line is the middle of its strokes if nearly all of them
    run along it. Where they do not (an overlap misled), it is built stroke by stroke, the closest first, and
    whatever would spoil it stays out.

    Args:
        lines: the strokes.
        least_repeated: where less than this share of their length repeats another stroke, in [0, 1], or less
            than 2.8 times this share of the strokes do, all stay as they are: on such a page lines were drawn
            once, and those that run side by side are meant to.
    """
    found = [MeantLine(line, (number,), False) for number, line in enumerate(lines)]
    scatter: float | None = None
    tries = iter(range(_MOST_FITS))
    for _ in range(_ROUNDS):
        if len(found) < 2:
            break
        overlaps = overlaps_of([line.points for line in found])
        if scatter is None:
            scatter = scatter_of(overlaps)
            if not _are_repeated(lines, overlaps, scatter, least_repeated):
                break
        together = [each for each in overlaps if each.one_line(scatter)]
        merged = [
            line for group in _groups(len(found), together) for line in _merged(found, group, together, tries)
        ]
        if len(merged) == len(found):
            break
        found = merged
    return _without_remainders(found, scatter or 0.0)


def _without_remainders(lines: list[MeantLine], scatter: float) -> list[MeantLine]:
    """Without short single strokes that lie within the scatter of a line that was made of several."""
    from scipy.spatial import cKDTree

    made = [line for line in lines if len(line.strokes) > 1]
    if not made:
        return lines
    places = cKDTree(np.concatenate([_close_by(line.points) for line in made]))
    reach, longest = scatter + _SLACK, _REMAINDER * (scatter + _SLACK)

    def remains(line: MeantLine) -> bool:
        if len(line.strokes) > 1 or _length(line.points) > longest:
            return False
        return float(places.query(line.points)[0].max()) < reach

    return [line for line in lines if not remains(line)]


def _length(points: Points) -> float:
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


def _close_by(points: Points) -> Points:
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, along[-1], int(along[-1]) + 2)
    return np.stack([np.interp(at, along, axis) for axis in points.T], axis=1)


def _are_repeated(lines: list[Points], overlaps: list[Overlap], scatter: float, least: float) -> bool:
    """Whether the strokes that touch one beside them, or go on with it, are a share of all length, and many.

    Strands of hair that meet are long and few.
    """
    total = sum(_length(line) for line in lines)
    sure = [each.length for each in overlaps if each.one_line(scatter) and (each.touching or each.goes_on)]
    return sum(sure) >= least * total and len(sure) >= _MANY * least * len(lines)


def _groups(count: int, overlaps: Iterable[Overlap]) -> list[list[int]]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = [(each.one, each.other) for each in overlaps]
    one, other = zip(*pairs, strict=True) if pairs else ((), ())
    graph = coo_array(([1] * len(pairs), (one, other)), shape=(count, count))
    groups, owner = connected_components(graph, directed=False)
    gathered: list[list[int]] = [[] for _ in range(groups)]
    for number, group in enumerate(owner.tolist()):
        gathered[group].append(number)
    return gathered


def _merged(
    lines: list[MeantLine], group: list[int], overlaps: list[Overlap], tries: Iterator[int]
) -> list[MeantLine]:
    if len(group) == 1 or len(group) > _MOST_STROKES or next(tries, None) is None:
        return [lines[number] for number in group]
    whole = _fitted(lines, group)
    if whole:
        return whole
    parts, fits = {number: [number] for number in group}, {number: [lines[number]] for number in group}
    part_of = {number: number for number in group}
    for each in overlaps:
        if each.one not in part_of or part_of[each.one] == part_of[each.other]:
            continue
        kept, gone = part_of[each.one], part_of[each.other]
        if next(tries, None) is None:
            break
        fit = _fitted(lines, parts[kept] + parts[gone])
        if fit:
            part_of.update(dict.fromkeys(parts[gone], kept))
            parts[kept] += parts.pop(gone)
            fits[kept] = fit
            del fits[gone]
    return [line for fit in fits.values() for line in fit]


def _fitted(lines: list[MeantLine], group: list[int]) -> list[MeantLine]:
    """The middles of some lines together; none if they do not run along them."""
    middles: list[Middle] = middles_of([lines[number].points for number in group], _WIDER * REACH)
    if any(middle.agreement < _AGREEMENT for middle in middles):
        return []
    return [
        MeantLine(
            middle.ring(), tuple(s for at in middle.lines for s in lines[group[at]].strokes), middle.closed
        )
        for middle in middles
    ]
