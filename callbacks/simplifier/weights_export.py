"""weights.safetensors: the trained network, ready for simplify.py."""

from pathlib import Path
from typing import Any

import pytorch_lightning as pl

from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.whole_file import whole_file
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.weights_file import save_weights


class WeightsExport(pl.Callback):
    """Writes the network after every test and at the end; averaged weights where they are averaged."""

    def __init__(self, folder: str, *, seed: int | None = None) -> None:
        """``folder`` is the run folder, ``seed`` that of the run, noted in the file."""
        self.path = RunFolder(Path(folder)).weights
        self.seed = seed

    def on_validation_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Writes the weights that were just tested."""
        if not trainer.sanity_checking:
            self._write(trainer, pl_module)

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Writes the weights of the run."""
        self._write(trainer, pl_module)

    def _write(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if not trainer.is_global_zero:
            return
        note: dict[str, Any] = {"steps": trainer.global_step, "seed": self.seed}
        with whole_file(self.path) as temporary:
            save_weights(trained_network(pl_module), temporary, note)


def trained_network(module: pl.LightningModule) -> SimplifierNetwork:
    """The network that a module trains.

    Raises:
        TypeError: it trains none.
    """
    network = getattr(module, "network", None)
    if not isinstance(network, SimplifierNetwork):
        raise TypeError(f"{type(module).__name__} trains no simplifier; this callback needs one that does")
    return network
