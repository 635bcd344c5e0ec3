"""The outline of a mask as a closed path of a given number of cubics."""

import cv2
import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.curves.fitting import fit_cubics

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Outlines are followed on a mask of twice the size, a little blurred: no stairs.
_FINER, _BLUR, _RIM = 2, 1.2, 2
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
    """[n, 2] points around the largest part of a mask [H, W], a few for each pixel; None if there is none."""
    padded = np.pad(mask, _RIM).astype(np.float32)
    finer = cv2.resize(padded, None, fx=_FINER, fy=_FINER, interpolation=cv2.INTER_LINEAR)
    finer = cv2.GaussianBlur(finer, (0, 0), _BLUR)
    chains, _ = cv2.findContours((finer > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not chains:
        return None
    chain = max(chains, key=cv2.contourArea)[:, 0].astype(np.float64)
    return (chain + 0.5) / _FINER - _RIM if len(chain) >= 8 else None


def resampled(chain: FloatArray, count: int) -> FloatArray:
    """[count, 2] points at equal distances along a closed chain [n, 2]."""
    around = np.concatenate([chain, chain[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(around, axis=0).T))])
    places = np.linspace(0, along[-1], count, endpoint=False)
    return np.stack([np.interp(places, along, around[:, axis]) for axis in (0, 1)], axis=1)
