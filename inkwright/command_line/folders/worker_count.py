"""How many worker processes draw the pictures of a folder."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from omegaconf import DictConfig

_SHARE = 0.5
# What a picture holds while it is drawn, with some room above what was measured (6 MB at 224 pixels, 34 MB at
# 448): floats for each pixel of each candidate, bytes for each stroke; and what its process needs beside
# (measured: 420 MB, most of it libraries).
_FLOATS_PER_PIXEL, _BYTES_PER_STROKE, PROCESS_BYTES = 60, 16_000, 500_000_000
_MEMINFO, _CGROUPS = Path("/proc/meminfo"), Path("/sys/fs/cgroup")
# Terms without a network: what they need is known before it has been tried.
_LIGHT = ("inkwright.guidance.structure.", "inkwright.guidance.pixel.", "inkwright.guidance.ms_ssim.")


def worker_count(config: DictConfig, pictures: int, tried_bytes: int = 0) -> int:
    """How many processes draw so many pictures side by side, >= 1.

    With ``workers=auto`` one for each core, but no more than half of the free memory holds; ``tried_bytes``
    is what one has needed, where that was tried. On an accelerator there is one.

    Raises:
        ValueError: ``workers`` is neither ``auto`` nor a whole number above 0.
    """
    wanted = str(config.workers)
    if wanted != "auto" and not (wanted.isdecimal() and int(wanted)):
        raise ValueError(f"workers={wanted}: it must be auto or a whole number above 0")
    if str(config.trainer.accelerator) != "cpu":
        return 1
    if wanted != "auto":
        return min(int(wanted), pictures)
    each = max(PROCESS_BYTES + picture_bytes(config), tried_bytes)
    return max(1, min(int(_SHARE * free_bytes() / each), available_cores(), pictures))


def memory_is_known(config: DictConfig) -> bool:
    """Whether what a picture needs can be told without a try: no network looks at it."""
    terms = (str(term.get("_target_", "")) for term in (config.guidance or {}).values() if term)
    return all(target.startswith(_LIGHT) for target in terms)


def picture_bytes(config: DictConfig) -> int:
    """What a picture holds while it is drawn, at most, if no network looks at it."""
    pixels = 4 * _FLOATS_PER_PIXEL * int(config.image_size) ** 2
    return int(config.num_sketches) * (pixels + _BYTES_PER_STROKE * int(config.num_strokes))


def available_cores() -> int:
    """Cores that this process may use: of the machine, its mask, and the quota of its control groups."""
    may = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    quotas = (_numbers(group / "cpu.max") for group in _control_groups())
    return max(1, min([len(may), *(quota[0] // quota[1] for quota in quotas if len(quota) == 2)]))


def free_bytes() -> int:
    """Free memory of the machine, or of the job where that is less; 4 GB where nobody tells."""
    found = [*_free_in_machine(), *_free_in_groups()]
    return min(found) if found else 4 * 10**9


def _free_in_machine() -> list[int]:
    text = _MEMINFO.read_text(encoding="utf-8") if _MEMINFO.exists() else ""
    return [int(kilobytes) * 1024 for kilobytes in re.findall(r"MemAvailable:\s+(\d+) kB", text)]


def _free_in_groups() -> Iterator[int]:
    """What is left of the limits of the process's control groups: a cluster's job has one."""
    for group in _control_groups():
        limit, used = _numbers(group / "memory.max"), _numbers(group / "memory.current")
        if limit and used:
            yield max(limit[0] - used[0], 0)


def _control_groups() -> list[Path]:
    membership = Path("/proc/self/cgroup")
    text = membership.read_text(encoding="utf-8") if membership.exists() else ""
    found = re.search(r"^0::/(.*)$", text, re.MULTILINE)
    folder = _CGROUPS / found.group(1) if found else _CGROUPS
    return [folder, *folder.parents[: len(folder.relative_to(_CGROUPS).parts)]]


def _numbers(file: Path) -> list[int]:
    """The whole numbers in a control group's file; none where there is no limit ("max"), or no file."""
    try:
        return [int(word) for word in file.read_text(encoding="utf-8").split()]
    except (OSError, ValueError):
        return []
