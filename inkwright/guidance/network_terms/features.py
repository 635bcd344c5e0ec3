"""Perceptual term: distances between features of a frozen network."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.frozen_networks.feature_networks import USUAL_LAYERS, load_features
from inkwright.frozen_networks.layer_names import check_names
from inkwright.frozen_networks.network_input import clean_view, imagenet_normalized
from inkwright.guidance.network_terms.network_term import NetworkTerm
from inkwright.guidance.shared_views import SharedViews
from inkwright.guidance.targets import Targets

Distance = Literal["l2", "l1", "relative", "cosine"]


class FeaturesTerm(NetworkTerm[Any]):
    """Weighted sum over layers of distances between features (perceptual loss, Johnson et al. 2016).

    Features have a size of their own in every network and layer; ``relative`` and ``cosine`` do not depend
    on it. Without ``views`` the pictures are seen as they are.
    """

    target: Tensor

    def __init__(
        self,
        weight: float | Sequence[Sequence[float]] = 1.0,
        *,
        network: str = "vgg16",
        weights_path: str | None = None,
        layers: Mapping[str, float] | None = None,
        distance: Distance = "l2",
        self_similarity: float = 0.0,
        views: SharedViews | None = None,
    ) -> None:
        """Loads the network.

        Args:
            weight: of the whole term: a number >= 0, or ``[[progress, value], ...]``.
            network: ``vgg16``, ``vgg16-oxford``, ``squeezenet`` or ``dinov2-importance``.
            weights_path: of the network; None to look in the usual places.
            layers: weight >= 0 of each layer by name; None for 1 for each of ``USUAL_LAYERS``.
            distance: ``l2`` and ``l1`` are means over all values, ``relative`` is l2 divided by the mean
                square of the target's features, ``cosine`` a mean over places.
            self_similarity: >= 0, weight of a further loss for every layer: how far the cosines between all
                places of a sketch are from those of the target (Splice, Tumanyan et al. 2022). What is alike
                in the picture is to be alike in the sketch, however it is drawn.
            views: further views through which sketch and target are compared, see ``SharedViews``.

        Raises:
            ValueError: a name or a number is not allowed, or the file is not the network's.
            FileNotFoundError: the weights are missing.
        """
        super().__init__(weight)
        if distance not in get_args(Distance):
            raise ValueError(f"distance is {distance!r}; it must be one of {', '.join(get_args(Distance))}")
        if not self_similarity >= 0:
            raise ValueError(f"self_similarity is {self_similarity}; it must be >= 0")
        self.frozen = load_features(network, weights_path)
        wanted = dict.fromkeys(USUAL_LAYERS[network], 1.0) if layers is None else dict(layers)
        check_names(wanted, self.network.layer_names, network)
        if not any(wanted.values()) or min(wanted.values()) < 0:
            raise ValueError(f"layers is {wanted}; every weight must be >= 0, and one of them > 0")
        self.layers = {name: float(value) for name, value in wanted.items() if value}
        self.distance, self.self_similarity, self.views = distance, float(self_similarity), views

    @torch.no_grad()
    def prepare(self, targets: Targets) -> None:
        """Computes the targets' features, as they are seen without any view."""
        self.remember(target=targets.images, **self._seen(targets.images))

    def forward(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """Weighted distances of every layer, by its name; at progress 1 without any view."""
        found = self._losses(self._seen(images), {name: getattr(self, name) for name in self.layers})
        if self.views is None or progress >= 1 or not self.views.num_augmented:
            return found
        side = self.network.side or max(images.shape[-2:])
        augmented = self.views.augmented(torch.cat([images, self.target]), side, progress)
        all_losses = [found] if self.views.clean else []
        for view in augmented:
            with torch.no_grad():
                wanted = self._seen(view[len(images) :])
            all_losses.append(self._losses(self._seen(view[: len(images)]), wanted))
        return {name: torch.stack([each[name] for each in all_losses]).mean(0) for name in found}

    def _seen(self, images: Tensor) -> dict[str, Tensor]:
        side = self.network.side
        view = images if side is None else clean_view(images, side)
        return self.network.features(imagenet_normalized(view), self.layers)

    def _losses(self, drawn: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> dict[str, Tensor]:
        losses = {
            name: weight * _difference(drawn[name], wanted[name], self.distance)
            for name, weight in self.layers.items()
        }
        if self.self_similarity:
            for name, weight in self.layers.items():
                error = _cosines(drawn[name]) - _cosines(wanted[name])
                losses[f"{name}_similarity"] = self.self_similarity * weight * error.square().mean((1, 2))
        return losses


def _difference(drawn: Tensor, wanted: Tensor, distance: Distance) -> Tensor:
    if distance == "cosine":
        return (1 - F.cosine_similarity(drawn, wanted, dim=1)).mean((1, 2))
    error = drawn - wanted
    if distance == "l1":
        return error.abs().mean((1, 2, 3))
    squared = error.square().mean((1, 2, 3))
    return squared if distance == "l2" else squared / wanted.square().mean((1, 2, 3)).clamp_min(1e-12)


def _cosines(features: Tensor) -> Tensor:
    """[B, h * w, h * w] between all places of features [B, C, h, w]."""
    directions = F.normalize(features.flatten(2), dim=1)
    return directions.mT @ directions
