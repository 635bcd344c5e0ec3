"""The files that a run reads: where they are, and a digest of what is in them."""

import hashlib
from functools import lru_cache
from pathlib import Path


def input_file(path: Path) -> dict[str, str]:
    """The absolute ``path`` of a file that a run reads, and the ``sha256`` of its content.

    Of a folder, only where it is is known.
    """
    if path.is_dir():
        return {"path": str(path.resolve()), "sha256": f"folder {path.resolve()}"}
    state = path.stat()
    return {"path": str(path.resolve()), "sha256": _digest(path, state.st_mtime_ns, state.st_size)}


@lru_cache(maxsize=100_000)
def _digest(path: Path, changed: int, size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
