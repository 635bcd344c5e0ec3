"""A bar with the stage, the loss and the time left."""

import sys
from typing import Any

import pytorch_lightning as pl
from tqdm import tqdm

from callbacks.drawing_module import drawing_module, draws


class ProgressBar(pl.Callback):
    """One line on a terminal; where standard error is a file, a line now and then.

    Attributes:
        refresh_seconds: shortest time between two looks of the bar on a terminal, > 0.
        quiet_seconds: the same where there is no terminal, > 0.
        doing: what to call what is going on, where it has no stages.
    """

    def __init__(
        self, refresh_seconds: float = 0.2, quiet_seconds: float = 10.0, doing: str = "drawing"
    ) -> None:
        """Refuses times out of range by a ``ValueError``."""
        for name, value in (("refresh_seconds", refresh_seconds), ("quiet_seconds", quiet_seconds)):
            if not value > 0:
                raise ValueError(f"{name} is {value}; it must be above 0 seconds")
        self.refresh_seconds = refresh_seconds
        self.quiet_seconds = quiet_seconds
        self.doing = doing
        self._bar: Any = None
        self._loss: Any = None

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Shows the bar, from the step at which the run goes on."""
        terminal = sys.stderr.isatty()
        self._bar = tqdm(
            total=int(trainer.estimated_stepping_batches),
            initial=trainer.global_step,
            desc=self.doing,
            unit=" steps",
            mininterval=self.refresh_seconds if terminal else self.quiet_seconds,
            dynamic_ncols=terminal,
            disable=not trainer.is_global_zero,
            bar_format="{desc} {percentage:3.0f}%|{bar:24}| step {n_fmt} of {total_fmt}, {remaining} left",
        )

    def on_train_batch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *step: Any) -> None:
        """Moves on; reads the loss only when the bar is drawn anew."""
        self._loss = step[0]["loss"] if isinstance(step[0], dict) else step[0]
        if draws(pl_module):
            self.doing = drawing_module(pl_module).run.stage.name
        if self._bar.update(trainer.global_step - self._bar.n):
            self._describe()

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Leaves the bar as it ended."""
        self._close()

    def on_exception(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *error: Any) -> None:
        """Ends the line, so that the message starts on its own."""
        self._close()

    def _describe(self) -> None:
        if self._loss is not None:
            self._bar.set_description_str(f"{self.doing}, loss {float(self._loss):.4g}", refresh=False)

    def _close(self) -> None:
        if self._bar is not None:
            self._describe()
            self._bar.close()
            self._bar = None
