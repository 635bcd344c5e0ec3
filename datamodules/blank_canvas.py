"""White paper: for drawings of what is in no picture."""

from __future__ import annotations

import re

import pytorch_lightning as pl
import torch
from torch.utils.data import DataLoader

from inkwright.pictures.target_image import MAX_SIDE, MIN_SIDE, TargetImage


class BlankCanvasData(pl.LightningDataModule):
    """A white square as the target, named after a prompt, and one dummy index per optimiser step.

    Attributes:
        target: the white square.
    """

    def __init__(self, prompt: str, *, image_size: int = 224, steps: int = 500) -> None:
        """Cuts the paper.

        Args:
            prompt: what is to be drawn; gives the drawing its name.
            image_size: side of the square in pixels, in [32, 4096].
            steps: optimiser steps of the run, >= 1.

        Raises:
            ValueError: the prompt is empty, or a number is out of its range.
        """
        super().__init__()
        if not prompt.strip():
            raise ValueError('prompt is empty; say what to draw, for example prompt="a cat"')
        if not MIN_SIDE <= image_size <= MAX_SIDE:
            raise ValueError(f"image_size is {image_size}; it must be in [{MIN_SIDE}, {MAX_SIDE}] pixels")
        if steps < 1:
            raise ValueError(f"steps is {steps}; it must be >= 1")
        self.steps = steps
        white = torch.ones(3, image_size, image_size)
        self.target = TargetImage(white, None, (image_size, image_size), name_of(prompt), white, None)

    def train_dataloader(self) -> DataLoader[int]:
        """``steps`` indices: every step sees the same paper."""
        return DataLoader(range(self.steps), batch_size=None)  # type: ignore[arg-type]


def name_of(prompt: str, longest: int = 60) -> str:
    """A prompt as the name of a file: its letters and digits, joined by hyphens."""
    return "-".join(re.findall(r"\w+", prompt))[:longest].strip("-") or "drawing"
