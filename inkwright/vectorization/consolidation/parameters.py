"""Parameters of strokes along their common strip, by least squares."""

from dataclasses import dataclass

import numpy as np

from inkwright.vectorization.consolidation.strip import Indices, Links, Numbers, Points, Samples

_WINDOW = 24.0  # pixels; offsets of two strokes that agree
_NEAR = 3.0  # pixels; strokes that are nearer than this say no more than those that are so near
_ALONG = 0.4  # how strongly a parameter grows as the length of its stroke does
_TOLERANCES = (0.12, 0.06, 0.03, 0.015)  # of a strip: how far what lies opposite may be apart along it
_GAUGE = 1e-6
_BIN = 6.0  # pixels
_BACK = 0.15  # of a period: how near a strip that closes comes to where it was a period before


@dataclass(frozen=True)
class Parameters:
    """Where samples are along the middle of their strip.

    Attributes:
        at: [n] in pixels.
        sign: [n] 1 or -1: whether the stroke goes the way of the strip.
        strip: [n] index of the strip: strokes that nothing links lie on different ones.
        periods: [strips] length of a strip that closes, 0 of one that has ends.
    """

    at: Numbers
    sign: Numbers
    strip: Indices
    periods: Numbers


def parameters_of(samples: Samples, links: Links) -> Parameters:
    """The parameters of all samples."""
    strokes = int(samples.owner.max()) + 1
    direction, start, strip = _laid_out(samples, links, strokes)
    sign = direction[samples.owner]
    at = start[samples.owner] + sign * samples.along
    at, periods = at.copy(), np.zeros(int(strip.max()) + 1)
    for one in range(len(periods)):
        own = np.flatnonzero(strip[samples.owner] == one)
        at[own], periods[one] = _solved(samples, links, own, at, sign)
    return Parameters(at, sign, strip[samples.owner], periods)


