"""metrics.csv: one row for each logged step."""

import csv
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytorch_lightning.loggers import Logger

from inkwright.run_folder.whole_file import whole_file


class MetricsCsv(Logger):
    """Rows ``step, name, name, …``, rewritten whole every few seconds; new names become new columns.

    Rows of an earlier part of the same run stay when it is resumed, up to the step that it goes on from.
    """

    def __init__(self, path: str, *, resume: str = "never", flush_seconds: float = 5.0) -> None:
        """Keeps the rows that are there already if ``resume`` is "auto", or starts anew ("never").

        Between two writes there are at least ``flush_seconds`` >= 0. Other values are a ``ValueError``.
        """
        super().__init__()
        if resume not in ("never", "auto"):
            raise ValueError(f"resume is {resume!r}; it must be never or auto")
        if not flush_seconds >= 0:
            raise ValueError(f"flush_seconds is {flush_seconds}; it must be >= 0")
        self.path = Path(path)
        self.flush_seconds = flush_seconds
        self._rows: dict[int, dict[str, Any]] = _read(self.path) if resume == "auto" else {}
        self._written_at = time.monotonic()

    @property
    def name(self) -> str:
        """Always ``csv``."""
        return "csv"

    @property
    def version(self) -> int:
        """Always 0: one run, one file."""
        return 0

    def log_hyperparams(self, params: Any, *args: Any, **kwargs: Any) -> None:
        """Does nothing: the composed configuration is beside the file."""

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Adds to the row of ``step``."""
        at = int(step or 0)
        values = {name: f"{float(value):.7g}" for name, value in metrics.items() if name != "epoch"}
        self._rows.setdefault(at, {}).update(values)
        if time.monotonic() - self._written_at >= self.flush_seconds:
            self.save()

    def forget_after(self, step: int) -> None:
        """Drops the rows beyond the step that a run goes on from."""
        self._rows = {at: row for at, row in self._rows.items() if at <= step}

    def save(self) -> None:
        """Writes the whole file; an ``OSError`` if it can't be written."""
        names = list(dict.fromkeys(name for row in self._rows.values() for name in row))
        with whole_file(self.path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ["step", *names], restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows({"step": step, **row} for step, row in sorted(self._rows.items()))
        self._written_at = time.monotonic()

    def finalize(self, status: str) -> None:
        """Writes what is left."""
        if self._rows:
            self.save()


def _read(path: Path) -> dict[int, dict[str, Any]]:
    """Rows by step; those that are damaged are left out."""
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        rows = [dict(row) for row in csv.DictReader(file, restval="")]
    return {
        int(row.pop("step")): {name: value for name, value in row.items() if value and isinstance(name, str)}
        for row in rows
        if row.get("step", "").isdecimal()
    }
