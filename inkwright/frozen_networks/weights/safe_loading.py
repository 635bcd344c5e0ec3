"""Loading of tensors from files without running anything that is in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor


def load_tensors(path: Path, name: str) -> dict[str, Tensor]:
    """The named tensors of a ``.safetensors`` file, or of a file of ``torch.save`` with tensors only.

    The name of the network is for messages.

    Raises:
        ValueError: the file is damaged or holds something else than tensors.
    """
    with loading(path, name):
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            tensors = load_file(path)
        else:
            tensors = torch.load(path, map_location="cpu", weights_only=True)
        if not isinstance(tensors, dict) or not all(isinstance(each, Tensor) for each in tensors.values()):
            raise ValueError("it holds something else than named tensors")
        for key, tensor in tensors.items():
            if tensor.is_floating_point() and not bool(torch.isfinite(tensor.sum(dtype=torch.float64))):
                raise ValueError(f"{key} holds numbers that are not finite")
        return tensors


@contextmanager
def loading(path: Path, name: str) -> Iterator[None]:
    """Whatever goes wrong inside becomes one line that names the file and the network.

    Raises:
        ValueError: something went wrong.
        ImportError: a package is not installed.
    """
    try:
        yield
    except ImportError as error:
        raise ImportError(_not_installed(name, error.name or str(error))) from error
    except Exception as error:  # whatever a damaged file makes its readers stumble over
        raise ValueError(_refusal(path, name, error)) from error


def _not_installed(name: str, module: str) -> str:
    return (
        f"{name} needs the package {module}, which is not installed; "
        "run: pip install -e '.[clip,segmentation,diffusion]'"
    )


def _refusal(path: Path, name: str, error: Exception) -> str:
    reason = " ".join(str(error).split())
    if "weights_only" in reason:
        reason = "it is no plain file of tensors; only safetensors and plain tensors are read"
    return (
        f"{path} can't be loaded as {name}: it is truncated, damaged, or another network's "
        f"({reason[:200]}); delete it and run: python -m inkwright.frozen_networks.weights fetch {name}"
    )
