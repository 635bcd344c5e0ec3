"""How the CPU kernels are compiled and where the compiled code is kept."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba

_PACKAGE = Path(__file__).resolve().parents[1]
# Infinities are met on purpose (an empty interval), so only these liberties are taken.
_LIBERTIES = {"contract", "nsz", "reassoc"}


@cache
def cache_directory() -> Path:
    """Where compiled kernels are kept: a folder named by the hash of the sources of all kernels.

    Numba looks only at the file of the outermost function to see whether its cache is stale; a folder for
    each version of all sources cannot be stale.
    """
    digest = hashlib.sha256()
    for source in _kernel_sources():
        digest.update(source)
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


def _kernel_sources() -> list[bytes]:
    """Every file of ours that names this module: kernels call each other across folders."""
    sources = (path.read_bytes() for path in sorted(_PACKAGE.rglob("*.py")))
    return [source for source in sources if __name__.encode() in source]


def is_compiled() -> bool:
    """Whether the kernels that draw are in the cache, so that the first drawing waits for no compiler."""
    return any(cache_directory().rglob("*.nbc"))


def _candidates() -> list[Path]:
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    user = os.getuid() if hasattr(os, "getuid") else "user"
    folders = [Path(home) / "inkwright", Path(tempfile.gettempdir()) / f"inkwright-{user}"]
    return [Path(chosen), *folders] if chosen else folders


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function compiled for the CPU on first use; it must not make arrays.

    It borrows the arrays of its caller and counts no references to them: the counting is atomic and costs
    as much as all else where small functions are called for every pixel, and more on several threads.
    """
    return _jit(function, _LIBERTIES, counting=False)


def compiled_maker(function: Callable[..., Any]) -> Callable[..., Any]:
    """Like ``compiled``, for a function that makes arrays."""
    return _jit(function, _LIBERTIES, counting=True)


def compiled_exactly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Like ``compiled``, but every sum and product is rounded as it is written, as NumPy would round it."""
    return _jit(function, False, counting=False)


def compiled_maker_exactly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Like ``compiled_exactly``, for a function that makes arrays."""
    return _jit(function, False, counting=True)


def _jit(function: Callable[..., Any], liberties: set[str] | bool, *, counting: bool) -> Callable[..., Any]:
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(cache_directory())
    try:
        decorate = numba.njit(cache=True, fastmath=liberties, error_model="numpy", nogil=True, _nrt=counting)
        result: Callable[..., Any] = decorate(function)
    finally:
        numba.config.CACHE_DIR = before
    return result
