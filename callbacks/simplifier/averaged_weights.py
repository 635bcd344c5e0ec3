"""A running average of the weights, which is what is tested and saved."""

from typing import Any

import torch
from pytorch_lightning.callbacks import WeightAveraging
from torch import Tensor


class AveragedWeights(WeightAveraging):
    """Exponential moving average over about ``1 / (1 - decay)`` steps, over fewer at the beginning."""

    def __init__(self, decay: float = 0.999) -> None:
        """``decay`` in [0, 1) is what the average keeps of itself in each step; else a ``ValueError``."""
        if not 0 <= decay < 1:
            raise ValueError(f"decay is {decay}; it must be in [0, 1)")

        def average(kept: Tensor, new: Tensor, count: Any) -> Tensor:
            if not kept.is_floating_point():
                return new
            steps = float(count)
            share = min(decay, (1 + steps) / (10 + steps))
            # A mask of attention holds minus infinity, of which there is no difference.
            return torch.where(new.isfinite(), kept + (new - kept) * (1 - share), new)

        super().__init__(avg_fn=average)
