"""Holistically nested edges: loading the network, and the lines that people would trace in a picture."""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from inkwright.frozen_networks.frozen_network import FrozenNetwork
from inkwright.frozen_networks.network_of_tensors import network_of_tensors
from inkwright.frozen_networks.vgg import LAST_OF_BLOCKS, VggNetwork

# The deepest layer has one place for so many pixels.
_COARSEST = 16


class HedNetwork(nn.Module):
    """Edges at five scales of a VGG16, and one map made of them (Xie and Tu 2015)."""

    def __init__(self, tensors: dict[str, Tensor]) -> None:
        """Takes over ``features.*`` as ``VggNetwork`` does, ``side1.*`` to ``side5.*``, and ``fuse.*``.

        Raises:
            KeyError: a convolution is missing.
        """
        super().__init__()
        self.trunk = VggNetwork(tensors)
        self.sides = nn.ModuleList([_pointwise(tensors, f"side{index}") for index in range(1, 6)])
        self.fuse = _pointwise(tensors, "fuse")

    def lines(self, inputs: Tensor) -> Tensor:
        """[B, H, W] in [0, 1], how likely a person is to draw a line through each place.

        Args:
            inputs: [B, 3, H, W], ``imagenet_normalized``.
        """
        height, width = inputs.shape[-2:]
        whole = F.pad(inputs, (0, -width % _COARSEST, 0, -height % _COARSEST), mode="replicate")
        seen = self.trunk.features(whole, LAST_OF_BLOCKS).values()
        scales = [
            F.interpolate(side(each), whole.shape[-2:], mode="bilinear")
            for side, each in zip(self.sides, seen, strict=True)
        ]
        return self.fuse(torch.cat(scales, dim=1)).sigmoid()[:, 0, :height, :width]


def load_hed(weights_path: str | None = None) -> FrozenNetwork:
    """A frozen ``HedNetwork``, shared with all who ask for the same file; None looks for it.

    Raises:
        ValueError: the file is not this network's.
        FileNotFoundError: the weights are missing.
    """
    return network_of_tensors(
        "hed", lambda tensors: HedNetwork(tensors).to(memory_format=torch.channels_last), weights_path
    )


def _pointwise(tensors: dict[str, Tensor], name: str) -> nn.Conv2d:
    weight = tensors[f"{name}.weight"]
    layer = nn.Conv2d(weight.shape[1], 1, 1)
    layer.load_state_dict({"weight": weight, "bias": tensors[f"{name}.bias"]})
    return layer
