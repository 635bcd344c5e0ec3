"""VGG16: loading it, and its features by name."""

from collections.abc import Collection
from typing import Literal

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from inkwright.frozen_networks.frozen_network import FrozenNetwork
from inkwright.frozen_networks.layer_names import check_names
from inkwright.frozen_networks.network_of_tensors import network_of_tensors

# Convolutions before each of the four poolings, and after the last one.
_BLOCKS = (2, 2, 3, 3, 3)
LAYERS = tuple(
    f"relu{block + 1}_{index + 1}" for block, count in enumerate(_BLOCKS) for index in range(count)
)
# What a convolution says before its activation is called conv1_1 to conv5_3.
CONVOLUTIONS = tuple(name.replace("relu", "conv") for name in LAYERS)
LAST_OF_BLOCKS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3")

Pooling = Literal["max", "l2"]
NETWORKS = ("vgg16", "vgg16-oxford")


class VggNetwork(nn.Module):
    """The convolutions of VGG16 (Simonyan and Zisserman 2014); ``relu1_1`` to ``relu5_3`` are its layers.

    ``conv1_1`` to ``conv5_3`` are the same before the activation.

    Attributes:
        channels: of every layer by name.
        layer_names: see ``FeatureNetwork``, as the next one.
        side: any.
    """

    layer_names = (*LAYERS, *CONVOLUTIONS)
    side: int | None = None

    def __init__(self, tensors: dict[str, Tensor]) -> None:
        """Takes over weights under the names that torchvision gives them; any widths will do.

        Raises:
            KeyError: a convolution is missing.
        """
        super().__init__()
        self.convolutions = nn.ModuleDict()
        self.channels: dict[str, int] = {}
        position = 0
        for name in LAYERS:
            weight, bias = (tensors[f"features.{position}.{kind}"] for kind in ("weight", "bias"))
            convolution = nn.Conv2d(weight.shape[1], weight.shape[0], 3, padding=1)
            convolution.load_state_dict({"weight": weight, "bias": bias})
            self.convolutions[name] = convolution
            self.channels[name] = weight.shape[0]
            # torchvision counts the activation behind each convolution, and the pooling behind each block.
            position += 3 if name in LAST_OF_BLOCKS else 2

    def features(
        self, inputs: Tensor, layers: Collection[str], pooling: Pooling = "max"
    ) -> dict[str, Tensor]:
        """Features by name, no further than needed.

        Args:
            inputs: [B, 3, H, W], normalised as the asker wants it.
            layers: names of the features wanted.
            pooling: between blocks: the largest value, as trained; or ``l2``, the root of a smooth mean of
                squares (Hénaff and Simoncelli 2015), as DISTS wants it.

        Returns:
            [B, C, H / 2 ** block, W / 2 ** block] for each of ``layers``, in the order of the network.

        Raises:
            ValueError: a layer is unknown, or the picture is too small for it.
        """
        check_layers(layers)
        found: dict[str, Tensor] = {}
        values = inputs
        for name in LAYERS:
            if len(found) == len(set(layers)):
                break
            if name.endswith("_1") and name != "relu1_1":
                values = _pooled(values, pooling)
            convolved = self.convolutions[name](values)
            values = F.relu(convolved)
            for each, feature in ((name.replace("relu", "conv"), convolved), (name, values)):
                if each in layers:
                    found[each] = feature
        return found


def check_layers(layers: Collection[str]) -> None:
    """Refuses unknown names of layers.

    Raises:
        ValueError: one is unknown; the nearest is offered.
    """
    check_names([name.replace("conv", "relu") for name in layers], LAYERS, "VGG16")


def load_vgg(weights_path: str | None = None, network: str = "vgg16") -> FrozenNetwork:
    """A frozen ``VggNetwork``, shared with every other term that asks for the same file.

    Args:
        weights_path: None to look in the usual places.
        network: ``vgg16``, torchvision's, which LPIPS and DISTS belong to; or ``vgg16-oxford``, the first
            one, whose activations are tens to hundreds of times as large.

    Raises:
        ValueError: the network is unknown, or the file is not its own.
        FileNotFoundError: the weights are missing.
    """
    if network not in NETWORKS:
        raise ValueError(f"network is {network!r}; it must be one of {', '.join(NETWORKS)}")
    return network_of_tensors(
        network, lambda tensors: VggNetwork(tensors).to(memory_format=torch.channels_last), weights_path
    )


def _pooled(values: Tensor, pooling: Pooling) -> Tensor:
    if min(values.shape[-2:]) < 2:
        raise ValueError("the picture is too small for these layers; give a larger image_size")
    if pooling == "max":
        return F.max_pool2d(values, 2)
    side = torch.hann_window(5, periodic=False, device=values.device, dtype=values.dtype)[1:-1]
    window = torch.outer(side, side)
    channels = values.shape[1]
    kernel = (window / window.sum()).expand(channels, 1, 3, 3)
    return (F.conv2d(values.square(), kernel, stride=2, padding=1, groups=channels) + 1e-12).sqrt()
