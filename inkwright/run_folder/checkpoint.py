"""Where a run keeps its state."""

from __future__ import annotations

from pathlib import Path


def checkpoint_path(folder: Path) -> Path:
    """The file from which ``resume=auto`` goes on."""
    return folder / "checkpoints" / "last.ckpt"
