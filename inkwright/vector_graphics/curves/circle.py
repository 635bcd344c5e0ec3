"""The circle as a closed path of cubics."""

import math

import torch
from torch import Tensor


def circle_points(segments: int) -> Tensor:
    """[3S, 2] control points of a circle of radius 1 around the origin, of S equal cubics, clockwise.

    Raises:
        ValueError: there are fewer than 2 segments.
    """
    if segments < 2:
        raise ValueError(f"segments is {segments}; a circle needs at least 2")
    turn = 2 * math.pi / segments
    angle = turn * torch.arange(segments)
    start = torch.stack([angle.cos(), angle.sin()], dim=-1)
    end = start.roll(-1, 0)
    reach = 4 / 3 * math.tan(turn / 4)
    ahead, back = start.flip(-1) * torch.tensor([-1, 1]), end.flip(-1) * torch.tensor([1, -1])
    return torch.stack([start, start + reach * ahead, end + reach * back], dim=1).reshape(-1, 2)
