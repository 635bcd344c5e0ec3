"""A callback that writes down what it was told."""

from __future__ import annotations

from pathlib import Path

import pytorch_lightning as pl


class NotedText(pl.Callback):
    """Writes a text into ``noted.txt``."""

    def __init__(self, text: str, folder: str) -> None:
        (Path(folder) / "noted.txt").write_text(text, encoding="utf-8")
