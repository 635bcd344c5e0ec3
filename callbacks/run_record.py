"""metrics.json: the numbers of a run that is over."""

from __future__ import annotations

import json
import math
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import pytorch_lightning as pl

from callbacks.drawing_module import DrawingModule, drawing_module
from callbacks.peak_memory import peak_memory_mb
from callbacks.whole_file import whole_file
from vector_graphics.svg_writer import svg_text

_PACKAGES = ("inkwright", "torch", "pytorch-lightning", "numba", "numpy", "scikit-image")


@runtime_checkable
class KeepsNumbers(Protocol):
    """A callback whose numbers belong into metrics.json."""

    def numbers(self) -> dict[str, float]:
        """Final numbers by name."""


class RunRecord(pl.Callback):
    """Writes losses, metrics, counts, seconds, memory, versions and seed once everything else is done."""

    def __init__(self, folder: str, *, seed: int | None = None) -> None:
        """Starts the clock.

        Args:
            folder: the run folder.
            seed: what the run was seeded with.
        """
        self.folder = Path(folder)
        self.seed = seed
        self._started = time.monotonic()
        self._seconds_before = 0.0

    def state_dict(self) -> dict[str, Any]:
        """Seconds spent so far, for the checkpoint."""
        return {"seconds": self._seconds()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Adds the seconds of the part that came before."""
        self._seconds_before = float(state_dict["seconds"])

    def teardown(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        """Gathers the numbers of the other callbacks and writes the file."""
        if trainer.interrupted:
            return
        module = drawing_module(pl_module)
        callbacks: list[Any] = trainer.callbacks  # type: ignore[attr-defined]
        metrics = {
            name: value
            for callback in callbacks
            if isinstance(callback, KeepsNumbers)
            for name, value in callback.numbers().items()
        }
        record = {
            "image": module.target.name,
            "original_size": list(module.target.original_size),
            "canvas": list(module.best_drawing().canvas),
            "seed": self.seed,
            "steps": trainer.global_step,
            "losses": module.best_losses(),
            "metrics": metrics,
            **_counts(module),
            "seconds": round(self._seconds(), 3),
            "peak_memory_mb": peak_memory_mb(),
            "versions": _versions(),
        }
        with whole_file(self.folder / "metrics.json") as temporary:
            temporary.write_text(json.dumps(_finite(record), indent=2) + "\n", encoding="utf-8")

    def _seconds(self) -> float:
        return self._seconds_before + time.monotonic() - self._started


def _counts(module: DrawingModule) -> dict[str, int]:
    best = module.best_drawing().only_alive()
    return {
        "shapes": best.num_shapes,
        "control_points": int(best.points.shape[0]),
        "svg_bytes": len(svg_text(best, title=module.target.name).encode("utf-8")),
    }


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _finite(value: Any) -> Any:
    """The value with numbers that JSON does not know replaced by null."""
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
