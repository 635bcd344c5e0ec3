"""Shift-tolerant AlexNet with the heads of its own LPIPS: loading it, and its features."""

from collections.abc import Collection

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from inkwright.frozen_networks.frozen_network import FrozenNetwork
from inkwright.frozen_networks.layer_names import check_names
from inkwright.frozen_networks.network_of_tensors import network_of_tensors

LAYERS = tuple(f"relu{index}" for index in range(1, 6))
_PADDING = (2, 2, 1, 1, 1)
# Layers before which the largest of 3 x 3 places is taken, at every place, and blurred to every second one.
_POOLED = ("relu2", "relu3")
_BINOMIAL = (0.25, 0.5, 0.25)
_SMALLEST = 32


class ShiftTolerantAlexNet(nn.Module):
    """AlexNet in which all halvings blur first, with weights of channels (Ghildyal and Liu 2022).

    The first convolution looks at every pixel, and is blurred and halved before its activation; so a picture
    that is moved by a pixel or two looks the same.

    Attributes:
        layer_names: ``relu1`` to ``relu5``, each behind its activation.
        heads: [C, 1, 1] what each channel of ``relu1`` to ``relu5`` counts in the distance.
    """

    layer_names = LAYERS

    def __init__(self, tensors: dict[str, Tensor]) -> None:
        """Takes over ``conv1`` to ``conv5`` and ``head1`` to ``head5``; any widths will do.

        Raises:
            KeyError: a tensor is missing.
        """
        super().__init__()
        self.convolutions = nn.ModuleList()
        self.heads = nn.ParameterList()
        for index, padding in enumerate(_PADDING, start=1):
            weight, bias = tensors[f"conv{index}.weight"], tensors[f"conv{index}.bias"]
            layer = nn.Conv2d(weight.shape[1], weight.shape[0], weight.shape[-1], padding=padding)
            layer.load_state_dict({"weight": weight, "bias": bias})
            self.convolutions.append(layer)
            self.heads.append(tensors[f"head{index}"].reshape(len(weight), 1, 1))

    def features(self, inputs: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """[B, C, h, w] for each of ``layers``, in the order of the network.

        Args:
            inputs: [B, 3, H, W], normalized as LPIPS does.
            layers: names of the features wanted.

        Raises:
            ValueError: a layer is unknown, or the picture is too small.
        """
        check_names(layers, LAYERS, "AlexNet")
        if min(inputs.shape[-2:]) < _SMALLEST:
            raise ValueError(f"the picture is too small for AlexNet, which needs {_SMALLEST} pixels")
        found, values = {}, inputs
        for name, convolution in zip(LAYERS, self.convolutions, strict=True):
            if name in _POOLED:
                values = _halved(F.max_pool2d(values, 3, 1))
            values = convolution(values)
            values = F.relu(_halved(values) if name == LAYERS[0] else values)
            if name in layers:
                found[name] = values
        return found


def _halved(values: Tensor) -> Tensor:
    """Every second place of [B, C, H, W], blurred by (1, 2, 1) / 4 both ways; edges are mirrored twice."""
    binomial, channels = values.new_tensor(_BINOMIAL), values.shape[1]
    kernel = torch.outer(binomial, binomial).expand(channels, 1, 3, 3)
    return F.conv2d(F.pad(values, (2, 2, 2, 2), mode="reflect"), kernel, stride=2, groups=channels)


def load_shift_tolerant_alexnet(weights_path: str | None = None) -> FrozenNetwork:
    """A frozen ``ShiftTolerantAlexNet``, shared with all who ask for the same file; None looks for it.

    Raises:
        ValueError: the file is not this network's.
        FileNotFoundError: the weights are missing.
    """
    return network_of_tensors("stlpips-alex", ShiftTolerantAlexNet, weights_path)
