"""Does a sketch have its ink where its picture changes?"""

import torch
from torch import Tensor

from inkwright.metrics.mean_ink_score import SIGMA, MeanInkScore, blurred_ink_and_change


def gradient_correlation(render: Tensor, target: Tensor, sigma: float = SIGMA) -> Tensor:
    """Pearson correlation of the blurred ink with the blurred gradient magnitude of the picture.

    In [-1, 1]; 0 if one of them is the same everywhere.

    Args:
        render: [3, H, W] the sketch on white, in [0, 1].
        target: [3, H, W] the picture, in [0, 1].
        sigma: standard deviation in pixels of the blur of both, > 0.

    Raises:
        ValueError: a shape does not fit, or sigma is not above 0.
    """
    return correlation(*blurred_ink_and_change(render, target, sigma))


def correlation(first: Tensor, second: Tensor) -> Tensor:
    """Pearson correlation of two maps of one shape, in double precision; 0 if one of them is constant."""
    x, y = (value.double() - value.double().mean() for value in (first, second))
    lengths = [torch.linalg.vector_norm(value) for value in (x, y)]
    scale = lengths[0] * lengths[1]
    nothing = min(lengths) < 1e-6 * x.numel() ** 0.5
    return torch.zeros_like(scale) if nothing else torch.dot(x.flatten(), y.flatten()) / scale


class GradientCorrelation(MeanInkScore):
    """Mean of ``gradient_correlation`` over sketches."""

    def score(self, render: Tensor, target: Tensor) -> Tensor:
        """The correlation of one sketch."""
        return gradient_correlation(render, target, self.sigma)
