"""The foreground of a picture without any network: what stands out, cut out along its colours."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkwright.image_analysis.filters.lab_color import FloatArray, srgb_to_lab
from inkwright.image_analysis.saliency.contrast import border_contrast, saliency_map

BoolArray = NDArray[np.bool_]

WORKING_SIDE = 224
# Shares of the picture: surely foreground above the last, surely background below the first.
_LOW, _MIDDLE, _HIGH = 0.35, 0.6, 0.85


def salient_foreground(picture: FloatArray) -> FloatArray:
    """GrabCut (Rother et al. 2004) by OpenCV, started from saliency; specks left out, holes filled.

    Of sRGB [H, W, 3] in [0, 1]; [H, W], 1 = foreground, 0 = background; all 0 if nothing stands out.
    """
    import cv2

    height, width = picture.shape[:2]
    scale = min(1.0, WORKING_SIDE / max(height, width))
    size = (max(round(width * scale), 8), max(round(height * scale), 8))
    small = cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA)
    guesses = _guesses(small)
    if guesses is None:
        return np.zeros((height, width), dtype=np.float32)
    # GrabCut begins with clusters of colours, drawn from OpenCV's own random numbers.
    cv2.setRNGSeed(0)
    colors = np.ascontiguousarray((small[..., ::-1] * 255).round().astype(np.uint8))
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(colors, guesses, None, *models, 5, cv2.GC_INIT_WITH_MASK)
    mask = _tidied((guesses == cv2.GC_FGD) | (guesses == cv2.GC_PR_FGD)).astype(np.float32)
    full = cv2.resize(mask, (width, height), interpolation=cv2.INTER_LINEAR)
    return (full >= 0.5).astype(np.float32)


def _guesses(picture: FloatArray) -> NDArray[np.uint8] | None:
    """What OpenCV calls a mask: sure and probable foreground and background; None if nothing stands out."""
    import cv2

    lab = srgb_to_lab(picture)
    evidence = saliency_map(lab) * (0.3 + 0.7 * border_contrast(lab))
    evidence = ndimage.gaussian_filter(evidence, 0.01 * float(np.hypot(*evidence.shape)))
    if float(lab.std(axis=(0, 1)).max()) < 1e-3:
        return None
    low, middle, high = np.quantile(evidence, [_LOW, _MIDDLE, _HIGH])
    guesses = np.full(evidence.shape, cv2.GC_PR_BGD, dtype=np.uint8)
    guesses[evidence > middle] = cv2.GC_PR_FGD
    guesses[evidence > high] = cv2.GC_FGD
    guesses[_touching_the_border(evidence < low)] = cv2.GC_BGD
    both = np.isin(guesses, (cv2.GC_FGD, cv2.GC_PR_FGD))
    return guesses if both.any() and not both.all() else None


def _touching_the_border(mask: BoolArray) -> BoolArray:
    pieces, _ = ndimage.label(mask)
    rim = np.unique(np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]]))
    touching: BoolArray = np.isin(pieces, rim[rim > 0])
    return touching


def _tidied(mask: BoolArray) -> BoolArray:
    """Without specks and holes; pieces smaller than a tenth of the largest are left out."""
    pieces, count = ndimage.label(ndimage.binary_opening(mask, iterations=2))
    if not count:
        return mask
    areas = np.bincount(pieces.ravel())[1:]
    kept = np.isin(pieces, 1 + np.flatnonzero(areas >= 0.1 * areas.max()))
    filled: BoolArray = ndimage.binary_fill_holes(kept)
    return filled
