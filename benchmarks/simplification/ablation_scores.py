"""Scores of a sweep's test pages, gathered from its run folders, and how far two cases are apart."""

import csv
import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkwright.metrics.line_agreement import bootstrap_interval

SWEPT = "ablation="
REFERENCE = "baseline"


@dataclass(frozen=True)
class AblationRun:
    """A finished run.

    Attributes:
        case: what its ``ablation`` was.
        seed: of the run.
        folder: of the run.
        steps: that it took.
        seconds: that it took.
    """

    case: str
    seed: int
    folder: Path
    steps: int
    seconds: float

    def pages(self, test: str, score: str = "f1", step: int | None = None) -> NDArray[np.float64]:
        """[pages] one score of "t1" or "t2" (see ``line_agreement``), as tested at a step; None is the last.

        Raises:
            ValueError: it was not tested then, or not on this.
        """
        path = self.folder / "scores" / f"step_{self.steps if step is None else step:08d}.json"
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))[test]
        except (OSError, KeyError) as error:
            raise ValueError(f"{path}: there are no scores of {test}; run it again") from error
        return np.array([row[score] for row in rows])

    def logged(self, name: str, step: int) -> float:
        """A number of metrics.csv, by its column and step.

        Raises:
            ValueError: it was not written then.
        """
        path = self.folder / "metrics.csv"
        with path.open(newline="", encoding="utf-8") as file:
            found = [row[name] for row in csv.DictReader(file) if row["step"] == str(step) and row.get(name)]
        if not found:
            raise ValueError(f"{path}: there is no {name} at step {step}; run it again")
        return float(found[-1])


Runs = Mapping[str, list[AblationRun]]


def gather(sweep: Path, seeds: Container[int]) -> dict[str, list[AblationRun]]:
    """The finished runs of a sweep by case, in the order of their seeds; others are passed over."""
    found: dict[str, list[AblationRun]] = {}
    for path in sorted(sweep.glob("*/metrics.json")):
        try:
            record, begun = _read(path), _read(path.parent / "run.json")
        except (OSError, ValueError):
            continue
        cases = [each.removeprefix(SWEPT) for each in begun["overrides"] if each.startswith(SWEPT)]
        run = AblationRun(
            cases[0] if cases else REFERENCE,
            int(record["seed"]),
            path.parent,
            int(record["steps"]),
            float(record["seconds"]),
        )
        if run.seed in seeds:
            found.setdefault(run.case, []).append(run)
    return {case: sorted(runs, key=lambda run: run.seed) for case, runs in found.items()}


def sources(runs: Iterable[AblationRun]) -> list[dict[str, Any]]:
    """From which sources runs were made, and with which overrides besides case and seed; each once."""
    found: list[dict[str, Any]] = []
    for run in runs:
        begun = _read(run.folder / "run.json")
        overrides = [
            each
            for each in begun["overrides"]
            if each.partition("=")[0] not in ("seed", "ablation", "resume")
        ]
        made = {"sources": begun.get("sources"), "overrides": overrides}
        if made not in found:
            found.append(made)
    return found


def scores(runs: list[AblationRun], test: str, score: str = "f1", step: int | None = None) -> Any:
    """[seeds, pages] one score of the runs of a case."""
    return np.stack([run.pages(test, score, step) for run in runs])


def summary(values: NDArray[np.float64]) -> dict[str, Any]:
    """Of scores [seeds, pages]: mean, its 95 % interval over pages, standard deviation over seeds."""
    low, high = bootstrap_interval(values.mean(0))
    by_seed = values.mean(1)
    return {
        "mean": float(values.mean()),
        "pages_interval": [low, high],
        "seeds": [float(each) for each in by_seed],
        "seeds_deviation": float(by_seed.std(ddof=1)) if len(by_seed) > 1 else None,
    }


def difference(values: NDArray[np.float64], others: NDArray[np.float64]) -> dict[str, Any]:
    """How far a case [seeds, pages] is above another with the same seeds and pages.

    Two intervals of 95 %: Student's t over the seeds' differences, which knows how much chance there is in a
    training, and the bootstrap over the pages'. ``clear`` says that both leave out 0.

    Raises:
        ValueError: seeds or pages are not the same number.
    """
    from scipy.stats import t

    if values.shape != others.shape:
        raise ValueError(f"scores are {values.shape} and {others.shape}; seeds and pages must be the same")
    apart = values - others
    by_seed = apart.mean(1)
    count = len(by_seed)
    reach = float("inf")
    if count > 1:
        reach = float(t.ppf(0.975, count - 1) * by_seed.std(ddof=1) / np.sqrt(count))
    mean = float(apart.mean())
    seeds = (mean - reach, mean + reach)
    pages = bootstrap_interval(apart.mean(0))
    clear = all(low > 0 or high < 0 for low, high in (seeds, pages))
    return {
        "mean": mean,
        "seeds_interval": list(seeds) if count > 1 else None,
        "pages_interval": list(pages),
        "clear": clear,
    }


def _read(path: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record
