"""The jobs of a sweep: their overrides, their folders, and how far each has come."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, QuotedString, Transformer

from inkwright.command_line.folders.picture_folders import picture_folders
from inkwright.command_line.keys.override_quoting import in_quotes, is_text, unquoted
from inkwright.command_line.resuming import input_files
from inkwright.command_line.sweeps.sweep_folders import is_neutral, job_names, plain
from inkwright.run_folder.input_files import input_file
from inkwright.run_folder.run_folder import RunFolder

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
        """How far the job has come, by what lies in its folder beneath that of the sweep."""
        folder = RunFolder(sweep / self.name)
        if not self._began_with_these_overrides(folder) or self._has_other_inputs(folder):
            return "new"
        if folder.failure.is_file():
            return "failed"
        runs = self._pictures(folder)
        if not runs:
            return "done" if folder.is_done() else "unfinished"
        done = all(run.is_done({"image": input_file(picture)["sha256"]}) for run, picture in runs.items())
        return "done" if done else "unfinished"

    def folders(self, sweep: Path) -> list[RunFolder]:
        """The run folder of the job, and those of its pictures if it draws all of a folder."""
        folder = RunFolder(sweep / self.name)
        return [folder, *self._pictures(folder)]

    def _asked(self) -> dict[str, str]:
        pairs = (each.partition("=") for each in self.overrides)
        return {key: unquoted(value) for key, _, value in pairs}

    def _pictures(self, folder: RunFolder) -> dict[RunFolder, Path]:
        """The run folders of the pictures, if the job draws all of a folder: each has its own results."""
        image = self._asked().get("image", "")
        pictures = Path(image).expanduser()
        try:
            return picture_folders(folder, pictures) if image and pictures.is_dir() else {}
        except ValueError:
            return {}

    def _has_other_inputs(self, folder: RunFolder) -> bool:
        """Whether a file that the job names is not what it was when the job began."""
        kept, now = folder.kept_inputs(), input_files(self._asked())
        return any(kept[key].get("sha256") != file["sha256"] for key, file in now.items() if key in kept)

    def _began_with_these_overrides(self, folder: RunFolder) -> bool:
        import yaml

        try:
            was = yaml.safe_load(folder.overrides.read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError):
            return folder.failure.is_file()
        now, before = (
            sorted(plain(str(each)) for each in overrides if not is_neutral(str(each)))
            for overrides in (self.overrides, was or [])
        )
        return now == before


def grid_jobs(loader: ConfigLoader, arguments: Sequence[str]) -> list[SweepJob]:
    """Every combination of the swept values, in the order in which Hydra's own sweeper lists them.

    Raises:
        ValueError: an override asks for a search, which a grid is not, or for no value.
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
        if not swept.get(key, [""]):
            raise ValueError(f"{override.input_line}: nothing to sweep over; give at least one value")
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
    """Jobs with folders named after what varies, given the keys and values of all and those of each."""
    return [
        SweepJob(tuple(f"{key}={value}" for key, value in {**fixed, **each}.items()), name)
        for each, name in zip(varied, job_names(varied), strict=True)
    ]
