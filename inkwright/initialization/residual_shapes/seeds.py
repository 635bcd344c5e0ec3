"""Where a flat shape would bring a drawing nearest to its picture, found before anything is optimized."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inkwright.vectorization.masks.outlines import mask_outline

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

# Radii that are tried, as shares of the usual one, and the smallest in pixels.
_RADII = (2.2, 1.6, 1.1, 0.75, 0.5, 0.35, 0.25, 0.17)
_SMALLEST = 1.5
_REACH = 2.8  # how far a shape may grow from its seed, in its radii
_GROWTHS = 3  # times that color and mask are found from one another
_FEWEST = 6  # pixels of a shape
_SEARCHES = 12  # times that the gains are computed anew
_ENOUGH = 0.25  # a search stops at seeds that gain less than this share of its best
_LEAST = 0.01  # squared error that is worth a shape


class Seed(NamedTuple):
    """A flat shape that is worth adding.

    Attributes:
        points: [3S, 2] control points of a closed path in pixels.
        color: [3] RGB in [0, 1].
        gain: by how much the squared error, summed over pixels and channels, falls as the shape is added.
    """

    points: NDArray[np.float64]
    color: FloatArray
    gain: float


class _Window(NamedTuple):
    """The surroundings of a place."""

    rows: slice
    columns: slice
    distance: FloatArray  # [h, w] squared, from the place


def find_seeds(
    picture: FloatArray, drawn: FloatArray, count: int, *, segments: int, usual_radius: float
) -> list[Seed]:
    """Up to ``count`` shapes for a drawing [H, W, 3] of a picture [H, W, 3], the later over the earlier.

    Discs of one color are tried everywhere, of many radii. The best grow: to where their color is nearer to
    the picture than what is drawn. What they gain is taken into account when the next are looked for.

    Args:
        picture: RGB in [0, 1].
        drawn: the same, as it is drawn so far.
        count: >= 0.
        segments: cubics of each shape.
        usual_radius: in pixels; shapes are from a third of it to several times as large.
    """
    drawn, found = drawn.copy(), list[Seed]()
    radii = [radius for share in _RADII if (radius := share * usual_radius) >= _SMALLEST] or [_SMALLEST]
    for _ in range(_SEARCHES):
        if len(found) >= count:
            break
        wanted = min(max((count - len(found) + 1) // 2, 8), count - len(found))
        new = _search(picture, drawn, wanted, segments, radii)
        if not new:
            break
        found += new
    return found


def _search(
    picture: FloatArray, drawn: FloatArray, count: int, segments: int, radii: list[float]
) -> list[Seed]:
    """Shapes that hardly touch each other; they are painted over ``drawn``."""
    gains = disc_gains(picture, drawn, radii)
    radius_at, gain_at = gains.argmax(0), gains.max(0)
    free, found = np.ones(gain_at.shape, bool), list[Seed]()
    least = max(_ENOUGH * float(gain_at.max()), _LEAST)
    while len(found) < count:
        y, x = divmod(int(gain_at.argmax()), gain_at.shape[1])
        if gain_at[y, x] <= least:
            break
        radius = radii[radius_at[y, x]]
        window = _window(y, x, _REACH * radius, gain_at.shape)
        inside = window.rows, window.columns
        mask = _grown(picture[inside], drawn[inside], free[inside], window.distance, radius)
        near = mask | (window.distance <= radius**2)
        side = 2 * int(0.5 * radius) + 1
        near = cv2.dilate(near.astype(np.uint8), np.ones((side, side), np.uint8)) > 0
        gain_at[inside][near] = 0
        seed = _seed(picture[inside], drawn[inside], mask, segments)
        if seed is not None:
            free[inside] &= ~mask
            drawn[inside][mask] = seed.color
            place = (window.columns.start, window.rows.start)
            found.append(seed._replace(points=seed.points + place))
    return found


def disc_gains(picture: FloatArray, drawn: FloatArray, radii: list[float]) -> FloatArray:
    """[R, H, W] by how much the squared error falls if a disc is painted there in the picture's mean color.

    Squares of the discs' areas stand for them: sums over these take no time.
    """
    error = ((drawn - picture) ** 2).sum(2)
    sums = np.dstack([error, picture, (picture**2).sum(2), np.ones_like(error)]).astype(np.float32)
    gains = []
    for radius in radii:
        side = max(round(radius * np.pi**0.5), 1) | 1
        total = cv2.boxFilter(sums, -1, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT)
        spread = total[..., 4] - (total[..., 1:4] ** 2).sum(2) / total[..., 5]
        gains.append(total[..., 0] - spread)
    return np.stack(gains)


def _window(y: int, x: int, reach: float, size: tuple[int, ...]) -> _Window:
    far = int(reach) + 2
    rows = slice(max(y - far, 0), min(y + far + 1, size[0]))
    columns = slice(max(x - far, 0), min(x + far + 1, size[1]))
    down, across = np.ogrid[rows, columns]
    return _Window(rows, columns, ((down - y) ** 2 + (across - x) ** 2).astype(np.float32))


def _grown(
    picture: FloatArray, drawn: FloatArray, free: BoolArray, distance: FloatArray, radius: float
) -> BoolArray:
    """The part of a window that a shape should cover that starts as a disc in its middle."""
    mask: BoolArray = distance <= radius**2
    before = ((drawn - picture) ** 2).sum(2)
    allowed = free & (distance <= (_REACH * radius) ** 2)
    for _ in range(_GROWTHS):
        better = before - ((picture - picture[mask].mean(0)) ** 2).sum(2)
        smooth = cv2.GaussianBlur(better, (0, 0), max(0.2 * radius, 0.7))
        candidates = (smooth > 0) & allowed
        count, labels = cv2.connectedComponents(candidates.astype(np.uint8), connectivity=4)
        if count < 2:
            break
        gains = np.bincount(labels.ravel(), weights=(better * candidates).ravel(), minlength=count)
        mask = labels == 1 + int(gains[1:].argmax())
    return mask


def _seed(picture: FloatArray, drawn: FloatArray, mask: BoolArray, segments: int) -> Seed | None:
    if mask.sum() < _FEWEST or (points := mask_outline(mask, segments)) is None:
        return None
    color = picture[mask].mean(0)
    gain = ((drawn - picture) ** 2 - (picture - color) ** 2).sum(2)[mask].sum()
    return Seed(points, color, float(gain))
