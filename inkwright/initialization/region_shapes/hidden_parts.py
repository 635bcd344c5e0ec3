"""What of regions goes on below others that lie over them: nothing opens between them, or as one is moved."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

BoolArray = NDArray[np.bool_]

UNDER = 2  # pixels by which a region goes on below its neighbors
_SHARE = 0.5  # of a thing's border, along which it must touch a region to lie in front of it


def extended_masks(masks: Sequence[BoolArray]) -> list[BoolArray]:
    """Masks [H, W], painted one after another, with what is hidden of them.

    Of what lies behind a thing, the region that most of its border touches goes on behind all of it: a wall
    behind a door that reaches down to the ground. All others go on by ``UNDER`` pixels. Nothing of it is seen
    while nothing is moved, but in gaps of a pixel or two between masks, which are closed.
    """
    whole, wider = _behind_things(masks), list[BoolArray]()
    above = _thin_gaps(masks) if masks else np.zeros(0, bool)
    for mask, own in zip(reversed(whole), reversed(masks), strict=True):
        wider.append(mask | (_grown(mask, UNDER) & above))
        above = above | own
    return wider[::-1]


def _behind_things(masks: Sequence[BoolArray]) -> list[BoolArray]:
    whole = [mask.copy() for mask in masks]
    if not masks:
        return []
    owner = np.zeros(masks[0].shape, np.int64)  # which is seen, from 1 on; 0 = none, also around the canvas
    for row, mask in enumerate(masks, 1):
        owner[mask] = row
    owner = np.pad(owner, 1)
    for row in range(len(masks) - 1, 0, -1):
        thing, around = whole[row], np.pad(whole[row], 1)
        border = owner[_grown(around, 1) & ~around]
        touched = np.bincount(border, minlength=len(masks) + 1)
        touched[[0, *range(row + 1, len(touched))]] = 0
        behind = int(touched.argmax()) - 1
        if behind >= 0 and touched[behind + 1] > _SHARE * len(border):
            # It keeps clear of the edges that it does not touch: there its color would shine through.
            inner = ~_grown(~thing, 2 * UNDER)
            filled = whole[behind] | thing & (inner | _grown(whole[behind], 2 * UNDER))
            whole[behind] = ndimage.binary_fill_holes(filled)
    return whole


def _thin_gaps(masks: Sequence[BoolArray]) -> BoolArray:
    """[H, W] what belongs to no mask and is no wider than two pixels."""
    nobody = ~np.any(masks, axis=0)
    wide = cv2.morphologyEx(nobody.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) > 0
    thin: BoolArray = nobody & ~wide
    return thin


def _grown(mask: BoolArray, reach: int) -> BoolArray:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    grown: BoolArray = cv2.dilate(mask.astype(np.uint8), disc) > 0
    return grown
