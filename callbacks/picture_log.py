"""Pictures and SVG for loggers that can show them."""

from __future__ import annotations

from typing import Any

import pytorch_lightning as pl

from callbacks.drawing_module import DrawingModule, drawing_module
from callbacks.guarded_logger import GuardedLogger
from callbacks.shown_media import Media, Svg
from vector_graphics.rasterizer import rasterize
from vector_graphics.svg_writer import svg_text


class PictureLog(pl.Callback):
    """Sends target, drawing and SVG to every logger of the run that can show them.

    Attributes:
        every_n_steps: also on the way, every so many steps; 0 = only at the end.
    """

    def __init__(self, *, every_n_steps: int = 0) -> None:
        """Remembers how often.

        Raises:
            ValueError: ``every_n_steps`` is below 0.
        """
        if every_n_steps < 0:
            raise ValueError(f"every_n_steps is {every_n_steps}; it must be >= 0")
        self.every_n_steps = every_n_steps

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Sends the best so far when it is time to."""
        if self.every_n_steps and trainer.global_step % self.every_n_steps == 0:
            self._send(trainer, pl_module)

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Sends the drawing of the run."""
        self._send(trainer, pl_module)

    def _send(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        module = drawing_module(pl_module)
        media: dict[str, Media] | None = None
        for logger in trainer.loggers:
            if isinstance(logger, GuardedLogger):
                media = media or _media(module)
                logger.show(media, trainer.global_step)


def _media(module: DrawingModule) -> dict[str, Media]:
    best = module.best_drawing()
    svg = Svg(svg_text(best, title=module.target.name))
    return {"target": module.target.image, "drawing": rasterize(best)[0], "svg": svg}
