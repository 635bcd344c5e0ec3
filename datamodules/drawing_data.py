"""What drawing systems are shown: a target, and an index for each step."""

from abc import abstractmethod
from functools import cached_property
from typing import Any

import pytorch_lightning as pl
import torch
from torch.utils.data import DataLoader

from inkwright.pictures.target_image import TargetImage


class DrawingData(pl.LightningDataModule):
    """A target; every step of a stage sees the same one."""

    @cached_property
    def target(self) -> TargetImage:
        """The picture at working size, read or made on first use."""
        return self.make_target()

    @abstractmethod
    def make_target(self) -> TargetImage:
        """Reads or makes the picture."""

    def setup(self, stage: str) -> None:
        """Makes the target, so that a bad file is refused before anything else starts."""
        self.target  # noqa: B018

    def train_dataloader(self) -> DataLoader[int]:
        """An index for each step of the stage that the system is in."""
        trainer: Any = self.trainer
        steps: Any = range(trainer.lightning_module.run.stage.settings.steps)
        # Loaders draw a seed: not from the numbers that the system draws from.
        return DataLoader(steps, batch_size=None, generator=torch.Generator())
