"""Parts of a picture that may be regions, found without a network: subject, faces, areas of one color."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkwright.image_analysis.saliency.faces import face_map
from inkwright.image_analysis.subject.salient_foreground import salient_foreground

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

# Of the segmentation: areas of one color are told apart finer, and coarser.
_SCALES = (150, 500)
_REFERENCE_SIDE = 224
# What belongs to a face around its features, as a share of the long side.
_FACE_RIM = 0.04


class Proposal(NamedTuple):
    """A part of a picture, of one piece and without holes.

    Attributes:
        mask: [H, W].
        whole: whether it is a thing as a whole, and not only an area of one color.
    """

    mask: BoolArray
    whole: bool


def propose_regions(picture: FloatArray) -> list[Proposal]:
    """Parts of sRGB [H, W, 3] in [0, 1], in no order of rank.

    The pieces of its foreground, its faces, and the segments of Felzenszwalb and Huttenlocher (2004) at two
    scales.
    """
    from skimage.segmentation import felzenszwalb

    side = max(picture.shape[:2])
    levels = (np.clip(picture, 0, 1) * 255).round().astype(np.uint8)
    rim = max(round(_FACE_RIM * side), 1)
    found = [Proposal(piece, True) for piece in pieces(salient_foreground(picture) > 0.5)]
    for face in pieces(face_map(picture) > 0):
        found.append(Proposal(ndimage.binary_dilation(face, iterations=rim), True))
    for scale in _SCALES:
        smallest = max(round(0.004 * side * side), 4)
        segments = felzenszwalb(levels, scale, sigma=1.2 * side / _REFERENCE_SIDE, min_size=smallest)
        for label in range(int(segments.max()) + 1):
            parts = pieces(_smooth(segments == label, side / _REFERENCE_SIDE))
            found += [Proposal(piece, False) for piece in parts[:1]]
    return found


def pieces(mask: BoolArray) -> list[BoolArray]:
    """Connected parts of a mask [H, W], the largest first, their holes filled."""
    labels, count = ndimage.label(mask)
    areas = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    return [ndimage.binary_fill_holes(labels == 1 + place) for place in np.argsort(-areas, kind="stable")]


def _smooth(mask: BoolArray, unit: float) -> BoolArray:
    """Without ragged rims and thin arms: where most of the surroundings belong to the mask."""
    smooth: BoolArray = ndimage.gaussian_filter(mask.astype(np.float32), 2.5 * unit) > 0.5
    return smooth
