"""The three nets of MTCNN out of files that PyTorch wrote."""

from pathlib import Path

from torch import Tensor

from inkwright.frozen_networks.weights.safe_loading import load_tensors


def mtcnn(path: Path) -> dict[str, Tensor]:
    """Their tensors as ``p.*``, ``r.*`` and ``o.*``.

    Args:
        path: ``pnet.pt``; the others lie beside it.

    Raises:
        ValueError: one is damaged.
    """
    return {
        f"{name}.{key}": each
        for name in ("p", "r", "o")
        for key, each in load_tensors(path.with_name(f"{name}net.pt"), "mtcnn").items()
    }
