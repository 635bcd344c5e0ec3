"""Callbacks that end a run early: as a power cut would, or as a person at the keyboard."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch


class DiesAt(pl.Callback):
    """Kills the process after a step."""

    def __init__(self, step: int) -> None:
        self.step = step

    def on_train_batch_end(self, trainer: pl.Trainer, *_: Any) -> None:
        if trainer.global_step == self.step:
            os.kill(os.getpid(), signal.SIGKILL)


class DiesIn(pl.Callback):
    """Kills the process in a hook, after a step."""

    def __init__(self, hook: str, step: int) -> None:
        def dies(trainer: pl.Trainer, *_: Any) -> None:
            if trainer.global_step == step:
                os.kill(os.getpid(), signal.SIGKILL)

        setattr(self, hook, dies)


class InterruptsAt(pl.Callback):
    """Presses Ctrl-C after a step."""

    def __init__(self, step: int) -> None:
        self.step = step

    def on_train_batch_end(self, trainer: pl.Trainer, *_: Any) -> None:
        if trainer.global_step == self.step:
            raise KeyboardInterrupt


class DiesOnce(pl.Callback):
    """Kills the first process that reaches a step; ``mark`` is a file that says so."""

    def __init__(self, step: int, mark: str) -> None:
        self.step = step
        self.mark = Path(mark)

    def on_train_batch_end(self, trainer: pl.Trainer, *_: Any) -> None:
        if trainer.global_step == self.step and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)


class SignalsAt(pl.Callback):
    """Sends the process a signal within a step, as a scheduler would."""

    def __init__(self, step: int, number: int) -> None:
        self.step = step
        self.number = number

    def on_train_batch_start(self, trainer: pl.Trainer, *_: Any) -> None:
        if trainer.global_step == self.step:
            os.kill(os.getpid(), self.number)


class ThrowsDice(pl.Callback):
    """Moves the strokes by random numbers of every generator, as augmentations and noise would."""

    def on_train_batch_start(self, trainer: pl.Trainer, pl_module: Any, *_: Any) -> None:
        shift = random.random() + float(np.random.rand()) + float(torch.rand(()))
        with torch.no_grad():
            pl_module.run.source.points.add_(0.1 * shift)


class FailsAt(pl.Callback):
    """Stumbles over a bug after a step."""

    def __init__(self, step: int) -> None:
        self.step = step

    def on_train_batch_end(self, trainer: pl.Trainer, *_: Any) -> None:
        if trainer.global_step == self.step:
            raise ZeroDivisionError("a bug")


class FailsOnce(pl.Callback):
    """Stumbles over a bug the first time that a step is reached; ``mark`` is a file that says so."""

    def __init__(self, step: int, mark: str) -> None:
        self.step = step
        self.mark = Path(mark)

    def on_train_batch_end(self, trainer: pl.Trainer, *_: Any) -> None:
        if trainer.global_step == self.step and not self.mark.exists():
            self.mark.touch()
            raise ZeroDivisionError("a bug")


class Dawdles(pl.Callback):
    """Takes its time in every step, and says which process it is."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def on_train_start(self, trainer: pl.Trainer, *_: Any) -> None:
        from hydra.core.hydra_config import HydraConfig

        (Path(HydraConfig.get().runtime.output_dir) / "pid").write_text(str(os.getpid()))

    def on_train_batch_end(self, *_: Any) -> None:
        time.sleep(self.seconds)
