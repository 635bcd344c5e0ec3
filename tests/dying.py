"""Callbacks that end a run early: as a power cut would, or as a person at the keyboard."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytorch_lightning as pl


class DiesAt(pl.Callback):
    """Kills the process after a step."""

    def __init__(self, step: int) -> None:
        self.step = step

    def on_train_batch_end(self, trainer: pl.Trainer, *_: Any) -> None:
        if trainer.global_step == self.step:
            os.kill(os.getpid(), signal.SIGKILL)


class InterruptsAt(pl.Callback):
    """Presses Ctrl-C after a step."""

    def __init__(self, step: int) -> None:
        self.step = step

    def on_train_batch_end(self, trainer: pl.Trainer, *_: Any) -> None:
        if trainer.global_step == self.step:
            raise KeyboardInterrupt
