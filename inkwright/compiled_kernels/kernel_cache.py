"""Keeps compiled kernels: once for a machine, a version of Numba and a version of all kernels."""

from __future__ import annotations

import atexit
import hashlib
import os
import pickle
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator
from numba.core.serialize import dumps
from platformdirs import user_cache_dir

_PACKAGE = Path(__file__).resolve().parents[1]
_CHOSEN = "NUMBA_CACHE_DIR"


@cache
def cache_directory() -> Path:
    """Where compiled kernels are kept: a folder named by the hash of what they are made of.

    It lies in the folder that the environment variable ``NUMBA_CACHE_DIR`` names, or in the user's folder for
    caches. Where neither can be written, or others could put code there, it is a temporary one that only this
    process and its children use.
    """
    chosen = os.environ.get(_CHOSEN)
    for base in [*([chosen] if chosen else []), user_cache_dir("inkwright", appauthor=False)]:
        folder = Path(base) / f"kernels-{_version()}"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.access(folder, os.W_OK | os.X_OK) and is_private(folder):
                return folder
        except OSError:
            continue
    private = tempfile.mkdtemp(prefix="inkwright-kernels-")
    atexit.register(shutil.rmtree, private, ignore_errors=True)
    os.environ[_CHOSEN] = private
    return Path(private)


def is_private(folder: Path) -> bool:
    """Whether nobody but this user, and root, can write into a folder, or put another in its place.

    Raises:
        OSError: there is no such folder.
    """
    if not hasattr(os, "geteuid"):
        return True  # where rights are kept otherwise, the user's own folders are
    real = folder.resolve()
    if _open_to_others(real):
        return False
    # Out of a sticky folder, as /tmp is, only owners remove.
    return not any(_open_to_others(each) and not each.stat().st_mode & stat.S_ISVTX for each in real.parents)


def _open_to_others(folder: Path) -> bool:
    import grp
    import pwd

    status, user = folder.stat(), os.geteuid()
    if status.st_uid not in (user, 0) or status.st_mode & stat.S_IWOTH:
        return True
    if not status.st_mode & stat.S_IWGRP or status.st_gid == 0:
        return False
    try:  # many systems give each user a group of the same name, with nobody else in it
        group = grp.getgrgid(status.st_gid)
        return not (group.gr_name == pwd.getpwuid(user).pw_name and set(group.gr_mem) <= {group.gr_name})
    except KeyError:
        return True


def is_compiled() -> bool:
    """Whether kernels that draw are in the cache; kinds of shapes that were never drawn wait for theirs."""
    return any(cache_directory().glob("*.nbc"))


def _version() -> str:
    digest = hashlib.sha256(f"{numba.__version__} {sys.implementation.cache_tag}".encode())
    for name, source in sorted(_sources().items()):
        digest.update(b"\0".join([name.encode(), source, b""]))
    return digest.hexdigest()[:16]


def _sources() -> dict[str, bytes]:
    """Every file with kernels, and what these import of ours: records, constants, and how to compile."""
    files = {path.relative_to(_PACKAGE).as_posix(): path.read_bytes() for path in _PACKAGE.rglob("*.py")}
    kernels = {name for name, source in files.items() if b"\n@compiled" in source}
    imported = {
        each for name in kernels for each in re.findall(rb"from inkwright\.(\S+) import", files[name])
    }
    wanted = kernels | {f"{each.decode().replace('.', '/')}.py" for each in imported}
    wanted.add(Path(__file__).resolve().relative_to(_PACKAGE).as_posix())
    return {name: source for name, source in files.items() if name in wanted}


class _Place(_CacheLocator):
    """Tells Numba where a kernel is kept: for all clones in one place, whatever the age of their files."""

    def __init__(self, function: Callable[..., Any], file: str) -> None:
        self._py_file, self._function = file, function

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> _Place:
        return cls(py_func, py_file)

    def get_cache_path(self) -> str:
        return str(cache_directory())

    def get_source_stamp(self) -> str:
        return ""  # the folder is named by it

    def get_disambiguator(self) -> str:
        return f"{self._function.__code__.co_firstlineno}-{self._function.__module__}"


class _Serialization(CompileResultCacheImpl):
    _locator_classes = [_Place]


class _Overloads:
    """The compiled signatures of one kernel, a file each; takes the place of Numba's numbered files.

    Numba names them in an index, from which two processes that compile at once may take the same number.
    """

    def __init__(self, folder: str, name: str) -> None:
        self._folder, self._name = Path(folder), name

    def load(self, key: tuple[Any, ...]) -> Any:
        """What was compiled for a signature, processor and code; None if nothing was."""
        try:
            kept, data = pickle.loads(self._path(key).read_bytes())
        except (OSError, EOFError, pickle.UnpicklingError):
            return None
        return data if kept == key else None

    def save(self, key: tuple[Any, ...], data: Any) -> None:
        """Keeps it, whole or not at all; on a full disk it is compiled again next time."""
        path = self._path(key)
        temporary = path.with_suffix(f".{uuid4().hex}")
        try:
            temporary.write_bytes(dumps((key, data)))
            os.replace(temporary, path)
        except OSError:
            temporary.unlink(missing_ok=True)

    def _path(self, key: tuple[Any, ...]) -> Path:
        signature, *others = key
        digest = hashlib.sha256(repr((str(signature), others)).encode()).hexdigest()
        return self._folder / f"{self._name}.{digest[:16]}.nbc"


class KernelCache(FunctionCache):
    """Numba's cache of one function, with our places and names."""

    _impl_class = _Serialization

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file = _Overloads(self._cache_path, self._impl.filename_base)
