"""One run at a time works in a folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from inkwright.run_folder.process_group import is_first_process
from inkwright.run_folder.run_folder import RunFolder

try:
    import fcntl
except ImportError:  # there is none on Windows
    fcntl = None  # type: ignore[assignment]


@contextmanager
def locked(folder: RunFolder) -> Iterator[None]:
    """Keeps other runs out of the folder; a run that dies leaves it open.

    Of a group of processes, the first one holds the lock. Where a file system has no locks, nobody is kept
    out.

    Raises:
        ValueError: another run is at work there.
        OSError: the folder can't be made.
    """
    if fcntl is None or not is_first_process():
        yield
        return
    folder.path.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder.lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _take(handle, folder)
        yield
    finally:
        os.close(handle)


def _take(handle: int, folder: RunFolder) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(handle, 32).decode(errors="replace").strip()
        raise ValueError(
            f"{folder.path}: another run is at work in this folder (process {holder}); wait for it, or "
            "choose another hydra.run.dir"
        ) from None
    except OSError:
        return
    os.ftruncate(handle, 0)
    os.write(handle, f"{os.getpid()}\n".encode())
