"""DISTS term: similarity of structures and textures in the features of VGG16."""

from collections.abc import Sequence

import torch
from torch import Tensor

from inkwright.frozen_networks.network_input import imagenet_normalized
from inkwright.frozen_networks.vgg import LAST_OF_BLOCKS, VggNetwork, load_vgg
from inkwright.frozen_networks.weights.lookup import locate
from inkwright.frozen_networks.weights.safe_loading import load_tensors
from inkwright.guidance.network_terms.network_term import NetworkTerm
from inkwright.guidance.targets import Targets

_STABILIZER = 1e-6


class DistsTerm(NetworkTerm[VggNetwork]):
    """DISTS (Ding et al. 2020, equations 3 to 6): 1 - similarity of textures and of structures.

    Over the picture itself and five layers, for each channel: how alike the means are, and how much the
    values vary together. Forgives a texture that is shifted, which pixels and LPIPS don't.
    """

    alpha: Tensor
    beta: Tensor

    def __init__(
        self,
        weight: float | Sequence[Sequence[float]] = 1.0,
        *,
        weights_path: str | None = None,
        heads_path: str | None = None,
    ) -> None:
        """Loads network and channel weights.

        Args:
            weight: of the whole term: a number >= 0, or ``[[progress, value], ...]``.
            weights_path: of VGG16; None to look in the usual places.
            heads_path: channel weights of DISTS; None for those that come with torchmetrics.

        Raises:
            ValueError: a file is not what it should be.
            FileNotFoundError: the weights are missing.
        """
        super().__init__(weight)
        self.frozen = load_vgg(weights_path)
        path = locate("dists-vgg", heads_path, key="heads_path")
        tensors = load_tensors(path, "dists-vgg")
        count = 3 + sum(self.network.channels[name] for name in LAST_OF_BLOCKS)
        if any(name not in tensors or tensors[name].numel() != count for name in ("alpha", "beta")):
            raise ValueError(f"{path} does not hold the weights alpha and beta of {count} channels of DISTS")
        total = tensors["alpha"].sum() + tensors["beta"].sum()
        self.remember(**{name: (tensors[name].detach() / total).flatten() for name in ("alpha", "beta")})

    @torch.no_grad()
    def prepare(self, targets: Targets) -> None:
        """Computes the targets' features."""
        wanted = self._features(targets.images)
        self.remember(**{f"wanted_{name}": each for name, each in wanted.items()})

    def forward(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """The share of ``pixels``, and of each of five layers by its name, in DISTS."""
        drawn = self._features(images)
        channels = [each.shape[1] for each in drawn.values()]
        losses = {}
        for (name, each), alpha, beta in zip(
            drawn.items(), torch.split(self.alpha, channels), torch.split(self.beta, channels), strict=True
        ):
            texture, structure = _similar(each, getattr(self, f"wanted_{name}"))
            losses[name] = (1 - texture) @ alpha + (1 - structure) @ beta
        return losses

    def _features(self, images: Tensor) -> dict[str, Tensor]:
        found = self.network.features(imagenet_normalized(images), LAST_OF_BLOCKS, pooling="l2")
        return {"pixels": images, **found}


def _similar(drawn: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """[B, C] likeness of the means, and of the variation, of features [B, C, H, W] and [T, C, H, W]."""
    means = drawn.mean((2, 3)), wanted.mean((2, 3))
    texture = (2 * means[0] * means[1] + _STABILIZER) / (means[0] ** 2 + means[1] ** 2 + _STABILIZER)
    variances = drawn.var((2, 3), correction=0), wanted.var((2, 3), correction=0)
    together = (drawn * wanted).mean((2, 3)) - means[0] * means[1]
    return texture, (2 * together + _STABILIZER) / (variances[0] + variances[1] + _STABILIZER)
