"""Which strokes fade for good, and the penalty that helps them: soft opacity-based regularization."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor

Mode = Literal["hard", "soft"]
Reduction = Literal["mean_dead", "mean_all"]

# The range of each number: low, high, whether low and high belong to it.
_RANGES = {
    "weight": (0.0, math.inf, True, False),
    "threshold": (0.0, math.inf, False, False),
    "beta": (0.0, 1.0, True, False),
    "power": (0.0, math.inf, False, False),
    "hysteresis": (1.0, math.inf, True, False),
    "max_fraction": (0.0, 1.0, True, True),
}


@dataclass(frozen=True)
class PruningRule:
    """The rule, on numbers [N] of the strokes of all K canvases.

    A stroke counts as dead while the running mean of what it is worth is below a threshold. Dead strokes, and
    only they, pay ``weight * opacity ** power``: a stroke that is half transparent on purpose pays nothing,
    and one that is needed again leaves the dead as soon as its running mean has risen.

    The defaults are those of the repository that introduced the rule.

    Attributes:
        weight: lambda, >= 0; 0 switches the penalty off.
        threshold: tau, > 0, of the running mean below which a stroke is dead.
        beta: share of the running mean that is kept in each update, in [0, 1).
        power: of the opacity in the penalty, > 0. With 2 the pull vanishes with the opacity; with 1 it is
            constant, and holds a stroke at 0 against the noise of the other losses.
        mode: "hard" lets dead strokes pay in full, "soft" by how far below the threshold they are.
        reduction: "mean_dead" divides by the number of the dead, "mean_all" by N, so that the pull on one
            stroke does not depend on how many others are dead.
        hysteresis: >= 1; the dead stay dead until their running mean has reached this many thresholds.
        max_fraction: in [0, 1], largest share of the strokes of a candidate that may be dead at once.
    """

    weight: float = 10.0
    threshold: float = 0.02
    beta: float = 0.9
    power: float = 2.0
    mode: Mode = "hard"
    reduction: Reduction = "mean_dead"
    hysteresis: float = 1.0
    max_fraction: float = 1.0

    def __post_init__(self) -> None:
        for name, (low, high, with_low, with_high) in _RANGES.items():
            value = getattr(self, name)
            above = value >= low if with_low else value > low
            below = value <= high if with_high else value < high
            if not (above and below):
                bounds = f"{'[' if with_low else '('}{low:g}, {high:g}{']' if with_high else ')'}"
                raise ValueError(f"{name} is {value}; it must be in {bounds}")
        for name, choices in (("mode", get_args(Mode)), ("reduction", get_args(Reduction))):
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be {' or '.join(choices)}")

    def updated_mean(self, mean: Tensor, worth: Tensor) -> Tensor:
        """[N] the running mean after one more look at what each stroke is worth [N]."""
        return self.beta * mean + (1 - self.beta) * worth

    def dead(self, mean: Tensor, were_dead: Tensor, threshold: Tensor, canvas: Tensor) -> Tensor:
        """[N] bool, which strokes are dead now.

        Args:
            mean: [N] running means.
            were_dead: [N] bool, which were dead before.
            threshold: [K] of each canvas.
            canvas: [N] the canvas of each stroke.
        """
        limit = threshold[canvas]
        dead = (mean < limit) | (were_dead & (mean < self.hysteresis * limit))
        if self.max_fraction < 1:
            for k, count in enumerate(torch.bincount(canvas, minlength=len(threshold)).tolist()):
                rows = torch.nonzero(dead & (canvas == k)).flatten()
                spared = mean[rows].argsort(stable=True)[int(self.max_fraction * count) :]
                dead[rows[spared]] = False
        return dead

    def penalty(
        self, opacity: Tensor, mean: Tensor, dead: Tensor, threshold: Tensor, canvas: Tensor
    ) -> Tensor:
        """[K] what the dead strokes of each canvas pay.

        Args:
            opacity: [N] in [0, 1], with its gradient.
            mean: [N] running means, without gradient.
            dead: [N] bool.
            threshold: [K] of each canvas.
            canvas: [N] the canvas of each stroke.
        """
        share = dead.to(opacity)
        if self.mode == "soft":
            share = share * ((threshold[canvas] - mean) / threshold[canvas]).clamp(0, 1)
        total, shares, count = (
            opacity.new_zeros(len(threshold)).index_add(0, canvas, each)
            for each in (share * opacity**self.power, share, torch.ones_like(share))
        )
        return self.weight * total / (count if self.reduction == "mean_all" else shares).clamp_min(1)
