"""CIE Lab: a colour space in which distances are about what the eye sees."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    dtype=np.float32,
)
_D65 = np.array([0.95047, 1.0, 1.08883], dtype=np.float32)


def srgb_to_lab(image: FloatArray) -> FloatArray:
    """CIE 1976 L*a*b* under D65 of sRGB [H, W, 3] in [0, 1], divided by 100: [H, W, 3] float32.

    L is in [0, 1], a and b in about [-1.1, 1].
    """
    image = np.asarray(image, dtype=np.float32)
    linear = np.where(image <= 0.04045, image / 12.92, ((np.maximum(image, 0.0) + 0.055) / 1.055) ** 2.4)
    xyz = (linear @ _TO_XYZ.T) / _D65
    curved = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    x, y, z = np.moveaxis(curved, -1, 0)
    return np.stack([1.16 * y - 0.16, 5.0 * (x - y), 2.0 * (y - z)], axis=-1).astype(np.float32)


def principal_channels(lab: FloatArray, smallest_share: float = 0.02) -> tuple[FloatArray, FloatArray]:
    """The picture in the colour axes along which it changes most; axes with hardly any change are dropped.

    A rotation of colour space: the structure tensor stays as it is, but for what is dropped.

    Args:
        lab: [H, W, 3] from ``srgb_to_lab``.
        smallest_share: of all squared change that an axis needs to be kept.

    Returns:
        [H, W, C] with C in 1 .. 3, and [C] how much of each channel is lightness: their product is L.
    """
    changes = np.concatenate([np.diff(lab, axis=axis).reshape(-1, lab.shape[2]) for axis in (0, 1)])
    power, axes = np.linalg.eigh(changes.T.astype(np.float64) @ changes)
    kept = power >= max(smallest_share * power.sum(), power[-1] * 1e-6)
    return (lab @ axes[:, kept]).astype(np.float32), axes[0, kept].astype(np.float32)
