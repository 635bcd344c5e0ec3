"""The runs as one table: results.csv, and results.parquet where pyarrow is installed."""

import csv
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from inkwright.reports.run_folder import Run
from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.whole_file import whole_file

_FIRST = ("experiment", "image", "prompt", "num_strokes", "seed", "steps")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_FIRST_NUMBERS = ("loss", "edge_f1", "gradient_correlation", "ink_msssim", "shapes", "seconds")


def setting_names(runs: Sequence[Run]) -> list[str]:
    """Every key that any run was told, the common ones first."""
    return _ordered((name for run in runs for name in run.settings), _FIRST)


def varied_settings(runs: Sequence[Run]) -> list[str]:
    """The keys whose values differ between the runs; if none does, ``image``."""
    names = [
        name
        for name in setting_names(runs)
        if len({str(run.settings[name]) for run in runs if name in run.settings}) > 1
    ]
    return names or [name for name in ("image",) if any(name in run.settings for run in runs)]


def number_names(runs: Sequence[Run]) -> list[str]:
    """Every number that any run has, loss and qualities first."""
    names = dict.fromkeys(name for run in runs for name in run.numbers)
    return _ordered(names, (*_FIRST_NUMBERS, *(name for name in names if name.endswith("/f1"))))


def columns(runs: Sequence[Run]) -> dict[str, list[Any]]:
    """The table by columns: run, state, settings, numbers, error; None where a run has no value."""
    table: dict[str, list[Any]] = {"run": [run.name for run in runs], "state": [run.state for run in runs]}
    for name in setting_names(runs):
        key = f"{name} (setting)" if name in (*table, "error") else name
        table[key] = [run.settings.get(name) for run in runs]
    for name in number_names(runs):
        key = f"{name} (result)" if name in (*table, "error") else name
        table[key] = [run.numbers.get(name) for run in runs]
    table["error"] = [run.error or None for run in runs]
    return table


def write_tables(runs: Sequence[Run], folder: Path) -> list[Path]:
    """Writes results.csv and, where pyarrow is installed, results.parquet; returns the files.

    Raises:
        OSError: a file can't be written.
    """
    table = columns(runs)
    csv_path, parquet_path = RunFolder(folder).table, RunFolder(folder).columns
    with (
        whole_file(csv_path, "folder") as temporary,
        temporary.open("w", newline="", encoding="utf-8") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(map(_cell, table))
        writer.writerows(map(_cell, row) for row in zip(*table.values(), strict=True))
    if find_spec("pyarrow") is None:
        return [csv_path]
    import pyarrow
    import pyarrow.parquet

    arrow = pyarrow.table({name: _one_type(values) for name, values in table.items()})
    with whole_file(parquet_path, "folder") as temporary, temporary.open("wb") as parquet_file:
        pyarrow.parquet.write_table(arrow, parquet_file)
    return [csv_path, parquet_path]


def _ordered(names: Any, first: Sequence[str]) -> list[str]:
    known = dict.fromkeys(names)
    return [*(name for name in first if name in known), *(name for name in known if name not in first)]


def _cell(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula: a text that begins like one gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULAS) else value


def _one_type(values: list[Any]) -> list[Any]:
    """A column of one type: its own, numbers if all are, else text."""
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) <= 1:
        return values
    to = float if kinds == {int, float} else str
    return [None if value is None else to(value) for value in values]
