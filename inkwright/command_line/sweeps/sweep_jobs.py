"""The jobs of a sweep: their overrides, their folders, and how far each has come."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, QuotedString, Transformer

from inkwright.command_line.keys.override_quoting import in_quotes, is_text, unquoted
from inkwright.command_line.sweeps.sweep_folders import is_neutral, job_names, plain
from inkwright.pictures.picture_folder import pictures_in
from inkwright.run_folder.failure_note import FAILURE_FILE

JobState = Literal["done", "failed", "unfinished", "new"]


@dataclass(frozen=True)
class SweepJob:
    """One job.

    Attributes:
        overrides: of the job, ``key=value``.
        name: of its folder, beneath the sweep's.
    """

    overrides: tuple[str, ...]
    name: str

    def state(self, sweep: Path) -> JobState:
        """How far the job has come, by what lies in its folder.

        Args:
            sweep: the folder of the sweep.
        """
        folder = sweep / self.name
        if not self._began_with_these_overrides(folder):
            return "new"
        if (folder / FAILURE_FILE).is_file():
            return "failed"
        folders = [folder / name for name in self._pictures()] or [folder]
        done = all(is_whole_json(each / "metrics.json") for each in folders)
        return "done" if done else "unfinished"

    def _pictures(self) -> list[str]:
        """Names of the pictures, if the job draws all of a folder: each has its own results."""
        asked = (each.partition("=") for each in self.overrides)
        image = next((unquoted(value) for key, _, value in asked if key == "image"), "")
        folder = Path(image).expanduser()
        try:
            return list(pictures_in(folder)) if image and folder.is_dir() else []
        except ValueError:
            return []

    def _began_with_these_overrides(self, folder: Path) -> bool:
        import yaml

        try:
            was = yaml.safe_load((folder / "config" / "overrides.yaml").read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError):
            return (folder / FAILURE_FILE).is_file()
        now, before = (
            sorted(plain(str(each)) for each in overrides if not is_neutral(str(each)))
            for overrides in (self.overrides, was or [])
        )
        return now == before


def grid_jobs(loader: ConfigLoader, arguments: Sequence[str]) -> list[SweepJob]:
    """Every combination of the swept values, in the order in which Hydra's own sweeper lists them.

    Args:
        loader: of the run's configuration.
        arguments: overrides, some of them with several values.

    Raises:
        ValueError: an override asks for a search, which a grid is not.
    """
    swept: dict[str, list[str]] = {}
    fixed: dict[str, str] = {}
    for override in OverridesParser.create(config_loader=loader).parse_overrides(list(arguments)):
        key = override.get_key_element()
        if not override.is_sweep_override():
            fixed[key] = fixed_value(override)
        elif override.is_discrete_sweep():
            swept[key] = swept_values(override)
        else:
            raise ValueError(
                f"{override.input_line}: a grid needs single values; list them, or search with "
                "hydra/sweeper=search"
            )
        _check_values(override.input_line or key, swept.get(key, [""]))
    return jobs_of(
        fixed, [dict(zip(swept, values, strict=True)) for values in itertools.product(*swept.values())]
    )


def fixed_value(override: Override) -> str:
    """The one value of an override, as it was written: Hydra would write ``${seed}`` otherwise."""
    return (override.input_line or "").partition("=")[2]


def swept_values(override: Override) -> list[str]:
    """Each value of an override, as that of a job; Hydra would lose the quotes of a text."""
    if not is_text(override.get_key_element()):
        return list(override.sweep_string_iterator())
    values = override.sweep_iterator(transformer=Transformer.identity)
    return [in_quotes(each.text if isinstance(each, QuotedString) else str(each)) for each in values]


def jobs_of(fixed: Mapping[str, str], varied: Sequence[Mapping[str, str]]) -> list[SweepJob]:
    """Jobs with folders named after what varies.

    Args:
        fixed: keys and values of every job.
        varied: those of each.
    """
    return [
        SweepJob(tuple(f"{key}={value}" for key, value in {**fixed, **each}.items()), name)
        for each, name in zip(varied, job_names(varied), strict=True)
    ]


def is_whole_json(path: Path) -> bool:
    """Whether a file holds JSON from beginning to end."""
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return True


def _check_values(text: str, values: Sequence[str]) -> None:
    if not values:
        raise ValueError(f"{text}: nothing to sweep over; give at least one value")
