"""Perceptual term of MROSS: unit feature vectors of VGG16, seen through several views."""

from collections.abc import Sequence

import torch
from torch import Tensor

from inkwright.frozen_networks.network_input import imagenet_normalized, on_square
from inkwright.frozen_networks.vgg import LAST_OF_BLOCKS, VggNetwork, load_vgg
from inkwright.guidance.network_terms.network_term import NetworkTerm
from inkwright.guidance.shared_views import SharedViews
from inkwright.guidance.targets import Targets

# As the published code takes them: in-place activations leave only the last tap before its activation.
_PUBLISHED = (*LAST_OF_BLOCKS[:-1], "conv5_3")
_BEFORE_ACTIVATION = tuple(name.replace("relu", "conv") for name in LAST_OF_BLOCKS)
_SMALLEST = 1e-10


class VggDirectionsTerm(NetworkTerm[VggNetwork]):
    """LPIPS without its learned heads: squared differences of unit feature vectors (MROSS, 2024).

    Summed over channels, averaged over places, summed over the last layers of the five blocks, averaged over
    a clean view and augmented ones. At progress 1 the clean view alone counts.
    """

    target: Tensor

    def __init__(
        self,
        weight: float | Sequence[Sequence[float]] = 1.0,
        *,
        weights_path: str | None = None,
        pre_relu: bool = False,
        views: SharedViews | None = None,
    ) -> None:
        """Loads the network.

        Args:
            weight: of the whole term: a number >= 0, or ``[[progress, value], ...]``.
            weights_path: of VGG16; None to look in the usual places.
            pre_relu: whether all five layers are taken before their activation, as the published text has it;
                by default the last one alone, as the published code does.
            views: how often and how to look; by default as published.

        Raises:
            FileNotFoundError: the weights are missing.
        """
        super().__init__(weight)
        self.taps = _BEFORE_ACTIVATION if pre_relu else _PUBLISHED
        self.views = views or SharedViews(seed=1)
        self.frozen = load_vgg(weights_path)

    def prepare(self, targets: Targets) -> None:
        """Remembers the targets; they are looked at through the views of each step."""
        self.remember(target=targets.images)

    def forward(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """The share of each of five layers, by its name."""
        count, together = len(images), torch.cat([images, self.target])
        square = on_square(together)
        views = [square] if self.views.clean or progress >= 1 else []
        if progress < 1 and self.views.num_augmented:
            views += list(self.views.augmented(together, square.shape[-1], progress))
        found: dict[str, list[Tensor]] = {name: [] for name in self.taps}
        for view in views:
            drawn = self._directions(view[:count])
            with torch.no_grad():
                wanted = self._directions(view[count:])
            for name, each in drawn.items():
                found[name].append((each - wanted[name]).square().sum(1).mean((1, 2)))
        return {name: torch.stack(losses).mean(0) for name, losses in found.items()}

    def _directions(self, images: Tensor) -> dict[str, Tensor]:
        features = self.network.features(imagenet_normalized(images), self.taps)
        return {name: each / (each.norm(dim=1, keepdim=True) + _SMALLEST) for name, each in features.items()}
