"""How many pictures fit side by side."""

from __future__ import annotations

import re
from pathlib import Path

from omegaconf import DictConfig

MOST = 16
_SHARE = 0.5
# What a picture holds while it is drawn, with some room above what was measured (6 MB at 224 pixels, 34 MB at
# 448): floats for each pixel of each candidate, bytes for each stroke; and what the process needs beside.
_FLOATS_PER_PIXEL, _BYTES_PER_STROKE, _BESIDE = 60, 16_000, 300_000_000
_MEMINFO, _CGROUPS = Path("/proc/meminfo"), Path("/sys/fs/cgroup")


def batch_size(config: DictConfig, pictures: int, trial_bytes: int = 0) -> int:
    """The number of pictures that are drawn side by side.

    With ``batch_size=auto`` as many as half of the free memory holds, at most 16: more gain nothing.

    Args:
        config: the composed configuration.
        pictures: how many there are.
        trial_bytes: what the first picture needed, where that had to be tried because networks look at it.

    Raises:
        ValueError: ``batch_size`` is neither ``auto`` nor a whole number above 0.
    """
    wanted = str(config.batch_size)
    if wanted != "auto":
        if not wanted.isdigit() or int(wanted) < 1:
            raise ValueError(f"batch_size={wanted}: it must be auto or a whole number above 0")
        return min(int(wanted), pictures)
    each = max(picture_bytes(config), trial_bytes)
    fitting = int((_SHARE * free_bytes(config) - _BESIDE) / each)
    return max(1, min(fitting, MOST, pictures))


def picture_bytes(config: DictConfig) -> int:
    """What a picture holds while it is drawn, at most, if no network looks at it."""
    pixels = 4 * _FLOATS_PER_PIXEL * int(config.image_size) ** 2
    return int(config.num_sketches) * (pixels + _BYTES_PER_STROKE * int(config.num_strokes))


def free_bytes(config: DictConfig) -> int:
    """Free memory of the accelerator, or without one of the machine or the job; 4 GB where nobody tells."""
    if str(config.trainer.accelerator) != "cpu":
        import torch

        if torch.cuda.is_available():
            return int(torch.cuda.mem_get_info()[0])
    found = [*_free_in_machine(), *_free_in_groups()]
    return min(found) if found else 4 * 10**9


def _free_in_machine() -> list[int]:
    text = _MEMINFO.read_text(encoding="utf-8") if _MEMINFO.exists() else ""
    return [int(kilobytes) * 1024 for kilobytes in re.findall(r"MemAvailable:\s+(\d+) kB", text)]


def _free_in_groups() -> list[int]:
    """What is left of the limits of the process's control groups: a cluster's job has one."""
    membership = Path("/proc/self/cgroup")
    text = membership.read_text(encoding="utf-8") if membership.exists() else ""
    found = re.search(r"^0::/(.*)$", text, re.MULTILINE)
    folder = _CGROUPS / found.group(1) if found else _CGROUPS
    groups = [folder, *folder.parents[: len(folder.relative_to(_CGROUPS).parts)]]
    return [free for group in groups if (free := _free_in_group(group)) is not None]


def _free_in_group(group: Path) -> int | None:
    try:
        limit, used = (
            (group / name).read_text(encoding="utf-8") for name in ("memory.max", "memory.current")
        )
        return max(int(limit) - int(used), 0)
    except (OSError, ValueError):  # there is no such group, or its limit is "max"
        return None
