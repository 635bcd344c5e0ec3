"""Maps of eyes, found without a network: small dark round spots, two alike or one alone, where one looks."""

from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from inkwright.image_analysis.filters.gaussian_filtering import FloatArray, gaussian

# Radii of pupils, in pixels of a picture whose long side has 448; chosen with the other numbers by eye, on
# faces of people, a cat and parrots.
_RADII = (2.5, 3.5, 5.0, 7.0, 10.0, 14.0)
_MOST = 14
# Pixels of a picture that can show an eye.
_SMALLEST = 8
# Of the curvature of the lightness; more has what is black on white paper.
_FAINTEST, _STRONGEST = 0.012, 0.16
# Least saliency, and how far apart two eyes are, in radii.
_SALIENT, _APART = 0.35, (3.0, 16.0)
# Least likeness of one eye and the other's mirror image, for the smallest and the largest, since small spots
# are easily alike; and how much a lone eye must lead before the next.
_ALIKE, _LEAD = (0.75, 0.4), 1.7
# By how much nearly all of what is around an eye is lighter.
_LIGHTER = 0.04


class _Spot(NamedTuple):
    score: float
    x: int
    y: int
    radius: float


def eye_map(lightness: FloatArray, saliency: FloatArray, unit: float) -> FloatArray:
    """[H, W] in [0, 1]: 1 on eyes, falling to 0 around them; 0 everywhere if there are none.

    Args:
        lightness: [H, W] in [0, 1].
        saliency: [H, W] in [0, 1].
        unit: pixels per pixel of a picture whose long side has 448.
    """
    spots = _spots(lightness, saliency, unit) if min(lightness.shape) >= _SMALLEST else []
    pairs = [(_likeness(lightness, *pair), pair) for pair in combinations(spots, 2) if _may_be_eyes(*pair)]
    pairs = [
        (like, pair)
        for like, pair in pairs
        if like > np.interp(pair[0].radius / unit, (3, 10), _ALIKE) and _stand_alone(*pair, spots)
    ]
    eyes: tuple[_Spot, ...] = ()
    if pairs:
        eyes = max(pairs, key=lambda each: each[0] * (each[1][0].score * each[1][1].score) ** 0.5)[1]
    elif len(spots) > 1 and spots[0].score > _LEAD * spots[1].score and spots[0].radius < 6 * unit:
        eyes = (spots[0],)
    return around([(each.x, each.y, 2 * each.radius) for each in eyes], lightness.shape)


def around(circles: list[tuple[float, float, float]], shape: tuple[int, ...]) -> FloatArray:
    """[H, W] 1 within circles (x, y, radius), falling to 0 at half as far again."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    found = np.zeros(shape, np.float32)
    for across, down, radius in circles:
        away = np.hypot(x - across, y - down) / max(radius, 1.0)
        found = np.maximum(found, np.clip(3 - 2 * away, 0, 1))
    return found


def _spots(lightness: FloatArray, saliency: FloatArray, unit: float) -> list[_Spot]:
    """Dark round spots, the most telling first: both curvatures of the lightness are large there."""
    maps: list[FloatArray] = []
    if min(lightness.shape) < 2:  # a curvature needs neighbors
        return []
    for radius in _RADII:
        deviation = radius * unit / np.sqrt(2)
        soft = gaussian(lightness, deviation)
        down, across = np.gradient(soft)
        (yy, xy), xx = np.gradient(down), np.gradient(across, axis=1)
        mean, swing = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
        least = np.maximum(mean - swing, 0) * deviation**2
        maps.append(least * np.maximum(mean - swing, 0) / np.maximum(mean + swing, 1e-9))
    whole = np.stack(maps)
    side = 2 * round(3 * unit) + 1
    peaks = (whole == ndimage.maximum_filter(whole, (3, side, side))) & (whole > _FAINTEST)
    peaks &= whole < _STRONGEST
    peaks &= saliency > _SALIENT
    found = [
        _Spot(float(whole[k, y, x] * saliency[y, x] * (1 - lightness[y, x])), x, y, _RADII[k] * unit)
        for k, y, x in np.argwhere(peaks).tolist()
    ]
    found = [each for each in found if _surrounded(lightness, each)]
    apart: list[_Spot] = []
    for spot in sorted(found, reverse=True):
        if all(np.hypot(spot.x - o.x, spot.y - o.y) > 1.5 * max(spot.radius, o.radius) for o in apart):
            apart.append(spot)
    return apart[:_MOST]


def _surrounded(lightness: FloatArray, spot: _Spot) -> bool:
    """Whether it is lighter nearly all around, as it is not in a gap that opens into a shadow."""
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    places = [spot.y + 2.2 * spot.radius * np.sin(turn), spot.x + 2.2 * spot.radius * np.cos(turn)]
    ring = ndimage.map_coordinates(lightness, places, order=1, mode="nearest")
    return bool(np.percentile(ring, 15) > lightness[spot.y, spot.x] + _LIGHTER)


def _may_be_eyes(one: _Spot, other: _Spot) -> bool:
    across, down = abs(one.x - other.x), abs(one.y - other.y)
    radius, ratio = max(one.radius, other.radius), one.radius / other.radius
    near, far = _APART
    return (
        0.6 < ratio < 1.6
        and near * radius < float(np.hypot(across, down)) < far * radius
        and down < 0.5 * across
        and min(one.score, other.score) > 0.35 * max(one.score, other.score)
    )


def _likeness(lightness: FloatArray, one: _Spot, other: _Spot) -> float:
    """Correlation of the surroundings of a spot with those of another, mirrored."""
    reach = np.linspace(-2.5, 2.5, 15) * max(one.radius, other.radius)
    seen = []
    for spot, side in ((one, 1), (other, -1)):
        places = np.meshgrid(spot.y + reach, spot.x + side * reach, indexing="ij")
        patch = ndimage.map_coordinates(lightness, places, order=1, mode="nearest")
        seen.append((patch - patch.mean()) / max(float(patch.std()), 1e-6))
    return float((seen[0] * seen[1]).mean())


def _stand_alone(one: _Spot, other: _Spot, spots: list[_Spot]) -> bool:
    """Whether few other spots as strong lie around, as they do in petals and rows of windows."""
    center, reach = ((one.x + other.x) / 2, (one.y + other.y) / 2), 2 * abs(one.x - other.x)
    least = 0.8 * min(one.score, other.score)
    rivals = [
        each
        for each in spots
        if each.score > least and np.hypot(each.x - center[0], each.y - center[1]) < reach
    ]
    return len(rivals) <= 4
