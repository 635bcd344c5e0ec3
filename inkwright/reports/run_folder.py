"""What a run folder tells: settings, numbers, curves, drawing, or why there is none."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from inkwright.run_folder.run_folder import RunFolder

RunState = Literal["done", "failed", "unfinished"]
Value = str | int | float | bool | None

_YamlLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NEUTRAL = ("resume", "threads", "workers", "name", "logger", "debug", "rasterizer")
# Numbers of metrics.json, and what they are called where a setting has the same name.
_NUMBERS = {
    "shapes": "shapes",
    "control_points": "control_points",
    "svg_bytes": "svg_bytes",
    "steps": "steps_done",
    "seconds": "seconds",
    "peak_memory_mb": "peak_memory_mb",
}


@dataclass(frozen=True)
class Run:
    """One run, as far as it has come.

    Attributes:
        name: its folder, relative to where the search began.
        folder: where it is.
        state: "done", "failed" (it says why), or "unfinished" (running, killed, or half-written).
        settings: what it was told, by key; at least the keys that were overridden.
        numbers: what came out, by name; losses and metrics together, ``loss`` is the sum of the losses.
        error: why there is no result, in one line.
        traceback: more of it, where that is known.
    """

    name: str
    folder: Path
    state: RunState
    settings: dict[str, Value] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    error: str = ""
    traceback: str = ""

    @property
    def drawing(self) -> Path | None:
        """The SVG, if there is a whole one."""
        path = RunFolder(self.folder).drawing
        return path if _is_whole_svg(path) else None

    @property
    def picture(self) -> Path | None:
        """The drawing in pixels, or of a run that trains the newest of its samples, if there is one."""
        files = RunFolder(self.folder)
        return _existing(files.picture) or files.newest_sample()

    @property
    def target(self) -> Path | None:
        """What was drawn, small, if the run kept it."""
        return _existing(RunFolder(self.folder).target)


def find_runs(folders: Sequence[Path]) -> list[Run]:
    """Every run beneath the folders, in the order of their names; numbers in names count as numbers.

    Raises:
        ValueError: a folder is not there, or there is no run in any of them.
    """
    for folder in folders:
        if not folder.is_dir():
            raise ValueError(f"{folder}: there is no such folder; give folders of runs or sweeps")
    found = {run.resolve(): (root, run) for root in folders for run in _run_folders(root)}
    if not found:
        raise ValueError(
            f"{', '.join(map(str, folders))}: no run in there (none has a metrics.json or config/)"
        )
    runs = [read_run(run, _name(run, root, len(folders) > 1)) for root, run in found.values()]
    return sorted(runs, key=lambda run: _natural(run.name))


def read_run(folder: Path, name: str | None = None) -> Run:
    """One run folder, of any age or completeness; what is damaged counts as missing, and is said.

    Args:
        folder: the run folder.
        name: what to call it; by default the folder's name.
    """
    problems: list[str] = []
    files = RunFolder(folder)
    record = _json(files.record, problems)
    metrics = _json(files.metrics, problems)
    failure = _json(files.failure, problems)
    settings = _settings(files, record, failure, problems)
    if metrics.get("image"):
        settings["image"] = str(metrics["image"])
    error, state = "", "done"
    if failure:
        state, error = "failed", str(failure.get("error") or "failed")
    elif not metrics:
        state, error = "unfinished", "; ".join(problems) or "running, or ended without a word"
    elif "shapes" in metrics and not _is_whole_svg(files.drawing):
        there = files.drawing.exists()
        state, error = "unfinished", f"drawing.svg is {'damaged' if there else 'missing'}"
    return Run(
        name=name or folder.name,
        folder=folder,
        state=state,  # type: ignore[arg-type]
        settings=settings,
        numbers=_numbers(metrics),
        error=error,
        traceback=str(failure.get("traceback", "")),
    )


def read_curves(run: Run, points: int = 100) -> dict[str, list[list[float]]]:
    """``metrics.csv`` as ``name -> [[step, value], ...]``, thinned out to about so many points for each name.

    Rows that were cut off in the middle, and values that are no numbers, are left out.
    """
    try:
        with RunFolder(run.folder).curves.open(newline="", encoding="utf-8", errors="replace") as file:
            rows = list(csv.DictReader(file))
    except (OSError, csv.Error):
        return {}
    curves: dict[str, list[list[float]]] = {}
    for row in rows:
        step = _number(row.get("step"))
        for name, text in row.items():
            value = _number(text)
            if name and name != "step" and step is not None and value is not None:
                curves.setdefault(name, []).append([step, float(f"{value:.4g}")])
    return {name: _thinned(curve, points) for name, curve in curves.items()}


def _run_folders(root: Path) -> Iterator[Path]:
    try:
        below = sorted(each for each in root.iterdir() if each.is_dir() and not each.is_symlink())
    except OSError:
        below = []
    wanted = (
        each for each in below if not RunFolder(root).would_write(each) and not each.name.startswith(".")
    )
    inside = [run for folder in wanted for run in _run_folders(folder)]
    files = RunFolder(root)
    marks = [each for each in (files.metrics, files.failure, files.record, files.config) if each.is_file()]
    # A folder of pictures was drawn with one configuration, and has its runs beneath.
    if marks and not (inside and marks == [files.config]):
        yield root
    yield from inside


def _name(run: Path, root: Path, several: bool) -> str:
    inside = run.relative_to(root)
    if str(inside) == ".":
        return root.resolve().name
    return str(Path(root.name) / inside) if several else str(inside)


def _settings(
    files: RunFolder, record: dict[str, Any], failure: dict[str, Any], problems: list[str]
) -> dict[str, Value]:
    """Short keys that the configuration uses, and overrides; of a job that was refused, what it was told."""
    config = _yaml(files.config, problems)
    listed = _yaml(files.overrides, problems) or failure.get("overrides")
    pairs = [str(each).lstrip("+~").partition("=") for each in (listed if isinstance(listed, list) else ())]
    overrides = {key: text for key, _, text in pairs if not key.startswith("hydra")}
    settings: dict[str, Value] = {}
    if record.get("experiment"):
        settings["experiment"] = str(record["experiment"])
    text = str(config)
    for key, value in config.items() if isinstance(config, dict) else ():
        if isinstance(value, str | int | float | bool) and (key in overrides or _is_used(key, text)):
            settings[str(key)] = value
    for key, asked in overrides.items():
        settings.setdefault(key, _scalar(asked))
    settings = {key: value for key, value in settings.items() if key not in _NEUTRAL and value != ""}
    if "image" in settings:
        settings["image"] = Path(str(settings["image"])).stem
    return settings


def _is_used(key: str, text: str) -> bool:
    """Whether a configuration refers to its key; of one that was resolved nobody can tell, so it does."""
    return "${" not in text or f"${{{key}}}" in text


def _numbers(metrics: dict[str, Any]) -> dict[str, float]:
    losses, scores = _dict(metrics.get("losses")), _dict(metrics.get("metrics"))
    named: dict[str, Any] = {**scores, **{called: metrics.get(name) for name, called in _NUMBERS.items()}}
    values = [value for value in map(_number, losses.values()) if value is not None]
    if values:
        named = {"loss": sum(values), **named, **losses}
    known = {str(name): _number(value) for name, value in named.items()}
    return {name: value for name, value in known.items() if value is not None}


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    if not math.isfinite(number):
        return None
    return value if isinstance(value, int) else number


def _scalar(text: str) -> Value:
    try:
        value = yaml.load(text, Loader=_YamlLoader)
    except yaml.YAMLError:
        return text
    return value if isinstance(value, str | int | float | bool) else text


def _json(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        problems.append(f"{path.name} is damaged")
        return {}
    return value if isinstance(value, dict) else {}


def _yaml(path: Path, problems: list[str]) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_YamlLoader)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, yaml.YAMLError):
        problems.append(f"{path.name} is damaged")
        return None


def _thinned(curve: list[list[float]], points: int) -> list[list[float]]:
    stride = max(1, math.ceil(len(curve) / points))
    return curve if stride == 1 else [*curve[:-1:stride], curve[-1]]


def _existing(path: Path) -> Path | None:
    return path if path.is_file() else None


def _is_whole_svg(path: Path) -> bool:
    try:
        return b"</svg>" in path.read_bytes()[-200:]
    except OSError:
        return False


def _natural(name: str) -> list[tuple[int, str]]:
    import re

    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]
