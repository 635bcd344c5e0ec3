"""A picture file of the run, for the loggers that can show it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from callbacks.guarded_logger import GuardedLogger

if TYPE_CHECKING:
    import pytorch_lightning as pl


def log_picture(trainer: pl.Trainer, name: str, path: Path) -> None:
    """Sends a picture file to every logger of the run that can show it."""
    for logger in trainer.loggers:
        if isinstance(logger, GuardedLogger):
            logger.show({name: path}, trainer.global_step)
