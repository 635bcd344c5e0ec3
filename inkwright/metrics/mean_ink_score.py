"""The mean of a score over sketches, as a metric."""

from abc import abstractmethod

import torch
from torch import Tensor
from torchmetrics import Metric

from inkwright.metrics.ink import blurred, check_pair, gradient_magnitude, ink_map

SIGMA = 2.0


def blurred_ink_and_change(render: Tensor, target: Tensor, sigma: float) -> tuple[Tensor, Tensor]:
    """[H, W] blurred ink of a sketch on white, and [H, W] blurred gradient magnitude of its picture.

    Both are [3, H, W] in [0, 1], ``sigma`` is the standard deviation of both blurs in pixels, > 0.

    Raises:
        ValueError: a shape does not fit, or sigma is not above 0.
    """
    check_pair(render, target)
    _check_sigma(sigma)
    return blurred(ink_map(render), sigma), blurred(gradient_magnitude(target), sigma)


class MeanInkScore(Metric):
    """Mean over sketches of a score of the blurred ink against the changes of the picture.

    Args:
        sigma: standard deviation in pixels of the blur, > 0.
    """

    is_differentiable = False
    higher_is_better = True
    full_state_update = False
    total: Tensor
    count: Tensor

    def __init__(self, sigma: float = SIGMA) -> None:
        super().__init__()
        _check_sigma(sigma)
        self.sigma = sigma
        self.add_state("total", default=torch.zeros((), dtype=torch.float64), dist_reduce_fx="sum")
        self.add_state("count", default=torch.zeros((), dtype=torch.int64), dist_reduce_fx="sum")

    @abstractmethod
    def score(self, render: Tensor, target: Tensor) -> Tensor:
        """The score of one sketch."""

    def update(self, render: Tensor, target: Tensor) -> None:
        """Count one sketch; both are [3, H, W] in [0, 1]."""
        self.total = self.total + self.score(render, target).to(self.total)
        self.count = self.count + 1

    def compute(self) -> Tensor:
        """The mean so far."""
        return self.total / self.count


def _check_sigma(sigma: float) -> None:
    if not sigma > 0:
        raise ValueError(f"sigma is {sigma}; it must be a number of pixels above 0")
