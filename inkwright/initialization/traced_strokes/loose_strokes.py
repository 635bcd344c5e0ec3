"""Strokes as a quick hand draws them: simple arcs that swing past their ends, strong ones drawn again."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# At looseness 1: how far a stroke may leave its line to become one arc, how far it runs past its ends, and
# how far lines that are drawn again lie apart; in pixels of a picture whose long side has 448.
SWING, OVERSHOOT, APART = 7.0, 6.0, 3.5
# At looseness 1: by how many halvings of the picture a stroke may miss its line, see ``Targets.tolerance``,
# and the weight of the penalty ``unevenness``.
TOLERANCE, EVENNESS = 1.0, 0.5
# What is drawn again is no shorter, in the same pixels.
_SHORTEST_AGAIN = 30.0
# A stroke runs past its ends by no more than this share of its length.
_OVERSHOOT_SHARE = 0.1
# How often a stroke is drawn again at most, and how strong that is.
_AGAIN, _FAINTER = 2, 0.6
# The third difference of a cubic over its farthest distance from the parabola with the same ends.
_BEND = 0.0481


def loose_strokes(
    points: Array, strength: Array, count: int, looseness: float, unit: float
) -> tuple[Array, Array]:
    """Up to ``count`` strokes of a loose hand for the strokes of a careful one.

    Args:
        points: [N, 4, 2] control points in pixels.
        strength: [N] in [0, 1], of the line under each.
        count: >= N.
        looseness: in [0, 1].
        unit: pixels per pixel of a picture whose long side has 448.

    Returns:
        points [M, 4, 2] and strengths [M], the given strokes first; M <= ``count``.
    """
    again = _drawn_again(points, strength, count - len(points), APART * looseness * unit, unit)
    points = np.concatenate([points, *(each[0] for each in again)])
    strength = np.concatenate([strength, *(each[1] for each in again)])
    arcs = as_arcs(points, looseness, SWING * looseness * unit)
    return overshot(arcs, OVERSHOOT * looseness * unit), strength


def as_arcs(points: Array, share: float, reach: float) -> Array:
    """Cubics [N, 4, 2] brought by a share towards the parabola with their ends, each by ``reach`` at most.

    A parabola bends one way only; the third difference of a cubic is what makes it another curve.
    """
    third = points[:, 3] - 3 * points[:, 2] + 3 * points[:, 1] - points[:, 0]
    away = _BEND * np.linalg.norm(third, axis=-1, keepdims=True)
    shift = third / 6 * np.minimum(share, reach / np.maximum(away, 1e-9))
    arcs = points.copy()
    arcs[:, 1] -= shift
    arcs[:, 2] += shift
    return arcs


def overshot(points: Array, reach: float) -> Array:
    """Cubics [N, 4, 2] that run on at both ends by ``reach``, but by no more than a tenth of their length."""
    legs = np.linalg.norm(np.diff(points, axis=1), axis=-1)
    past = np.minimum(_OVERSHOOT_SHARE, reach / np.maximum(legs.sum(-1), 1e-6))[:, None]
    first, last = -past, 1 + past
    corners = ((first, first, first), (first, first, last), (first, last, last), (last, last, last))
    return np.stack([_blossom(points, *each) for each in corners], axis=1)


def _blossom(points: Array, *places: Array) -> Array:
    """[N, 2] the polar form of cubics at three parameters, [N, 1] each."""
    row = [points[:, index] for index in range(4)]
    for place in places:
        row = [a * (1 - place) + b * place for a, b in zip(row, row[1:], strict=False)]
    return row[0]


def _drawn_again(
    points: Array, strength: Array, count: int, apart: float, unit: float
) -> list[tuple[Array, Array]]:
    """Up to ``count`` strokes beside the most telling of those given, at a small angle to them."""
    length = np.linalg.norm(np.diff(points, axis=1), axis=-1).sum(-1)
    order = np.argsort(-strength * length, kind="stable")
    order = order[length[order] > _SHORTEST_AGAIN * unit]
    rounds = []
    for number in range(_AGAIN):
        chosen = order[: max(count - number * len(order), 0)]
        if not len(chosen):
            break
        rounds.append((_beside(points[chosen], apart, number), _FAINTER * strength[chosen]))
    return rounds


def _beside(points: Array, apart: float, number: int) -> Array:
    """Strokes that start on one side of the given ones and end on the other; rounds change sides."""
    chord = points[:, 3] - points[:, 0]
    across = np.stack([-chord[:, 1], chord[:, 0]], axis=-1)
    across = across / np.maximum(np.linalg.norm(chord, axis=-1, keepdims=True), 1e-6)
    side = (1 - 2 * ((np.arange(len(points)) + number) % 2))[:, None, None] * apart
    lean = np.array([1.0, 0.4, -0.2, -0.7])[:, None]
    return points + side * lean * across[:, None]
