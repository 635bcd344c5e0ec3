"""Dashes of a stroke, as paths of their own."""

from collections.abc import Sequence
from itertools import accumulate, cycle

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.shapes.path_parser import CubicPath
from inkwright.vector_graphics.svg.reading.source import ElementError
from inkwright.vector_graphics.svg.reading.values.numbers import LONGEST_TEXT, Lengths, parse_length

_SAMPLES = 48  # of each segment, to measure it
_MOST_DASHES, _MOST_IN_ALL = 3_000, 20_000


def dash_lengths(lengths: Lengths, text: str) -> list[float]:
    """An even number of lengths of dashes and gaps; none for a whole stroke.

    Raises:
        ValueError: a length can't be read.
    """
    words = text[:LONGEST_TEXT].replace(",", " ").split()
    if text.strip() in ("none", "") or not words:
        return []
    found = [parse_length("stroke-dasharray", word, lengths.diagonal, lengths.units) for word in words]
    if min(found) < 0 or not sum(found):
        return []
    return found * (1 + len(found) % 2)


def path_length(paths: Sequence[CubicPath]) -> float:
    """The length of all paths together."""
    return sum(float(_distances(_cubics(*path))[-1]) for path in paths)


class Dasher:
    """Cuts the strokes of one document into dashes, of which there is an end."""

    def __init__(self) -> None:
        """Starts to count."""
        self._left = _MOST_IN_ALL

    def dashed(
        self, paths: Sequence[CubicPath], lengths: Sequence[float], factor: float, offset: float
    ) -> list[CubicPath]:
        """The dashes of paths, each an open path; lengths and offset are multiplied by a factor.

        Raises:
            ElementError: there are more than 3,000, or more than 20,000 in the document.
        """
        found: list[CubicPath] = []
        lengths, offset = [factor * each for each in lengths], factor * offset
        for points, closed in paths:
            cubics = _cubics(points, closed)
            at = _distances(cubics)
            self._check(at[-1] / sum(lengths) * len(lengths) / 2 + len(found))
            spans = _spans(lengths, offset, float(at[-1]))
            if spans == [(0.0, float(at[-1]))]:
                found.append((points, closed))
            else:
                found += [(part, False) for part in _between(cubics, at, np.array(spans).reshape(-1, 2))]
        self._left -= len(found)
        return found

    def _check(self, count: float) -> None:
        if count > _MOST_DASHES:
            raise ElementError(f"a stroke has more than {_MOST_DASHES:,} dashes; this is refused")
        if count > self._left:
            raise ElementError(f"its strokes have more than {_MOST_IN_ALL:,} dashes in all; this is refused")


def _spans(lengths: Sequence[float], offset: float, total: float) -> list[tuple[float, float]]:
    """Where dashes begin and end on a path of so much length."""
    period = sum(lengths)
    start = -(offset % period)
    ends = list(accumulate(lengths, initial=0.0))
    spans: list[tuple[float, float]] = []
    for number in cycle(range(0, len(lengths), 2)):
        low, high = start + ends[number], start + ends[number + 1]
        if low >= total:
            return spans
        if high > 0 or (high == low == 0):
            spans.append((max(low, 0.0), min(high, total)))
        start += period if number == len(lengths) - 2 else 0.0
    return spans


def _cubics(points: NDArray[np.float64], closed: bool) -> NDArray[np.float64]:
    """[S, 4, 2] the segments of a path."""
    chain = np.concatenate([points, points[:1]]) if closed else points
    return np.stack([chain[:-1:3], chain[1::3], chain[2::3], chain[3::3]], axis=1)


def _distances(cubics: NDArray[np.float64]) -> NDArray[np.float64]:
    """[S * _SAMPLES + 1] lengths from the start of a chain [S, 4, 2] to even steps of its segments."""
    t = np.linspace(0, 1, _SAMPLES + 1)[:, None]
    weights = np.concatenate([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], axis=1)
    places = np.einsum("tk,skd->std", weights, cubics)
    steps = np.hypot(*np.moveaxis(np.diff(places, axis=1), -1, 0))
    return np.concatenate([[0.0], np.cumsum(steps)])


def _between(
    cubics: NDArray[np.float64], at: NDArray[np.float64], spans: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """[3S + 1, 2] the parts of a chain between pairs of lengths [N, 2]."""
    places = np.interp(spans, at, np.arange(len(at))) / _SAMPLES
    begin = np.minimum(places[:, 0].astype(int), len(cubics) - 1)
    end = np.maximum(np.minimum(np.ceil(places[:, 1]).astype(int), len(cubics)), begin + 1)
    counts = end - begin
    owner = np.repeat(np.arange(len(spans)), counts)
    segment = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts) + begin[owner]
    low = np.maximum(places[owner, 0] - segment, 0.0)
    parts = _parts(cubics[segment], low, np.maximum(np.minimum(places[owner, 1] - segment, 1.0), low))
    ends = np.cumsum(counts).tolist()
    return [
        parts[last - 1]
        if count == 1
        else np.concatenate([parts[last - count, :1], parts[last - count : last, 1:].reshape(-1, 2)])
        for count, last in zip(counts.tolist(), ends, strict=True)
    ]


def _parts(
    cubics: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """[N, 4, 2] cubics, each between two parameters [N], by its blossom."""
    places = ((low, low, low), (low, low, high), (low, high, high), (high, high, high))
    return np.stack([_blossom(cubics, *place) for place in places], axis=1)


def _blossom(cubics: NDArray[np.float64], *places: NDArray[np.float64]) -> NDArray[np.float64]:
    points = cubics
    for place in places:
        points = points[:, :-1] + place[:, None, None] * (points[:, 1:] - points[:, :-1])
    return np.asarray(points[:, 0])
