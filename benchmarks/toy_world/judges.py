"""Who says what pictures of the small world show: the CLIP that guides, and a classifier that never does."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from benchmarks.toy_world.truth_classifier import TruthClassifier, classifier
from inkwright.frozen_networks.clip import ClipNetwork, load_clip
from inkwright.toy_world.shipped_weights import shipped_weights
from inkwright.toy_world.words import COLORS, KINDS
from inkwright.toy_world.zero_shot import kind_prompts, likeness, pair_prompts, probabilities


class Judge(Protocol):
    """Looks at pictures [B, 3, 64, 64] in [0, 1]."""

    def kinds(self, images: Tensor) -> Tensor:
        """[B, 28] how likely each kind is."""

    def thing(self, images: Tensor) -> Tensor:
        """[B] kind and color as one number, kind * 9 + color."""


@dataclass(frozen=True)
class ClipJudge:
    """Zero-shot, by captions."""

    network: ClipNetwork

    @torch.no_grad()
    def embedded(self, images: Tensor) -> Tensor:
        """[B, D] of pictures, in small parts."""
        parts = [self.network.features(part).embedding for part in torch.split(images, 64)]
        return torch.cat([part for part in parts if part is not None])

    def kinds(self, images: Tensor) -> Tensor:
        """[B, 28] how likely each kind is."""
        return probabilities(self.embedded(images), self.network.embed_text(kind_prompts()))

    def thing(self, images: Tensor) -> Tensor:
        """[B] kind and color as one number, kind * 9 + color."""
        return likeness(self.embedded(images), self.network.embed_text(pair_prompts())).argmax(1)

    def cosine(self, images: Tensor, prompt: str) -> Tensor:
        """[B] the CLIP score."""
        return likeness(self.embedded(images), self.network.embed_text([prompt]))[:, 0]


@dataclass(frozen=True)
class TruthJudge:
    """By the labels of the truth."""

    network: TruthClassifier

    @torch.no_grad()
    def kinds(self, images: Tensor) -> Tensor:
        """[B, 28] how likely each kind is."""
        return self.network(images)[0].softmax(1)

    @torch.no_grad()
    def thing(self, images: Tensor) -> Tensor:
        """[B] kind and color as one number, kind * 9 + color."""
        kind, color = self.network(images)
        return kind.argmax(1) * len(COLORS) + color.argmax(1)


def clip_judge(name: str = "clip_resnet") -> ClipJudge:
    """A tiny CLIP that ships."""
    return ClipJudge(load_clip(weights_path=shipped_weights(name)).network)


def judges() -> dict[str, Judge]:
    """``clip``, which guides drawings here, and ``truth``, which is trained first if it isn't there."""
    return {"clip": clip_judge(), "truth": TruthJudge(classifier())}


def likelihood(judge: Judge, images: Tensor, prompt: str) -> Tensor:
    """[B] of the kind that a prompt's last word names."""
    return judge.kinds(images)[:, KINDS.index(prompt.split()[-1])]


def named_right(judge: Judge, images: Tensor, prompt: str) -> Tensor:
    """[B] whether the likeliest kind is a prompt's last word."""
    return judge.kinds(images).argmax(1) == KINDS.index(prompt.split()[-1])


def accuracies(judge: Judge, images: Tensor, things: list[tuple[str, str]]) -> dict[str, float]:
    """Shares of pictures whose kind, and whose kind and color are right; ``things`` are (kind, color)."""
    kinds = torch.tensor([KINDS.index(kind) for kind, _ in things])
    both = kinds * len(COLORS) + torch.tensor([list(COLORS).index(color) for _, color in things])
    thing = judge.thing(images)
    right = {"kind": thing // len(COLORS) == kinds, "color": thing % len(COLORS) == both % len(COLORS)}
    return {name: float(each.float().mean()) for name, each in (right | {"both": thing == both}).items()}
