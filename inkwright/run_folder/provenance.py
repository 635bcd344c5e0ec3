"""What a run was made of: versions, the state of the sources, the machine, the frozen networks."""

import hashlib
import os
import platform
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch
from torch import nn

_ROOT = Path(__file__).resolve().parents[2]
_PACKAGES = ("inkwright", "torch", "pytorch-lightning", "numba", "numpy", "scikit-image")


@cache
def versions() -> dict[str, str]:
    """Versions of Python, the platform, and the packages that decide what is drawn."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


@cache
def source_state() -> dict[str, Any]:
    """Commit of the sources, and whether they were changed since; empty outside of a git checkout.

    Asked once: what a process runs is what it began with.
    """
    commit = _git("rev-parse", "HEAD")
    if commit is None:
        return {}
    changes = _git("status", "--porcelain", "--untracked-files=no") or ""
    state: dict[str, Any] = {"commit": commit, "changed": bool(changes)}
    if changes:
        state["difference"] = hashlib.sha256((_git("diff", "HEAD") or "").encode()).hexdigest()[:16]
    return state


@cache
def hardware() -> dict[str, Any]:
    """Processor, cores, memory and accelerators, asked once; nothing that names the machine or its owner."""
    summary: dict[str, Any] = {
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": os.cpu_count(),
    }
    if hasattr(os, "sysconf"):
        summary["memory_gb"] = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)
    accelerators = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
    return {**summary, "accelerators": accelerators}


def weights_hashes(module: nn.Module) -> dict[str, str]:
    """A digest of every frozen network of a module, by where it is.

    A network counts that a part of the module holds as ``network`` and keeps out of its own parameters.
    """
    return {name: tensors_digest(network) for name, network in frozen_networks(module)}


def frozen_networks(module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Every frozen network of a module, by where it is."""
    for name, part in module.named_modules():
        network = getattr(part, "network", None)
        if isinstance(network, nn.Module) and "network" not in dict(part.named_children()):
            yield name, network


def tensors_digest(module: nn.Module) -> str:
    """SHA-256 over names and values of all tensors, the first 16 digits."""
    digest = hashlib.sha256()
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()[:16]


def _git(*arguments: str) -> str | None:
    try:
        finished = subprocess.run(
            ["git", "-C", str(_ROOT), *arguments], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return finished.stdout.strip() if finished.returncode == 0 else None


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
