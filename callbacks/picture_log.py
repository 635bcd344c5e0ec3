"""Pictures and SVG for loggers that can show them."""

from typing import Any

import pytorch_lightning as pl

from callbacks.drawing_module import drawing_module
from inkwright.loggers.guarded_logger import GuardedLogger, show
from inkwright.loggers.shown_media import Media, Svg
from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vector_graphics.svg.writing.writer import svg_text


class PictureLog(pl.Callback):
    """Sends drawing and SVG to every logger of the run that can show them, and once the target.

    A drawing that is the same as the last one sent is not sent again.

    Attributes:
        every_n_steps: also on the way, every so many steps, >= 0; 0 = only at the end.
    """

    def __init__(self, *, every_n_steps: int = 0) -> None:
        """Refuses a number out of range by a ``ValueError``."""
        if every_n_steps < 0:
            raise ValueError(f"every_n_steps is {every_n_steps}; it must be >= 0")
        self.every_n_steps = every_n_steps
        self._sent = ""

    def on_train_batch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *rest: Any) -> None:
        """Sends the best so far when it is time to."""
        if self.every_n_steps and trainer.global_step % self.every_n_steps == 0:
            self._send(trainer, pl_module)

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Sends the drawing of the run."""
        self._send(trainer, pl_module)

    def _send(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if not any(isinstance(logger, GuardedLogger) for logger in trainer.loggers):
            return
        module = drawing_module(pl_module)
        best = module.run.best_drawing()
        svg = svg_text(best, title=module.target.name)
        if svg == self._sent:
            return
        media: dict[str, Media] = {} if self._sent else {"target": module.target.image}
        self._sent = svg
        show(trainer, {**media, "drawing": rasterize(best)[0], "svg": Svg(svg)})
