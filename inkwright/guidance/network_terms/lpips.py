"""LPIPS term: learned perceptual distance over VGG16, or over a shift-tolerant AlexNet."""

from collections.abc import Sequence
from typing import Literal, get_args

import torch
from torch import Tensor

from inkwright.frozen_networks.shift_tolerant_alexnet import ShiftTolerantAlexNet, load_shift_tolerant_alexnet
from inkwright.frozen_networks.vgg import LAST_OF_BLOCKS, VggNetwork, load_vgg
from inkwright.frozen_networks.weights.lookup import locate
from inkwright.frozen_networks.weights.safe_loading import load_tensors
from inkwright.guidance.network_terms.network_term import NetworkTerm
from inkwright.guidance.targets import Targets

InputRange = Literal["signed", "unit"]
LpipsNetwork = Literal["vgg16", "stlpips-alex"]

# Mean and deviation of ImageNet for values in [-1, 1], as the authors of LPIPS round them.
_SHIFT = (-0.030, -0.088, -0.188)
_SCALE = (0.458, 0.448, 0.450)


class LpipsTerm(NetworkTerm[VggNetwork | ShiftTolerantAlexNet]):
    """LPIPS, version 0.1 (Zhang et al. 2018, equation 1), or its shift-tolerant kin (Ghildyal and Liu 2022).

    Squared differences of unit feature vectors, weighted by channel with the learned heads, averaged over
    places, summed over layers. The network is shared with every other term over it, and the targets'
    features are computed once. Numbers of different networks are different distances.
    """

    def __init__(
        self,
        weight: float | Sequence[Sequence[float]] = 1.0,
        *,
        network: LpipsNetwork = "vgg16",
        weights_path: str | None = None,
        heads_path: str | None = None,
        input_range: InputRange = "signed",
    ) -> None:
        """Loads network and heads.

        Args:
            weight: of the whole term: a number >= 0, or ``[[progress, value], ...]``.
            network: ``vgg16`` is LPIPS; ``stlpips-alex`` is shift-tolerant LPIPS, which brings its own heads.
            weights_path: of the network; None to look in the usual places.
            heads_path: of LPIPS over vgg16; None for those that come with torchmetrics.
            input_range: ``signed`` maps pictures to [-1, 1], as the network expects; ``unit`` leaves them in
                [0, 1], as the published DiffSketcher code does.

        Raises:
            ValueError: a choice is not allowed, or a file is not what it should be.
            FileNotFoundError: the weights are missing.
        """
        super().__init__(weight)
        if input_range not in get_args(InputRange):
            raise ValueError(f"input_range is {input_range!r}; it must be signed or unit")
        if network not in get_args(LpipsNetwork):
            raise ValueError(f"network is {network!r}; it must be vgg16 or stlpips-alex")
        if network == "stlpips-alex" and heads_path is not None:
            raise ValueError(f"heads_path is {heads_path!r}; stlpips-alex brings its own heads")
        self.input_range = input_range
        load = load_vgg if network == "vgg16" else load_shift_tolerant_alexnet
        self.frozen = load(weights_path)
        for index, head in enumerate(_heads(self.network, heads_path)):
            self.remember(**{f"head_{index}": head})

    @torch.no_grad()
    def prepare(self, targets: Targets) -> None:
        """Computes the targets' features."""
        wanted = self._directions(targets.images)
        self.remember(**{f"wanted_{name}": each for name, each in wanted.items()})

    def forward(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """The share of each of five layers in the distance, by its name."""
        losses = {}
        for index, (name, drawn) in enumerate(self._directions(images).items()):
            wanted, head = getattr(self, f"wanted_{name}"), getattr(self, f"head_{index}")
            losses[name] = (head * (drawn - wanted).square()).sum(1).mean((1, 2))
        return losses

    def _directions(self, images: Tensor) -> dict[str, Tensor]:
        """Feature vectors of length 1 at every place of five layers."""
        values = 2 * images - 1 if self.input_range == "signed" else images
        shift, scale = (images.new_tensor(each)[:, None, None] for each in (_SHIFT, _SCALE))
        layers = LAST_OF_BLOCKS if isinstance(self.network, VggNetwork) else self.network.layer_names
        features = self.network.features((values - shift) / scale, layers)
        return {
            name: each * (each.square().sum(1, keepdim=True) + 1e-8).rsqrt()
            for name, each in features.items()
        }


def _heads(network: VggNetwork | ShiftTolerantAlexNet, heads_path: str | None) -> list[Tensor]:
    """Weights [C, 1, 1] of the channels of each layer."""
    if isinstance(network, ShiftTolerantAlexNet):
        return list(network.heads)
    channels = [network.channels[name] for name in LAST_OF_BLOCKS]
    path = locate("lpips-vgg", heads_path, key="heads_path")
    tensors = load_tensors(path, "lpips-vgg")
    heads = [tensors.get(f"lin{index}.model.1.weight") for index in range(len(channels))]
    for head, count in zip(heads, channels, strict=True):
        if head is None or head.numel() != count:
            raise ValueError(
                f"{path} does not hold heads of LPIPS for layers of {', '.join(map(str, channels))} channels"
            )
    return [head.reshape(-1, 1, 1).clone() for head in heads if head is not None]
