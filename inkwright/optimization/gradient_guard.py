"""Keeps one bad gradient from spoiling a run: what is not finite is left out, what explodes is shortened."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class GradientGuard(nn.Module):
    """Watches the gradient norm of every trained tensor of every candidate.

    Non-finite entries become zero, so that they move nothing. A norm beyond ``max_growth`` times its running
    mean is scaled back to that limit: one spike would otherwise sit in Adam's second moment for a thousand
    steps.

    Attributes:
        usual_norm: [T, K] running means of the norms; zero before the first step.
        repairs: number of steps in which something was mended.
        failures: number of steps in which something was not finite.
    """

    usual_norm: Tensor
    repairs: Tensor
    failures: Tensor

    def __init__(
        self, num_tensors: int, num_candidates: int, *, max_growth: float = 10.0, decay: float = 0.9
    ) -> None:
        """Starts without any history.

        Raises:
            ValueError: ``max_growth`` is not above 1, or ``decay`` is not in [0, 1).
        """
        super().__init__()
        if not max_growth > 1:
            raise ValueError(f"max_growth is {max_growth}; it must be above 1")
        if not 0 <= decay < 1:
            raise ValueError(f"decay is {decay}; it must be in [0, 1)")
        self.max_growth = max_growth
        self.decay = decay
        self.register_buffer("usual_norm", torch.zeros(num_tensors, num_candidates))
        self.register_buffer("repairs", torch.zeros((), dtype=torch.long))
        self.register_buffer("failures", torch.zeros((), dtype=torch.long))

    def forget(self) -> None:
        """Starts anew, since the gradients to come are of another loss."""
        self.usual_norm.zero_()

    @torch.no_grad()
    def mend_(self, gradients: Sequence[Tensor]) -> bool:
        """Mends the gradients in place.

        Args:
            gradients: T tensors [K, ...], one per trained tensor, in the same order at every call.

        Returns:
            Whether anything had to be mended.
        """
        norms = _norms(gradients)
        limit = torch.where(self.usual_norm > 0, self.max_growth * self.usual_norm, torch.inf)
        bad = ~(norms <= limit) | torch.isinf(norms)
        mended = bool(bad.any())
        if mended:
            self.failures += int(not bool(torch.isfinite(norms).all()))
            norms = _mend(gradients, limit)
            self.repairs += 1
        history = torch.where(self.usual_norm > 0, self.usual_norm, norms)
        self.usual_norm.copy_(torch.lerp(norms, history, self.decay))
        return mended


def _norms(gradients: Sequence[Tensor]) -> Tensor:
    return torch.stack([torch.linalg.vector_norm(each.flatten(1), dim=1) for each in gradients])


def _mend(gradients: Sequence[Tensor], limit: Tensor) -> Tensor:
    for gradient in gradients:
        torch.nan_to_num_(gradient, nan=0.0, posinf=0.0, neginf=0.0)
    norms = _norms(gradients)
    scale = torch.where(torch.isfinite(norms), (limit / norms.clamp_min(1e-30)).clamp_max(1.0), 0.0)
    for gradient, factor in zip(gradients, scale, strict=True):
        gradient.mul_(factor.reshape(-1, *[1] * (gradient.dim() - 1)))
    return _norms(gradients)
