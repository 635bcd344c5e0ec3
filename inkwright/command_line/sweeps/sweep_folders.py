"""Names of the folders of a sweep and of its jobs: functions of what was asked for, never of the clock."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

SWEEP_FLAGS = ("-m", "--multirun")
SWEEPS = "outputs/sweeps"
# Keys that decide where and how jobs run, not what they draw.
NEUTRAL_KEYS = ("resume", "threads", "workers", "name", "logger")
_LONGEST_NAME = 120
_SWEPT_VALUE = re.compile(
    r"^(choice|range|interval|glob|tag|sort|shuffle)\(|^(int|float|str|bool)\((choice|range|interval|sort)\("
)


def with_sweep_folder(arguments: Sequence[str]) -> list[str]:
    """The arguments of a multirun with ``hydra.sweep.dir``, unless they name one; others as they are.

    The same arguments in any order give the same folder, so that a sweep that is started again finds what it
    has done.
    """
    if not set(SWEEP_FLAGS) & set(arguments) or any(
        each.startswith("hydra.sweep.dir=") for each in arguments
    ):
        return list(arguments)
    return [*arguments, f"hydra.sweep.dir='{SWEEPS}/{sweep_name(arguments)}'"]


def sweep_name(arguments: Sequence[str]) -> str:
    """Experiment, swept keys and a short digest of everything that decides what is drawn."""
    meant = sorted(each for each in arguments if "=" in each and not is_neutral(each))
    pairs = [each.partition("=")[::2] for each in meant]
    experiment = next((value for key, value in pairs if key == "experiment"), "sketch")
    swept = [key.rpartition(".")[2] for key, value in pairs if is_swept(value) and key != "experiment"]
    words = [experiment if not is_swept(experiment) else "experiments", *swept]
    return f"{_plain('-'.join(words))[:_LONGEST_NAME]}-{digest(meant)}"


def job_names(jobs: Sequence[Mapping[str, str]]) -> list[str]:
    """A folder name for each job.

    Args:
        jobs: the swept keys and their values, for each job; pictures by their paths.

    Returns:
        ``cat,num_strokes=16,seed=0``; where two jobs would share a name, or one is too long, a digest of what
        they are is added.
    """
    names = [_job_name(job) for job in jobs]
    return [
        f"{name[:_LONGEST_NAME]}-{digest([f'{key}={value}' for key, value in sorted(job.items())])}"
        if names.count(name) > 1 or len(name) > _LONGEST_NAME
        else name
        for name, job in zip(names, jobs, strict=True)
    ]


def is_neutral(override: str) -> bool:
    """Whether an override only decides where or how a job runs."""
    key = override.lstrip("+~").partition("=")[0]
    return key in NEUTRAL_KEYS or key.startswith(("hydra.", "hydra/", "logger."))


def is_swept(value: str) -> bool:
    """Whether the text after ``=`` asks for several values."""
    if _SWEPT_VALUE.match(value):
        return True
    depth = 0
    quote = ""
    for character in value:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "," and depth == 0:
            return True
    return False


def digest(words: Sequence[str]) -> str:
    """Eight hexadecimal digits that stand for these words."""
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:8]


def _job_name(job: Mapping[str, str]) -> str:
    picture = [Path(value.strip("'\"")).stem for key, value in job.items() if key == "image"]
    rest = [f"{key.rpartition('.')[2]}={value}" for key, value in sorted(job.items()) if key != "image"]
    return _plain(",".join([*picture, *rest])) or "job"


def _plain(text: str) -> str:
    """The text in characters that no file system, shell or override parser minds."""
    return re.sub(r"[^A-Za-z0-9.,=_+-]+", "_", text).strip("._")
