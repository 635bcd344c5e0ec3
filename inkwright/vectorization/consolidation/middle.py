"""The middle curve of a strip of strokes."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from inkwright.vectorization.consolidation.parameters import Parameters, parameters_of
from inkwright.vectorization.consolidation.strip import (
    Indices,
    Numbers,
    Points,
    Samples,
    links_of,
    samples_of,
)

_SPACING = 3.0  # pixels between points of the middle
_BLEND = 40.0  # pixels along which the middle goes over from some strokes to others
_STIFFNESS = 0.4  # of the curve against bending
_ASTRAY, _SLANT, _SAME_WAY = 10.0, 0.4, 0.6  # pixels, for each pixel aside, cosine


@dataclass(frozen=True)
class Middle:
    """The middle of a strip.

    Attributes:
        points: [n, 2] in pixels.
        closed: whether it ends where it begins.
        lines: indices of the strokes that form the strip.
        agreement: share of the strokes that run along it, beside the place of their parameter, in [0, 1].
    """

    points: Points
    closed: bool
    lines: tuple[int, ...]
    agreement: float

    def ring(self) -> Points:
        """The points, the first one again behind the last one if it is closed."""
        return np.concatenate([self.points, self.points[:1]]) if self.closed else self.points


@dataclass(frozen=True)
class _Grid:
    """Even places along a strip, and where samples are between them.

    Attributes:
        count: of the places.
        step: pixels between two.
        closed: whether the first one follows the last one.
        before: [n] the place before each sample.
        after: [n] the place behind it.
        part: [n] how far it is from the one to the other, in [0, 1].
    """

    count: int
    step: float
    closed: bool
    before: Indices
    after: Indices
    part: Numbers

    def matrix(self, places: list[Indices], values: list[Numbers]) -> csr_array:
        """[n, count] a row for each sample or place, with some values at some places."""
        rows = np.concatenate([np.arange(len(each)) for each in places])
        entries = (np.concatenate(values), (rows, np.concatenate(places)))
        return coo_array(entries, shape=(len(places[0]), self.count)).tocsr()

    def at(self, points: Points) -> Points:
        """[n, 2] the curve through points [count, 2] where the samples are."""
        return np.asarray(
            points[self.before] + self.part[:, None] * (points[self.after] - points[self.before])
        )


def middles_of(lines: list[Points], reach: float) -> list[Middle]:
    """The middle curve of each strip that strokes [n, 2] form, in pixels; see ``links_of`` for the reach."""
    samples = samples_of(lines)
    parameters = parameters_of(samples, links_of(samples, reach))
    return [_middle(samples, parameters, strip) for strip in range(len(parameters.periods))]


def _middle(samples: Samples, parameters: Parameters, strip: int) -> Middle:
    own = parameters.strip == strip
    places, ways = samples.places[own], samples.ways[own] * parameters.sign[own][:, None]
    grid = _grid(parameters.at[own], float(parameters.periods[strip]))
    points = _fitted(grid, places, ways)
    course = points[grid.after] - points[grid.before]
    course /= np.maximum(np.hypot(*course.T)[:, None], 1e-9)
    aside = places - grid.at(points)
    beside = np.abs((aside * course).sum(1)) < _ASTRAY + _SLANT * np.hypot(*aside.T)
    agrees = beside & ((course * ways).sum(1) > _SAME_WAY)
    lines = np.unique(samples.owner[own]).tolist()
    return Middle(points, grid.closed, tuple(lines), float(agrees.mean()))


def _grid(at: Numbers, period: float) -> _Grid:
    closed = period > 0
    extent = period if closed else float(at.max())
    count = max(round(extent / _SPACING), 4) + (not closed)
    step = extent / (count if closed else count - 1)
    place = (at % period if closed else at) / step
    before = np.minimum(place.astype(np.int64), count - (1 if closed else 2))
    return _Grid(count, step, closed, before, (before + 1) % count, place - before)


def _fitted(grid: _Grid, places: Points, ways: Points) -> Points:
    """[count, 2] the curve whose directions are those of the strokes, and whose positions their mean.

    Where a stroke begins or ends the mean of positions jumps, that of directions does not: so the curve
    follows directions at once, and positions over longer ways.
    """
    from scipy.sparse.linalg import spsolve

    weight = 1 / np.sqrt(np.bincount(grid.before, minlength=grid.count)[grid.before])
    pull = weight * grid.step / _BLEND
    position = grid.matrix([grid.before, grid.after], [pull * (1 - grid.part), pull * grid.part])
    slope = grid.matrix([grid.before, grid.after], [-weight, weight])
    middle = np.arange(grid.count) if grid.closed else np.arange(1, grid.count - 1)
    stiff = np.full(len(middle), _STIFFNESS)
    around = [(middle - 1) % grid.count, middle, (middle + 1) % grid.count]
    bend = grid.matrix(around, [stiff, -2 * stiff, stiff])
    normal = position.T @ position + slope.T @ slope + bend.T @ bend
    right = position.T @ (pull[:, None] * places) + slope.T @ (weight[:, None] * grid.step * ways)
    return np.asarray(spsolve(normal.tocsc(), right))
