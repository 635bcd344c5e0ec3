"""Where a flat shape would bring a drawing nearest to its picture, found before anything is optimized."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inkwright.initialization.residual_shapes.spines import Spine, best_spine
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
        center: [2] mean place (x, y) of its pixels.
        spread: [2, 2] covariance of their places, in squared pixels.
        slope: [3, 2] by how much the picture's color changes within it, a pixel to the right and down.
        spine: the stroke that it is, if it is one; color and gain are those of the stroke then.
    """

    points: NDArray[np.float64]
    color: FloatArray
    gain: float
    center: NDArray[np.float64]
    spread: NDArray[np.float64]
    slope: NDArray[np.float64]
    spine: Spine | None = None


class _Kind(NamedTuple):
    """What shapes are: closed paths of some cubics, or strokes."""

    segments: int
    strokes: bool


class _Window(NamedTuple):
    """The surroundings of a place."""

    rows: slice
    columns: slice
    distance: FloatArray  # [h, w] squared, from the place


def find_seeds(
    picture: FloatArray,
    drawn: FloatArray,
    count: int,
    *,
    segments: int,
    usual_radius: float,
    strokes: bool = False,
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
        strokes: whether shapes are round strokes.
    """
    drawn, found, kind = drawn.copy(), list[Seed](), _Kind(segments, strokes)
    radii = [radius for share in _RADII if (radius := share * usual_radius) >= _SMALLEST] or [_SMALLEST]
    for _ in range(_SEARCHES):
        if len(found) >= count:
            break
        wanted = min(max((count - len(found) + 1) // 2, 8), count - len(found))
        new = _search(picture, drawn, wanted, kind, radii)
        if not new:
            break
        found += new
    return found


def _search(
    picture: FloatArray, drawn: FloatArray, count: int, kind: _Kind, radii: list[float]
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
        spine = None
        if kind.strokes and mask.any():
            spine, mask = best_spine(picture[inside], drawn[inside], mask)
        seed = _seed(picture[inside], drawn[inside], mask, kind.segments)
        if seed is not None:
            free[inside] &= ~mask
            drawn[inside][mask] = seed.color
            place = (window.columns.start, window.rows.start)
            if spine is not None:
                spine = spine._replace(line=spine.line + place)
            found.append(seed._replace(points=seed.points + place, center=seed.center + place, spine=spine))
    return found


def disc_gains(picture: FloatArray, drawn: FloatArray, radii: list[float]) -> FloatArray:
    """[R, H, W] by how much the squared error falls if a disc is painted there in the picture's mean color.

    Squares of the discs' areas stand for them: sums over these take no time. Of n pixels whose colors sum up
    to c it is the sum of error - color^2, and c^2 / n.
    """
    planes = [np.ascontiguousarray(plane) for plane in np.moveaxis(picture, 2, 0)]
    others = [np.ascontiguousarray(plane) for plane in np.moveaxis(drawn, 2, 0)]
    beyond = sum(other * (other - 2 * plane) for plane, other in zip(planes, others, strict=True))
    gains = np.empty((len(radii), *picture.shape[:2]), np.float32)
    for gain, radius in zip(gains, radii, strict=True):
        side = max(round(radius * np.pi**0.5), 1) | 1
        squares = sum(_box_sum(plane, side) ** 2 for plane in planes)
        down, across = (_widths(length, side) for length in gain.shape)
        np.divide(squares, down[:, None] * across, out=gain)
        gain += _box_sum(beyond, side)
    return gains


def _widths(length: int, side: int) -> FloatArray:
    """[length] how much of a window of an odd side around each place is within the picture."""
    places, half = np.arange(length), side // 2
    return (np.minimum(places + half, length - 1) - np.maximum(places - half, 0) + 1).astype(np.float32)


def _box_sum(plane: FloatArray, side: int) -> FloatArray:
    summed: FloatArray = cv2.boxFilter(
        plane, cv2.CV_32F, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT
    )
    return summed


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
    y, x = np.nonzero(mask)
    places = np.stack([x, y], axis=1) + 0.5
    center = places.mean(0)
    apart = places - center
    spread = apart.T @ apart / len(apart)
    slope = (picture[mask] - color).T @ apart / len(apart) @ np.linalg.pinv(spread)
    return Seed(points, color, float(gain), center, spread, slope)
