"""Guides are told by their shape: long, straight or elliptic, pale, and across what is drawn."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from inkwright.vectorization.consolidation.strip import SPACING, Numbers, Points, Samples

Mask = NDArray[np.bool_]

# Lengths are shares of the page's long side.
_OFF = 0.005  # how far a hand strays from a straight line
_SEED, _MOST_SEEDS = 0.08, 200  # least length of a piece from which a guide is found
_STRAIGHT, _AROUND = 0.2, 0.25  # least length of a guide
_GAP = 0.08  # in which a straight guide is not seen
_ROUND_OFF = 1.0  # times as far
_SAME_WAY, _SAME_WAY_ROUND = 0.97, 0.94  # cosine
_SEEN, _SEEN_ROUND = 0.6, 0.75  # of its length
_STRAYS = 0.0035  # of its length, the standard deviation of its strokes
_PALE = 0.6  # of its length
_CROSSED, _CROSSED_TWO = 2, 3  # by so many lines; the latter if two strokes make an ellipse
_DRAWN, _MISSING = 0.7, 0.3  # of its length: more than the one, one line more; less than the other, one fewer
_FREE = 0.015  # from other lines; a straight guide with such ends need cross one line only
_RUN = 6  # samples; less of a line in a row only crosses it
_BOTH_SIDES = 4  # samples of a line that crosses
_ARCS = 24  # the longest, of which two may be of one ellipse
_ELLIPSE = 5  # points that make one
_TURN = 1.5  # radians; a shorter arc fits too many ellipses
_ROUNDS = 3


class Form(Protocol):
    """A shape that guides have; points are [n, 2]."""

    def off(self, points: Points) -> Numbers:
        """[n] signed distance from the shape."""

    def along(self, points: Points) -> Numbers:
        """[n] where along it, in pixels."""

    def ways(self, points: Points) -> Points:
        """[n, 2] unit direction of the shape there."""

    def whole(self, along: Numbers, page: Points) -> float:
        """Length in pixels of the shape over these places, within the corners [2, 2] of a page."""


@dataclass(frozen=True)
class Straight:
    """A line through ``middle`` along the unit vector ``way``."""

    middle: Points
    way: Points

    @classmethod
    def through(cls, points: Points) -> "Straight":
        """The line of least squares."""
        middle = points.mean(0)
        return cls(middle, np.linalg.eigh(np.cov((points - middle).T))[1][:, 1])

    def off(self, points: Points) -> Numbers:
        """[n] signed distance."""
        return np.asarray((points - self.middle) @ np.array([-self.way[1], self.way[0]]))

    def along(self, points: Points) -> Numbers:
        """[n] from the middle on."""
        return np.asarray((points - self.middle) @ self.way)

    def ways(self, points: Points) -> Points:
        """[n, 2] the same everywhere."""
        return np.broadcast_to(self.way, points.shape)

    def whole(self, along: Numbers, page: Points) -> float:
        """From the first to the last."""
        return float(np.ptp(along))


@dataclass(frozen=True)
class Ellipse:
    """An ellipse: centre [2], half axes [2] in pixels, and its rotation [2, 2] (rows are the axes)."""

    center: Points
    axes: Points
    rotation: Points

    @classmethod
    def through(cls, points: Points) -> "Ellipse | None":
        """The ellipse of least squares (Fitzgibbon 1999), of five points and more; None if there is none."""
        if len(points) < _ELLIPSE:
            return None
        middle = points.mean(0)  # OpenCV takes them in single precision
        center, sides, degrees = cv2.fitEllipseDirect((points - middle).astype(np.float32))
        axes, turn = np.asarray(sides) / 2, np.radians(degrees)
        if not (np.isfinite([*center, *axes, turn]).all() and axes.min() > 0):
            return None
        rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        return cls(middle + center, axes, rotation)

    def off(self, points: Points) -> Numbers:
        """[n] signed distance, to first order."""
        place = self._unit(points)
        radius = np.hypot(*place.T)
        return np.asarray((radius - 1) * radius / np.maximum(np.hypot(*(place / self.axes).T), 1e-9))

    def along(self, points: Points) -> Numbers:
        """[n] the eccentric angle, times the mean radius."""
        return np.asarray(np.arctan2(*self._unit(points).T[::-1]) * self._radius)

    def ways(self, points: Points) -> Points:
        """[n, 2] the tangent of the similar ellipse through each point."""
        x, y = (self._unit(points) / self.axes).T
        across = np.stack([-y, x], axis=1)
        return np.asarray(across / np.maximum(np.hypot(*across.T)[:, None], 1e-9) @ self.rotation)

    def whole(self, along: Numbers, page: Points) -> float:
        """As much of the circumference as lies on the page."""
        turn = np.linspace(0, 2 * np.pi, 180)
        points = np.stack([np.cos(turn), np.sin(turn)], axis=1) * self.axes @ self.rotation + self.center
        inside = ((points >= page[0]) & (points <= page[1])).all(1).mean()
        return float(2 * np.pi * self._radius * inside)

    def turn(self, points: Points) -> float:
        """The angle that points in order go round, in radians, seen from the centre."""
        return float(np.ptp(np.unwrap(self.along(points) / self._radius)))

    @property
    def _radius(self) -> float:
        return float(np.sqrt(self.axes.prod()))

    def _unit(self, points: Points) -> Points:
        return np.asarray((points - self.center) @ self.rotation.T / self.axes)


def guide_samples(samples: Samples, pale: Mask, drawn: Mask, side: float) -> Mask:
    """Which samples of traced strokes belong to guides.

    Args:
        samples: the strokes of a page, meant lines and guides alike.
        pale: [n] whether the page is pale there, beside its dark lines.
        drawn: [n] whether there is good reason to think that the line is meant.
        side: the long side of the page in pixels.

    Returns:
        [n] the samples of every form that is long, true to its shape, mostly pale, and crossed by two lines
        or more that are no guides themselves, three if most of it is drawn. Straight ones are found first,
        the longest before others, then ellipses.
    """
    found = _Guides(samples, pale, drawn, side)
    for piece in _straight_pieces(samples, side):
        found.try_straight(piece)
    for arc, two in _arcs(samples, ~found.guides, side):
        found.try_ellipse(arc, _CROSSED_TWO if two else _CROSSED)
    return found.guides


@dataclass(frozen=True)
class _Needed:
    """What makes a form a guide.

    Attributes:
        length: in pixels, more than that.
        seen: share of it that strokes cover, more than that.
        strays: of the strokes, the standard deviation as a share of the length, at most.
        crossed: by how many lines at least.
    """

    length: float
    seen: float
    strays: float
    crossed: int


class _Guides:
    """Guides found so far."""

    def __init__(self, samples: Samples, pale: Mask, drawn: Mask, side: float) -> None:
        self.guides = np.zeros(len(samples.places), dtype=np.bool_)
        self._page = np.stack([samples.places.min(0), samples.places.max(0)])
        self._samples, self._pale, self._drawn, self._side = samples, pale, drawn, side

    def try_straight(self, piece: slice) -> None:
        """Adds the straight line through samples if it is a guide."""
        if self.guides[piece].mean() > 0.5:
            return
        middle = self._samples.places[(piece.start + piece.stop) // 2]

        def supported(form: Form) -> Mask:
            near = self._near(form, _OFF * self._side, _SAME_WAY)
            return _together(form, self._samples.places, near, middle, _GAP * self._side)

        needed = _Needed(_STRAIGHT * self._side, _SEEN, _STRAYS, _CROSSED)
        self._try(Straight.through, self._samples.places[piece], supported, needed)

    def try_ellipse(self, arc: Points, crossed: int) -> None:
        """Adds the ellipse through points [n, 2] if it is a guide that at least so many lines cross."""

        def supported(form: Form) -> Mask:
            return self._near(form, _ROUND_OFF * _OFF * self._side, _SAME_WAY_ROUND)

        needed = _Needed(_AROUND * self._side, _SEEN_ROUND, _STRAYS, crossed)
        self._try(Ellipse.through, arc, supported, needed)

    def _try(
        self,
        through: Callable[[Points], Form | None],
        points: Points,
        supported: Callable[[Form], Mask],
        needed: _Needed,
    ) -> None:
        settled = self._settled(through, points, supported)
        if settled is None:
            return
        form, mask = settled
        along = form.along(self._samples.places[mask])
        length = form.whole(along, self._page)
        seen = len(np.unique(np.floor(along / (3 * SPACING)))) * 3 * SPACING / max(length, 1.0)
        strays = float(np.std(form.off(self._samples.places[mask])))
        if length <= needed.length or seen <= needed.seen or strays > needed.strays * length:
            return
        if self._pale[mask].mean() <= _PALE:
            return
        drawn = self._drawn[mask].mean()
        crossed = needed.crossed + (drawn > _DRAWN) - (drawn < _MISSING) - self._ends_free(form, mask, along)
        if self._crossings(form, mask, along) >= max(crossed, 1):
            self.guides |= mask

    def _settled(
        self, through: Callable[[Points], Form | None], points: Points, supported: Callable[[Form], Mask]
    ) -> tuple[Form, Mask] | None:
        """The form through points, and through what supports it, and the samples that do."""
        form, mask = through(points), self.guides
        for _ in range(_ROUNDS):
            mask = self.guides if form is None else long_runs(supported(form), self._samples.owner, _RUN)
            if form is None or mask.sum() < _RUN:
                return None
            form = through(self._samples.places[mask])
        return None if form is None else (form, mask)

    def _near(self, form: Form, off: float, same_way: float) -> Mask:
        places, ways = self._samples.places, self._samples.ways
        aligned = np.abs((form.ways(places) * ways).sum(1)) > same_way
        return np.asarray((np.abs(form.off(places)) < off) & aligned & ~self.guides)

    def _ends_free(self, form: Form, mask: Mask, along: Numbers) -> bool:
        """Whether it is straight and ends on nothing."""
        if not isinstance(form, Straight):
            return False
        places = self._samples.places[mask]
        others = self._samples.places[~mask & ~self.guides]
        ends = places[[along.argmin(), along.argmax()]]
        apart = np.hypot(*(others - ends[:, None]).transpose(2, 0, 1))
        return bool(apart.min(initial=np.inf) > _FREE * self._side)

    def _crossings(self, form: Form, mask: Mask, along: Numbers) -> int:
        """How many lines that are no guides go from one side of a form to the other, off its ends."""
        off = form.off(self._samples.places)
        beside = np.flatnonzero((np.abs(off) > _OFF * self._side) & ~mask & ~self.guides)
        if len(beside) < 2:
            return 0
        owner, sign = self._samples.owner[beside], off[beside] > 0
        new = (np.diff(owner) != 0) | (np.diff(sign) != 0) | (np.diff(beside) > 10 * _BOTH_SIDES)
        run = np.concatenate([[0], np.cumsum(new)])
        lengths = np.bincount(run)
        last = np.flatnonzero(new)
        middle = self._samples.places[(beside[last] + beside[last + 1]) // 2]
        long = (lengths[run[last]] >= _BOTH_SIDES) & (lengths[run[last + 1]] >= _BOTH_SIDES)
        one = (owner[last] == owner[last + 1]) & (sign[last] != sign[last + 1])
        close = np.diff(beside)[last] <= 10 * _BOTH_SIDES
        near = np.abs(form.off(middle)) < 3 * _OFF * self._side
        if isinstance(form, Straight):
            at, margin = form.along(middle), 2 * _OFF * self._side
            near &= (at > along.min() + margin) & (at < along.max() - margin)
        return int((long & one & close & near).sum())


def _straight_pieces(samples: Samples, side: float) -> Iterator[slice]:
    """Runs of samples that are straight, longest first."""
    found: list[tuple[float, slice]] = []
    for first, last in _strokes(samples):
        line = samples.places[first:last]
        corners = cv2.approxPolyDP(line.astype(np.float32), _OFF * side, closed=False)[:, 0]
        at = [int(np.hypot(*(line - corner).T).argmin()) for corner in corners[1:-1]]
        for start, end in zip([0, *at], [*at, len(line) - 1], strict=True):
            length = float(np.hypot(*(line[end] - line[start])))
            if length > _SEED * side and end > start:
                found.append((length, slice(first + start, first + end + 1)))
    found.sort(key=lambda each: -each[0])
    yield from (piece for _, piece in found[:_MOST_SEEDS])


def _arcs(samples: Samples, free: Mask, side: float) -> Iterator[tuple[Points, bool]]:
    """Points that may lie on one ellipse: a run of free samples, or two, and whether it is two."""
    runs = [
        samples.places[first + start : first + end]
        for first, last in _strokes(samples)
        for start, end in _runs(free[first:last])
        if (end - start) * SPACING > _SEED * side
    ]
    runs = sorted(runs, key=len, reverse=True)[:_ARCS]
    pairs = [
        np.concatenate(pair) for at, one in enumerate(runs) for pair in ((one, other) for other in runs[:at])
    ]
    for number, points in enumerate((*runs, *sorted(pairs, key=len, reverse=True))):
        form = Ellipse.through(points)
        if form is None or form.axes.min() < 0.3 * form.axes.max() or form.axes.max() > 0.7 * side:
            continue
        strays = float(np.sqrt((form.off(points) ** 2).mean()))
        if strays < 1.2 * _OFF * side and form.turn(points) > _TURN:
            yield points, number >= len(runs)


def _strokes(samples: Samples) -> Iterator[tuple[int, int]]:
    """The first sample of each stroke, and the one behind its last."""
    bounds = np.flatnonzero(np.diff(samples.owner, prepend=-1, append=-1)).tolist()
    yield from zip(bounds, bounds[1:], strict=False)


def _runs(mask: Mask) -> list[tuple[int, int]]:
    """First of each run of true, and the one behind its last."""
    changes = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in changes.reshape(-1, 2)]


def long_runs(mask: Mask, owner: NDArray[np.int64], least: int) -> Mask:
    """A mask of samples without what is less than ``least`` samples of a stroke in a row."""
    new = np.concatenate([[True], (np.diff(owner) != 0) | (np.diff(mask.astype(np.int8)) != 0)])
    run = np.cumsum(new) - 1
    return np.asarray(mask & (np.bincount(run)[run] >= least))


def _together(form: Form, places: Points, near: Mask, middle: Points, gap: float) -> Mask:
    """Of the samples near a form those on the stretch without gaps around a point [2]."""
    along = form.along(places)
    at = np.sort(along[near])
    if not len(at):
        return near
    cut = np.flatnonzero(np.diff(at) > gap)
    first, last = np.concatenate([at[:1], at[cut + 1]]), np.concatenate([at[cut], at[-1:]])
    here = int(np.clip(np.searchsorted(first, form.along(middle[None])[0] + SPACING) - 1, 0, len(first) - 1))
    return np.asarray(near & (along >= first[here]) & (along <= last[here]))
