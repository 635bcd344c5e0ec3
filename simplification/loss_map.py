"""Which pixels of a clean target count how much: thick lines must not outweigh thin ones.

Simo-Serra et al., "Learning to Simplify" (SIGGRAPH 2016), section 4.2: M = min(a exp(-H) + b, 1), 1 on white,
where H is the share of the pixels around that fall into the same bin of grey.
"""

from __future__ import annotations

from typing import Literal, get_args

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

LossMap = Literal["none", "code", "paper"]
LOSS_MAPS: tuple[LossMap, ...] = get_args(LossMap)
RADIUS, BINS = 2, 10
ALPHA, BETA = 6.0, -2.0
_PAPER_FROM = 0.9


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
    min(floor(10 p), 9). Only bins that occur are counted, so a target of two greys takes two passes.
    """
    levels = (target * bins).floor_().clamp_(0, bins - 1)
    present = torch.histc(levels, bins, -0.5, bins - 0.5).nonzero().flatten().tolist()
    if len(present) == 1:
        return torch.ones_like(target)
    bin_of = levels.to(torch.uint8)
    # Counts of up to 255 pixels fit into a byte, and bytes are added fastest.
    small = torch.uint8 if (2 * radius + 1) ** 2 < 256 else torch.int32
    valid = _window_sum(torch.ones_like(bin_of[:1], dtype=small), radius)
    count = torch.zeros_like(bin_of, dtype=small)
    rest = valid.expand_as(count).clone()  # pixels around that no bin has claimed yet
    for number in present[:-1]:
        same = (bin_of == number).to(small)
        around = _window_sum(same, radius)
        count += same * around
        rest -= around
    count += (bin_of == present[-1]).to(small) * rest
    return count.to(target) / valid.to(target)


def _window_sum(values: Tensor, radius: int) -> Tensor:
    """Sum over the square window around each pixel, nothing beyond the border: along rows, then columns."""
    return _sum_along(_sum_along(values, radius, -1), radius, -2)


def _sum_along(values: Tensor, radius: int, axis: int) -> Tensor:
    room = [0, 0, 0, 0]
    room[0 if axis == -1 else 2] = room[1 if axis == -1 else 3] = radius
    padded = F.pad(values, room)
    size = values.shape[axis]
    total = padded.narrow(axis, 0, size).clone()
    for step in range(1, 2 * radius + 1):
        total += padded.narrow(axis, step, size)
    return total
