"""The folder of a run: what lies in it, under which names."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_STEP_FILE = re.compile(r"step-(\d+)\.svg")


class _Name:
    """What something in the folder is called."""

    def __init__(self, name: str) -> None:
        self.name = name


class _Inside(_Name):
    """A path in the folder, under a fixed name."""

    def __get__(self, folder: RunFolder, owner: type | None = None) -> Path:
        return folder.path / self.name


class _Each(_Name):
    """Paths in the folder, whose names a kind, a number or a name completes."""

    def __get__(self, folder: RunFolder, owner: type | None = None) -> Callable[[int | str], Path]:
        return lambda which: folder.path / self.name.format(which)


@dataclass(frozen=True)
class RunFolder:
    """Names of everything that a run leaves; nobody else knows them.

    Attributes:
        path: of the folder.
    """

    path: Path

    drawing = _Inside("drawing.svg")
    picture = _Inside("drawing.png")
    metrics = _Inside("metrics.json")
    curves = _Inside("metrics.csv")
    record = _Inside("run.json")
    failure = _Inside("failure.json")
    target = _Inside("target.jpg")
    # What was asked for: composed, Hydra's own part, the overrides, and digests of the files that it names.
    settings = _Inside("config")
    config = _Inside("config/config.yaml")
    hydra = _Inside("config/hydra.yaml")
    overrides = _Inside("config/overrides.yaml")
    inputs = _Inside("config/inputs.json")
    checkpoint = _Inside("checkpoints/last.ckpt")
    # Of a run that trains.
    weights = _Inside("weights.safetensors")
    network = _Inside("network")
    samples = _Inside("samples")
    sample = _Each("samples/step_{:08d}.png")
    page_scores = _Each("scores/step_{:08d}.json")
    # Painted from a prompt.
    guide = _Inside("guide.png")
    attention = _Inside("attention.npy")
    # On the way, where callbacks ask for it.
    steps = _Inside("steps")
    step_drawing = _Each("steps/step-{}.svg")
    candidate = _Each("candidates/candidate-{}.svg")
    named_drawing = _Each("drawings/{}.svg")
    matrix = _Inside("matrix.svg")
    matrix_picture = _Inside("matrix.png")
    process = _Each("process.{}")
    start = _Inside("start.png")
    regions = _Inside("regions.png")
    rounds = _Inside("rounds.png")
    layers = _Inside("layers.png")
    pruning = _Inside("pruning.png")
    opacities = _Inside("opacity_histogram.png")
    # Of loggers, of `reproduce`, and of the report over several runs.
    wandb = _Inside("wandb")
    tensorboard = _Inside("tensorboard")
    reproduced = _Inside("reproduced")
    page = _Inside("index.html")
    table = _Inside("results.csv")
    columns = _Inside("results.parquet")
    lock = _Inside(".lock")

    def step_drawings(self) -> list[Path]:
        """The drawings on the way that there are, by their steps."""
        matches = [(_STEP_FILE.fullmatch(path.name), path) for path in self.steps.glob("step-*.svg")]
        return [path for _, path in sorted((int(match.group(1)), path) for match, path in matches if match)]

    def newest_sample(self) -> Path | None:
        """The last of the samples, if there is one."""
        return max(self.samples.glob("*.png"), default=None)

    def is_done(self, inputs: Mapping[str, str] | None = None) -> bool:
        """Whether there is a result, and it is one of files with these digests by key (None = whichever)."""
        kept = self.kept_inputs()
        same = all(kept.get(key, {}).get("sha256") == digest for key, digest in (inputs or {}).items())
        return same and bool(read_json(self.metrics))

    def kept_inputs(self) -> dict[str, dict[str, str]]:
        """The files that the run has read, by key: each its ``path`` and ``sha256``."""
        kept = read_json(self.inputs)
        return {key: value for key, value in kept.items() if isinstance(value, dict)}

    def forget_result(self) -> None:
        """Removes what would be gone on from, or be taken for the result of the run that begins.

        With it goes the configuration that it was made by: another one takes its place.
        """
        for stale in (self.metrics, self.checkpoint, self.config):
            stale.unlink(missing_ok=True)

    def would_write(self, path: Path) -> bool:
        """Whether a file lies in the folder under a name that a run writes."""
        file, folder = path.resolve(), self.path.resolve()
        if not file.is_relative_to(folder):
            return False
        first = file.relative_to(folder).parts[0]
        known = {each.name.partition("/")[0] for each in vars(RunFolder).values() if isinstance(each, _Name)}
        return first.startswith("process.") or first in known


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty if there is none, or it is damaged."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
