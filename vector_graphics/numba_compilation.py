"""How the CPU kernels are compiled and where the compiled code is kept."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba


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
    """A function compiled for the CPU on first use; it must not make arrays.

    It borrows the arrays of its caller and counts no references to them: the counting is atomic and costs
    as much as all else where small functions are called for every pixel, and more on several threads.
    """
    return _jit(function, counting=False)


def compiled_maker(function: Callable[..., Any]) -> Callable[..., Any]:
    """Like ``compiled``, for a function that makes arrays."""
    return _jit(function, counting=True)


def _jit(function: Callable[..., Any], *, counting: bool) -> Callable[..., Any]:
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(CACHE)
    try:
        # Infinities are met on purpose (an empty interval), so only these liberties are allowed.
        fast = {"contract", "nsz", "reassoc"}
        decorate = numba.njit(cache=True, fastmath=fast, error_model="numpy", nogil=True, _nrt=counting)
        result: Callable[..., Any] = decorate(function)
    finally:
        numba.config.CACHE_DIR = before
    return result
