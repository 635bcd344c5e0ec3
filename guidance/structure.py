"""Ink where the lines of the picture are: compared in a scale space, so that a stroke some pixels away is still pulled."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from guidance.term import GuidanceTerm

LUMINANCE = (0.2126, 0.7152, 0.0722)


class StructureTerm(GuidanceTerm):
    def __init__(
        self, weight: float | Sequence[Sequence[float]] = 1.0, *, levels: int = 4, fade: float = 0.5
    ) -> None:
        super().__init__(weight)
        self.levels = levels
        self.fade = fade
        self.lines: Tensor | None = None

    def aim_at(self, lines: Tensor, attention: Tensor | None = None) -> None:
        self.lines = lines
        self.attention = torch.ones_like(lines) if attention is None else attention

    def prepare(self, target: Tensor, mask: Tensor | None) -> None:
        self.targets = pyramid(self.lines[None, None], self.levels)
        self.weights = [
            w / w.mean().clamp_min(1e-6) for w in pyramid(self.attention[None, None], self.levels)
        ]
        self.scale = [1.0 / t.square().mean().clamp_min(1e-6) for t in self.targets]

    def forward(self, image: Tensor, progress: float) -> dict[str, Tensor]:
        luminance = image.new_tensor(LUMINANCE)
        ink = 1 - torch.einsum("bchw,c->bhw", image, luminance)[:, None]
        losses = {}
        for level, (drawn, wanted, weight, scale) in enumerate(
            zip(pyramid(ink, self.levels), self.targets, self.weights, self.scale)
        ):
            share = (1 - progress) ** level if level else 1.0
            losses[f"ink{level}"] = share * scale * (weight * (drawn - wanted).square()).mean((1, 2, 3))
        return losses


def pyramid(image: Tensor, levels: int) -> list[Tensor]:
    result = [image]
    for _ in range(levels - 1):
        if min(result[-1].shape[-2:]) < 4:
            break
        result.append(F.avg_pool2d(result[-1], 2))
    return result
