"""How a hand redraws the lines it means: in passes, in pieces, a little beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkwright.synthetic_drawings.clean_drawing import FloatArray, arc_length, at_lengths
from inkwright.synthetic_drawings.pencil_strokes import POINTS, PencilStrokes, pressed

SHORTEST = 4.0  # units; shorter lines are not drawn
APART = 400.0  # between two lines when all are laid end to end, so that none reaches into the next


@dataclass(frozen=True)
class PencilHabits:
    """How a hand redraws the lines it means; each pair is the range that a page or a stroke draws from.

    Attributes:
        overdraw: mean number of further passes over a line, drawn per line.
        most_passes: over one line, >= 1.
        piece: length of one stroke in units.
        overshoot: how far a stroke goes beyond the end of its line in units; negative falls short.
        wobble: largest offset from the line, standard deviation in units, drawn per page.
        misfit: standard deviations of a pass's shift (units), turn (radians) and growth (a share).
        looseness: factor of wobble and misfit, drawn per page.
        surround: length in units over which the strokes of a line lie around it: their common offset,
            averaged so far along the line, is taken back. With 0 a line may lie beside all its strokes.
        width: full width of the pencil in units, drawn per page.
        darkness: darkness of one pass, drawn per page.
        gap: chance that a stroke is interrupted.
    """

    overdraw: tuple[float, float] = (0.4, 3.0)
    most_passes: int = 6
    piece: tuple[float, float] = (60.0, 320.0)
    overshoot: tuple[float, float] = (-6.0, 24.0)
    wobble: tuple[float, float] = (0.4, 1.9)
    misfit: tuple[float, float, float] = (1.2, 0.012, 0.01)
    looseness: tuple[float, float] = (0.5, 1.9)
    surround: float = 40.0
    width: tuple[float, float] = (1.3, 3.6)
    darkness: tuple[float, float] = (0.35, 0.95)
    gap: float = 0.1

    def __post_init__(self) -> None:
        if not self.surround >= 0:
            raise ValueError(f"surround is {self.surround}; it is a length in units, at least 0")


@dataclass(frozen=True)
class Passes:
    """What a hand draws for some lines; N strokes.

    Attributes:
        meant: [N, 9, 2] points of the lines at even steps, from where to where each stroke goes.
        drawn: [N, 9, 2] where the pencil is instead.
        ends: [N, 2] where each stroke begins and ends, along all lines laid end to end, in units.
        width: of the page's pencil in units.
    """

    meant: FloatArray
    drawn: FloatArray
    ends: FloatArray
    width: float


def redrawn(
    rng: np.random.Generator, curves: Sequence[FloatArray], habits: PencilHabits, darkness: float
) -> PencilStrokes:
    """The strokes that a hand of such habits draws for the smooth polylines [n, 2] that it means.

    The darkness in [0, 1] is that of the page's pencil.
    """
    passes = passes_over(rng, curves, habits)
    if passes is None:
        return PencilStrokes.join([])
    count = len(passes.drawn)
    return pressed(
        passes.drawn,
        passes.width * rng.uniform(0.7, 1.3, count),
        np.clip(darkness * rng.uniform(0.5, 1.3, count), 0.05, 0.98),
    )


def passes_over(
    rng: np.random.Generator, curves: Sequence[FloatArray], habits: PencilHabits
) -> Passes | None:
    """Every smooth polyline [n, 2] passed over several times, in pieces that miss it a little.

    What is meant must show in what is drawn, so the strokes of a line are brought to lie around it. None if
    no line is long enough to be drawn.
    """
    spans = _Spans(rng, habits)
    for curve in curves:
        spans.add(curve)
    if not spans.points:
        return None
    meant, ends = np.stack(spans.points), np.array(spans.ends)
    extents = ends[:, 1] - ends[:, 0]
    loose, width = rng.uniform(*habits.looseness), float(rng.uniform(*habits.width))
    wobbled = _wobbled(rng, meant, extents, loose * rng.uniform(*habits.wobble))
    drawn = _misfit(rng, wobbled, extents, np.multiply(habits.misfit, loose))
    if habits.surround > 0:
        drawn = drawn - common_offset(drawn - meant, ends, habits.surround)
    return Passes(meant, drawn, ends, width)


class _Spans:
    """Cuts lines into the pieces that a hand draws in one go."""

    def __init__(self, rng: np.random.Generator, habits: PencilHabits) -> None:
        self.rng, self.habits = rng, habits
        self.reach = rng.uniform(0.6, 1.3)
        self.sloppy = rng.uniform(0.2, 1.0)
        self.points: list[FloatArray] = []
        self.ends: list[tuple[float, float]] = []
        self.before = 0.0

    def add(self, curve: FloatArray) -> None:
        along = arc_length(curve)
        total = float(along[-1])
        if total < SHORTEST:
            return
        passes = int(
            np.clip(1 + self.rng.poisson(self.rng.uniform(*self.habits.overdraw)), 1, self.habits.most_passes)
        )
        for number in range(passes):
            start, first = 0.0, True
            while start < total - 2 or first:
                extent = self.rng.uniform(*self.habits.piece) * self.reach
                end = min(start + extent, total)
                if total - end < 0.3 * extent:
                    end = total
                self._piece(curve, along, start, end, number)
                if end >= total:
                    break
                start, first = end - 0.2 * extent, False
        self.before += total + APART

    def _piece(self, curve: FloatArray, along: FloatArray, start: float, end: float, number: int) -> None:
        total, room = float(along[-1]), 0.25 * (end - start)
        low, high = (each * self.sloppy for each in self.habits.overshoot)
        if start <= 0:
            start -= float(np.clip(self.rng.uniform(low, high), -room, room))
        if end >= total:
            end += float(np.clip(self.rng.uniform(low, high), -room, room))
        if number and self.rng.random() < 0.3:  # a later pass often mends only a part
            start, end = np.sort(self.rng.uniform(start, end, 2))
        if end - start < 5:
            return
        for first, last in self._without_gap(float(start), float(end)):
            self.points.append(at_lengths(curve, along, np.linspace(first, last, POINTS)))
            self.ends.append((self.before + first, self.before + last))

    def _without_gap(self, start: float, end: float) -> list[tuple[float, float]]:
        if self.rng.random() >= self.habits.gap or end - start < 50:
            return [(start, end)]
        hole = self.rng.uniform(4, 14)
        at = self.rng.uniform(start + 10, end - 10 - hole)
        return [(start, at), (at + hole, end)]


def _wobbled(rng: np.random.Generator, points: FloatArray, extents: FloatArray, sigma: float) -> FloatArray:
    """Offsets across each stroke: waves of 60 to 300 units, and of the stroke's own length."""
    count = len(points)
    along = np.linspace(0, 1, POINTS) * extents[:, None]
    offset = np.zeros((count, POINTS))
    for low, high, share in ((60, 110, 0.45), (110, 200, 0.6), (200, 420, 0.7)):
        phase = rng.uniform(0, 2 * np.pi, (count, 1))
        wave = rng.uniform(low, high, (count, 1))
        offset += share * rng.normal(0, 1, (count, 1)) * np.sin(2 * np.pi * along / wave + phase)
    way = np.gradient(points, axis=1)
    normal = np.stack([-way[..., 1], way[..., 0]], axis=-1)
    normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-9)
    return points + (sigma * 1.2 * offset)[..., None] * normal


