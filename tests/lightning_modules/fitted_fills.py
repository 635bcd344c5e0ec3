"""Runs systems of fills on small pictures."""

from __future__ import annotations

import pytorch_lightning as pl

from datamodules.target_image import TargetImageData
from inkwright.command_line.noise import silence_libraries
from inkwright.guidance.pixel import PixelTerm
from inkwright.optimization.settings import OptimizationSettings


def fitted_fills(module, picture, *, steps=24, image_size=48, callbacks=(), **options):
    silence_libraries()
    settings = OptimizationSettings(steps=steps, score_every=5, patience=0, lr_rgb=0.05)
    system = module({"pixel": PixelTerm(100.0)}, settings, **options)
    trainer = pl.Trainer(
        accelerator="cpu",
        max_epochs=-1,
        max_steps=10 * steps,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        callbacks=list(callbacks),
    )
    trainer.fit(system, TargetImageData(str(picture), image_size=image_size))
    return system
