"""Directional CLIP term: the change from picture to sketch against that from one text to another."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.frozen_networks.clip import ClipNetwork, load_clip
from inkwright.frozen_networks.network_input import clean_view
from inkwright.guidance.network_terms.network_term import NetworkTerm
from inkwright.guidance.shared_views import SharedViews
from inkwright.guidance.targets import Targets


class ClipDirectionTerm(NetworkTerm[ClipNetwork]):
    """Directional CLIP loss (Gal et al. 2021, equation 2): 1 - cosine of two changes.

    One is from the prompt to the style prompt, the other from the target to the sketch, seen through the same
    views. A warning: what was tried with it, on strokes, spoilt the drawing; see docs/diffsketcher.md.
    """

    target: Tensor
    change: Tensor
    seen: Tensor

    def __init__(
        self,
        prompt: str,
        style_prompt: str,
        weight: float | Sequence[Sequence[float]] = 0.3,
        *,
        network: str = "clip-rn101",
        weights_path: str | None = None,
        views: SharedViews | None = None,
    ) -> None:
        """Loads the network.

        Args:
            prompt: what the target shows.
            style_prompt: the same in the style that is wanted.
            weight: of the whole term: a number >= 0, or ``[[progress, value], ...]``.
            network: a CLIP of the catalogue.
            weights_path: where it is; None to look in the usual places.
            views: how to look; by default one clean view and eight others.

        Raises:
            ValueError: a prompt is empty, or both are the same.
            FileNotFoundError: the weights are missing.
        """
        super().__init__(weight)
        for name, text in (("prompt", prompt), ("style_prompt", style_prompt)):
            if not text.strip():
                raise ValueError(f"{name} is empty; a direction leads from prompt to style_prompt")
        if prompt.strip() == style_prompt.strip():
            raise ValueError("prompt and style_prompt are the same; there is no direction between them")
        self.texts = [prompt, style_prompt]
        self.frozen = load_clip(network, weights_path)
        self.views = views or SharedViews(8)

    @torch.no_grad()
    def prepare(self, targets: Targets) -> None:
        """Reads both texts, and looks at the targets."""
        read = self.network.embed_text(self.texts).float()
        self.remember(target=targets.images, change=read[1] - read[0])
        self.remember(seen=self._embedded(clean_view(targets.images, self.network.image_size)))

    def forward(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """``direction`` [B] of canvases; at progress 1 of the clean view alone."""
        size = self.network.image_size
        changes = []
        if self.views.clean or progress >= 1:
            changes.append(self._embedded(clean_view(images, size)) - self.seen)
        if progress < 1 and self.views.num_augmented:
            together = self.views.augmented(torch.cat([images, self.target]), size, progress)
            for view in together:
                embedded = self._embedded(view)
                changes.append(embedded[: len(images)] - embedded[len(images) :].detach())
        cosine = F.cosine_similarity(torch.stack(changes), self.change, dim=-1)
        return {"direction": (1 - cosine).mean(0)}

    def _embedded(self, pictures: Tensor) -> Tensor:
        embedding = self.network.features(pictures, {}, embed=True).embedding
        if embedding is None:
            raise RuntimeError("the network has no embedding")
        return F.normalize(embedding.float(), dim=-1)
