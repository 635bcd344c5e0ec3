"""What the canvases of a matrix are judged by: their losses weighed, balanced, and tied to their strokes."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from inkwright.guidance.term import GuidanceTerm
from inkwright.optimization.objective import Objective
from inkwright.stroke_networks.gradient_balance import balance
from inkwright.stroke_networks.stroke_networks import StrokeNetworks
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import Backend


class SceneObjective(Objective):
    """The losses of terms, of which every canvas has its own; in training balanced by their gradients.

    Attributes:
        source: the strokes; set before the first step.
        balanced: [K] bool, the canvases whose losses are balanced while none is removed; None = nowhere.
        settled: whether pictures are judged as at the end of a stage while strokes are removed, so that C can
            be compared with C*; for terms that go from coarse to fine.
        given_up: [K] what a canvas loses in addition, whatever is drawn: what its targets leave out of the
            picture; None = nothing.
    """

    source: StrokeNetworks
    balanced: Tensor | None = None
    settled: bool = False
    given_up: Tensor | None = None

    def __init__(
        self,
        terms: Mapping[str, GuidanceTerm],
        *,
        shares: Mapping[str, Tensor] | None = None,
        backend: Backend = "auto",
    ) -> None:
        """Takes over its parts.

        Args:
            terms: by name.
            shares: by loss (``clip/block2``), [K] >= 0, its weight on each canvas; losses that are not named
                count 1 on all.
            backend: the rasterizer.
        """
        super().__init__(terms, backend=backend)
        self.shares = dict(shares or {})

    def picture_losses(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """Every loss of pictures [K, 3, H, W], by name, as each canvas has it."""
        if self.source.ratio is not None and self.settled:
            progress = 1.0
        losses = super().picture_losses(images, progress)
        return {name: value * self._share(name, value) for name, value in losses.items()}

    def content(self, losses: Mapping[str, Tensor]) -> Tensor:
        """[K] C: what the pictures lose; every loss that a canvas has counts in full."""
        full = []
        for name in _of_pictures(losses):
            share = self._share(name, losses[name])
            full.append(torch.where(share > 0, losses[name] / share.clamp_min(1e-12), 0))
        total = torch.stack(full).sum(0)
        return total if self.given_up is None else total + self.given_up.to(total)

    def losses(
        self, drawing: Drawing, progress: float, *, images: Tensor | None = None, training: bool = False
    ) -> dict[str, Tensor]:
        """As of every objective; in training balanced, with L_sparse and L_ratio while strokes are removed.

        L_ratio = (L_sparse - r C)^2 has the form of the published code, which C near 0 can't blow up.
        """
        losses = super().losses(drawing, progress, images=images, training=training)
        if not training:
            return losses
        groups = self._groups(losses)
        if self.source.ratio is None:
            return self._balanced(losses, groups) if self.balanced is not None else losses
        sparsity = self.source.sparsity()
        ratio = (sparsity - self.source.ratio * self.content(losses)).square()
        losses["removal/sparsity"] = sparsity
        groups["sparsity"] = ["removal/sparsity"]
        return {**self._balanced(losses, groups), "removal/ratio": ratio}

    def _balanced(self, losses: dict[str, Tensor], groups: Mapping[str, list[str]]) -> dict[str, Tensor]:
        """The losses, each group with its weight on each canvas."""
        if len(groups) < 2:
            return losses
        totals = [torch.stack([losses[name] for name in names]).sum(0) for names in groups.values()]
        removing = self.source.ratio is not None
        network = self.source.simplicity if removing else self.source.location
        sizes = torch.stack([network.mean_absolute_gradient(each.sum()) for each in totals])
        weights = balance(sizes, torch.stack(totals).detach() > 0)
        if not removing and self.balanced is not None:
            weights = torch.where(self.balanced, weights, 1)
        for weight, names in zip(weights, groups.values(), strict=True):
            losses |= {name: weight * losses[name] for name in names}
        return losses

    def _groups(self, losses: Mapping[str, Tensor]) -> dict[str, list[str]]:
        """What is balanced as one: each loss that canvases have shares of; else all losses of a term."""
        groups: dict[str, list[str]] = {}
        for name in _of_pictures(losses):
            groups.setdefault(name if name in self.shares else name.partition("/")[0], []).append(name)
        return groups

    def _share(self, name: str, like: Tensor) -> Tensor:
        return self.shares[name].to(like) if name in self.shares else torch.ones_like(like)


def _of_pictures(losses: Mapping[str, Tensor]) -> list[str]:
    return [name for name in losses if not name.startswith("penalty/")]
