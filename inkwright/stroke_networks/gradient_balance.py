"""Weights that keep one loss from drowning another, by the sizes of their gradients."""

import torch
from torch import Tensor


def balance(gradients: Tensor, used: Tensor | None = None) -> Tensor:
    """The weights a = (G - g) / ((N - 1) G) of N losses on K canvases, G the sum of the g: they sum to 1.

    Args:
        gradients: [N, K] >= 0, mean absolute gradient of each loss.
        used: [N, K] bool, which losses a canvas has; None = all. A canvas with one loss gives it 1.

    Returns:
        [N, K], 0 where a loss is not used.

    Raises:
        ValueError: without ``used`` there is one loss only, and nothing to balance.
    """
    if used is None:
        if len(gradients) < 2:
            raise ValueError(f"gradients are of {len(gradients)} loss; balancing needs 2 or more")
        used = torch.ones_like(gradients, dtype=torch.bool)
    known = torch.where(used, gradients, 0)
    total, count = known.sum(0), used.sum(0)
    shares = (total - known) / ((count - 1).clamp_min(1) * total.clamp_min(1e-30))
    shares = torch.where((count > 1) & (total > 0), shares, 1 / count.clamp_min(1))
    return torch.where(used, shares, 0)
