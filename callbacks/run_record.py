"""run.json: what a run is made of; metrics.json: the numbers of a run that is over."""

import json
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import pytorch_lightning as pl
from torch import Tensor

from callbacks.drawing_module import DrawingModule, drawing_module, draws
from inkwright.frozen_networks.weights.lookup import used_weights
from inkwright.loggers.guarded_logger import GuardedLogger
from inkwright.run_folder.peak_memory import peak_memory_mb
from inkwright.run_folder.provenance import hardware, source_state, versions, weights_hashes
from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.whole_file import whole_file
from inkwright.vector_graphics.svg.writing.writer import svg_text

TARGET_SIDE = 384


@runtime_checkable
class KeepsNumbers(Protocol):
    """A callback whose numbers belong into metrics.json."""

    def numbers(self) -> dict[str, float]:
        """Final numbers by name."""


@runtime_checkable
class KeepsParts(Protocol):
    """A callback that knows numbers of the several drawings of a run."""

    def parts(self) -> dict[str, dict[str, float]]:
        """By drawing, final numbers by name."""


class RunRecord(pl.Callback):
    """Writes what the run is made of when it starts, and what came of it once everything else is done."""

    def __init__(
        self, folder: str, *, seed: int | None = None, experiment: str = "", overrides: Sequence[str] = ()
    ) -> None:
        """Starts the clock.

        Args:
            folder: the run folder.
            seed: what the run was seeded with.
            experiment: its recipe.
            overrides: what was asked for, ``key=value``.
        """
        self.folder = RunFolder(Path(folder))
        self.seed, self.experiment, self.overrides = seed, experiment, list(overrides)
        self._started = time.monotonic()
        self._seconds_before = 0.0

    def state_dict(self) -> dict[str, Any]:
        """Seconds spent so far, for the checkpoint."""
        return {"seconds": self._seconds()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Adds the seconds of the part that came before."""
        self._seconds_before = float(state_dict["seconds"])

    def on_fit_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Writes run.json, and the picture that is drawn, small, as target.jpg."""
        record = {
            "experiment": self.experiment,
            "overrides": self.overrides,
            "seed": self.seed,
            "versions": versions(),
            "sources": source_state(),
            "hardware": hardware(),
            "weights": weights_hashes(pl_module),
            "networks": used_weights(),
        }
        _write_json(self.folder.record, record)
        image = getattr(getattr(pl_module, "target", None), "image", None)
        if image is not None:
            _write_small(image, self.folder.target)

    def teardown(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        """Gathers the numbers of the other callbacks and writes the file."""
        if trainer.interrupted:
            return
        callbacks: list[Any] = trainer.callbacks  # type: ignore[attr-defined]
        metrics = {
            name: value
            for callback in callbacks
            if isinstance(callback, KeepsNumbers)
            for name, value in callback.numbers().items()
        }
        parts = {
            name: numbers
            for callback in callbacks
            if isinstance(callback, KeepsParts)
            for name, numbers in callback.parts().items()
        }
        record = {
            **(_drawing(drawing_module(pl_module)) if draws(pl_module) else {}),
            "seed": self.seed,
            "steps": trainer.global_step,
            "losses": pl_module.best_losses(),  # type: ignore[operator]
            "metrics": metrics,
            **({"drawings": parts} if parts else {}),
            "seconds": round(self._seconds(), 3),
            "peak_memory_mb": peak_memory_mb(),
            "versions": versions(),
        }
        for logger in trainer.loggers:
            if isinstance(logger, GuardedLogger):
                logger.keep_result(_result_numbers(record), _existing(self.folder.drawing))
        _write_json(self.folder.metrics, record)

    def _seconds(self) -> float:
        return self._seconds_before + time.monotonic() - self._started


def _result_numbers(record: dict[str, Any]) -> dict[str, float]:
    """What is compared between runs: losses, metrics, counts, seconds."""
    losses = {f"loss/{name}": value for name, value in record["losses"].items()}
    plain = {name: value for name, value in record.items() if name != "seed"}
    numbers = {**losses, **record["metrics"], **plain}
    return {
        name: value
        for name, value in numbers.items()
        if isinstance(value, int | float) and math.isfinite(value)
    }


def _existing(path: Path) -> Path | None:
    return path if path.is_file() else None


def _drawing(module: DrawingModule) -> dict[str, Any]:
    best = module.run.best_drawing().only_alive()
    return {
        "image": module.target.name,
        "original_size": list(module.target.original_size),
        "canvas": list(best.canvas),
        "shapes": best.num_shapes,
        "control_points": int(best.points.shape[0]),
        "svg_bytes": len(svg_text(best, title=module.target.name).encode("utf-8")),
    }


def _write_json(path: Path, record: dict[str, Any]) -> None:
    with whole_file(path) as temporary:
        temporary.write_text(json.dumps(_finite(record), indent=2) + "\n", encoding="utf-8")


def _write_small(image: Tensor, path: Path) -> None:
    """A picture [3, H, W] in [0, 1] as JPEG, no larger than ``TARGET_SIDE`` pixels."""
    from PIL import Image

    picture = Image.fromarray((image.permute(1, 2, 0).clamp(0, 1) * 255).round().byte().cpu().numpy())
    picture.thumbnail((TARGET_SIDE, TARGET_SIDE))
    with whole_file(path) as temporary:
        picture.save(temporary, quality=85)


def _finite(value: Any) -> Any:
    """The value with numbers that JSON does not know replaced by null."""
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
