"""The regions of interest of a picture, found in it."""

import numpy as np
from numpy.typing import NDArray

from inkwright.image_analysis.regions.proposals import propose_regions
from inkwright.image_analysis.regions.ranking import rank_regions
from inkwright.image_analysis.saliency.contrast import picture_saliency
from inkwright.image_analysis.saliency.faces import face_map

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

WORKING_SIDE = 224


def find_regions(picture: FloatArray, count: int) -> list[BoolArray]:
    """Up to ``count`` masks [H, W] of sRGB [H, W, 3] in [0, 1], in the order in which a person would point.

    Needs no network. Regions may lie in one another: a person, and the face.
    """
    import cv2

    height, width = picture.shape[:2]
    scale = WORKING_SIDE / max(height, width)
    size = (max(round(width * scale), 8), max(round(height * scale), 8))
    small = cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA)
    found = rank_regions(propose_regions(small), picture_saliency(small), face_map(small), count)
    return [
        cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) >= 0.5
        for mask in found
    ]
