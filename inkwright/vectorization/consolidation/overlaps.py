"""Where two strokes run beside each other, and whether that means that they were drawn for one line."""

from dataclasses import dataclass

import numpy as np

from inkwright.vectorization.consolidation.strip import SPACING, Numbers, Points, links_of, samples_of

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
        lengthwise: whether it is a good part of the shorter one, or an end of each.
        goes_on: whether the one goes on with what the other began: the end of each lies beside the other.
    """

    one: int
    other: int
    length: float
    gap: float
    nearest: float
    lengthwise: bool
    goes_on: bool

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
        tails, goes_on = _ends(
            samples.along[links.one[rows]],
            samples.along[links.other[rows]],
            (float(lengths[first]), float(lengths[second])),
        )
        good = length >= _SHORTEST and (length >= _SHARE * lengths[first] or tails)
        found.append(Overlap(first, second, length, float(gaps.mean()), float(gaps.min()), good, goes_on))
    return sorted(found, key=lambda each: each.gap / each.length)


def _ends(one: Numbers, other: Numbers, lengths: tuple[float, float]) -> tuple[bool, bool]:
    """Whether an end of each of two strokes lies in their overlap, and whether one goes on with the other.

    Args:
        one: [n] how far along the one each link is.
        other: [n] and along the other.
        lengths: of both.
    """
    begins = [bool(along.min() < _TAIL) for along in (one, other)]
    ends = [bool(along.max() > length - _TAIL) for along, length in zip((one, other), lengths, strict=True)]
    tails = all(begin or end for begin, end in zip(begins, ends, strict=True))
    if ((one - one.mean()) * (other - other.mean())).sum() < 0:
        begins[1], ends[1] = ends[1], begins[1]
    # Walked the same way, the one ends where the other begins; with both ends there, it comes behind nothing.
    return tails, begins in ([True, False], [False, True]) and ends == begins[::-1]


def scatter_of(overlaps: list[Overlap]) -> float:
    """How far strokes of one line lie apart on a page, in pixels: the median of those that touch, or 0."""
    gaps = [each.gap for each in overlaps if each.touching]
    return float(np.median(gaps)) if gaps else 0.0
