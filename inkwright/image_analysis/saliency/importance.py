"""Where people would look, as DINOv2 with its decoder has learned it."""

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.frozen_networks.dinov2 import SIDE, load_dinov2
from inkwright.frozen_networks.network_input import clean_view, imagenet_normalized
from inkwright.image_analysis.saliency.network_attention import laid_over

FloatArray = NDArray[np.float32]


class Importance:
    """How important each place of a picture is to people."""

    def __init__(self, *, weights_path: str | None = None) -> None:
        """Loads the network.

        Args:
            weights_path: of ``dinov2-importance``; None to look in the usual places.

        Raises:
            ValueError: the file is not this network's.
            FileNotFoundError: the weights are missing.
            ImportError: timm is not installed.
        """
        self.dino = load_dinov2(weights_path)

    @torch.no_grad()
    def __call__(self, pixels: FloatArray) -> FloatArray:
        """[H, W] from 0 to 1 for a picture [H, W, 3] in [0, 1]."""
        picture = torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1)
        view = imagenet_normalized(clean_view(picture[None], SIDE))
        return laid_over(self.dino.network.importance(view)[0], picture, "bilinear")
