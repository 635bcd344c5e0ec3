"""Adversarial training of a simplifier on pairs and on sketches without partners (TOG 2018)."""

from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.simplification.discriminator import Discriminator
from inkwright.simplification.simplifier_network import SimplifierNetwork
from lightning_modules.simplifier_optimization import SimplifierOptimization
from lightning_modules.sketch_simplifier import Batch, SketchSimplifier


class AdversarialSimplifier(SketchSimplifier):
    """The simplifier also learns to draw what a discriminator takes for clean drawings.

    It minimizes its losses + alpha BCE(D(S(x)), 1) + beta BCE(D(S(x alone)), 1); D minimizes the sum of the
    four BCEs against drawings of S (0), targets and clean drawings alone (1). D trains alone at first. Lines
    without partners leave the statistics of batch normalization as they are. One sketch as the only rough
    one without partner is what the paper calls single-image optimization.
    """

    def __init__(
        self,
        network: SimplifierNetwork,
        optimization: SimplifierOptimization,
        *,
        alpha: float = 8e-5,
        beta: float = 8e-5,
        alone_steps: int = 1000,
        side: int = 384,
        **losses: Any,
    ) -> None:
        """Takes over its parts.

        Args:
            network: what is trained.
            optimization: how; the discriminator is trained alike.
            alpha: weight of the discriminator's opinion of sketches with a partner.
            beta: and of those without.
            alone_steps: steps at the beginning in which only the discriminator learns.
            side: height and width of the patches in pixels, a multiple of 64.
            losses: see ``SketchSimplifier``.

        Raises:
            ValueError: a weight is negative.
        """
        super().__init__(network, optimization, **losses)
        if min(alpha, beta, alone_steps) < 0:
            raise ValueError(
                f"alpha, beta, alone_steps are {alpha}, {beta}, {alone_steps}; they must be >= 0"
            )
        self.alpha, self.beta, self.alone_steps = alpha, beta, alone_steps
        self.discriminator = Discriminator(side)
        self.automatic_optimization = False

    def configure_optimizers(self) -> Any:
        """One optimizer for the simplifier, one for the discriminator."""
        return [self.optimization.build(each.parameters()) for each in (self.network, self.discriminator)]

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """A step of the simplifier (once the discriminator has had its start), and one of the latter.

        Raises:
            ValueError: the data has no sketches without partners.
        """
        if "rough_alone" not in batch:
            raise ValueError("adversarial training needs unpaired sketches: datamodule=unpaired_sketches")
        optimizers: Any = self.optimizers()
        simplifier, discriminator = optimizers
        drawn = self(batch["rough"])
        alone = self._without_statistics(batch["rough_alone"])
        if batch_idx >= self.alone_steps:
            losses = self.losses(drawn, batch["clean"])
            losses["fooled"] = self.alpha * self._verdict(drawn, real=True)
            losses["fooled_alone"] = self.beta * self._verdict(alone, real=True)
            self._step(simplifier, torch.stack(list(losses.values())).sum())
        else:
            losses = {}
        told = (
            self._verdict(drawn.detach(), real=False)
            + self._verdict(alone.detach(), real=False)
            + self._verdict(batch["clean"], real=True)
            + self._verdict(batch["clean_alone"], real=True)
        )
        self._step(discriminator, told)
        losses["discriminator"] = told
        self._last = {name: value.detach() for name, value in losses.items()}
        if (batch_idx + 1) % self.trainer.log_every_n_steps == 0:  # type: ignore[attr-defined]
            self._log(self._last)
        return told.detach()

    def _verdict(self, drawings: Tensor, *, real: bool) -> Tensor:
        logits = self.discriminator(drawings)
        return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, float(real)))

    def _without_statistics(self, rough: Tensor) -> Tensor:
        self.network.eval()
        drawn = self(rough)
        self.network.train()
        return drawn

    def _step(self, optimizer: Any, loss: Tensor) -> None:
        self.network.zero_grad()
        self.discriminator.zero_grad()
        self.manual_backward(loss)
        optimizer.step()
