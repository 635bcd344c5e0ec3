"""How a simplifier's weights are moved."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch.nn import Parameter


@dataclass(frozen=True)
class SimplifierOptimization:
    """The optimizer and its step sizes.

    Attributes:
        steps: of the whole run, >= 1.
        optimizer: "adamw", or "adadelta" as in the paper (rho 0.9, eps 1e-6), whose ``lr`` is 1.
        lr: step size, > 0; None is 2e-3 for AdamW and 1 for ADADELTA.
        weight_decay: of AdamW, >= 0.
        warmup: steps over which the step size grows from 0, >= 0.
        decay_share: share of the run, at its end, over which the step size falls to 0, in [0, 1]. Before it,
            nothing depends on the length of the run: a run may be resumed as a longer or shorter one.
    """

    steps: int
    optimizer: Literal["adamw", "adadelta"] = "adamw"
    lr: float | None = None
    weight_decay: float = 1e-3
    warmup: int = 100
    decay_share: float = 0.2

    def __post_init__(self) -> None:
        if self.optimizer not in ("adamw", "adadelta"):
            raise ValueError(f"optimizer is {self.optimizer!r}; it must be adamw or adadelta")
        if self.steps < 1:
            raise ValueError(f"steps is {self.steps}; it must be >= 1")
        if self.lr is not None and not self.lr > 0:
            raise ValueError(f"lr is {self.lr}; it must be above 0")
        if not 0 <= self.decay_share <= 1:
            raise ValueError(f"decay_share is {self.decay_share}; it must be in [0, 1]")
        if self.warmup < 0 or self.weight_decay < 0:
            raise ValueError(
                f"warmup, weight_decay are {self.warmup}, {self.weight_decay}; they must be >= 0"
            )

    def build(self, parameters: Iterator[Parameter]) -> torch.optim.Optimizer:
        """The optimizer over ``parameters``."""
        if self.optimizer == "adadelta":
            return torch.optim.Adadelta(parameters, lr=self.lr or 1.0, rho=0.9, eps=1e-6)
        return torch.optim.AdamW(parameters, lr=self.lr or 2e-3, weight_decay=self.weight_decay)

    def rate_at(self, step: int) -> float:
        """Factor of the step size at ``step`` (0 = the first), in [0, 1]."""
        grown = min((step + 1) / (self.warmup + 1), 1.0)
        decay = self.decay_share * self.steps
        left = min((self.steps - step) / decay, 1.0) if decay > 0 else 1.0
        return grown * max(left, 0.0)
