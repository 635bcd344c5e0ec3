"""Numbers of the drawing that are not the loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytorch_lightning as pl
import torch
from torch import Tensor

from callbacks.drawing_module import drawing_module
from inkwright.vector_graphics.rasterizer import rasterize

if TYPE_CHECKING:
    from torchmetrics import Metric

    from inkwright.metrics.sketch_quality import SketchQuality


class DrawingMetrics(pl.Callback):
    """Scores the best drawing against its picture: edges, correlation with its gradient, structure.

    The numbers go to metrics.json, and to the loggers as ``metrics/<name>``.

    Attributes:
        every_n_steps: also on the way, every so many steps, >= 0; 0 = only at the end.
        also: further metrics by name, of drawing and picture, [1, 3, H, W] in [0, 1] each.
    """

    def __init__(self, *, every_n_steps: int = 0, also: Mapping[str, Metric] | None = None) -> None:
        """Refuses a number out of range by a ``ValueError``."""
        if every_n_steps < 0:
            raise ValueError(f"every_n_steps is {every_n_steps}; it must be >= 0")
        self.every_n_steps = every_n_steps
        self.also = dict(also or {})
        self._quality: SketchQuality | None = None
        self._numbers: dict[str, float] = {}

    def numbers(self) -> dict[str, float]:
        """The newest scores by name, for metrics.json."""
        return self._numbers

    def on_train_batch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *rest: Any) -> None:
        """Scores the best so far when it is time to."""
        if self.every_n_steps and trainer.global_step % self.every_n_steps == 0:
            self._score(trainer, pl_module)

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Scores the drawing of the run."""
        self._score(trainer, pl_module)

    def _others(self, image: Tensor, target: Tensor, device: torch.device) -> dict[str, float]:
        found = {}
        for name, metric in self.also.items():
            # Its network may be shared with the guidance, so it is where the module is.
            metric.to(device).reset()
            metric.update(image[None].to(device), target[None].to(device))
            found[name] = float(metric.compute())
        return found

    def _score(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        from inkwright.metrics.sketch_quality import SketchQuality

        module = drawing_module(pl_module)
        target = module.target.image
        self._quality = self._quality or SketchQuality(target)
        image = rasterize(module.run.best_drawing(), *target.shape[1:])[0].detach().to(target.device)
        self._numbers = self._quality(image) | self._others(image, target, pl_module.device)
        for logger in trainer.loggers:
            named = {f"metrics/{name}": value for name, value in self._numbers.items()}
            logger.log_metrics(named, trainer.global_step)
