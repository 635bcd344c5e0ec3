"""A penalty that shapes take for leaving the masks that they stand for, and for covering one another."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import rasterize

BoolArray = NDArray[np.bool_]

# Every cover of a pixel lets 0.7 of the light through; a second one makes it darker than this.
_COVER, _ONE_COVER = 0.3, 178 / 255
_BORDER = 4  # pixels around the borders of masks where shapes may lie over each other


class LayerMasksLoss:
    """Paints each layer in colors by lot, shapes and masks alike, and compares them.

    As in the structure stage of "Layered image vectorization via semantic simplification" (2025), but for the
    borders between masks, where the lower of two shapes goes on below the upper one, so that no crack opens,
    and for what masks share.
    """

    def __init__(
        self,
        masks: Sequence[BoolArray],
        layers: Sequence[int],
        *,
        weight: float,
        overlap: float,
        seed: int = 0,
    ) -> None:
        """Paints the masks.

        Args:
            masks: [H, W] of each of N shapes, in paint order.
            layers: the layer of each, >= 1; those of the shapes may have other numbers.
            weight: of the squared difference, summed over pixels and channels, >= 0.
            overlap: of what is too dark, summed likewise, >= 0.
            seed: of the colors.
        """
        dice = torch.Generator().manual_seed(seed)
        self.colors = 0.2 + 0.8 * torch.rand(len(masks), 3, generator=dice)
        self.layers, self.weight, self.overlap = torch.tensor(list(layers)), weight, overlap
        height, width = masks[0].shape
        self.targets = torch.zeros(max(layers), 3, height, width)
        borders = np.zeros((max(layers), height, width), bool)
        taken = np.zeros_like(borders)
        for mask, layer, color in zip(masks, layers, self.colors, strict=True):
            self.targets[layer - 1][:, torch.from_numpy(mask)] = color[:, None]
            near = ndimage.binary_dilation(mask, iterations=_BORDER)
            borders[layer - 1] |= near & ~ndimage.binary_erosion(mask, iterations=_BORDER)
            borders[layer - 1] |= near & taken[layer - 1]
            taken[layer - 1] |= mask
        self.inner = torch.from_numpy(~borders)[:, None].float()

    def __call__(self, drawing: Drawing, progress: float) -> Tensor:
        """[1] the penalty of a drawing of one canvas, whose shapes above layer 0 are those of the masks."""
        count = len(self.targets)
        shapes = drawing.select(drawing.layer >= 1)
        shapes = shapes.replace(canvas_index=self.layers - 1, num_canvases=count)
        (height, width), one = self.targets.shape[2:], torch.ones(len(self.colors), 1)
        colored = shapes.replace(fill=torch.cat([self.colors, one], dim=1))
        wrong = (rasterize(colored, height, width, background=[0.0] * 3) - self.targets).square().sum()
        glass = shapes.replace(fill=torch.cat([torch.zeros_like(self.colors), _COVER * one], dim=1))
        covered = torch.relu(_ONE_COVER - rasterize(glass, height, width))
        overlap = (covered * self.inner).sum()
        return (self.weight * wrong + self.overlap * overlap)[None]
