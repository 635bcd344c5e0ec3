"""Numbers and pictures of a run in the small world, on the held-out set."""

from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from torch import Tensor

from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.whole_file import whole_file


class TestScores(pl.Callback):
    """Means of all numbers that a module's test gives; what it has ``shown`` becomes ``samples/…png``."""

    __test__ = False  # for pytest

    def __init__(self, folder: str, *, pictures: int = 32, columns: int = 8) -> None:
        """``folder`` is the run folder; ``pictures`` of a test are shown, ``columns`` a row."""
        self.folder = RunFolder(Path(folder))
        self.pictures, self.columns = pictures, columns
        self.scores: dict[str, float] = {}
        self._found: dict[str, list[float]] = {}
        self._shown: list[Tensor] = []

    def numbers(self) -> dict[str, float]:
        """The scores of the last test, for metrics.json."""
        return dict(self.scores)

    def state_dict(self) -> dict[str, Any]:
        """The scores of the last test, for a run that has no further one."""
        return {"scores": self.numbers()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Takes them up."""
        self.scores = dict(state_dict["scores"])

    def on_validation_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Starts to count."""
        self._found, self._shown = {}, []

    def on_validation_batch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *test: Any) -> None:
        """Notes what the module says of a batch."""
        outputs: dict[str, Tensor] = test[0]
        self._shown += list(outputs.pop("shown", ()))
        for name, value in outputs.items():
            self._found.setdefault(f"held_out/{name}", []).append(float(value))

    def on_validation_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Hands the numbers to the loggers and writes the pictures."""
        self.scores = {name: float(np.mean(values)) for name, values in self._found.items()}
        if trainer.sanity_checking or not trainer.is_global_zero:
            return
        for logger in trainer.loggers:
            logger.log_metrics(self.scores, trainer.global_step)
        if self._shown:
            self._write(self.folder.sample(trainer.global_step))

    def _write(self, path: Path) -> None:
        from PIL import Image

        shown = self._shown[: min(self.pictures, len(self._shown) // self.columns * self.columns)]
        rows = [torch.cat(shown[at : at + self.columns], 2) for at in range(0, len(shown), self.columns)]
        pixels = (torch.cat(rows, 1).permute(1, 2, 0).cpu().numpy() * 255).round().astype(np.uint8)
        with whole_file(path) as temporary:
            Image.fromarray(pixels).save(temporary, format="PNG")
