"""Says so before the drawing kernels are compiled for the first time."""

import logging

import pytorch_lightning as pl

_log = logging.getLogger(__name__)


class KernelNotice(pl.Callback):
    """One line on the first run after an installation, which takes long to begin."""

    def setup(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        """Looks into the cache of compiled kernels, where they are used, before any of them is."""
        if trainer.strategy.root_device.type != "cpu":
            return
        from inkwright.vector_graphics.rasterizers.cpu.rasterizer import is_compiled

        if not is_compiled():
            _log.info("Compiling the drawing kernels: once after an installation, up to half a minute ...")
