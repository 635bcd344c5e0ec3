"""Perceptual term: distances between features of VGG16."""

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.frozen_networks.network_input import imagenet_normalized
from inkwright.frozen_networks.vgg import VggNetwork, check_layers, load_vgg
from inkwright.guidance.network_terms.network_term import NetworkTerm
from inkwright.guidance.targets import Targets

Distance = Literal["l2", "l1", "cosine"]


class VggFeaturesTerm(NetworkTerm[VggNetwork]):
    """Weighted sum over layers of distances between features (perceptual loss, Johnson et al. 2016)."""

    def __init__(
        self,
        weight: float | Sequence[Sequence[float]] = 1.0,
        *,
        weights_path: str | None = None,
        layers: Mapping[str, float] | None = None,
        distance: Distance = "l2",
    ) -> None:
        """Loads the network.

        Args:
            weight: of the whole term: a number >= 0, or ``[[progress, value], ...]``.
            weights_path: of VGG16; None to look in the usual places.
            layers: weight >= 0 of each layer by name, ``relu1_1`` to ``relu5_3``; by default 1 for
                ``relu3_3`` and ``relu4_3``.
            distance: ``l2`` and ``l1`` are means over all values, ``cosine`` over places.

        Raises:
            ValueError: a name or a number is not allowed, or the file is not VGG16's.
            FileNotFoundError: the weights are missing.
        """
        super().__init__(weight)
        if distance not in get_args(Distance):
            raise ValueError(f"distance is {distance!r}; it must be one of {', '.join(get_args(Distance))}")
        wanted = {"relu3_3": 1.0, "relu4_3": 1.0} if layers is None else dict(layers)
        check_layers(wanted)
        if not any(wanted.values()) or min(wanted.values()) < 0:
            raise ValueError(f"layers is {wanted}; every weight must be >= 0, and one of them > 0")
        self.layers = {name: float(value) for name, value in wanted.items() if value}
        self.distance = distance
        self.frozen = load_vgg(weights_path)

    @torch.no_grad()
    def prepare(self, targets: Targets) -> None:
        """Computes the targets' features."""
        self.remember(**self._features(targets.images))

    def forward(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """Weighted distances of every layer, by its name."""
        drawn = self._features(images)
        return {
            name: weight * self._difference(drawn[name], getattr(self, name))
            for name, weight in self.layers.items()
        }

    def _features(self, images: Tensor) -> dict[str, Tensor]:
        return self.network.features(imagenet_normalized(images), self.layers)

    def _difference(self, drawn: Tensor, wanted: Tensor) -> Tensor:
        if self.distance == "cosine":
            return (1 - F.cosine_similarity(drawn, wanted, dim=1)).mean((1, 2))
        error = drawn - wanted
        return (error.square() if self.distance == "l2" else error.abs()).mean((1, 2, 3))
