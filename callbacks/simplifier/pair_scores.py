"""Scores and pictures of a simplifier on its test pages."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from torch import Tensor

from inkwright.loggers.guarded_logger import show
from inkwright.metrics.line_agreement import LineAgreement
from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.whole_file import whole_file


class PairScores(pl.Callback):
    """Precision, recall and F1 of the cleaned pages, and of the rough ones as they came, after every test.

    The first pages of each set are written as ``samples/step_00001000.png``: rough, cleaned, clean. The
    scores of every single page go to ``scores/step_00001000.json``: a list for each set.
    """

    def __init__(self, folder: str, *, permille: float = 2.0, pictures: int = 2, side: int = 384) -> None:
        """Remembers what to write.

        Args:
            folder: the run folder.
            permille: tolerance in thousandths of the longer side, >= 0.
            pictures: pages shown of each test set, >= 0.
            side: their height and width in the picture, in pixels, cut from the middle of the page.
        """
        self.folder = RunFolder(Path(folder))
        self.permille, self.pictures, self.side = permille, pictures, side
        self.scores: dict[str, float] = {}
        self._meters: dict[str, LineAgreement] = {}
        self._errors: dict[str, list[float]] = {}
        self._untouched: dict[str, float] = {}
        self._pages: dict[str, list[dict[str, float]]] = {}
        self._rows: list[Tensor] = []

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
        self._meters, self._errors, self._pages, self._rows = {}, {}, {}, []

    def on_validation_batch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *page: Any) -> None:
        """Scores one page: what the module made of it, the batch, its number, and that of the test set."""
        outputs, batch, batch_idx, *loader = page
        name = trainer.datamodule.test_names[loader[0] if loader else 0]  # type: ignore[attr-defined]
        scores = self._meter(f"{name}/")(outputs["cleaned"], batch["clean"])
        self._pages.setdefault(name, []).append({each: float(value) for each, value in scores.items()})
        self._errors.setdefault(f"{name}/mse", []).append(float(outputs["mse"]))
        if f"{name}/untouched_f1" not in self._untouched:
            self._meter(f"{name}/untouched_").update(batch["rough"], batch["clean"])
        if batch_idx < self.pictures:
            shown = (batch["rough"], outputs["cleaned"], batch["clean"])
            self._rows.append(torch.cat([self._middle(each[0, 0]) for each in shown], dim=1))

    def on_validation_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Hands everything to the loggers and writes the pictures."""
        for prefix, meter in self._meters.items():
            found = {f"{prefix}{name}": float(value) for name, value in meter.compute().items()}
            kept = self._untouched if prefix.endswith("untouched_") else self.scores
            kept.update(found)
        self.scores.update({name: float(np.mean(values)) for name, values in self._errors.items()})
        self.scores.update(self._untouched)
        if trainer.sanity_checking or not trainer.is_global_zero:
            return
        for logger in trainer.loggers:
            logger.log_metrics(self.scores, trainer.global_step)
        with whole_file(self.folder.page_scores(trainer.global_step)) as temporary:
            temporary.write_text(json.dumps(self._pages) + "\n", encoding="utf-8")
        if self._rows:
            self._show(trainer, torch.cat(self._rows))

    def _meter(self, prefix: str) -> LineAgreement:
        if prefix not in self._meters:
            self._meters[prefix] = LineAgreement(self.permille)
        return self._meters[prefix]

    def _middle(self, page: Tensor) -> Tensor:
        top, left = (max((size - self.side) // 2, 0) for size in page.shape)
        return page[top : top + self.side, left : left + self.side].detach().float().cpu()

    def _show(self, trainer: pl.Trainer, picture: Tensor) -> None:
        from PIL import Image

        pixels = (picture.clamp(0, 1) * 255).round().to(torch.uint8).numpy()
        path = self.folder.sample(trainer.global_step)
        with whole_file(path) as temporary:
            Image.fromarray(pixels).save(temporary)
        show(trainer, {"rough, cleaned, clean": path})
