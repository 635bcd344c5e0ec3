"""A logger that may fail without taking the run down, and what may be sent to it besides numbers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytorch_lightning.loggers import Logger

from inkwright.loggers.shown_media import Media

if TYPE_CHECKING:
    import pytorch_lightning as pl

_log = logging.getLogger(__name__)


class GuardedLogger(Logger):
    """Passes everything on to a logger; at its first failure it says so in one line and lets it go."""

    def __init__(self, logger: Callable[[], Logger]) -> None:
        """Makes the logger; a failure counts as one of the logger's."""
        super().__init__()
        self._kind = getattr(logger, "__name__", None) or getattr(
            getattr(logger, "func", None), "__name__", ""
        )
        self.logger: Logger | None = None
        self.logger = self._guarded(logger)

    @property
    def name(self) -> str:
        """The logger's name."""
        return self.logger.name or "guarded" if self.logger else "guarded"

    @property
    def version(self) -> int | str | None:
        """The logger's version."""
        return self.logger.version if self.logger else None

    @property
    def experiment(self) -> Any:
        """What the logger writes to; None once it has failed."""
        return self._guarded(lambda: getattr(self.logger, "experiment", None)) if self.logger else None

    def log_metrics(self, metrics: dict[str, float], step: int | None = None) -> None:
        """Passes numbers on."""
        self._pass_on("log_metrics", metrics, step)

    def log_hyperparams(self, params: Any, *args: Any, **kwargs: Any) -> None:
        """Passes settings on."""
        self._pass_on("log_hyperparams", params, *args, **kwargs)

    def save(self) -> None:
        """Passes the wish on."""
        self._pass_on("save")

    def finalize(self, status: str) -> None:
        """Passes the end on."""
        self._pass_on("finalize", status)

    def show(self, media: Mapping[str, Media], step: int) -> None:
        """Passes named pictures and drawings on, if the logger can show any."""
        self._pass_on("show", media, step)

    def keep_result(self, numbers: Mapping[str, float], drawing: Path | None) -> None:
        """Passes final numbers by name and the SVG of the run on, if the logger keeps them."""
        self._pass_on("keep_result", numbers, drawing)

    def _pass_on(self, method: str, *args: Any, **kwargs: Any) -> None:
        if hasattr(self.logger, method):
            self._guarded(lambda: getattr(self.logger, method)(*args, **kwargs))

    def _guarded(self, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except Exception as error:  # whatever a service does, the drawing goes on
            message = (str(error).splitlines() or [type(error).__name__])[0]
            _log.warning("logger %s failed: %s; the run goes on without it", self._kind, message)
            self.logger = None
            return None


def show(trainer: pl.Trainer, media: Mapping[str, Media]) -> None:
    """Sends named media to every logger of the run that can show them."""
    for logger in trainer.loggers:
        if isinstance(logger, GuardedLogger):
            logger.show(media, trainer.global_step)
