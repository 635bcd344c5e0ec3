"""network/: what a run in the small world has trained, in the format of the library that loads it."""

from pathlib import Path
from typing import Protocol

import pytorch_lightning as pl

from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.whole_file import whole_folder


class Savable(Protocol):
    """A module that can write its networks."""

    def save(self, folder: Path) -> None:
        """Writes them into an existing folder."""


class NetworkExport(pl.Callback):
    """Writes the networks after every test and at the end; averaged weights where they are averaged."""

    def __init__(self, folder: str) -> None:
        """``folder`` is the run folder."""
        self.path = RunFolder(Path(folder)).network

    def on_validation_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Writes what was just tested."""
        if not trainer.sanity_checking:
            self._write(trainer, pl_module)

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Writes the networks of the run."""
        self._write(trainer, pl_module)

    def _write(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if trainer.is_global_zero:
            saved: Savable = pl_module  # type: ignore[assignment]
            with whole_folder(self.path) as folder:
                saved.save(folder)
