"""A few calm areas of color under a line drawing, as in a picture book."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor

from inkwright.image_analysis.abstraction.gradient_smoothing import smooth_gradients
from inkwright.image_analysis.abstraction.mask_layers import layer_masks
from inkwright.image_analysis.abstraction.merged_regions import merge_regions, region_masks
from inkwright.initialization.region_shapes.mask_shapes import structure_shapes
from inkwright.initialization.region_shapes.structure import Structure, choose_structure
from inkwright.vector_graphics.drawing import Drawing

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class CalmRegions:
    """How the areas are made.

    Attributes:
        count: areas at most, >= 1.
        paleness: share of white that is mixed into their colors, in [0, 1].
        smoothness: pixels over which their outlines are rounded, of a picture of 224 pixels, > 0.
        smoothing: how much detail goes before regions are looked for, > 0.
        strengths: of merging, see ``MergedRegions``.
    """

    count: int = 12
    paleness: float = 0.2
    smoothness: float = 1.5
    smoothing: float = 0.02
    strengths: tuple[float, ...] = (0.1, 0.3)

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"num_regions is {self.count}; it must be >= 1")
        if not 0 <= self.paleness <= 1:
            raise ValueError(f"paleness is {self.paleness}; it must be in [0, 1]")
        if not (self.smoothness > 0 and self.smoothing > 0):
            raise ValueError(
                f"smoothness is {self.smoothness}, smoothing {self.smoothing}; both must be above 0"
            )

    def of_picture(self, picture: Tensor) -> Drawing:
        """The areas of a picture [3, H, W], on layers from 1 on, later ones over earlier ones."""
        image = np.ascontiguousarray(picture.permute(1, 2, 0).cpu().numpy())
        height, width = image.shape[:2]
        calm = smooth_gradients(image, self.smoothing)
        levels = [region_masks(merge_regions(calm, each), 0.004) for each in self.strengths]
        sigma = self.smoothness * max(height, width) / 224
        rounded = [[_rounded(mask, sigma) for mask in level] for level in levels]
        layers = layer_masks([[mask for mask in level if mask.any()] for level in rounded])
        found = choose_structure(image, layers, self.count, self.count)
        colors = [color + self.paleness * (1 - color) for color in found.colors]
        canvas = (float(width), float(height))
        shapes, _ = structure_shapes(Structure(found.masks, colors, found.layers), canvas)
        return shapes

    def paper(self, picture: Tensor) -> Tensor:
        """[3] the color behind them: the mean of the picture [3, H, W], paler."""
        mean = picture.mean((1, 2))
        return torch.lerp(mean, torch.ones_like(mean), self.paleness)


def _rounded(mask: BoolArray, sigma: float) -> BoolArray:
    soft = ndimage.gaussian_filter(mask.astype(np.float32), sigma, mode="nearest")
    rounded: BoolArray = soft > 0.5
    return rounded
