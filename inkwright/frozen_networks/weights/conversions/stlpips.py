"""Shift-tolerant LPIPS over AlexNet out of a file that PyTorch wrote."""

from pathlib import Path

from torch import Tensor

from inkwright.frozen_networks.weights.safe_loading import load_tensors

# Where each convolution stands in the file, behind ``net.``; its blurs are all alike and not taken over.
_CONVOLUTIONS = ("slice1.0", "slice2.5", "slice3.9", "slice4.11", "slice5.13")


def stlpips(path: Path) -> dict[str, Tensor]:
    """Its convolutions as ``conv1.*`` to ``conv5.*``, the weights of channels as ``head1`` to ``head5``.

    Raises:
        KeyError: a tensor is missing.
        ValueError: the file is damaged.
    """
    given = load_tensors(path, "stlpips-alex")
    tensors = {}
    for index, place in enumerate(_CONVOLUTIONS):
        for kind in ("weight", "bias"):
            tensors[f"conv{index + 1}.{kind}"] = given[f"net.{place}.{kind}"]
        tensors[f"head{index + 1}"] = given[f"lin{index}.model.1.weight"].flatten()
    return tensors
