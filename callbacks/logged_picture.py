"""A picture file of the run, for the loggers that can show it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from callbacks.guarded_logger import GuardedLogger
from callbacks.wandb_run import WandbRun

if TYPE_CHECKING:
    import pytorch_lightning as pl


def log_picture(trainer: pl.Trainer, name: str, path: Path) -> None:
    """Sends a picture file to Weights & Biases, where that is a logger of the run."""
    for logger in trainer.loggers:
        if isinstance(logger, GuardedLogger) and isinstance(logger.logger, WandbRun):
            logger.call(lambda run: run.log({name: _wandb_image(path)}, step=None))


def _wandb_image(path: Path) -> object:
    import wandb

    return wandb.Image(str(path))
