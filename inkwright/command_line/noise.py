"""Silences what the libraries underneath say about themselves, and goes on where nobody listens any more."""

import logging
import os
import sys
import warnings
from collections.abc import Callable
from typing import Any, cast

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


def outlive_listeners() -> None:
    """A run goes on, and says nothing, when what it speaks to is closed: ``train.py ... | head -1``."""
    if not isinstance(sys.stdout, _Unbroken):
        sys.stdout, sys.stderr = (cast(Any, _Unbroken(stream)) for stream in (sys.stdout, sys.stderr))


class _Unbroken:
    """A stream whose pipe may break."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        self._tried(self._stream.write, text)
        return len(text)

    def flush(self) -> None:
        self._tried(self._stream.flush)

    def _tried(self, action: Callable[..., object], *arguments: str) -> None:
        try:
            action(*arguments)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
