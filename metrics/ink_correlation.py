"""Does a sketch have its ink where its picture changes?"""

from __future__ import annotations

import torch
from torch import Tensor
from torchmetrics import Metric

from metrics.ink import blurred, check_pair, gradient_magnitude, ink_map

SIGMA = 2.0


def gradient_correlation(render: Tensor, target: Tensor, sigma: float = SIGMA) -> Tensor:
    """Pearson correlation of the blurred ink with the blurred gradient magnitude of the picture.

    Args:
        render: [3, H, W] the sketch on white, in [0, 1].
        target: [3, H, W] the picture, in [0, 1].
        sigma: standard deviation in pixels of the blur of both, > 0.

    Returns:
        A number in [-1, 1]; 0 if one of them is the same everywhere.

    Raises:
        ValueError: a shape does not fit, or sigma is not above 0.
    """
    check_pair(render, target)
    _check_sigma(sigma)
    return correlation(blurred(ink_map(render), sigma), blurred(gradient_magnitude(target), sigma))


def correlation(first: Tensor, second: Tensor) -> Tensor:
    """Pearson correlation of two maps of one shape, in double precision; 0 if one of them is constant."""
    x, y = (value.double() - value.double().mean() for value in (first, second))
    lengths = [torch.linalg.vector_norm(value) for value in (x, y)]
    scale = lengths[0] * lengths[1]
    nothing = min(lengths) < 1e-6 * x.numel() ** 0.5
    return torch.zeros_like(scale) if nothing else torch.dot(x.flatten(), y.flatten()) / scale


class GradientCorrelation(Metric):
    """Mean of ``gradient_correlation`` over sketches.

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

    def update(self, render: Tensor, target: Tensor) -> None:
        """Count one sketch; both are [3, H, W] in [0, 1]."""
        value = gradient_correlation(render, target, self.sigma)
        self.total = self.total + value.to(self.total.device)
        self.count = self.count + 1

    def compute(self) -> Tensor:
        """The mean so far."""
        return self.total / self.count


def _check_sigma(sigma: float) -> None:
    if not sigma > 0:
        raise ValueError(f"sigma is {sigma}; it must be a number of pixels above 0")
