"""Perceptual term: distances between features of a frozen network."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, get_args

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.frozen_networks.feature_networks import USUAL_LAYERS, load_features
from inkwright.frozen_networks.layer_names import check_names
from inkwright.frozen_networks.network_input import clean_view, imagenet_normalized, on_square
from inkwright.guidance.network_terms.network_term import NetworkTerm
from inkwright.guidance.shared_views import SharedViews
from inkwright.guidance.targets import Targets

Distance = Literal["l2", "l1", "relative", "cosine", "ground"]


class FeaturesTerm(NetworkTerm[Any]):
    """Weighted sum over layers of distances between features (perceptual loss, Johnson et al. 2016).

    Features have a size of their own in every network and layer; ``relative``, ``cosine`` and ``ground`` do
    not depend on it. Without ``views`` the pictures are seen as they are.
    """

    target: Tensor
    ground: Tensor

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
            network: one of ``USUAL_LAYERS``, such as ``vgg16`` or ``squeezenet``.
            weights_path: of the network; None to look in the usual places.
            layers: weight >= 0 of each layer by name; None for 1 for each of ``USUAL_LAYERS``.
            distance: ``l2`` and ``l1`` are means over all values, ``relative`` is l2 divided by the mean
                square of the target's features, ``cosine`` a mean over places. ``ground`` is 1 - the cosine
                of all features of a picture together, each measured from what the network says of an empty
                sheet: a white one for sketches, one of the mean color of its edges for a target. An empty
                sketch costs 1, and a stroke pays before it lies quite right; by the others it costs more
                than none, so that strokes that start anywhere vanish.
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
        images = targets.images
        ground = edge_colors(images) if self.distance == "ground" else torch.ones_like(images[:, :, :1, :1])
        self.remember(target=images, ground=ground)
        self.remember(**self._seen(images, self.ground))

    def forward(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """Weighted distances of every layer, by its name; at progress 1 without any view."""
        white = torch.ones_like(self.ground[:1])
        found = self._losses(self._seen(images, white), {name: getattr(self, name) for name in self.layers})
        if self.views is None or progress >= 1 or not self.views.num_augmented:
            return found
        side = self.network.side or max(images.shape[-2:])
        all_losses = [found] if self.views.clean else []
        for drawn, shown in self._augmented(self.views, images, side, progress):
            with torch.no_grad():
                wanted = self._seen(shown, self.ground)
            all_losses.append(self._losses(self._seen(drawn, white), wanted))
        return {name: torch.stack([each[name] for each in all_losses]).mean(0) for name in found}

    def _augmented(
        self, views: SharedViews, images: Tensor, side: int, progress: float
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """Views of sketches and targets."""
        count = len(images)
        if self.distance != "ground":
            for view in views.augmented(torch.cat([images, self.target]), side, progress):
                yield view[:count], view[count:]
            return
        # What lies beyond the edges is 0 in a view: of pictures less their ground it is the ground.
        both = torch.cat([on_square(images) - 1, on_square(self.target, self.ground) - self.ground])
        for view in views.augmented(both, side, progress):
            yield view[:count] + 1, view[count:] + self.ground

    def _seen(self, images: Tensor, ground: Tensor) -> dict[str, Tensor]:
        """Features by layer of pictures on a ground [B or 1, 3, 1, 1]."""
        side = self.network.side
        view = images if side is None else clean_view(images, side, ground)
        found: dict[str, Tensor] = self.network.features(imagenet_normalized(view), self.layers)
        if self.distance != "ground":
            return found
        sheets = self._sheets(view.shape[-2:], ground)
        return {name: each - sheets[name] for name, each in found.items()}

    @torch.no_grad()
    def _sheets(self, size: Sequence[int], ground: Tensor) -> dict[str, Tensor]:
        """What the network says of empty sheets; found once."""
        key = f"{'white' if ground is not self.ground else 'ground'}_{size[0]}x{size[1]}"
        names = {name: f"{key}_{name}" for name in self.layers}
        if not all(hasattr(self, each) for each in names.values()):
            sheet = imagenet_normalized(ground.expand(-1, -1, *size))
            said = self.network.features(sheet, self.layers)
            self.remember(**{names[name]: each for name, each in said.items()})
        return {name: getattr(self, each) for name, each in names.items()}

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
    if distance == "ground":
        a, b = drawn.flatten(1), wanted.flatten(1)
        size = b.norm(dim=1).clamp_min(1e-12)
        # What rounding leaves of an empty sheet is no direction.
        return 1 - (a * b).sum(1) / (size * torch.maximum(a.norm(dim=1), 1e-4 * size))
    error = drawn - wanted
    if distance == "l1":
        return error.abs().mean((1, 2, 3))
    squared = error.square().mean((1, 2, 3))
    return squared if distance == "l2" else squared / wanted.square().mean((1, 2, 3)).clamp_min(1e-12)


def edge_colors(images: Tensor) -> Tensor:
    """[B, 3, 1, 1] the mean color along the edges of pictures [B, 3, H, W]."""
    rows, columns = images[:, :, [0, -1]].flatten(2), images[..., [0, -1]].flatten(2)
    return torch.cat([rows, columns], dim=2).mean(2)[..., None, None]


def _cosines(features: Tensor) -> Tensor:
    """[B, h * w, h * w] between all places of features [B, C, h, w]."""
    directions = F.normalize(features.flatten(2), dim=1)
    return directions.mT @ directions
