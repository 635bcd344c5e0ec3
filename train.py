"""One experiment: compose, seed, instantiate, fit, say where the drawing is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import hydra
from omegaconf import DictConfig, OmegaConf

from inkwright.command_line.deferred_imports import defer_imports
from inkwright.command_line.entry import run_script, without_hydras_remarks
from inkwright.command_line.folders.folder_run import draw_folder, is_folder
from inkwright.command_line.keys.composition import CONF, asked_for, register
from inkwright.command_line.keys.help_text import help_text
from inkwright.command_line.keys.key_checks import check_ranges, check_used
from inkwright.command_line.noise import silence_libraries
from inkwright.command_line.run_folder import RunStart, say_results, started_run

if TYPE_CHECKING:
    import pytorch_lightning as pl


def train(config: DictConfig) -> float:
    """Runs one experiment, see ``conf/train.yaml``; returns the final loss, for a search to minimize.

    Raises:
        ValueError: a value is out of its range.
        OSError: a file can't be written.
    """
    check_ranges(config)
    check_used(config, asked_for())
    with started_run(config) as start:
        return draw_folder(config, train) if is_folder(config) else _fit(config, start)


def _fit(config: DictConfig, start: RunStart) -> float:
    """Makes everything that the configuration describes, and runs it, from a checkpoint if there is one."""
    defer_imports()
    import pytorch_lightning as pl
    import torch

    from inkwright.command_line.instantiation import instantiate, instantiate_each, instantiate_loggers

    silence_libraries()
    if not torch.cuda.is_available():  # Adam asks at each step; Lightning has torch look for a driver then
        os.environ["PYTORCH_NVML_BASED_CUDA_CHECK"] = "0"
    torch.set_num_threads(config.threads)
    pl.seed_everything(config.seed, verbose=False)
    datamodule = instantiate(config.datamodule)
    module = instantiate(config.lightning_module)
    start.record()
    loggers = instantiate_loggers(config.logger, start.steps)
    try:
        for logger in loggers:
            logger.log_hyperparams(OmegaConf.to_container(config, resolve=True))
        callbacks = instantiate_each(config.callbacks)
        trainer: pl.Trainer = instantiate(config.trainer, logger=loggers, callbacks=callbacks)
        with _interrupts_as_such(), start.restoring():
            trainer.fit(module, datamodule, ckpt_path=start.checkpoint, weights_only=True)
    finally:
        # Closed already, unless something failed.
        for logger in loggers:
            logger.finalize("failed")
    return float(sum(module.best_losses().values()))


@contextmanager
def _interrupts_as_such() -> Iterator[None]:
    """Lightning answers Ctrl-C with exit status 1; within, it stays what it is."""
    try:
        yield
    except SystemExit as ended:
        if ended.code == 1:
            raise KeyboardInterrupt from ended
        raise


@without_hydras_remarks
def run(config: DictConfig) -> float:
    """The task of Hydra's launchers, here and in their workers; returns the final loss."""
    loss = train(config)
    say_results()
    return loss


_script = hydra.main(version_base="1.3", config_path=str(CONF), config_name="train")(run)
register()  # also where a worker imports this module


def main() -> int:
    """The command line; returns the exit status."""
    return run_script(_script, help_text)


if __name__ == "__main__":
    import train as importable  # what workers are sent is found by its module's name

    sys.exit(importable.main())
