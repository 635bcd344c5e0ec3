"""One experiment: compose, seed, instantiate, fit, say where the drawing is."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from command_line.composition import CONF, register
from command_line.entry import run_script, without_hydras_remarks
from command_line.help_text import help_text
from command_line.noise import silence_libraries
from command_line.train_keys import check_ranges, check_used

if TYPE_CHECKING:
    import pytorch_lightning as pl

_log = logging.getLogger("train")


def train(config: DictConfig) -> float:
    """Runs one experiment.

    Args:
        config: the composed configuration, see ``conf/train.yaml``.

    Returns:
        The final loss, for a search to minimise.

    Raises:
        ValueError: a value is out of its range.
        OSError: a file can't be written.
    """
    check_ranges(config)
    check_used(config, HydraConfig.get().overrides.task)
    import pytorch_lightning as pl
    import torch

    from command_line.instantiation import instantiate, instantiate_each

    silence_libraries()
    torch.set_num_threads(config.threads)
    pl.seed_everything(config.seed, verbose=False)
    datamodule = instantiate(config.datamodule)
    module = instantiate(config.lightning_module)
    loggers, callbacks = instantiate_each(config.logger), instantiate_each(config.callbacks)
    trainer: pl.Trainer = instantiate(config.trainer, logger=loggers, callbacks=callbacks)
    try:
        trainer.fit(module, datamodule, ckpt_path=_checkpoint(config), weights_only=False)
    except SystemExit as lightnings_exit:
        raise KeyboardInterrupt from lightnings_exit
    return float(sum(module.best_losses().values()))


def _checkpoint(config: DictConfig) -> Path | None:
    path = _run_folder() / "checkpoints" / "last.ckpt"
    return path if config.resume == "auto" and path.is_file() else None


def _run_folder() -> Path:
    return Path(HydraConfig.get().runtime.output_dir)


@hydra.main(version_base="1.3", config_path=str(CONF), config_name="train")
@without_hydras_remarks
def _script(config: DictConfig) -> float:
    loss = train(config)
    folder = _run_folder()
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    results = (("Drawing", "drawing.svg"), ("Weights", "weights.safetensors"))
    for what, name in results:
        if (folder / name).is_file():
            _log.info("%s: %s", what, shown / name)
    return loss


def main() -> int:
    """The command line; returns the exit status."""
    if {"-h", "--help"} & set(sys.argv[1:]):
        sys.stdout.write(help_text())
        return 0
    register()
    return run_script(_script)


if __name__ == "__main__":
    sys.exit(main())
