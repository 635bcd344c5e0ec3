"""The regions of interest of a picture, found in it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkwright.image_analysis.regions.proposals import Proposal, propose_regions
from inkwright.image_analysis.regions.ranking import rank_regions
from inkwright.image_analysis.saliency.contrast import picture_saliency
from inkwright.image_analysis.saliency.faces import face_map

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

WORKING_SIDE = 224


def find_regions(
    picture: FloatArray, count: int, things: Sequence[BoolArray] | None = None
) -> list[BoolArray]:
    """Up to ``count`` masks [H, W] of sRGB [H, W, 3] in [0, 1], in the order in which a person would point.

    Needs no network. Regions may lie in one another: a person, and the face.

    Args:
        picture: what to look at.
        count: how many, >= 0.
        things: masks [H, W] to choose from; by default they are found, too.
    """
    height, width = picture.shape[:2]
    scale = WORKING_SIDE / max(height, width)
    size = (max(round(width * scale), 8), max(round(height * scale), 8))
    small = _resized(picture, size)
    if things is None:
        proposals = propose_regions(small)
    else:
        proposals = [Proposal(_mask_resized(each, size), True) for each in things]
    found = rank_regions(proposals, picture_saliency(small), face_map(small), count)
    return [_mask_resized(mask, (width, height)) for mask in found]


def _mask_resized(mask: BoolArray, size: tuple[int, int]) -> BoolArray:
    """A mask at another (width, height)."""
    import cv2

    resized: BoolArray = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) >= 0.5
    return resized


def _resized(picture: FloatArray, size: tuple[int, int]) -> FloatArray:
    import cv2

    resized: FloatArray = cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA)
    return resized
