"""Pictures with less and less detail, whose large edges stay sharp: L0 gradient smoothing, without a network.

Xu, Lu, Xu, Jia, "Image smoothing via L0 gradient minimization" (SIGGRAPH Asia 2011).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

FloatArray = NDArray[np.float32]

_MOST_BETA, _FASTER = 1e5, 2.0


@dataclass(frozen=True)
class GradientSmoothing:
    """Makes a picture's levels of detail; anything that is called alike may stand in its place.

    Attributes:
        strengths: how much a change between neighbours costs, one for each level, >= 0; 0 = the picture.
    """

    strengths: Sequence[float] = (0.0, 0.01, 0.02, 0.05, 0.1)

    def __post_init__(self) -> None:
        if not self.strengths or min(self.strengths) < 0:
            raise ValueError(f"strengths is {list(self.strengths)}; it must be numbers >= 0, one at least")

    def __call__(self, picture: FloatArray) -> list[FloatArray]:
        """Levels [H, W, 3] of a picture [H, W, 3] in [0, 1], in the order of the strengths."""
        return [smooth_gradients(picture, strength) if strength else picture for strength in self.strengths]


def smooth_gradients(picture: FloatArray, strength: float) -> FloatArray:
    """The picture [H, W, 3] with few changes: least sum (S - I)^2 + strength x pixels where S changes.

    Changes and colors are fitted in turn, the changes by thresholds, the colors by FFT; borders wrap around
    a mirrored picture.
    """
    height, width = picture.shape[:2]
    mirrored = np.pad(picture, ((0, height), (0, width), (0, 0)), mode="symmetric").astype(np.float32)
    across, down = (2 - 2 * np.cos(2 * np.pi * np.arange(size) / size) for size in (2 * width, 2 * height))
    frequency = (down[:, None] + across[None, : width + 1])[..., None].astype(np.float32)
    wanted = fft.rfft2(mirrored, axes=(0, 1))
    smooth, beta = mirrored, 2 * strength
    while beta < _MOST_BETA:
        right, below = (np.roll(smooth, -1, axis) - smooth for axis in (1, 0))
        same = (right**2 + below**2).sum(2, keepdims=True) < strength / beta
        right[same[..., 0]], below[same[..., 0]] = 0, 0
        pull = np.roll(right, 1, 1) - right + np.roll(below, 1, 0) - below
        spectrum = (wanted + beta * fft.rfft2(pull, axes=(0, 1))) / (1 + beta * frequency)
        smooth = fft.irfft2(spectrum, s=mirrored.shape[:2], axes=(0, 1))
        beta *= _FASTER
    clipped: FloatArray = np.clip(smooth[:height, :width], 0, 1).astype(np.float32)
    return clipped
