"""One picture file as what a system is shown."""

from __future__ import annotations

from typing import Any

import pytorch_lightning as pl
import torch
from torch.utils.data import DataLoader

from inkwright.pictures.subject import Subject
from inkwright.pictures.target_image import TargetImage, load_target


class TargetImageData(pl.LightningDataModule):
    """A target, and one dummy index per optimiser step.

    Attributes:
        target: the picture; read on first use.
    """

    def __init__(
        self,
        image: str,
        *,
        image_size: int = 224,
        steps: int = 500,
        mask_object: bool = False,
        subject: Subject | None = None,
    ) -> None:
        """Remembers what to read.

        Args:
            image: path of a picture file, or the name of a bundled example.
            image_size: long side of the working size in pixels, in [32, 4096].
            steps: optimiser steps of the run, >= 1.
            mask_object: whether the subject alone is drawn; so it is anyway if ``subject`` has a mask file.
            subject: what finds it.

        Raises:
            ValueError: ``steps`` is below 1, or there is nothing to find a subject with.
        """
        super().__init__()
        if steps < 1:
            raise ValueError(f"steps is {steps}; it must be >= 1")
        self.image = image
        self.image_size = image_size
        self.steps = steps
        if mask_object and subject is None:
            raise ValueError("mask_object is true, but datamodule.subject is null; nothing finds a subject")
        self.subject = subject if subject is not None and (mask_object or subject.mask) else None
        self._target: TargetImage | None = None

    @property
    def target(self) -> TargetImage:
        """The picture at working size."""
        if self._target is None:
            self._target = load_target(self.image, self.image_size, self.subject)
        return self._target

    def setup(self, stage: str) -> None:
        """Reads the picture, so that a bad file is refused before anything else starts."""
        self.target  # noqa: B018

    def train_dataloader(self) -> DataLoader[int]:
        """``steps`` indices: every step sees the same picture."""
        # Loaders draw a seed: not from the numbers of the system, which may be one of many.
        numbers: Any = range(self.steps)
        return DataLoader(numbers, batch_size=None, generator=torch.Generator())
