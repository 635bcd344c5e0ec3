"""Is the ink of a sketch arranged as the changes of its picture are?"""

import torch
from torch import Tensor

from inkwright.metrics.mean_ink_score import SIGMA, MeanInkScore, blurred_ink_and_change

_KERNEL = 11
_BETAS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # Wang, Simoncelli and Bovik 2003


def ink_similarity(render: Tensor, target: Tensor, sigma: float = SIGMA) -> Tensor:
    """Multi-scale structural similarity of the blurred ink and the blurred gradient magnitude of the picture.

    Both maps are scaled so that their 99th percentile is 1. Five scales (Wang, Simoncelli and Bovik 2003);
    fewer if the picture is too small for them, with the weights scaled to the same sum.

    Args:
        render: [3, H, W] the sketch on white, in [0, 1].
        target: [3, H, W] the picture, in [0, 1].
        sigma: standard deviation in pixels of the blur of both, > 0.

    Returns:
        A number in [0, 1]; 0 if the picture has less than 11 pixels on a side.

    Raises:
        ValueError: a shape does not fit, or sigma is not above 0.
    """
    return map_similarity(*(normalized(each) for each in blurred_ink_and_change(render, target, sigma)))


def normalized(image: Tensor) -> Tensor:
    """[H, W] divided by its 99th percentile and clamped to [0, 1]; a map without anything stays 0."""
    top = torch.quantile(image.flatten(), 0.99) if image.numel() < 2**24 else image.max()
    return (image / top.clamp_min(1e-6)).clamp(0, 1)


def map_similarity(first: Tensor, second: Tensor) -> Tensor:
    """Multi-scale structural similarity of two maps [H, W] in [0, 1]."""
    from torchmetrics.functional.image.ssim import multiscale_structural_similarity_index_measure

    scales = sum(min(first.shape) // 2**scale >= _KERNEL for scale in range(len(_BETAS)))
    if not scales:
        return first.new_zeros(())
    betas = tuple(beta / sum(_BETAS[:scales]) for beta in _BETAS[:scales])
    value: Tensor = multiscale_structural_similarity_index_measure(
        first[None, None], second[None, None], data_range=1.0, betas=betas, normalize="relu"
    )
    return value


class InkSimilarity(MeanInkScore):
    """Mean of ``ink_similarity`` over sketches."""

    def score(self, render: Tensor, target: Tensor) -> Tensor:
        """The similarity of one sketch."""
        return ink_similarity(render, target, self.sigma)
