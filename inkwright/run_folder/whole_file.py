"""Files that appear whole or not at all."""

import os
import platform
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from shutil import rmtree

from inkwright.run_folder.process_group import is_first_process

_HOST = f"{zlib.crc32(platform.node().encode()):08x}"  # processes of other machines may share the folder


@contextmanager
def whole_file(path: Path, key: str = "hydra.run.dir") -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its place when the block ends well; its folder is made.

    Of a group of processes only the first one's file is kept.

    Raises:
        OSError: the file can't be written; one line says why, and that ``key`` changes where it goes.
    """
    temporary = path.with_name(f".{path.name}.{_HOST}-{os.getpid()}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear_unfinished(path)
        yield temporary
        if is_first_process():
            _settle(temporary)
            os.replace(temporary, path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OSError(f"{path} can't be written ({reason}); make room, or choose another {key}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """An empty temporary folder beside ``path`` that takes its place when the block ends well, as a whole.

    Of a group of processes only the first one's folder is kept.

    Raises:
        OSError: the folder can't be written.
    """
    temporary, before = (path.with_name(f".{path.name}.{what}") for what in ("new", "old"))
    for left in (temporary, before):
        rmtree(left, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        yield temporary
        if is_first_process():
            for file in temporary.rglob("*"):
                if file.is_file():
                    _settle(file)
            if path.exists():
                path.rename(before)
            temporary.rename(path)
    finally:
        for left in (temporary, before):
            rmtree(left, ignore_errors=True)


def _clear_unfinished(path: Path) -> None:
    """Removes what processes of this machine left half written when they were killed."""
    before = f".{path.name}.{_HOST}-"  # and a dot more where its writer makes a temporary file itself
    for left in (*path.parent.glob(f"{escape(before)}*"), *path.parent.glob(f".{escape(before)}*")):
        number = left.name.partition(before)[2].partition(".")[0]
        if number.isdigit() and int(number) != os.getpid() and not _is_at_work(int(number)):
            with suppress(OSError):
                left.unlink()


def _is_at_work(process: int) -> bool:
    if os.name != "posix":
        return True  # to ask there might end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    return True


def _settle(path: Path) -> None:
    """Waits until the content is on the disk: after a power cut there is the old file or the new one."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
