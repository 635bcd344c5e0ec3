"""The outline of a mask as a closed path of a given number of cubics."""

import cv2
import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.curves.fitting import fit_cubics

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Masks are blurred a little before their outlines are followed: no stairs. Pixels of it, and of a rim.
_BLUR, _RIM = 0.7, 2
_SAMPLES = 12  # points of the outline that each cubic is fitted to


def mask_outline(mask: BoolArray, segments: int) -> FloatArray | None:
    """The outer outline of the largest part of a mask [H, W], without its holes.

    Args:
        mask: pixel (i, j) covers [j, j + 1] x [i, i + 1].
        segments: S, cubics of equal length along the outline, >= 1.

    Returns:
        [3S, 2] control points of a closed path; None for a part of hardly a pixel.
    """
    chain = outline_chain(mask)
    if chain is None:
        return None
    count = _SAMPLES * segments
    points = resampled(chain, count)
    rows = np.stack(
        [points[np.arange(k * _SAMPLES, (k + 1) * _SAMPLES + 1) % count] for k in range(segments)]
    )
    control, _ = fit_cubics(rows)
    return control[:, :3].reshape(-1, 2)


def outline_chain(mask: BoolArray) -> FloatArray | None:
    """[n, 2] points around the largest part of a mask [H, W]; None if there is hardly any."""
    largest = max(mask_chains(mask), key=lambda chain: abs(enclosed_area(chain)), default=None)
    return largest if largest is not None and len(largest) >= 6 else None


def mask_chains(mask: BoolArray) -> list[FloatArray]:
    """Closed chains [n, 2] around all parts of a mask [H, W] and around their holes, between the pixels.

    What touches the border of the picture goes on a little beyond it.
    """
    from skimage.measure import find_contours

    padded = np.pad(np.pad(mask, _RIM, mode="edge"), _RIM).astype(np.float32)
    chains = find_contours(cv2.GaussianBlur(padded, (0, 0), _BLUR), 0.5)
    return [chain[:-1, ::-1] + 0.5 - 2 * _RIM for chain in chains]


def enclosed_area(chain: FloatArray) -> float:
    """Signed area that a closed chain [n, 2] encloses."""
    following = np.roll(chain, -1, 0)
    return float((chain[:, 0] * following[:, 1] - chain[:, 1] * following[:, 0]).sum() / 2)


def resampled(chain: FloatArray, count: int) -> FloatArray:
    """[count, 2] points at equal distances along a closed chain [n, 2]."""
    around = np.concatenate([chain, chain[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(around, axis=0).T))])
    places = np.linspace(0, along[-1], count, endpoint=False)
    return np.stack([np.interp(places, along, around[:, axis]) for axis in (0, 1)], axis=1)
