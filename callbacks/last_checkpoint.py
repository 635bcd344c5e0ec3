"""The state of the run on disk, from which ``resume=auto`` goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytorch_lightning as pl

from callbacks.whole_file import whole_file


class LastCheckpoint(pl.Callback):
    """Keeps ``checkpoints/last.ckpt``, replaced every ``every_n_steps`` steps and after the last one.

    It is written at the end of a step only, never from within one: what is resumed is a run as it was.
    """

    def __init__(self, folder: str, *, every_n_steps: int = 100) -> None:
        """Remembers where and how often.

        Args:
            folder: the run folder.
            every_n_steps: >= 1.

        Raises:
            ValueError: ``every_n_steps`` is below 1.
        """
        if every_n_steps < 1:
            raise ValueError(f"every_n_steps is {every_n_steps}; it must be >= 1")
        self.path = Path(folder) / "checkpoints" / "last.ckpt"
        self.every_n_steps = every_n_steps

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Saves when it is time to."""
        ends = trainer.should_stop or trainer.global_step >= trainer.max_steps > 0 or trainer.is_last_batch
        if ends or trainer.global_step % self.every_n_steps == 0:
            with whole_file(self.path) as temporary:
                trainer.save_checkpoint(temporary)
