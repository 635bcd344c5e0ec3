"""The one parameter along strokes that lie beside one another, as along a strip that they fill.

After Pagurek van Mossel et al., "StrokeStrip" (SIGGRAPH 2021): along each stroke the parameter grows as its
length does, and what lies opposite, across the strip, has the same.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]

SPACING = 2.0  # pixels between samples
_SOFT = 3.0  # samples; standard deviation of the blur under a direction
_MOST_PAIRS = 20_000_000  # on a crowded page less far is seen; what is seen first is near there
_FARTHEST = 3.0  # times the median
_SAME_WAY = 0.75  # cosine


@dataclass(frozen=True)
class Samples:
    """Strokes as samples.

    Attributes:
        places: [n, 2] in pixels.
        ways: [n, 2] unit directions of the strokes.
        owner: [n] index of the stroke.
        along: [n] length of the stroke up to there.
    """

    places: Points
    ways: Points
    owner: Indices
    along: Numbers


@dataclass(frozen=True)
class Links:
    """Samples that lie opposite each other: [m] indices, and [m] distances in pixels."""

    one: Indices
    other: Indices
    apart: Numbers


def samples_of(lines: list[Points]) -> Samples:
    """Even samples of polylines [n, 2], each longer than 0."""
    from scipy.ndimage import gaussian_filter1d

    parts = [_evenly(line) for line in lines]
    soft = [gaussian_filter1d(part, _SOFT, axis=0, mode="nearest") for part in parts]
    ways = [np.gradient(part, axis=0) for part in soft]
    lengths = [np.arange(len(part)) * _step(part) for part in parts]
    ways_all = np.concatenate(ways)
    return Samples(
        np.concatenate(parts),
        ways_all / np.maximum(np.hypot(*ways_all.T)[:, None], 1e-9),
        np.repeat(np.arange(len(parts)), [len(part) for part in parts]),
        np.concatenate(lengths),
    )


def links_of(samples: Samples, reach: float) -> Links:
    """What each sample sees first on each side, if it is nearer than ``reach`` and goes the same way.

    The line of sight is the normal of its stroke. Other turns of the same stroke are seen, too.
    """
    from scipy.spatial import cKDTree

    tree = cKDTree(samples.places)
    while tree.count_neighbors(tree, reach) > _MOST_PAIRS:
        reach *= 0.8
    pairs = tree.query_pairs(reach, output_type="ndarray")
    one, other = np.concatenate([pairs, pairs[:, ::-1]]).T
    apart = samples.places[other] - samples.places[one]
    ways = samples.ways[one]
    forward = (apart * ways).sum(1)
    side = ways[:, 0] * apart[:, 1] - ways[:, 1] * apart[:, 0]
    far = np.hypot(*apart.T)
    own = samples.owner[one] == samples.owner[other]
    turn = np.abs(samples.along[one] - samples.along[other]) > 3 * far + 4 * SPACING
    seen = (np.abs(forward) <= 0.75 * SPACING) & (~own | turn)
    one, other, side, far = one[seen], other[seen], side[seen], far[seen]
    order = np.lexsort((far, side > 0, one))
    one, other, side, far = one[order], other[order], side[order], far[order]
    first = np.ones(len(one), dtype=np.bool_)
    first[1:] = (one[1:] != one[:-1]) | ((side[1:] > 0) != (side[:-1] > 0))
    one, other, far = one[first], other[first], far[first]
    same = np.abs((samples.ways[one] * samples.ways[other]).sum(1)) > _SAME_WAY
    one, other, far = one[same], other[same], far[same]
    # What lies much farther apart than most is the other side of a turn.
    beside = far <= _FARTHEST * np.median(far) + SPACING if len(far) else same[:0]
    return Links(one[beside], other[beside], far[beside])


def _step(part: Points) -> float:
    return float(np.hypot(*(part[1] - part[0])))


def _evenly(points: Points) -> Points:
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, along[-1], max(round(along[-1] / SPACING), 2))
    return np.stack([np.interp(at, along, axis) for axis in points.T], axis=1)
