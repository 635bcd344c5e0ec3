"""CLIP term: distances between what CLIP sees in sketch and picture, or reads in a prompt."""

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.frozen_networks.clip import ClipNetwork, LayerMap, Precision, load_clip
from inkwright.frozen_networks.network_input import clean_view
from inkwright.guidance.network_terms.network_term import NetworkTerm
from inkwright.guidance.shared_views import SharedViews
from inkwright.guidance.targets import Targets

Distance = Literal["l2", "l1", "cosine"]


class ClipTerm(NetworkTerm[ClipNetwork]):
    """Distances in CLIP, averaged over views (CLIPasso, Vinker et al. 2022; CLIPDraw, Frans et al. 2021).

    Each loss is asked for by its weight:

    - ``layer2``, ``layer3``, ...: distance between the features of sketch and target in that layer; what goes
      where.
    - ``fc``: 1 - cosine of the two embeddings, the semantic loss; what it is.
    - ``text``: 1 - cosine of the embeddings of sketch and prompt.
    - ``negative``: mean cosine of the embeddings of sketch and every negative prompt.

    Each step looks at the clean view and at random ones; the score at progress 1 at the clean view alone.
    One pass through the network serves all four. The views of a target that all canvases have are looked at
    once; they need no gradient.
    """

    target: Tensor
    read: Tensor

    def __init__(
        self,
        weight: float | Sequence[Sequence[float]] = 1.0,
        *,
        network: str = "clip-rn101",
        weights_path: str | None = None,
        precision: Precision = "fp32",
        layers: Mapping[str, float] | Sequence[float] | None = None,
        distance: Distance = "l2",
        layer_map: LayerMap = "intended",
        fc: float = 0.1,
        prompt: str = "",
        text: float = 0.0,
        negative_prompts: Sequence[str] = (),
        negative: float = 0.3,
        views: SharedViews | None = None,
    ) -> None:
        """Loads the network.

        Args:
            weight: of the whole term: a number >= 0, or ``[[progress, value], ...]``.
            network: a CLIP of the catalogue, see ``python -m inkwright.frozen_networks.weights list``.
            weights_path: where it is; None to look in the usual places.
            precision: of the network: ``fp32``, ``bf16`` or ``fp16``.
            layers: weight >= 0 of each layer by name; or a list, one for every layer in order; by default 1
                for ``layer2`` and ``layer3`` of a ResNet, as published.
            distance: between features: ``l2`` and ``l1`` are means over all values, ``cosine`` over places.
            layer_map: ``intended``, or ``repo_2023``, see ``ClipNetwork.features``.
            fc: >= 0, weight of ``fc``.
            prompt: what the sketch should show; needed by ``text``.
            text: >= 0, weight of ``text``.
            negative_prompts: what it should not show.
            negative: >= 0, weight of ``negative``; without negative prompts it is none.
            views: how often and how to look; by default as published.

        Raises:
            ValueError: a name or a number is not allowed, or the term would have no loss.
            FileNotFoundError: the weights are missing.
        """
        super().__init__(weight)
        if distance not in get_args(Distance):
            raise ValueError(f"distance is {distance!r}; it must be one of {', '.join(get_args(Distance))}")
        if layer_map not in get_args(LayerMap):
            raise ValueError(f"layer_map is {layer_map!r}; it must be one of {', '.join(get_args(LayerMap))}")
        if min(fc, text, negative) < 0:
            raise ValueError(f"fc, text, negative are {fc}, {text}, {negative}; all must be >= 0")
        if text and not prompt.strip():
            raise ValueError('prompt is empty; say what to draw, for example prompt="a cat"')
        self.frozen = load_clip(network, weights_path, precision)
        self.layers = _weighted_layers(self.network, layers)
        if not (self.layers or fc or text or (negative and negative_prompts)):
            raise ValueError("layers, fc, text and negative are all zero; the term would have no loss")
        self.distance, self.layer_map = distance, layer_map
        self.fc, self.text = float(fc), float(text)
        self.negative = float(negative) if negative_prompts else 0.0
        self.prompts = [prompt] * bool(text) + list(negative_prompts) * bool(self.negative)
        self.views = views or SharedViews()

    @torch.no_grad()
    def prepare(self, targets: Targets) -> None:
        """Looks at the targets once, as they are, and reads the prompts."""
        self.remember(target=targets.images)
        if self._compares:
            seen = self._look(clean_view(targets.images, self.network.image_size)[None])
            self.remember(**{f"seen_{name}": features for name, features in seen.items()})
        if self.prompts:
            self.remember(read=self.network.embed_text(self.prompts))

    def forward(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """Losses of canvases; at progress 1 of the clean view alone."""
        sketch_views, target_views = self._views(images, progress)
        drawn = self._look(sketch_views)
        losses: dict[str, Tensor] = {}
        if self._compares:
            wanted = self._wanted(target_views, with_clean=len(sketch_views) > len(target_views))
            losses |= self._comparison(drawn, wanted)
        if self.prompts:
            losses |= self._reading(drawn["fc"])
        return losses

    @property
    def _compares(self) -> bool:
        return bool(self.layers or self.fc)

    def _look(self, views: Tensor) -> dict[str, Tensor]:
        """Features [V, B, ...] of views [V, B, 3, S, S] by layer, and ``fc``, the embedding."""
        embed = bool(self.fc or self.prompts)
        seen = self.network.features(views.flatten(0, 1), self.layers, embed=embed, layer_map=self.layer_map)
        found = {**seen.layers, "fc": seen.embedding}
        count = views.shape[:2]
        return {k: v.reshape(*count, *v.shape[1:]) for k, v in found.items() if v is not None}

    def _views(self, images: Tensor, progress: float) -> tuple[Tensor, Tensor]:
        """Views [V, B, 3, S, S] of the sketches, and the augmented ones [n, T, 3, S, S] of the targets."""
        size, views = self.network.image_size, self.views
        judged = progress >= 1
        clean = [clean_view(images, size)[None]] if judged or views.clean else []
        if judged or not views.num_augmented:
            return clean[0], images.new_empty(0)
        count = len(images)
        augmented = views.augmented(torch.cat([images, self.target]), size, progress)
        return torch.cat([*clean, augmented[:, :count]]), augmented[:, count:]

    @torch.no_grad()
    def _wanted(self, views: Tensor, *, with_clean: bool) -> dict[str, Tensor]:
        """Features [V, T, ...] of the targets in augmented views, and in the clean one before them."""
        if len(views) and not with_clean:
            return self._look(views)
        names = [*self.layers, *["fc"] * bool(self.fc)]
        clean = {name: getattr(self, f"seen_{name}") for name in names}
        if not len(views):
            return clean
        seen = self._look(views)
        return {name: torch.cat([features, seen[name]]) for name, features in clean.items()}

    def _comparison(self, drawn: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> dict[str, Tensor]:
        losses = {
            name: weight * self._difference(drawn[name], wanted[name]) for name, weight in self.layers.items()
        }
        if self.fc:
            cosine = F.cosine_similarity(drawn["fc"].float(), wanted["fc"].float(), dim=2)
            losses["fc"] = self.fc * _per_canvas(1 - cosine)
        return losses

    def _difference(self, drawn: Tensor, wanted: Tensor) -> Tensor:
        drawn, wanted = drawn.float(), wanted.float()
        if self.distance == "cosine":
            channels = 2 if self.network.is_resnet else -1
            return _per_canvas(1 - F.cosine_similarity(drawn, wanted, dim=channels))
        error = drawn - wanted
        return _per_canvas(error.square() if self.distance == "l2" else error.abs())

    def _reading(self, embedding: Tensor) -> dict[str, Tensor]:
        cosine = F.normalize(embedding.float(), dim=-1) @ self.read.T
        by_prompt = cosine.mean(0)
        losses = {}
        if self.text:
            losses["text"] = self.text * (1 - by_prompt[:, 0])
        if self.negative:
            losses["negative"] = self.negative * by_prompt[:, bool(self.text) :].mean(1)
        return losses


def _weighted_layers(
    network: ClipNetwork, layers: Mapping[str, float] | Sequence[float] | None
) -> dict[str, float]:
    """Weight of every layer that has any."""
    names = network.layer_names
    if layers is None:
        if not network.is_resnet:
            raise ValueError(
                f"layers is null; for this network say which: {names[0]} to {names[-1]}, or {{}} for none"
            )
        layers = {"layer2": 1.0, "layer3": 1.0}
    if not isinstance(layers, Mapping):
        if len(layers) != len(names):
            raise ValueError(
                f"layers is a list of {len(layers)} weights; this network has {len(names)} layers: "
                f"{', '.join(names)}"
            )
        layers = dict(zip(names, layers, strict=True))
    network.check_layers(layers)
    if any(weight < 0 for weight in layers.values()):
        raise ValueError(f"layers is {dict(layers)}; every weight must be >= 0")
    return {name: float(weight) for name, weight in layers.items() if weight}


def _per_canvas(values: Tensor) -> Tensor:
    """[V, K, ...] averaged over all but canvases: [K]."""
    return values.transpose(0, 1).flatten(1).mean(1)
