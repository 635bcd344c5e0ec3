"""A threshold that follows the loss: as many strokes go as the drawing can spare."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class LossBudget:
    """Raises the threshold while the drawing without its dead strokes is good enough, else lowers it.

    Good enough is a score no higher than what the drawing had when pruning began, plus a share of what its
    strokes had achieved by then: ``score + share * (score of the empty canvas - score)``. As strokes go on
    improving, room for pruning opens. It needs no number that depends on the terms of the loss.

    Attributes:
        share: >= 0, of what the strokes have achieved that may be given up.
        growth: > 1, factor of one change of the threshold.
    """

    share: float = 0.003
    growth: float = 1.1

    def __post_init__(self) -> None:
        if not self.share >= 0:
            raise ValueError(f"budget.share is {self.share}; it must be >= 0")
        if not self.growth > 1:
            raise ValueError(f"budget.growth is {self.growth}; it must be above 1")

    def limit(self, score: Tensor, empty: Tensor) -> Tensor:
        """[K] the highest score that is good enough.

        Args:
            score: [K] when pruning begins.
            empty: [K] of the empty canvas.
        """
        return score + self.share * (empty - score).clamp_min(0)

    def threshold(self, threshold: Tensor, score: Tensor, limit: Tensor) -> Tensor:
        """[K] the next threshold, given the score without the dead strokes [K]."""
        return threshold * torch.where(score <= limit, self.growth, 1 / self.growth)
