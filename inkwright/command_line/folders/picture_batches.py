"""Which pictures of a folder are drawn side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from omegaconf import DictConfig

from inkwright.command_line.folders.batch_size import batch_size
from inkwright.run_folder.peak_memory import peak_memory_mb
from inkwright.run_folder.whole_file import whole_file

if TYPE_CHECKING:
    from torch import nn

_SIZE = "size"
_STATUS = Path("/proc/self/status")


def picture_batches(config: DictConfig, names: Sequence[str], state: Path) -> Iterator[list[str]]:
    """The names in batches, in their order.

    What networks need for a picture is not known beforehand: where they guide and the size is ``auto``, the
    first picture is drawn alone, and what that took decides. What was decided is kept in ``state``, so that a
    resumed run finds the same batches.

    Args:
        config: the composed configuration.
        names: of the pictures.
        state: the folder.

    Raises:
        ValueError: ``batch_size`` is neither ``auto`` nor a whole number above 0.
    """
    size = batch_size(config, len(names))
    networks = held_networks(config) if str(config.batch_size) == "auto" else []
    decided = _decided(state / _SIZE) if config.resume == "auto" and str(config.batch_size) == "auto" else 0
    first = 0
    if networks and len(names) > 1:
        before = _memory_held(config)
        yield [names[0]]
        first = 1
        size = decided or batch_size(config, len(names) - 1, max(_memory_peak(config) - before, 0))
    size = decided or size
    with whole_file(state / _SIZE) as temporary:
        temporary.write_text(f"{size}\n", encoding="utf-8")
    for start in range(first, len(names), size):
        yield list(names[start : start + size])
    del networks  # held until here: loaded once


def held_networks(config: DictConfig) -> list[nn.Module]:
    """The frozen networks of the guidance; whoever holds them keeps them from being loaded anew."""
    from torch import nn

    from inkwright.command_line.instantiation import instantiate
    from inkwright.run_folder.provenance import frozen_networks

    try:
        terms = nn.ModuleDict(dict(instantiate(config.guidance)))
    except (ValueError, OSError):  # said for each picture
        return []
    return [terms.get_submodule(name) for name, _ in frozen_networks(terms)]


def _decided(file: Path) -> int:
    return int(file.read_text(encoding="utf-8")) if file.is_file() else 0


def _memory_held(config: DictConfig) -> int:
    """Bytes in use now, on the accelerator if there is one."""
    import torch

    if str(config.trainer.accelerator) != "cpu" and torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
        return int(torch.cuda.memory_allocated())
    found = re.search(r"VmRSS:\s+(\d+) kB", _STATUS.read_text(encoding="utf-8")) if _STATUS.exists() else None
    return int(found.group(1)) * 1024 if found else 0


def _memory_peak(config: DictConfig) -> int:
    """The most bytes that were in use."""
    import torch

    if str(config.trainer.accelerator) != "cpu" and torch.cuda.is_available():
        return int(torch.cuda.max_memory_allocated())
    return int((peak_memory_mb() or 0) * 1e6)
