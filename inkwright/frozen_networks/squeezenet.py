"""SqueezeNet 1.1: loading it, its features by name, and what it takes a picture for."""

from collections.abc import Collection

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from inkwright.frozen_networks.frozen_network import FrozenNetwork
from inkwright.frozen_networks.layer_names import check_names
from inkwright.frozen_networks.network_of_tensors import network_of_tensors

LAYERS = ("conv1", *(f"fire{index}" for index in range(2, 10)))
# Layers after which the largest of 3 x 3 places is taken, at every second place.
_POOLED = ("conv1", "fire3", "fire5")
_SMALLEST = 32


class SqueezeNetwork(nn.Module):
    """SqueezeNet 1.1 (Iandola et al. 2016), small enough for a processor: 5 MB.

    Attributes:
        layer_names: ``conv1`` and ``fire2`` to ``fire9``, each behind its activation.
        side: any.
    """

    layer_names = LAYERS
    side: int | None = None

    def __init__(self, tensors: dict[str, Tensor]) -> None:
        """Takes over convolutions under the names of the authors; any widths will do.

        Raises:
            KeyError: a convolution is missing.
        """
        super().__init__()
        names = ["conv1"]
        for fire in LAYERS[1:]:
            names += [f"{fire}/{part}" for part in ("squeeze1x1", "expand1x1", "expand3x3")]
        self.convolutions = nn.ModuleDict()
        for name in [*names, "conv10"]:
            weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
            side, stride = weight.shape[-1], 2 if name == "conv1" else 1
            padding = 1 if name.endswith("3x3") else 0
            layer = nn.Conv2d(weight.shape[1], weight.shape[0], side, stride, padding)
            layer.load_state_dict({"weight": weight, "bias": bias})
            self.convolutions[name] = layer

    def features(self, inputs: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """Features by name, no further than needed.

        Args:
            inputs: [B, 3, H, W], ``imagenet_normalized``.
            layers: names of the features wanted.

        Returns:
            [B, C, h, w] for each of ``layers``, in the order of the network; of 224 pixels, 111 are left in
            ``conv1``, 55 in ``fire2`` and ``fire3``, 27 in ``fire4`` and ``fire5``, then 13.

        Raises:
            ValueError: a layer is unknown, or the picture is too small.
        """
        check_names(layers, LAYERS, "SqueezeNet")
        if min(inputs.shape[-2:]) < _SMALLEST:
            raise ValueError(f"the picture is too small for SqueezeNet, which needs {_SMALLEST} pixels")
        found: dict[str, Tensor] = {}
        values = inputs
        for name in LAYERS:
            values = self._fire(name, values) if name != "conv1" else F.relu(self.convolutions[name](values))
            if name in layers:
                found[name] = values
            if len(found) == len(set(layers)):
                break
            if name in _POOLED:
                values = F.max_pool2d(values, 3, 2, ceil_mode=True)  # as its authors do
        return found

    def scores(self, inputs: Tensor) -> Tensor:
        """[B, 1000] how much pictures, given as to ``features``, look like each class of ImageNet."""
        last = self.features(inputs, LAYERS[-1:])[LAYERS[-1]]
        return F.relu(self.convolutions["conv10"](last)).mean((2, 3))

    def _fire(self, name: str, values: Tensor) -> Tensor:
        squeezed = F.relu(self.convolutions[f"{name}/squeeze1x1"](values))
        both = [self.convolutions[f"{name}/{part}"](squeezed) for part in ("expand1x1", "expand3x3")]
        return F.relu(torch.cat(both, dim=1))


def load_squeezenet(weights_path: str | None = None) -> FrozenNetwork:
    """A frozen ``SqueezeNetwork``, shared with all who ask for the same file; None looks for it.

    Raises:
        ValueError: the file is not SqueezeNet's.
        FileNotFoundError: the weights are missing.
    """
    return network_of_tensors(
        "squeezenet",
        lambda tensors: SqueezeNetwork(tensors).to(memory_format=torch.channels_last),
        weights_path,
    )
