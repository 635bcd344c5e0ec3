"""Which parts of a picture a person would point at: salient things, neither slivers nor backdrops."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkwright.image_analysis.regions.proposals import Proposal

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

SMALLEST, LARGEST = 0.02, 0.5  # shares of the picture
_THINNEST = 0.45  # diameter of the largest disc inside, as a share of the root of the area
_MOST_BORDER = 0.3  # share of the outline that may lie on the border of the picture
# Two masks are one region if the smaller lies in the larger by more than the first, and is more than the
# second of it: half a face is no region beside it, an eye is.
_MOST_INSIDE, _PART = 0.6, 1 / 3
_RING = 0.07  # width of the surroundings, as a share of the diagonal
_WHOLE = 0.15  # what it counts to be a thing as a whole


def rank_regions(
    proposals: Sequence[Proposal], saliency: FloatArray, faces: FloatArray, count: int
) -> list[BoolArray]:
    """Up to ``count`` masks [H, W] of the proposals, the most telling first, no two of them nearly the same.

    What counts is how much more salient [H, W] a part is than its surroundings, whether it is a thing as a
    whole, and whether it is a face [H, W].
    """
    shaped = [each for each in proposals if is_region(each.mask)]
    scores = [_score(each, saliency, faces) for each in shaped]
    chosen: list[BoolArray] = []
    for place in np.argsort([-score for score in scores], kind="stable"):
        mask = shaped[place].mask
        if len(chosen) < count and not any(_same(mask, other) for other in chosen):
            chosen.append(mask)
    return chosen


def is_region(mask: BoolArray) -> bool:
    """Whether a mask [H, W] has the size and the shape of a thing: no sliver, no frame, no backdrop."""
    area = int(mask.sum())
    if not SMALLEST * mask.size <= area <= LARGEST * mask.size:
        return False
    padded = np.pad(mask, 1)
    inner = float(ndimage.distance_transform_edt(padded).max())
    outline = int((padded & ~ndimage.binary_erosion(padded)).sum())
    border = int(mask[0].sum() + mask[-1].sum() + mask[:, 0].sum() + mask[:, -1].sum())
    return 2 * inner >= _THINNEST * area**0.5 and border <= _MOST_BORDER * outline


def _score(proposal: Proposal, saliency: FloatArray, faces: FloatArray) -> float:
    mask = proposal.mask
    reach = max(round(_RING * float(np.hypot(*mask.shape))), 1)
    ring = (ndimage.distance_transform_edt(~mask) <= reach) & ~mask
    inside = float(saliency[mask].mean())
    stands_out = inside - (float(saliency[ring].mean()) if ring.any() else 0.0)
    size = min(float(mask.mean()) / 0.1, 1.0) ** 0.5  # small things are pointed at less
    return (0.5 * inside + stands_out + _WHOLE * proposal.whole) * size + _face_share(mask, faces)


def _face_share(mask: BoolArray, faces: FloatArray) -> float:
    """In [0, 1]: how much of the faces is in a mask that holds little else; a whole person is no face."""
    total = float(faces.sum())
    if total == 0:
        return 0.0
    return float(faces[mask].sum()) / total * min(2 * float((faces[mask] > 0).mean()), 1.0)


def _same(first: BoolArray, second: BoolArray) -> bool:
    smaller, larger = sorted((int(first.sum()), int(second.sum())))
    return int((first & second).sum()) > _MOST_INSIDE * smaller and smaller > _PART * larger
