"""Ends of strokes put where the ink ends: longer where ink ahead is unexplained, shorter where there is none.

A skeleton says little about ends: a line that passes another by less than its width leaves no branch, and one
that ends beside another is taken into it. Here every end is tried at many places, and the picture decides.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np

from inkwright.vector_graphics.curves.fitting import sample_cubics
from inkwright.vectorization.skeleton.line_graph import FloatArray, at_lengths, unit
from inkwright.vectorization.skeleton.line_mask import Gray
from inkwright.vectorization.traced_stroke import TracedStroke, split_cubic

# Pixels between places that are tried, and between points of the strokes.
_STEP, _SAMPLED = 0.25, 0.5


@dataclass(frozen=True)
class EndSearch:
    """Where ends are tried; lengths in pixels.

    Attributes:
        back: farthest that a free end is drawn back, >= 0; held ends never are.
        ahead: farthest that an end grows, >= 0.
        turns: degrees by which it may turn where it begins to grow.
        gain: squared difference of picture and raster, summed over pixels, that a move must save.
        close: of the places that are worse than the best by no more than this, the nearest is taken.
    """

    back: float = 3.0
    ahead: float = 8.0
    turns: tuple[float, ...] = (0.0, -12.0, 12.0, -24.0, 24.0)
    gain: float = 0.3
    close: float = 0.05


def fitted_ends(
    strokes: list[TracedStroke], gray: Gray, search: EndSearch | None = None
) -> list[TracedStroke]:
    """The strokes, in pixels, with every end moved along its line to where they are nearest to the raster.

    That is [H, W] in [0, 1], 1 = paper. An end that grows beyond the stroke on which it lay is free then.
    """
    if not strokes:
        return strokes
    search = search or EndSearch()
    ink = _Ink(strokes, gray)
    moved = list(strokes)
    for number, stroke in enumerate(strokes):
        for last in (False, True):
            if not stroke.closed:
                moved[number] = _with_end(moved[number], last, _best_move(ink, number, last, search))
    return moved


class _Ink:
    """Strokes as points that can be found by place, and the raster that they should look like."""

    def __init__(self, strokes: list[TracedStroke], gray: Gray) -> None:
        from scipy.spatial import cKDTree

        self.strokes, self.gray = strokes, gray
        self.samples = [stroke.sampled(_SAMPLED) for stroke in strokes]
        self.owner = np.repeat(np.arange(len(strokes)), [len(each) for each in self.samples])
        self.places = np.concatenate(self.samples)
        self.tree = cKDTree(self.places)
        self.half = np.array([stroke.width for stroke in strokes]) / 2

    def paper_without(self, number: int, pixels: FloatArray, middle: FloatArray, radius: float) -> FloatArray:
        """[n] light that all strokes but one leave of pixels [n, 2] within a radius."""
        near = np.array(self.tree.query_ball_point(middle, radius + self.half.max() + 1), dtype=int)
        paper = np.ones(len(pixels))
        for other in np.unique(self.owner[near]):
            if other != number:
                places = self.places[near[self.owner[near] == other]]
                paper *= 1 - self.cover(other, _distances(pixels, places).min(1))
        return paper

    def cover(self, number: int, away: FloatArray) -> FloatArray:
        """Share of pixels at some distances from the middle of a stroke that it covers."""
        return np.clip(0.5 + self.half[number] - away, 0, 1)


@dataclass(frozen=True)
class _Move:
    """By how much an end moves along its line (back if negative), and the place to which it grows."""

    along: float
    place: FloatArray


def _best_move(ink: _Ink, number: int, last: bool, search: EndSearch) -> _Move | None:
    """The move that saves most; None if none saves enough."""
    line = ink.samples[number] if last else ink.samples[number][::-1]
    behind = _behind(line)
    back = 0.0 if ink.strokes[number].held[last] else min(search.back, 0.5 * behind[0])
    trims: FloatArray = np.arange(int(back / _STEP), -1, -1, dtype=np.float64) * _STEP
    grown = np.arange(_STEP, search.ahead + 1e-9, _STEP)
    tail = at_lengths(line, -behind, -trims)
    way = unit(line[-1] - at_lengths(line, -behind, np.array([-min(4.0, behind[0])]))[0])
    tips = [np.concatenate([tail, line[-1] + grown[:, None] * _turned(way, turn)]) for turn in search.turns]
    cost = _costs(ink, number, line[behind > trims[0]], tips, line[-1], max(search.ahead, back))
    here = len(trims) - 1
    if cost[0, here] - cost.min() < search.gain:
        return None
    best = int(np.argmin(cost.min(1)))
    moves = np.concatenate([-trims, grown])
    good = np.flatnonzero(cost[best] <= cost.min() + search.close)
    chosen = good[np.argmin(np.abs(moves[good]))]
    return _Move(float(moves[chosen]), tips[best][chosen])


def _costs(
    ink: _Ink, number: int, body: FloatArray, tips: list[FloatArray], end: FloatArray, reach: float
) -> FloatArray:
    """[T, k] squared difference of picture and raster where a stroke ends at each point of tips T x [k, 2].

    The picture is that of round pens whose edge is one pixel soft; ``body`` [n, 2] is what is left of the
    stroke if it ends at the first point of a tip. Tips leave ``end`` no farther than ``reach``.
    """
    pixels, target = _pixels_around(ink.gray, end, reach + 3)
    radius = 1.42 * (reach + 4)
    paper = ink.paper_without(number, pixels, end, radius)
    body = body[np.hypot(*(body - end).T) < radius]
    own = _distances(pixels, body).min(1) if len(body) else np.full(len(pixels), np.inf)
    cost = np.empty((len(tips), len(tips[0])))
    for row, tip in zip(cost, tips, strict=True):
        away = np.minimum.accumulate(np.minimum(_distances(pixels, tip), own[:, None]), axis=1)
        row[:] = ((paper[:, None] * (1 - ink.cover(number, away)) - target[:, None]) ** 2).sum(0)
    return cost


def _with_end(stroke: TracedStroke, last: bool, move: _Move | None) -> TracedStroke:
    if move is None:
        return stroke
    control = stroke.control if last else stroke.control[::-1]
    held = (stroke.held[0], False) if last else (False, stroke.held[1])
    if move.along > 0:
        ahead = control[-1] + np.linspace(0, 1, 4)[1:, None] * (move.place - control[-1])
        control = np.concatenate([control, ahead])
    else:
        control = _shortened(control, -move.along)
    return dataclasses.replace(stroke, control=control if last else control[::-1], held=held)


def _shortened(control: FloatArray, by: float) -> FloatArray:
    """An open chain [3S + 1, 2] without its last pixels."""
    while len(control) > 1:
        fine = np.linspace(0, 1, 65)
        behind = _behind(sample_cubics(control[-4:], len(fine)))
        if behind[0] > by + 0.5 or len(control) == 4:
            until = float(np.interp(-min(by, 0.9 * behind[0]), -behind, fine))
            return np.concatenate([control[:-4], split_cubic(control[-4:], until)[0]])
        by -= behind[0]
        control = control[:-3]
    return control


def _behind(line: FloatArray) -> FloatArray:
    """[n] distance of each point from the end of the line, along it."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    return np.concatenate([np.cumsum(steps[::-1])[::-1], [0.0]])


def _pixels_around(gray: Gray, middle: FloatArray, radius: float) -> tuple[FloatArray, FloatArray]:
    """[n, 2] middles of the pixels of a square, and [n] their greys."""
    low = np.maximum(np.floor(middle - radius).astype(int), 0)
    high = np.maximum(np.minimum(np.ceil(middle + radius).astype(int), gray.shape[::-1]), low)
    x, y = np.meshgrid(np.arange(low[0], high[0]) + 0.5, np.arange(low[1], high[1]) + 0.5)
    grays = gray[low[1] : high[1], low[0] : high[0]].astype(np.float64)
    return np.stack([x.ravel(), y.ravel()], axis=1), grays.ravel()


def _turned(way: FloatArray, degrees: float) -> FloatArray:
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turned: FloatArray = np.array([[cosine, -sine], [sine, cosine]]) @ way
    return turned


def _distances(pixels: FloatArray, places: FloatArray) -> FloatArray:
    """[n, m] from each pixel to each place."""
    from scipy.spatial.distance import cdist

    found: FloatArray = cdist(pixels, places)
    return found
