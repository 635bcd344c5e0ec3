"""How many shapes of a drawing belong to one thing of its picture."""

from collections.abc import Callable, Sequence

import numpy as np
import pytorch_lightning as pl
from numpy.typing import NDArray

from callbacks.drawing_module import drawing_module
from inkwright.image_analysis.abstraction.gradient_smoothing import GradientSmoothing
from inkwright.image_analysis.abstraction.merged_regions import MergedRegions
from inkwright.metrics.compactness import vector_compactness

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]


class Compactness(pl.Callback):
    """VeC of the drawing, ``vec`` in metrics.json, and as ``metrics/vec`` to the loggers.

    The things are the masks of all levels of detail, as ``experiment=layered`` finds them by default, however
    the drawing was made.
    """

    def __init__(
        self,
        levels: Callable[[FloatArray], list[FloatArray]] | None = None,
        masks: Callable[[Sequence[FloatArray]], list[list[BoolArray]]] | None = None,
    ) -> None:
        """Takes over what finds the things: see ``Layered``."""
        self.find_levels, self.find_masks = levels or GradientSmoothing(), masks or MergedRegions()
        self._numbers: dict[str, float] = {}

    def numbers(self) -> dict[str, float]:
        """The score by name, for metrics.json."""
        return self._numbers

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Scores the drawing of the run."""
        module = drawing_module(pl_module)
        picture = np.ascontiguousarray(module.target.image.permute(1, 2, 0).cpu().numpy())
        masks = [mask for level in self.find_masks(self.find_levels(picture)) for mask in level]
        if masks:
            best = module.run.best_drawing().to("cpu")
            self._numbers = {"vec": vector_compactness(best, masks)}
            for logger in trainer.loggers:
                logger.log_metrics({"metrics/vec": self._numbers["vec"]}, trainer.global_step)
