"""The line along the middle of a mask, and the round stroke along it that is nearest to a picture."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Picture = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

_WIDTHS = (1.0, 0.8, 0.6)  # of a stroke that are tried, as shares of the mask's
_THINNEST = 0.75  # pixels
_MOST = 32  # places that the line is made of
_FINE = 4  # bits of a pixel's fraction when strokes are painted


class Spine(NamedTuple):
    """A round stroke.

    Attributes:
        line: [M, 2] points (x, y) along its middle.
        width: in pixels.
    """

    line: FloatArray
    width: float


def middle_line(mask: BoolArray) -> Spine:
    """A stroke that covers about what a mask [H, W] does, which is not empty.

    Along the mask's longer axis, through the middle of what lies across it.
    """
    places = np.argwhere(mask)[:, ::-1] + 0.5
    center = places.mean(0)
    _, axes = np.linalg.eigh((places - center).T @ (places - center))
    across, along = ((places - center) @ axes).T
    low, high = float(along.min()) - 0.5, float(along.max()) + 0.5
    width = max(len(places) / (high - low), _THINNEST)
    count = int(np.clip(round(2 * (high - low) / width), 1, _MOST))
    cell = np.clip(((along - low) / (high - low) * count).astype(int), 0, count - 1)
    covered = np.bincount(cell, minlength=count)
    middle = np.bincount(cell, weights=across, minlength=count) / np.maximum(covered, 1)
    at = low + (np.arange(count) + 0.5) / count * (high - low)
    at, middle = at[covered > 0], middle[covered > 0]
    reach = max(high - low - width, 0.5) / 2
    places_along = (low + high) / 2 + np.linspace(-reach, reach, _MOST)
    smooth = np.interp(places_along, at, middle)
    line = center + np.stack([smooth, places_along], axis=1) @ axes.T
    return Spine(line, width)


def best_spine(picture: Picture, drawn: Picture, mask: BoolArray) -> tuple[Spine, BoolArray]:
    """Of strokes along the middle of a mask the one that gains most, and what it covers [H, W].

    Args:
        picture: [H, W, 3] RGB in [0, 1].
        drawn: the same, as it is drawn so far.
        mask: [H, W] where it should be painted, not empty.
    """
    whole = middle_line(mask)
    before = ((drawn - picture) ** 2).sum(2)
    found = []
    for share in _WIDTHS:
        spine = whole._replace(width=max(share * whole.width, _THINNEST))
        covered = _painted(spine, mask.shape)
        if covered.any():
            color = picture[covered].mean(0)
            gain = float((before - ((picture - color) ** 2).sum(2))[covered].sum())
            found.append((gain, spine, covered))
    if not found:
        return whole, mask
    _, spine, covered = max(found, key=lambda each: each[0])
    return spine, covered


def _painted(spine: Spine, size: tuple[int, ...]) -> BoolArray:
    canvas = np.zeros(size, np.uint8)
    points = np.round((spine.line - 0.5) * 2**_FINE).astype(np.int32)
    cv2.polylines(canvas, [points], False, 1, max(round(spine.width), 1), shift=_FINE)
    return canvas > 0