def _laid_out(samples: Samples, links: Links, strokes: int) -> tuple[Numbers, Numbers, Indices]:
    """The direction, beginning and strip of each stroke, from stroke to stroke by the most links."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order, connected_components, minimum_spanning_tree

    one, other = samples.owner[links.one], samples.owner[links.other]
    between = one != other
    turned = np.sign((samples.ways[links.one] * samples.ways[links.other]).sum(1))
    pairs: dict[tuple[int, int], tuple[float, float, float]] = {}
    code = one * strokes + other
    order = np.flatnonzero(between)[np.argsort(code[between], kind="stable")]
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    for rows in np.split(order, starts)[1:]:
        pairs[divmod(int(code[rows[0]]), strokes)] = _offset(samples, links, rows, turned)
    table = np.array([(a, b, weight) for (a, b), (weight, _, _) in pairs.items()]).reshape(-1, 3)
    ends = table[:, :2].astype(np.int64).T
    graph = coo_array((1 / table[:, 2], (ends[0], ends[1])), shape=(strokes, strokes)).tocsr()
    tree = minimum_spanning_tree(graph)
    count, strip = connected_components(tree, directed=False)
    direction, start = np.ones(strokes), np.zeros(strokes)
    lengths = np.bincount(samples.owner, minlength=strokes)
    for each in range(count):
        root = int(max(np.flatnonzero(strip == each), key=lambda stroke: lengths[stroke]))
        order, before = breadth_first_order(tree, root, directed=False)
        for stroke in order[1:].tolist():
            known = int(before[stroke])
            options = [pairs.get((known, stroke)), pairs.get((stroke, known))]
            forth = max((each for each in options if each), key=lambda each: each[0])
            _, way, offset = forth
            direction[stroke] = direction[known] * way
            # In the known stroke's own length: along = offset + way x along of the other.
            if forth is options[1]:
                offset = -way * offset
            start[stroke] = start[known] + direction[known] * offset
    return direction, start, strip


def _offset(samples: Samples, links: Links, own: Indices, turned: Numbers) -> tuple[float, float, float]:
    """(weight, way, offset) such that along of the one = offset + way x along of the other, by most links."""
    weight = 1 / (links.apart[own] + _NEAR)
    way = 1.0 if (turned[own] * weight).sum() >= 0 else -1.0
    agree = turned[own] == way
    weight = weight[agree]
    offsets = samples.along[links.one[own]][agree] - way * samples.along[links.other[own]][agree]
    low, high = _densest(offsets, weight, _WINDOW)
    inside = (offsets >= low) & (offsets <= high)
    return float(weight[inside].sum()), way, float(np.median(offsets[inside]))


def _densest(values: Numbers, weight: Numbers, width: float) -> tuple[float, float]:
    """The window of a width with the most weight."""
    order = np.argsort(values)
    ordered, sums = values[order], np.concatenate([[0.0], np.cumsum(weight[order])])
    after = np.searchsorted(ordered, ordered + width, side="right")
    best = int(np.argmax(sums[after] - sums[:-1]))
    return float(ordered[best]), float(ordered[best] + width)


def _solved(
    samples: Samples, links: Links, own: Indices, at: Numbers, sign: Numbers
) -> tuple[Numbers, float]:
    """[n] parameters of the samples of one strip, and its period or 0."""
    index = np.full(len(at), -1)
    index[own] = np.arange(len(own))
    ways = samples.ways * sign[:, None]
    held = (index[links.one] >= 0) & ((ways[links.one] * ways[links.other]).sum(1) > 0)
    one, other = index[links.one[held]], index[links.other[held]]
    found = at[own] - at[own].min()
    if not len(one):
        return found, 0.0
    step = np.flatnonzero(samples.owner[own][1:] == samples.owner[own][:-1])
    grown = (sign * np.append(np.diff(samples.along), 0.0))[own][step]
    weight = 1 / (links.apart[held] + _NEAR)
    extent = float(np.ptp(found))
    period = _period(found[one] - found[other], weight, extent)
    if period and not _closes(found, samples.places[own], period):
        period = 0.0
    for tolerance in _TOLERANCES:
        residual = found[one] - found[other]
        turns = np.clip(np.round(residual / period), -2, 2) if period else np.zeros(len(residual))
        near = np.abs(residual - turns * period) < max(tolerance * extent, _WINDOW)
        rows = _Rows(one[near], other[near], turns[near], np.sqrt(weight[near]))
        found, period = _least_squares(found, period, (step, grown), rows)
    return found - found.min(), period


@dataclass(frozen=True)
class _Rows:
    """Samples that have one parameter, but for so many turns, and how strongly that is held."""

    one: Indices
    other: Indices
    turns: Numbers
    strength: Numbers


def _least_squares(
    found: Numbers, period: float, steps: tuple[Indices, Numbers], rows: _Rows
) -> tuple[Numbers, float]:
    """Parameters that grow along strokes as these do, and are the same across; and the period."""
    from scipy.sparse import coo_array, eye_array
    from scipy.sparse.linalg import spsolve

    (step, grown), count = steps, len(found)
    stiff = np.full(len(step), _ALONG)
    row, across = np.arange(len(step)), len(step) + np.arange(len(rows.one))
    values = [stiff, -stiff, rows.strength, -rows.strength, -rows.strength * rows.turns]
    columns = [step + 1, step, rows.one, rows.other, np.full(len(across), count)]
    places = (np.concatenate([row, row, across, across, across]), np.concatenate(columns))
    system = coo_array((np.concatenate(values), places), shape=(len(step) + len(across), count + 1)).tocsr()
    wanted = np.concatenate([_ALONG * grown, np.zeros(len(across))])
    first = np.append(found, period)
    # Where a strip begins, the period of one with ends, and what hangs on nothing stay as they were.
    normal = (system.T @ system + _GAUGE * eye_array(count + 1)).tocsc()
    solved = first + spsolve(normal, system.T @ (wanted - system @ first))
    return solved[:-1], float(solved[-1]) if period else 0.0


def _period(residual: Numbers, weight: Numbers, extent: float) -> float:
    """The length of a strip that may close, from what lies opposite although far apart along it; or 0."""
    far = np.abs(residual) > max(0.4 * extent, 3 * _WINDOW)
    if not far.any():
        return 0.0
    low, high = _densest(np.abs(residual[far]), weight[far], 0.12 * extent)
    inside = (np.abs(residual) >= low) & (np.abs(residual) <= high)
    # A turn of a spiral sees the next one, too, but less of it agrees.
    if weight[inside].sum() < 0.02 * weight.sum():
        return 0.0
    return float(np.median(np.abs(residual[inside])))


def _closes(at: Numbers, places: Points, period: float) -> bool:
    """Whether the strip comes by where it was a period before, all the way from there on."""
    bins = max(round(float(at.max()) / _BIN), 1)
    which = np.minimum((at / _BIN).astype(np.int64), bins - 1)
    count = np.bincount(which, minlength=bins)
    mean = np.stack([np.bincount(which, axis, bins) for axis in places.T], 1) / np.maximum(count, 1)[:, None]
    back = round(period / _BIN)
    known = (count[back:] > 0) & (count[: bins - back] > 0)
    apart = np.hypot(*(mean[back:] - mean[: bins - back])[known].T)
    return len(apart) > 0 and float(np.quantile(apart, 0.9)) < _BACK * period + _BIN
