"""A callback that times steps; alone in its file, so that any version of the project can import it."""

import json
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from pytorch_lightning import Callback


class ProcessorTimes(Callback):
    """Writes the milliseconds of the processor between the ends of steps."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.ended: list[float] = []

    def on_train_batch_end(self, *_: Any) -> None:
        """Notes the time."""
        self.ended.append(time.process_time())

    def on_train_end(self, *_: Any) -> None:
        """Writes them."""
        self.path.write_text(json.dumps([1e3 * (b - a) for a, b in pairwise(self.ended)]))
