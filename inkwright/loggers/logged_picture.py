"""Pictures and drawings of a run, for the loggers that can show them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from inkwright.loggers.guarded_logger import GuardedLogger
from inkwright.loggers.shown_media import Media

if TYPE_CHECKING:
    import pytorch_lightning as pl


def show(trainer: pl.Trainer, media: Mapping[str, Media]) -> None:
    """Sends named media to every logger of the run that can show them."""
    for logger in trainer.loggers:
        if isinstance(logger, GuardedLogger):
            logger.show(media, trainer.global_step)


def log_picture(trainer: pl.Trainer, name: str, path: Path) -> None:
    """Sends a picture file to every logger of the run that can show it."""
    show(trainer, {name: path})
