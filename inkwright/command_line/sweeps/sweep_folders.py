"""Names of the folders of runs, sweeps and jobs: functions of what was asked for, never of the clock."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from inkwright.command_line.keys.override_quoting import SWEEP_FLAGS, hydra_overrides, unquoted
from inkwright.keys import declared_keys
from inkwright.keys.declarations import names_run

SWEEPS = "outputs/sweeps"
_LONGEST_NAME = 120
_LONGEST_SUFFIX = 200  # bytes; a file's name may have 255


def run_suffix(overrides: Sequence[str], said: Sequence[str]) -> str:
    """What overrides add to a folder's name that says some keys already: ``,steps=9,token=cat``, or nothing.

    Where a value can't stand in a file's name, or there are too many, a digest keeps runs apart.
    """
    meant = sorted(plain(each) for each in overrides if not is_neutral(each) and _key(each) not in said)
    asked = "".join(f",{each}" for each in meant)
    name = re.sub(r"[\x00-\x1f\x7f/\\$]", "_", asked).encode()[:_LONGEST_SUFFIX].decode(errors="ignore")
    return name if name == asked else f"{name}-{digest(meant)}"


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
    """Experiment, swept keys and a short digest of all arguments that decide what is drawn."""
    meant = sorted(each for each in arguments if "=" in each and not is_neutral(each))
    experiment = next((each for each in meant if _key(each) == "experiment"), "experiment=sketch")
    swept = [each for each in hydra_overrides([SWEEP_FLAGS[0], *meant])[1:] if is_swept(each)]
    words = ["experiments" if experiment in swept else experiment.partition("=")[2]]
    words += [_key(each).rpartition(".")[2] for each in swept if _key(each) != "experiment"]
    return f"{_portable('-'.join(words))[:_LONGEST_NAME]}-{digest(meant)}"


def job_names(jobs: Sequence[Mapping[str, str]]) -> list[str]:
    """A folder name for each job, by its swept keys and their values: ``cat,num_strokes=16,seed=0``.

    Where two jobs would share a name, or one is too long, a digest of what they are is added.
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
    key = _key(override)
    return key.startswith(("hydra.", "hydra/")) or not names_run(key)


def is_swept(override: str) -> bool:
    """Whether an override asks for several values."""
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import OverrideParseException

    try:
        (parsed,) = OverridesParser.create().parse_overrides([override])
    except OverrideParseException:
        return False
    return parsed.is_sweep_override()


def plain(override: str) -> str:
    """``KEY=VALUE`` without quotes around the value: the same for whatever means the same."""
    key, equals, value = override.partition("=")
    return f"{key}{equals}{unquoted(value)}"


def digest(words: Sequence[str]) -> str:
    """Eight hexadecimal digits that stand for these words."""
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:8]


def _key(override: str) -> str:
    return override.lstrip("+~").partition("=")[0]


def _job_name(job: Mapping[str, str]) -> str:
    words = []
    for key, value in sorted(job.items(), key=lambda pair: (pair[0] != "image", pair)):
        known = declared_keys().get(key)
        said = Path(unquoted(value)).stem if known and known.kind == "picture" else unquoted(value)
        words.append(said if key == "image" else f"{key.rpartition('.')[2]}={said}")
    return _portable(",".join(words)) or "job"


def _portable(text: str) -> str:
    """The text in characters that no file system, shell or override parser minds."""
    return re.sub(r"[^A-Za-z0-9.,=_+-]+", "_", text).strip("._")
