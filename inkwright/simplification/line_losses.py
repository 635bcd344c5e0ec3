"""What a simplifier is trained by: weighted squared error, and agreement of lines within a tolerance.

The loss map says which pixels of a clean target count how much, as thick lines must not outweigh thin ones.
Simo-Serra et al., "Learning to Simplify" (SIGGRAPH 2016), section 4.2: M = min(a exp(-H) + b, 1), 1 on white,
where H is the share of the pixels around that fall into the same bin of grey.
"""

from typing import Literal, get_args

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

LossMap = Literal["none", "code", "paper"]
LOSS_MAPS: tuple[LossMap, ...] = get_args(LossMap)
RADIUS, BINS = 2, 10
ALPHA, BETA = 6.0, -2.0


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


@torch.no_grad()
def loss_map(target: Tensor, kind: LossMap = "paper", radius: int = RADIUS, bins: int = BINS) -> Tensor:
    """Weights of the errors at each pixel.

    Args:
        target: [B, 1, H, W] clean lines in [0, 1], 1 = paper.
        kind: "paper": min(6 exp(-H) - 2, 1), and 1 on white; "code": exp(-H) + 0.5, as the published training
            script has it; "none": 1.
        radius: of the square window in pixels, >= 0.
        bins: of the histogram of grey, >= 2.

    Returns:
        [B, 1, H, W]; no gradient flows through it.

    Raises:
        ValueError: the kind is unknown.
    """
    if kind not in LOSS_MAPS:
        raise ValueError(f"loss_map is {kind!r}; there is {', '.join(LOSS_MAPS)}")
    if kind == "none":
        return torch.ones_like(target)
    share = same_bin_share(target, radius, bins)
    if kind == "code":
        return torch.exp(-share) + 0.5
    weight = (ALPHA * torch.exp(-share) + BETA).clamp(max=1.0)
    return torch.where(target >= 1.0, 1.0, weight)


def same_bin_share(target: Tensor, radius: int = RADIUS, bins: int = BINS) -> Tensor:
    """[B, 1, H, W] share of the pixels around each pixel that fall into its bin of grey.

    The window is cut at the border and divided by what is left of it; a pixel of grey p falls into bin
    min(floor(10 p), 9). If a pixel is in its neighbour's bin, the neighbour is in the pixel's: half of the
    shifts tell all.
    """
    bin_of = (target * bins).clamp_(0, bins - 1).to(torch.uint8 if bins <= 256 else torch.int32)
    height, width = target.shape[-2:]
    # Counts of up to 255 pixels fit into a byte, and bytes are compared and added fastest.
    count = torch.ones_like(bin_of, dtype=torch.uint8 if (2 * radius + 1) ** 2 < 256 else torch.int32)
    for down in range(min(radius, height - 1) + 1):
        for right in range(-radius if down else 1, radius + 1):
            if abs(right) >= width:
                continue
            first, last = max(right, 0), min(right, 0) + width
            here = (..., slice(down, height), slice(first, last))
            there = (..., slice(0, height - down), slice(first - right, last - right))
            same = (bin_of[here] == bin_of[there]).view(torch.uint8)
            count[here] += same
            count[there] += same
    valid = _in_reach(height, radius, target)[:, None] * _in_reach(width, radius, target)
    return count.to(target) / valid


def _in_reach(size: int, radius: int, like: Tensor) -> Tensor:
    """[size] how many of ``size`` pixels in a row lie within the radius of each."""
    place = torch.arange(size, device=like.device, dtype=like.dtype)
    return (place + radius).clamp(max=size - 1) - (place - radius).clamp(min=0) + 1
