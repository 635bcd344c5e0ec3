"""What a run folder tells: settings, numbers, curves, drawing, or why there is none."""

import csv
import io
import math
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TypeVar
from xml.etree.ElementTree import Element

from inkwright.keys.declarations import names_run
from inkwright.reports.plain_svg import plain_svg
from inkwright.reports.run_files import json_record, plain_text, read_run_file, yaml_value
from inkwright.run_folder.run_folder import RunFolder
from inkwright.vector_graphics.svg.reading.document import parse_document

RunState = Literal["done", "failed", "unfinished"]
Value = str | int | float | bool | None
_Content = TypeVar("_Content")

_DEEPEST = 50
# Numbers of metrics.json, and what they are called where a setting has the same name.
_NUMBERS = {
    "shapes": "shapes",
    "control_points": "control_points",
    "svg_bytes": "svg_bytes",
    "steps": "steps_done",
    "seconds": "seconds",
    "peak_memory_mb": "peak_memory_mb",
}
_MOST_VALUES = 500
_MOST_TRACEBACK = 20_000
_LARGEST_EXACT = 2**53  # beyond it, neither a browser nor a table of floats keeps a whole number


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
    def drawing(self) -> Element | None:
        """The shapes of its SVG, read anew each time; None if there is no whole one."""
        return _read(RunFolder(self.folder).drawing, plain_svg, [])

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
    return sorted(runs, key=lambda run: natural_order(run.name))


def read_run(folder: Path, name: str | None = None) -> Run:
    """One run folder, of any age or completeness, by default called by its own name.

    What is damaged counts as missing, and is said.
    """
    problems: list[str] = []
    files = RunFolder(folder)
    record, metrics, failure = (
        _read(path, json_record, problems) or {} for path in (files.record, files.metrics, files.failure)
    )
    settings = _settings(files, record, failure, problems)
    if metrics.get("image"):
        settings["image"] = _value(metrics["image"])
    state: RunState = "done"
    error = ""
    if failure:
        state, error = "failed", _text(failure.get("error")) or "failed"
    elif not metrics:
        state, error = "unfinished", "; ".join(problems) or "running, or ended without a word"
    elif "shapes" in metrics and _read(files.drawing, parse_document, problems) is None:
        damaged = "drawing.svg is damaged"
        state, error = "unfinished", damaged if damaged in problems else "drawing.svg is missing"
    return Run(
        name=plain_text(name or folder.name),
        folder=folder,
        state=state,
        settings=settings,
        numbers=_numbers(metrics),
        error=error,
        traceback=_text(failure.get("traceback"), _MOST_TRACEBACK),
    )


def read_curves(run: Run, points: int = 100) -> dict[str, list[list[float]]]:
    """``metrics.csv`` as ``name -> [[step, value], ...]``, thinned out to about so many points for each name.

    Rows that were cut off in the middle, and values that are no numbers, are left out.
    """
    curves = _read(RunFolder(run.folder).curves, _curves, []) or {}
    return {name: _thinned(curve, points) for name, curve in curves.items()}


def natural_order(text: str) -> list[tuple[float, str]]:
    """A key for sorting: numbers in a text count as numbers."""
    parts = re.split(r"([0-9]+(?:\.[0-9]+)?)", text)
    return [(float(part), "") if at % 2 else (-1, part) for at, part in enumerate(parts)]


