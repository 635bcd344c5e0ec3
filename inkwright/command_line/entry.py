"""Runs a script: errors that a person can act on become one line and exit status 2."""

import logging
import math
import os
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from inkwright.command_line.keys.override_quoting import hydra_overrides
from inkwright.command_line.noise import outlive_listeners
from inkwright.command_line.sweeps.sweep_folders import with_sweep_folder
from inkwright.run_folder.checkpoint import raised_by_us
from inkwright.run_folder.failure_note import write_failure
from inkwright.run_folder.run_folder import RunFolder

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

_log = logging.getLogger(__name__)
ACTIONABLE, INTERRUPTED = 2, 130
_failures: list[Exception] = []


def run_script(script: Callable[[], object], help_text: Callable[[], str]) -> int:
    """Runs ``script``, a function decorated by ``hydra.main``, on the arguments of the command line.

    Returns:
        0, 2 after a mistake that the message explains, 130 after an interrupt.

    Raises:
        Exception: a bug of ours, or any error if ``HYDRA_FULL_ERROR=1``.
    """
    outlive_listeners()
    wants_traceback = os.environ.get("HYDRA_FULL_ERROR") == "1"
    os.environ["HYDRA_FULL_ERROR"] = "1"  # otherwise Hydra prints errors itself, and exits with 1
    try:
        if {"-h", "--help"} & set(sys.argv[1:]):
            sys.stdout.write(help_text())
            return 0
        sys.argv[1:] = hydra_overrides(with_sweep_folder(sys.argv[1:]))
        _run_with_added_parameters(script)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    except Exception as error:
        line = None if wants_traceback else explain(error)
        if line is None:
            raise
        sys.stderr.write(f"error: {line}\n")
        return ACTIONABLE
    finally:
        if not wants_traceback:
            del os.environ["HYDRA_FULL_ERROR"]
    return 0


def without_hydras_remarks(task: Callable[_Arguments, float]) -> Callable[_Arguments, float]:
    """The task, whose errors pass Hydra by: it would print the overrides for each.

    In a single run they are shown by ``run_script``. In a multirun they are noted in the job's folder, and
    the job's value is NaN: whatever a launcher sends back between processes, it is no exception of ours.
    """

    @wraps(task)
    def guarded(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> float:
        from hydra.core.hydra_config import HydraConfig
        from hydra.types import RunMode

        from inkwright.command_line.keys.composition import asked_for

        hydra = HydraConfig.get()
        single = hydra.mode == RunMode.RUN
        try:
            value = task(*args, **kwargs)
        except Exception as error:
            if single:
                _failures.append(error)
            else:
                note_failure(Path(hydra.runtime.output_dir), error, asked_for())
            return math.nan
        if not single:
            RunFolder(Path(hydra.runtime.output_dir)).failure.unlink(missing_ok=True)
        return value

    return guarded


def note_failure(folder: Path, error: Exception, overrides: Sequence[str]) -> str:
    """Notes an error, and what was asked for, in a run folder, and says so; returns the line."""
    line = explain(error, overrides) or f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
    _log.error("failed: %s", line)
    try:
        write_failure(folder, line, overrides, error)
    except OSError as full:
        _log.error("%s", full)
    return line


def explain(error: BaseException, overrides: Sequence[str] | None = None) -> str | None:
    """One line for an error that a person can act on, None for a bug.

    The overrides are what was asked for; by default the arguments of the command line.
    """
    from hydra.errors import InstantiationException

    from inkwright.command_line.keys.key_errors import explain_composition, one_line, unknown_argument

    if isinstance(error, InstantiationException):
        where = str(error).rpartition("full_key: ")[2].strip() if "full_key: " in str(error) else ""
        text = unknown_argument(error) or one_line(str(error.__cause__ or error))
        return f"{where}: {text}" if where else text
    asked = sys.argv[1:] if overrides is None else overrides
    composed = explain_composition(error, asked) if isinstance(error, Exception) else None
    if composed is not None:
        return composed
    if isinstance(error, OSError) and error.strerror:
        return (
            f"{error.filename or 'the disk'}: {error.strerror}; choose another folder with hydra.run.dir=..."
        )
    if isinstance(error, ValueError | OSError) and raised_by_us(error):
        return one_line(str(error))
    return None


def _run_with_added_parameters(script: Callable[[], object]) -> None:
    """Runs; a parameter that a class takes, but no file in ``conf/`` names, is added as by Hydra's ``+``."""
    while True:
        try:
            script()
            if _failures:
                raise _failures.pop()
            return
        except Exception as error:
            from inkwright.command_line.keys.key_errors import missing_parameters

            missing = missing_parameters(error, sys.argv[1:])
            if not missing:
                raise
            sys.argv[1:] = [missing.get(each.partition("=")[0], "") + each for each in sys.argv[1:]]
