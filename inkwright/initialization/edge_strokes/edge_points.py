"""Edge points of a scene and of its regions: where strokes may start, and how many of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

EDGE_SIDE = 224
_LOW, _HIGH = 20, 200  # Canny's thresholds in MROSS (Wang et al. 2024)
# How far within a region an edge must lie, in pixels: what is nearer may be the outline of the cut.
_RIM = 2


@dataclass(frozen=True)
class EdgePoints:
    """Edges of a picture of long side 224 px, and those of its regions.

    Attributes:
        places: [N, 2] (x, y) in canvas units, the middle of each edge pixel.
        within: [R, N] whether each lies in each region.
    """

    places: FloatArray
    within: BoolArray

    def counts(self) -> list[int]:
        """Edge points of the scene, those of regions included, and of each region: 1 + R numbers."""
        return [len(self.places), *self.within.sum(1).tolist()]


def find_edge_points(
    picture: FloatArray, regions: Sequence[BoolArray], canvas: tuple[float, float]
) -> EdgePoints:
    """Edges of sRGB [H, W, 3] in [0, 1] and of its regions [H, W], on a canvas (width, height).

    Regions are cut out of the edges of the scene, not out of the picture, so that no outline of a region
    counts as an edge.
    """
    import cv2

    height, width = picture.shape[:2]
    scale = EDGE_SIDE / max(height, width)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    small = (
        cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA)
        if scale != 1
        else picture
    )
    rows, columns = np.nonzero(canny_edges(small))
    within = [
        _eroded(cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0)[rows, columns]
        for mask in regions
    ]
    places = (np.stack([columns, rows], axis=-1) + 0.5) * (np.array(canvas) / np.array(size))
    return EdgePoints(
        places.astype(np.float32), np.array(within, dtype=bool).reshape(len(regions), len(rows))
    )


def canny_edges(picture: FloatArray) -> BoolArray:
    """[H, W] edges of sRGB [H, W, 3] in [0, 1] by OpenCV: gray, blurred over 3 x 3 pixels, Canny 20 / 200."""
    import cv2

    levels = (np.clip(picture, 0, 1) * 255).round().astype(np.uint8)
    gray = cv2.cvtColor(np.ascontiguousarray(levels), cv2.COLOR_RGB2GRAY)
    edges: BoolArray = cv2.Canny(cv2.blur(gray, (3, 3)), _LOW, _HIGH) > 0
    return edges


def _eroded(mask: BoolArray) -> BoolArray:
    """Without its rim; a region that reaches the border of the picture has no rim there."""
    eroded: BoolArray = ndimage.binary_erosion(mask, iterations=_RIM, border_value=1)
    return eroded