def _run_folders(root: Path, deepest: int = _DEEPEST) -> Iterator[Path]:
    try:
        below = sorted(each for each in root.iterdir() if each.is_dir() and not each.is_symlink())
    except OSError:
        below = []
    files = RunFolder(root)
    wanted = (each for each in below if not files.would_write(each) and not each.name.startswith("."))
    inside = [run for folder in wanted if deepest for run in _run_folders(folder, deepest - 1)]
    known = (files.metrics, files.failure, files.record, files.config)
    marks = [mark for mark in known if os.path.exists(mark)]
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
    config, used = _read(files.config, _config, problems) or ({}, None)
    listed = _read(files.overrides, yaml_value, problems) or failure.get("overrides")
    told = [each for each in (listed if isinstance(listed, list) else ()) if isinstance(each, str)]
    pairs = [each.lstrip("+~").partition("=") for each in told]
    overrides = {key: _scalar(text) for key, _, text in pairs if not key.startswith("hydra")}
    settings: dict[str, Value] = {"experiment": _text(record.get("experiment"))}
    settings |= {
        key: value for key, value in config.items() if used is None or key in used or key in overrides
    }
    settings |= {key: value for key, value in overrides.items() if key not in settings}
    kept = ((key, value) for key, value in settings.items() if names_run(key) and value != "")
    settings = {plain_text(key): _value(value) for key, value in islice(kept, _MOST_VALUES)}
    if "image" in settings:
        settings["image"] = Path(str(settings["image"])).stem
    return settings


def _config(content: bytes) -> tuple[dict[str, Value], set[str] | None]:
    """The keys of a configuration, and those that it refers to; None for the latter if it was resolved."""
    config = _dict(yaml_value(content)).items()
    named = ((key, value) for key, value in config if isinstance(key, str))
    values: dict[str, Value] = {
        key: each for key, each in named if isinstance(each, str | int | float | bool)
    }
    return values, set(re.findall(r"\$\{([^${}]*)\}", content.decode())) or None


def _numbers(metrics: dict[str, Any]) -> dict[str, float]:
    losses, scores = _dict(metrics.get("losses")), _dict(metrics.get("metrics"))
    named: dict[str, Any] = {**scores, **{called: metrics.get(name) for name, called in _NUMBERS.items()}}
    values = [value for value in map(_number, losses.values()) if value is not None]
    if values:
        named = {"loss": sum(values), **named, **losses}
    known = {plain_text(name): _number(value) for name, value in islice(named.items(), _MOST_VALUES)}
    return {name: value for name, value in known.items() if value is not None}


def _curves(content: bytes) -> dict[str, list[list[float]]]:
    curves: dict[str, list[list[float]]] = {}
    for row in csv.DictReader(io.StringIO(content.decode("utf-8", errors="replace"), newline="")):
        step = _number(row.get("step"))
        for name, text in row.items():
            value = _number(text)
            if name and name != "step" and step is not None and value is not None:
                curves.setdefault(plain_text(name), []).append([step, value])
    return curves


def _read(path: Path, decode: Callable[[bytes], _Content], problems: list[str]) -> _Content | None:
    """What a file holds; None if there is none, or if it is damaged, which is noted."""
    try:
        return read_run_file(path, decode)
    except ValueError as error:
        problems.append(str(error))
        return None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any, most: int = 2_000) -> str:
    return plain_text(value, most) if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    """A finite number; None for what is none."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if isinstance(value, bool) or not math.isfinite(number):
        return None
    return value if isinstance(value, int) and abs(value) <= _LARGEST_EXACT else number


def _value(value: Any) -> Value:
    """A setting as a table holds it: numbers that are not finite, or too large to be kept, as text."""
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) <= _LARGEST_EXACT):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    # Python refuses to spell out whole numbers of more than 4,300 digits.
    long = isinstance(value, int) and value.bit_length() > 10_000
    return plain_text(hex(value) if long else str(value))


def _scalar(text: str) -> Value:
    """What a text means in YAML, if that is a single value; else the text."""
    try:
        value = yaml_value(text)
    except Exception:  # PyYAML raises whatever it stumbles over
        return text
    return value if isinstance(value, str | int | float | bool) else text


def _thinned(curve: list[list[float]], points: int) -> list[list[float]]:
    stride = max(1, math.ceil(len(curve) / points))
    return curve if stride == 1 else [*curve[:-1:stride], curve[-1]]


def _existing(path: Path) -> Path | None:
    return path if os.path.isfile(path) else None
