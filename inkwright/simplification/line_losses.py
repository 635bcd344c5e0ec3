"""What a simplifier is trained by: weighted squared error, and agreement of lines within a tolerance."""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.simplification.loss_map import LossMap, loss_map


def weighted_error(cleaned: Tensor, target: Tensor, kind: LossMap = "paper", power: int = 2) -> Tensor:
    """Mean of (M (Y - Y*))^2 over all pixels (Simo-Serra et al. 2016, equation 1, averaged); a scalar.

    Args:
        cleaned: [B, 1, H, W] what the network drew, in [0, 1].
        target: [B, 1, H, W] what it should have drawn, in [0, 1].
        kind: which loss map, see ``loss_map``.
        power: 2 as in the paper, whose map stands inside the square; 1 weighs the squared error itself.

    Raises:
        ValueError: the power is neither 1 nor 2, or the map is unknown.
    """
    if power not in (1, 2):
        raise ValueError(f"map_power is {power}; it must be 1 or 2")
    error = (cleaned - target).square()
    if kind == "none":
        return error.mean()
    return (error * loss_map(target, kind) ** power).mean()


def line_disagreement(cleaned: Tensor, target: Tensor, tolerance: int = 2) -> Tensor:
    """1 - F1 of the ink within a tolerance, made soft: grey clouds and missing lines both cost.

    Precision is the share of the drawn ink that lies near a line of the target, recall the share of the
    target's ink that has drawn ink near it; near is a square of ``2 tolerance + 1`` pixels.

    Args:
        cleaned: [B, 1, H, W] in [0, 1], 1 = paper.
        target: [B, 1, H, W] in [0, 1].
        tolerance: pixels, >= 0.

    Returns:
        A scalar in [0, 1]; 0 if both are empty.

    Raises:
        ValueError: the tolerance is negative.
    """
    if tolerance < 0:
        raise ValueError(f"tolerance is {tolerance}; it must be at least 0 pixels")
    drawn, meant = 1 - cleaned, 1 - target
    side = 2 * tolerance + 1
    near_meant = F.max_pool2d(meant, side, stride=1, padding=tolerance)
    near_drawn = F.max_pool2d(drawn, side, stride=1, padding=tolerance)
    tiny = 1e-4 * torch.ones_like(drawn).sum()
    precision = ((drawn * near_meant).sum() + tiny) / (drawn.sum() + tiny)
    recall = ((meant * near_drawn).sum() + tiny) / (meant.sum() + tiny)
    return 1 - 2 * precision * recall / (precision + recall)
