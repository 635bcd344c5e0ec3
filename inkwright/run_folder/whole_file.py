"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from inkwright.run_folder.process_group import is_first_process


@contextmanager
def whole_file(path: Path, key: str = "hydra.run.dir") -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its place when the block ends well; its folder is made.

    Of a group of processes only the first one's file is kept.

    Raises:
        OSError: the file can't be written; one line says why, and that ``key`` changes where it goes.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
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


def _settle(path: Path) -> None:
    """Waits until the content is on the disk: after a power cut there is the old file or the new one."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
