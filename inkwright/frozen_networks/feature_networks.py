"""Networks whose features can be asked for by name, in one way for all."""

from collections.abc import Collection
from typing import Protocol

from torch import Tensor

from inkwright.frozen_networks.frozen_network import FrozenNetwork

# The layers that say most of what is drawn, by network.
USUAL_LAYERS: dict[str, tuple[str, ...]] = {
    "vgg16": ("relu3_3", "relu4_3"),
    "vgg16-oxford": ("relu3_3", "relu4_3"),
    "squeezenet": ("fire5", "fire9"),
    "mobilenetv2": ("block6", "block13"),
    "efficientnet-lite0": ("stage2", "stage4"),
    "dinov2-importance": ("block6", "block7", "block8"),
}


class FeatureNetwork(Protocol):
    """What maps pictures to features.

    Attributes:
        layer_names: in the order in which a picture passes them.
        side: of the square that it looks at, in pixels; None if any size will do.
    """

    layer_names: tuple[str, ...]
    side: int | None

    def features(self, inputs: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """[B, C, h, w] by name, of ``imagenet_normalized`` pictures [B, 3, H, W]."""


def load_features(network: str, weights_path: str | None = None) -> FrozenNetwork:
    """A frozen ``FeatureNetwork``, shared with all who ask for the same file.

    Args:
        network: one of ``USUAL_LAYERS``.
        weights_path: None to look in the usual places.

    Raises:
        ValueError: the network is unknown, or the file is not its own.
        FileNotFoundError: the weights are missing.
        ImportError: a package that it needs is not installed.
    """
    if network not in USUAL_LAYERS:
        raise ValueError(f"network is {network!r}; it must be one of {', '.join(USUAL_LAYERS)}")
    if network == "squeezenet":
        from inkwright.frozen_networks.squeezenet import load_squeezenet

        return load_squeezenet(weights_path)
    if network in ("mobilenetv2", "efficientnet-lite0"):
        from inkwright.frozen_networks.mobile_networks import load_mobile_network

        return load_mobile_network(network, weights_path)
    if network == "dinov2-importance":
        from inkwright.frozen_networks.dinov2 import load_dinov2

        return load_dinov2(weights_path)
    from inkwright.frozen_networks.vgg import load_vgg

    return load_vgg(weights_path, network)
