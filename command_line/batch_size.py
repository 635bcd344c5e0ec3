"""How many pictures fit side by side."""

from __future__ import annotations

import re
from pathlib import Path

from omegaconf import DictConfig

MOST = 16
_SHARE = 0.5
# Floats that a step holds for each pixel and candidate: canvases, pyramids, gradients, with some room.
_FLOATS_PER_PIXEL = 400
_MEMINFO = Path("/proc/meminfo")


def batch_size(config: DictConfig, pictures: int) -> int:
    """The number of pictures that are drawn side by side.

    With ``batch_size=auto`` as many as half of the free memory holds, at most 16: more gain nothing.

    Args:
        config: the composed configuration.
        pictures: how many there are.

    Raises:
        ValueError: ``batch_size`` is neither ``auto`` nor a whole number above 0.
    """
    wanted = str(config.batch_size)
    if wanted != "auto":
        if not wanted.isdigit() or int(wanted) < 1:
            raise ValueError(f"batch_size={wanted}: it must be auto or a whole number above 0")
        return min(int(wanted), pictures)
    pixels = int(config.image_size) ** 2 * int(config.num_sketches)
    fitting = int(_SHARE * free_bytes(config) / (4 * _FLOATS_PER_PIXEL * pixels))
    return max(1, min(fitting, MOST, pictures))


def free_bytes(config: DictConfig) -> int:
    """Free memory of the accelerator, or without one of the machine; 4 GB where nobody tells."""
    if str(config.trainer.accelerator) != "cpu":
        import torch

        if torch.cuda.is_available():
            return int(torch.cuda.mem_get_info()[0])
    if _MEMINFO.exists():
        available = re.search(r"MemAvailable:\s+(\d+) kB", _MEMINFO.read_text(encoding="utf-8"))
        if available:
            return int(available.group(1)) * 1024
    return 4 * 10**9
