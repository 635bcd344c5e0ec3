"""Silences what the libraries underneath say about themselves."""

import logging
import os
import warnings

_LOGGERS = ("pytorch_lightning", "lightning.pytorch", "lightning_fabric", "numba", "PIL", "torch", "wandb")
_MODULES = ("pytorch_lightning", "lightning_fabric", "lightning_utilities", "hydra", "torchmetrics", "wandb")


def silence_libraries() -> None:
    """Only what a person can act on is left: our own lines, and errors.

    Lightning's remarks on devices, tips, workers and ``srun`` are not; set ``INKWRIGHT_NOISE=1`` to hear
    them.
    """
    if os.environ.get("INKWRIGHT_NOISE") == "1":
        return
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.ERROR)
    for module in _MODULES:
        warnings.filterwarnings("ignore", module=rf"{module}(\..*)?")
    warnings.filterwarnings("ignore", message=".*srun.*")
    os.environ.setdefault("WANDB_SILENT", "true")
