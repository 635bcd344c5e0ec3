"""Where two strokes run beside each other, and whether that means that they were drawn for one line."""

from dataclasses import dataclass

import numpy as np

from inkwright.vectorization.consolidation.strip import SPACING, Points, links_of, samples_of

REACH = 50.0  # pixels; the farthest that strokes of one line lie apart
_TOUCH = 5.0  # pixels; strokes of one line come as near as this, or nearer than others on their page
_SHORTEST, _SHARE = 6.0, 0.3  # pixels beside each other, of the shorter stroke
_TAIL = 8.0  # pixels
_WIDEST_TOUCHING, _WIDEST_APART = 0.5, 0.35  # gap for each length of the overlap
_SCATTERED, _SLACK = 3.0, 2.0  # times the page's scatter, pixels


@dataclass(frozen=True)
class Overlap:
    """Two strokes beside each other; lengths in pixels.

    Attributes:
        one: index of the shorter stroke.
        other: index of the other one.
        length: of the part of the shorter one that sees the other first.
        gap: mean distance between them there.
        nearest: smallest distance.
        lengthwise: whether it is a good part of the shorter one, or of tails.
        tails: whether it is an end of each, as where one goes on with what the other began.
    """

    one: int
    other: int
    length: float
    gap: float
    nearest: float
    lengthwise: bool
    tails: bool

    @property
    def touching(self) -> bool:
        """Whether they cross or touch at a small angle, as strokes that are meant to lie apart seldom do."""
        return self.lengthwise and self.nearest <= _TOUCH and self.gap < _WIDEST_TOUCHING * self.length

    def one_line(self, scatter: float) -> bool:
        """Whether both were drawn for one line, by a hand that misses it by ``scatter``."""
        if self.touching:
            return self.gap < _SCATTERED * scatter + _SLACK
        return self.lengthwise and self.gap < min(_WIDEST_APART * self.length, _SCATTERED * scatter)


def overlaps_of(lines: list[Points]) -> list[Overlap]:
    """The overlaps of polylines [n, 2] in pixels, by the narrowest for their length first."""
    samples = samples_of(lines)
    links = links_of(samples, REACH)
    one, other = samples.owner[links.one], samples.owner[links.other]
    lengths = SPACING * np.bincount(samples.owner, minlength=len(lines))
    # Of two strokes the shorter one looks; of two of one length, the first.
    looks = (lengths[one] < lengths[other]) | ((lengths[one] == lengths[other]) & (one < other))
    code = np.where(looks, one * len(lines) + other, -1)
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.diff(code[order], prepend=-1) != 0)
    found = []
    for rows in np.split(order, starts)[1:]:
        first, second = divmod(int(code[rows[0]]), len(lines))
        gaps, length = links.apart[rows], SPACING * len(rows)
        tails = all(
            min(along.min(), lengths[stroke] - along.max()) < _TAIL
            for stroke, along in (
                (first, samples.along[links.one[rows]]),
                (second, samples.along[links.other[rows]]),
            )
        )
        good = length >= _SHORTEST and (length >= _SHARE * lengths[first] or tails)
        found.append(Overlap(first, second, length, float(gaps.mean()), float(gaps.min()), good, tails))
    return sorted(found, key=lambda each: each.gap / each.length)


def scatter_of(overlaps: list[Overlap]) -> float:
    """How far strokes of one line lie apart on a page, in pixels: the median of those that touch, or 0."""
    gaps = [each.gap for each in overlaps if each.touching]
    return float(np.median(gaps)) if gaps else 0.0
