"""A prompt becomes a sketch of what a diffusion model paints: DiffSketcher."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray

from lightning_modules.salient_sketch import SalientSketch

if TYPE_CHECKING:
    from inkwright.initialization.sampled_strokes.saliency_start import StartMap
    from inkwright.pictures.target_image import TargetImage

FloatArray = NDArray[np.float32]


class DiffSketcher(SalientSketch):
    """Strokes start where the diffusion model attended to a word, and become the picture it painted.

    DiffSketcher (Xing et al. 2023, section 3.2). Where nobody knows the attention, ``start`` looks itself.

    Attributes:
        start_map: what the places were drawn from; None if strokes start anywhere.
    """

    start_map: StartMap | None = None

    def look_at(self, target: TargetImage) -> TargetImage:
        """Takes over the attention that comes with the target."""
        attention = getattr(self.trainer.datamodule, "attention", None)  # type: ignore[attr-defined]
        if attention is not None and self.start is not None:
            self.start.saliency = lambda picture: at_size(attention, (picture.shape[0], picture.shape[1]))
        return target


def at_size(attention: FloatArray, size: tuple[int, int]) -> FloatArray:
    """A map [h, w] in [0, 1] at another size (H, W), stretched to [0, 1]."""
    known = torch.from_numpy(np.ascontiguousarray(attention))[None, None]
    scaled = F.interpolate(known, size, mode="bicubic", antialias=True)[0, 0].clamp(0, 1)
    spread = float(scaled.max() - scaled.min())
    stretched = (scaled - scaled.min()) / spread if spread > 1e-6 else torch.ones_like(scaled)
    result: FloatArray = stretched.numpy()
    return result
