"""Keeps one bad gradient from spoiling a run: what is not finite is left out, what explodes is shortened."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from inkwright.optimization.shape_sources.drawing_source import load_sizes

# The gradient of a parameter [R, ...], and the canvas of each row [R]; None where rows belong to no canvas.
WatchedGradient = tuple[Tensor, Tensor | None]


class GradientGuard(nn.Module):
    """Watches the gradient norm of every trained tensor on every canvas.

    Non-finite entries become zero, so that they move nothing. A norm beyond ``max_growth`` times its running
    mean is scaled back to that limit: one spike would otherwise sit in Adam's second moment for a thousand
    steps. When the number of tensors changes, the guard starts anew.

    Attributes:
        usual_norm: [T, K] running means of the norms; zero before the first step.
        repairs: number of steps in which something was mended.
        failures: number of steps in which something was not finite.
    """

    usual_norm: Tensor
    repairs: Tensor
    failures: Tensor

    def __init__(self, num_canvases: int, *, max_growth: float = 10.0, decay: float = 0.9) -> None:
        """Starts without any history.

        Raises:
            ValueError: ``max_growth`` is not above 1, or ``decay`` is not in [0, 1).
        """
        super().__init__()
        if not max_growth > 1:
            raise ValueError(f"max_growth is {max_growth}; it must be above 1")
        if not 0 <= decay < 1:
            raise ValueError(f"decay is {decay}; it must be in [0, 1)")
        self.num_canvases, self.max_growth, self.decay = num_canvases, max_growth, decay
        self.register_buffer("usual_norm", torch.zeros(0, num_canvases))
        self.register_buffer("repairs", torch.zeros((), dtype=torch.long))
        self.register_buffer("failures", torch.zeros((), dtype=torch.long))

    def forget(self) -> None:
        """Starts anew, since the gradients to come are of another loss."""
        self.usual_norm.zero_()

    @torch.no_grad()
    def mend_(self, gradients: Sequence[WatchedGradient]) -> bool:
        """Mends T gradients in place, in the same order at every call.

        Returns:
            Whether anything had to be mended.
        """
        if len(gradients) != len(self.usual_norm):
            self.usual_norm = self.usual_norm.new_zeros(len(gradients), self.num_canvases)
        norms = self._norms(gradients)
        known = self.usual_norm > 0
        limit = torch.where(known, self.max_growth * self.usual_norm, torch.finfo(norms.dtype).max)
        mended = not bool((norms <= limit).all())  # what is not finite is above every limit, too
        if mended:
            self.failures += int(not bool(torch.isfinite(norms).all()))
            norms = self._mend(gradients, limit)
            self.repairs += 1
        history = torch.where(known, self.usual_norm, norms)
        self.usual_norm.copy_(torch.lerp(norms, history, self.decay))
        return mended

    def _norms(self, gradients: Sequence[WatchedGradient]) -> Tensor:
        return torch.stack([self._norm(*each) for each in gradients])

    def _norm(self, gradient: Tensor, canvas: Tensor | None) -> Tensor:
        """[K] the norm on each canvas; of a parameter that belongs to none, its whole norm on all."""
        if canvas is None or self.num_canvases == 1:
            return torch.linalg.vector_norm(gradient).expand(self.num_canvases)
        squares = gradient.reshape(len(gradient), -1).square().sum(1)
        return squares.new_zeros(self.num_canvases).index_add(0, canvas, squares).sqrt()

    def _mend(self, gradients: Sequence[WatchedGradient], limit: Tensor) -> Tensor:
        for gradient, _ in gradients:
            torch.nan_to_num_(gradient, nan=0.0, posinf=0.0, neginf=0.0)
        norms = self._norms(gradients)
        scale = torch.where(torch.isfinite(norms), (limit / norms.clamp_min(1e-30)).clamp_max(1.0), 0.0)
        for (gradient, canvas), factor in zip(gradients, scale, strict=True):
            rows = factor[0] if canvas is None else factor[canvas].reshape(-1, *[1] * (gradient.dim() - 1))
            gradient.mul_(rows)
        return self._norms(gradients)

    def _load_from_state_dict(self, state_dict: Mapping[str, Any], prefix: str, *rest: Any) -> None:
        load_sizes(self, state_dict, prefix)
        super()._load_from_state_dict(state_dict, prefix, *rest)
