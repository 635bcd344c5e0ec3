"""What all modules that train a network share: the losses of their last step, which a checkpoint keeps."""

from typing import Any

import pytorch_lightning as pl
from torch import Tensor


class NetworkTraining(pl.LightningModule):
    """A subclass sets ``_last``, the losses of a step by name, in each step."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, Tensor] = {}

    def best_losses(self) -> dict[str, float]:
        """Losses of the last step, by name."""
        return {name: float(value) for name, value in self._last.items()}

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keeps the losses, for a run that goes on when it has all its steps."""
        checkpoint["losses"] = self._last

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Takes them up."""
        self._last = checkpoint.get("losses", {})
