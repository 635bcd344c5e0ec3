"""Saliency maps from colour: multi-scale contrast, unlikeness to the border, nearness to the centre."""

import numpy as np
from scipy import ndimage

from inkwright.image_analysis.filters.gaussian_filtering import FloatArray, gaussian
from inkwright.image_analysis.filters.lab_color import srgb_to_lab

# A thousandth of a colour difference that can just be seen, in Lab divided by 100.
_ROUNDING = 1e-5
# (centre, surround) scales, as shares of the diagonal.
_SCALES = ((0.01, 0.06), (0.02, 0.12), (0.04, 0.25))


def saliency_map(lab: FloatArray, mask: FloatArray | None = None) -> FloatArray:
    """[H, W] in [0, 1], how much each place of ``srgb_to_lab`` [H, W, 3] stands out.

    Sums centre-surround contrast over scales (Itti, Koch and Niebur 1998), distance from the mean colour
    (Achanta et al. 2009) and the Mahalanobis distance from the colours along the border (after Wei et al.
    2012), weighted towards the centre. The mask [H, W] is 1 on the subject; None = unknown.
    """
    diagonal = float(np.hypot(*lab.shape[:2]))
    contrast = sum(
        normalized(_distance(_blur(lab, center * diagonal), _blur(lab, surround * diagonal)))
        for center, surround in _SCALES
    ) / len(_SCALES)
    unusual = normalized(_distance(_blur(lab, 0.01 * diagonal), lab.mean((0, 1))))
    evidence = contrast + 0.5 * unusual + border_contrast(_blur(lab, 0.008 * diagonal))
    prominent = normalized(evidence * (0.35 + 0.65 * center_prior(lab.shape[0], lab.shape[1])))
    # Contours lie on the rim of what stands out, so the map reaches a little beyond it.
    reach = max(round(0.012 * diagonal), 1)
    widened = gaussian(ndimage.grey_dilation(prominent, size=2 * reach + 1), reach)
    if mask is not None:
        widened = widened * ndimage.gaussian_filter(ndimage.grey_dilation(mask, size=2 * reach + 1), 1.0)
    return np.clip(widened, 0.0, 1.0).astype(np.float32)


def picture_saliency(picture: FloatArray) -> FloatArray:
    """``saliency_map`` of a picture [H, W, 3] sRGB in [0, 1], from 0 to 1."""
    found = saliency_map(srgb_to_lab(picture))
    spread = float(np.ptp(found))
    return (found - found.min()) / spread if spread > 0 else np.zeros_like(found)


def border_contrast(lab: FloatArray) -> FloatArray:
    """[H, W] in [0, 1]: how unlike the colours along the sides of the picture, the unlikest one left out."""
    depth = max(round(0.04 * float(np.hypot(*lab.shape[:2]))), 1)
    sides = (lab[:depth], lab[-depth:], lab[:, :depth], lab[:, -depth:])
    distances = np.sort(
        np.stack([_mahalanobis(lab, side.reshape(-1, lab.shape[-1])) for side in sides]), axis=0
    )
    return normalized(distances[:3].mean(0))


def center_prior(height: int, width: int, spread: float = 0.55) -> FloatArray:
    """[H, W] Gaussian around the centre, 1 there; ``spread`` is its deviation in half sides."""
    rows = (np.arange(height, dtype=np.float32) + 0.5) / height * 2 - 1
    columns = (np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1
    return np.exp(-0.5 * (rows[:, None] ** 2 + columns[None] ** 2) / spread**2).astype(np.float32)


def normalized(values: FloatArray, percentile: float = 99.5, least: float = 1e-6) -> FloatArray:
    """Values >= 0 divided by a high percentile, but by no less than ``least``, and cut at 1."""
    top = max(float(np.percentile(values, percentile)), least)
    return np.clip(values / top, 0.0, 1.0).astype(np.float32)


def _blur(lab: FloatArray, sigma: float) -> FloatArray:
    """Gaussian blur; a wide one works on a coarser grid, which looks the same."""
    step = max(int(sigma / 3), 1)
    coarse = ndimage.uniform_filter(lab, (step, step, 0), mode="nearest")[
        step // 2 :: step, step // 2 :: step
    ]
    blurred = gaussian(coarse, sigma / step)
    if step == 1:
        return blurred
    rows = (np.arange(lab.shape[0]) - step // 2) / step
    columns = (np.arange(lab.shape[1]) - step // 2) / step
    places = np.meshgrid(rows, columns, indexing="ij")
    channels = [
        ndimage.map_coordinates(blurred[..., c], places, order=1, mode="nearest") for c in range(lab.shape[2])
    ]
    return np.stack(channels, axis=-1)


def _offset(a: FloatArray, b: FloatArray) -> FloatArray:
    """A - b, in which what rounding makes of equal colours is 0: maps are stretched later, noise must not."""
    offset = a - b
    return np.where(np.abs(offset) < _ROUNDING, np.float32(0), offset)


def _distance(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.sqrt((_offset(a, b) ** 2).sum(-1))


def _mahalanobis(lab: FloatArray, colors: FloatArray, softness: float = 1.5e-3) -> FloatArray:
    """Distances from a cloud of colours; ``softness`` is the variance that any cloud has at least."""
    mean = colors.mean(0)
    covariance = (colors - mean).T @ (colors - mean) / len(colors)
    precision = np.linalg.inv(covariance + softness * np.eye(lab.shape[-1])).astype(np.float32)
    offset = _offset(lab, mean)
    return np.sqrt(np.maximum(((offset @ precision) * offset).sum(-1), 0.0))
