"""A running average of the weights, which is what is tested and saved."""

from typing import Any

import pytorch_lightning as pl
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

    def on_load_checkpoint(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Restores both; of a run that had all its steps the average stays, as at the end of any other."""
        super().on_load_checkpoint(trainer, pl_module, checkpoint)
        if checkpoint["global_step"] >= trainer.max_steps > 0:  # then Lightning begins and ends no training
            self._copy_average_to_current(pl_module)
