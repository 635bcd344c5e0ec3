"""How the CPU kernels are compiled and where the compiled code is kept."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

import numba

# Numba's OpenMP layer fights with torch's threads; the work queue does not.
numba.config.THREADING_LAYER = "workqueue"


def cache_directory() -> Path:
    """Where compiled kernels are kept: a folder named by the hash of the kernels' sources.

    Numba looks only at the file of the outermost function to see whether its cache is stale; a folder for
    each version of all sources cannot be stale.
    """
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("numba_*.py")):
        digest.update(source.read_bytes())
    name = f"kernels-{digest.hexdigest()[:16]}"
    for base in _candidates():
        folder = base / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="inkwright-"))


def is_compiled() -> bool:
    """Whether compiled kernels are in the cache, so that the first drawing need not wait for the compiler."""
    return any(CACHE.rglob("*.nbc"))


def _candidates() -> list[Path]:
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    user = os.getuid() if hasattr(os, "getuid") else "user"
    folders = [Path(home) / "inkwright", Path(tempfile.gettempdir()) / f"inkwright-{user}"]
    return [Path(chosen), *folders] if chosen else folders


CACHE = cache_directory()


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function compiled for the CPU on first use, on one thread."""
    return _jit(function, parallel=False)


@dataclass(frozen=True)
class Pass:
    """A pass over independent parts, compiled twice on first use: for one thread, and for all of them."""

    serial: Callable[..., Any]
    parallel: Callable[..., Any]


def compiled_pass(function: Callable[..., Any]) -> Pass:
    """A pass whose ``prange`` loop is run by one thread (small drawings: no waiting for others) or by all."""
    serial = FunctionType(function.__code__, function.__globals__, f"{function.__name__}_serial")
    serial.__qualname__ = serial.__name__  # Numba names the cached file by it, and the two must not share one
    serial.__module__ = function.__module__
    return Pass(_jit(serial, parallel=False), _jit(function, parallel=True))


def _jit(function: Callable[..., Any], *, parallel: bool) -> Callable[..., Any]:
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(CACHE)
    try:
        # Infinities are met on purpose (an empty interval), so only these liberties are allowed.
        fast = {"contract", "nsz", "reassoc"}
        decorate = numba.njit(cache=True, parallel=parallel, fastmath=fast, error_model="numpy", nogil=True)
        result: Callable[..., Any] = decorate(function)
    finally:
        numba.config.CACHE_DIR = before
    return result
