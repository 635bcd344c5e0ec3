"""What shows through between shapes that only just meet, as a loss: they come to overlap."""

import cv2
import numpy as np
import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import rasterize

_BLUR = 3.0  # pixels
_WIDE = 0.75  # share of the ground that is seen, blurred, in the middle of a gap that is meant to be one
_LOTS = 618.03399  # golden ratio x 1000: of steps one after another, places all over [0, 1)


class SeamLoss:
    """Penalty on the ground that is seen between the shapes of some layers.

    Where edges of two opaque shapes lie on each other, each covers a half of the pixels there, and a quarter
    of what is below both shows through: a hairline at every zoom. So the ground is looked at with a blur:
    there it is hidden only where one edge lies well below the other shape. What is seen of it, squared, is
    the loss. Which edge gives way is for the picture's own error to say: below another shape one moves at no
    cost. Gaps that are as wide as the blur are meant to be there.

    By turns the ground is what lies below all these shapes, and below the last few of them.
    """

    def __init__(self, layers: range, *, weight: float) -> None:
        """Takes over its options.

        Args:
            layers: those that are looked at.
            weight: of a pixel through which all of the ground is seen, >= 0.
        """
        self.layers, self.weight = layers, weight

    def __call__(self, drawing: Drawing, progress: float) -> Tensor:
        """[K] the penalty of each canvas."""
        within = torch.isin(drawing.layer, torch.tensor(self.layers).to(drawing.layer)) & drawing.alive
        rows = torch.nonzero(within).flatten()
        lot = 2 * (progress * _LOTS % 1) - 1
        seen = self._ground(drawing.select(rows[max(int(lot * len(rows)), 0) :]))
        return 4 * self.weight * (seen.square() * _thin(seen)).sum((1, 2))

    def _ground(self, drawing: Drawing) -> Tensor:
        """[K, H / 2, W / 2] how much of the ground is seen, blurred: half the size will do."""
        black = torch.zeros_like(drawing.fill)
        black[:, 3] = 1
        height = max(round(drawing.canvas[1] / 2), 1)
        return rasterize(
            drawing.replace(fill=black, gradients=None, pictures=None), height, filter_width=_BLUR / 2
        )[:, 0]


def _thin(seen: Tensor) -> Tensor:
    """1 where no wide gap is near, else 0."""
    wide = (seen.detach() > _WIDE).to(torch.uint8).cpu().numpy()
    near = np.stack([cv2.dilate(mask, np.ones((3, 3), np.uint8)) for mask in wide])
    return 1 - torch.from_numpy(near).to(seen)
