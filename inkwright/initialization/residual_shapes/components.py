"""Where LIVE starts its paths: in the largest connected parts that are about equally wrong."""

import cv2
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

_LEAST, _LEVELS = 0.1, 200


def component_starts(error: FloatArray, count: int, seed: int) -> list[tuple[float, float]]:
    """``count`` places (x, y) in pixels for new paths, as LIVE (2022) chooses them.

    The error is cut into levels by its quantiles, the lowest left out; of the level with the most pixels the
    largest connected part is taken, and in it the pixel next to its center; then the part is erased. Where
    nothing is left, places are by lot.

    Args:
        error: [H, W] squared difference of the drawing and the picture, summed over channels.
        count: >= 0.
        seed: of the places by lot.
    """
    level = _levels(np.where(error < _LEAST, 0, error))
    dice, starts = np.random.default_rng(seed), []
    for _ in range(count):
        sizes = np.bincount(level.ravel())
        sizes[0] = 0
        if not sizes.any():
            height, width = error.shape
            starts.append((float(dice.uniform(0, width)), float(dice.uniform(0, height))))
            continue
        same = (level == int(sizes.argmax())).astype(np.uint8)
        _, labels, found, centers = cv2.connectedComponentsWithStats(same, connectivity=4)
        part = 1 + int(found[1:, cv2.CC_STAT_AREA].argmax())
        y, x = np.nonzero(labels == part)
        nearest = int(((x - centers[part][0]) ** 2 + (y - centers[part][1]) ** 2).argmin())
        starts.append((float(x[nearest]) + 0.5, float(y[nearest]) + 0.5))
        level[y, x] = 0
    return starts


def _levels(error: FloatArray) -> NDArray[np.int64]:
    """[H, W] level of each pixel; 0 is not to be drawn."""
    bounds = np.unique(np.quantile(error, np.linspace(0, 1, _LEVELS)))[1:-1]
    if len(bounds) == 0:
        return np.where(error > 0, 1, 0)
    level = np.digitize(error, bounds)
    return np.where(error > 0, level, 0)
