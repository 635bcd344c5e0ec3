"""Runs a script: errors that a person can act on become one line and exit status 2."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from command_line.override_quoting import quote_paths

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

_ROOT = Path(__file__).resolve().parents[1]
ACTIONABLE, INTERRUPTED = 2, 130
_failures: list[Exception] = []


def run_script(script: Callable[[], object]) -> int:
    """Runs ``script``, a function decorated by ``hydra.main``, on the arguments of the command line.

    Returns:
        0, 2 after a mistake that the message explains, 130 after an interrupt.

    Raises:
        Exception: a bug of ours, or any error if ``HYDRA_FULL_ERROR=1``.
    """
    wants_traceback = os.environ.get("HYDRA_FULL_ERROR") == "1"
    os.environ["HYDRA_FULL_ERROR"] = "1"  # otherwise Hydra prints errors itself, and exits with 1
    sys.argv[1:] = quote_paths(sys.argv[1:])
    try:
        _run_with_added_parameters(script)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; the same command with resume=auto goes on\n")
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


def without_hydras_remarks(task: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result | None]:
    """The task of a single run, whose errors pass Hydra by: it would print the overrides for each."""

    @wraps(task)
    def guarded(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result | None:
        from hydra.core.hydra_config import HydraConfig
        from hydra.types import RunMode

        if HydraConfig.get().mode != RunMode.RUN:
            return task(*args, **kwargs)
        try:
            return task(*args, **kwargs)
        except Exception as error:
            _failures.append(error)
            return None

    return guarded


def explain(error: BaseException) -> str | None:
    """One line for an error that a person can act on, None for a bug."""
    from hydra.errors import InstantiationException

    from command_line.key_errors import explain_composition, one_line, unknown_argument

    if isinstance(error, InstantiationException):
        where = str(error).rpartition("full_key: ")[2].strip() if "full_key: " in str(error) else ""
        text = unknown_argument(error) or one_line(str(error.__cause__ or error))
        return f"{where}: {text}" if where else text
    composed = explain_composition(error, sys.argv[1:]) if isinstance(error, Exception) else None
    if composed is not None:
        return composed
    if isinstance(error, OSError) and error.strerror:
        return (
            f"{error.filename or 'the disk'}: {error.strerror}; choose another folder with hydra.run.dir=..."
        )
    if isinstance(error, ValueError | OSError) and _is_raised_by_us(error):
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
            from command_line.key_errors import missing_parameter

            key = missing_parameter(error, sys.argv[1:])
            if key is None:
                raise
            sys.argv[1:] = [f"+{each}" if each.partition("=")[0] == key else each for each in sys.argv[1:]]


def _is_raised_by_us(error: BaseException) -> bool:
    frames = traceback.extract_tb(error.__traceback__)
    place = Path(frames[-1].filename).resolve() if frames else Path("/")
    return place.is_relative_to(_ROOT) and "site-packages" not in place.parts
