"""MobileNetV2 and EfficientNet-Lite0: small networks that know ImageNet, as their libraries build them."""

from collections.abc import Collection, Mapping

from torch import Tensor, nn

from inkwright.frozen_networks.frozen_network import FrozenNetwork
from inkwright.frozen_networks.layer_names import check_names
from inkwright.frozen_networks.network_input import imagenet_normalized
from inkwright.frozen_networks.network_of_tensors import network_of_tensors

_SMALLEST = 32


class StagedNetwork(nn.Module):
    """A network as a row of stages, each of which can be asked for.

    Attributes:
        layer_names: of the stages, in their order.
        side: any.
    """

    side: int | None = None

    def __init__(self, name: str, stages: Mapping[str, nn.Module], classifier: nn.Module) -> None:
        """Takes over its parts; ``classifier`` makes scores [B, 1000] of the means of the last stage."""
        super().__init__()
        self.name = name
        self.layer_names = tuple(stages)
        self.stages = nn.ModuleDict(stages)
        self.classifier = classifier

    def features(self, inputs: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """[B, C, h, w] by name, of ``imagenet_normalized`` pictures [B, 3, H, W], no further than needed.

        Raises:
            ValueError: a layer is unknown, or the picture is too small.
        """
        check_names(layers, self.layer_names, self.name)
        if min(inputs.shape[-2:]) < _SMALLEST:
            raise ValueError(f"the picture is too small for {self.name}, which needs {_SMALLEST} pixels")
        found, values = {}, inputs
        for name, stage in self.stages.items():
            values = stage(values)
            if name in layers:
                found[name] = values
            if len(found) == len(set(layers)):
                break
        return found

    def scores(self, inputs: Tensor) -> Tensor:
        """[B, 1000] how much pictures, given as to ``features``, look like each class of ImageNet."""
        last = self.layer_names[-1]
        scores: Tensor = self.classifier(self.features(inputs, [last])[last].mean((2, 3)))
        return scores


class _HalfRange(nn.Module):
    """``imagenet_normalized`` pictures as values in [-1, 1]."""

    def forward(self, inputs: Tensor) -> Tensor:
        black, white = (imagenet_normalized(inputs.new_full((1, 3, 1, 1), each)) for each in (0.0, 1.0))
        return 2 * (inputs - black) / (white - black) - 1


def mobilenet_v2(tensors: dict[str, Tensor]) -> StagedNetwork:
    """MobileNetV2 (Sandler et al. 2018) of torchvision's tensors: ``block0`` to ``block18``.

    Raises:
        RuntimeError: a tensor is missing, or has another shape.
    """
    from torchvision.models import mobilenet_v2 as build

    network = build(weights=None)
    network.load_state_dict(tensors)
    stages = {f"block{index}": block for index, block in enumerate(network.features)}
    return StagedNetwork("MobileNetV2", stages, network.classifier)


def efficientnet_lite0(tensors: dict[str, Tensor]) -> StagedNetwork:
    """EfficientNet-Lite0 (Tan and Le 2019) of timm's tensors: ``stem``, ``stage0`` to ``stage6``, ``head``.

    Raises:
        ImportError: timm is not installed.
        RuntimeError: a tensor is missing, or has another shape.
    """
    import timm

    network = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    network.load_state_dict(tensors)
    stages = {"stem": nn.Sequential(_HalfRange(), network.conv_stem, network.bn1)}
    stages |= {f"stage{index}": stage for index, stage in enumerate(network.blocks)}
    stages["head"] = nn.Sequential(network.conv_head, network.bn2)
    return StagedNetwork("EfficientNet-Lite0", stages, network.classifier)


_BUILT_BY = {"mobilenetv2": mobilenet_v2, "efficientnet-lite0": efficientnet_lite0}


def load_mobile_network(name: str, weights_path: str | None = None) -> FrozenNetwork:
    """A frozen ``StagedNetwork``, shared with all who ask for the same file.

    Args:
        name: ``mobilenetv2`` or ``efficientnet-lite0``.
        weights_path: None to look in the usual places.

    Raises:
        ValueError: the file is not this network's.
        FileNotFoundError: the weights are missing.
        ImportError: timm is not installed.
    """
    return network_of_tensors(name, _BUILT_BY[name], weights_path)
