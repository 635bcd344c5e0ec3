"""Which pixels of a clean raster are ink."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Grey = NDArray[np.floating]


def line_mask(grey: Grey, threshold: float = 0.5, smallest: int = 12, pinhole: int = 6) -> Mask:
    """Ink by hysteresis, without specks and pinholes.

    Args:
        grey: [H, W] in [0, 1], 1 = paper.
        threshold: lines must be as dark as this somewhere, and are followed down to 0.15 less, in (0, 1).
        smallest: specks of fewer pixels are dropped.
        pinhole: holes of fewer pixels are filled.

    Returns:
        [H, W].

    Raises:
        ValueError: the picture has another shape, or the threshold is out of its range.
    """
    from scipy.ndimage import label
    from skimage.filters import apply_hysteresis_threshold

    if grey.ndim != 2:
        raise ValueError(f"grey has shape {grey.shape}; it must be [H, W]")
    if not 0 < threshold < 1:
        raise ValueError(f"threshold is {threshold}; it must be between 0 and 1")
    darkness = 1 - np.asarray(grey, dtype=np.float32)
    ink: Mask = apply_hysteresis_threshold(darkness, max(threshold - 0.15, 0.05), threshold)
    ink &= ~_small_parts(ink, smallest, np.ones((3, 3)), label)
    ink |= _small_parts(~ink, pinhole, None, label)
    return ink


def _small_parts(mask: Mask, smallest: int, structure: object, label: object) -> Mask:
    labels, count = label(mask, structure=structure)  # type: ignore[operator]
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    small = sizes < smallest
    small[0] = False
    found: Mask = small[labels]
    return found