def _misfit(
    rng: np.random.Generator, points: FloatArray, extents: FloatArray, spread: FloatArray
) -> FloatArray:
    """Shifts, turns and scales each stroke about its middle; long strokes turn less."""
    shift, turn, growth = spread
    count = len(points)
    middle = points.mean(1, keepdims=True)
    angle = rng.normal(0, turn, count) * np.minimum(1.0, 160.0 / extents)
    size = 1 + rng.normal(0, growth, count) * np.minimum(1.0, 160.0 / extents)
    cosine, sine = size * np.cos(angle), size * np.sin(angle)
    turns = np.stack([np.stack([cosine, -sine], -1), np.stack([sine, cosine], -1)], -2)
    return (points - middle) @ turns.transpose(0, 2, 1) + middle + rng.normal(0, shift, (count, 1, 2))


def common_offset(offsets: FloatArray, ends: FloatArray, length: float) -> FloatArray:
    """What the strokes of a line have in common, averaged along the line and over the strokes.

    Args:
        offsets: [N, 9, 2] of the strokes from their lines, at even steps along them.
        ends: [N, 2] where each stroke begins and ends, along all lines laid end to end.
        length: standard deviation of the (Gaussian) average in units, > 0.

    Returns:
        [N, 9, 2] at the same places.
    """
    from scipy.ndimage import gaussian_filter1d

    cell = length / 4
    lowest = ends.min() - 4 * length
    fine = np.linspace(0, 1, 4 * (POINTS - 1) + 1)
    coarse = np.linspace(0, 1, POINTS)
    mixed = np.stack([np.interp(fine, coarse, row) for row in np.eye(POINTS)], axis=1)
    extents = ends[:, 1] - ends[:, 0]
    places = (ends[:, :1] + fine * extents[:, None] - lowest) / cell
    values = mixed @ offsets
    weights = np.broadcast_to(extents[:, None], places.shape).ravel()
    cells, count = np.rint(places).astype(int).ravel(), int(places.max() + 4 * length / cell) + 2
    sums = [weights, weights * values[..., 0].ravel(), weights * values[..., 1].ravel()]
    weight, *moved = (
        gaussian_filter1d(np.bincount(cells, each, count), length / cell, mode="constant") for each in sums
    )
    at = (ends[:, :1] + coarse * extents[:, None] - lowest) / cell
    steps = np.arange(count)
    return np.stack([np.interp(at, steps, each / np.maximum(weight, 1e-9)) for each in moved], axis=-1)
