"""Squared error term: what PSNR measures, summed over pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor

from inkwright.guidance.term import GuidanceTerm

if TYPE_CHECKING:
    from inkwright.guidance.targets import Targets


class SquaredErrorTerm(GuidanceTerm):
    """Squared difference of colors, summed over pixels and channels: the size of pictures does not matter.

    The weight decides which points move: Adam moves what has a gradient well above 1e-8 by its step size,
    however small the gradient is, and hardly moves the rest. With a weight of 2e-7 points stay that would not
    change the sum by 0.05 as they move by a pixel: those that are hidden, which would wander into tangles.
    """

    images: Tensor

    def prepare(self, targets: Targets) -> None:
        """Keeps the pictures."""
        self.remember(images=targets.images)

    def forward(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """Loss ``squared_error``."""
        return {"squared_error": (images - self.images).square().sum((1, 2, 3))}
