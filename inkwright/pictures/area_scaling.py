"""Scales pictures: each new pixel is the mean of the area it covers."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def working_size(width: int, height: int, long_side: int) -> tuple[int, int]:
    """(width, height) with the given long side and the same aspect ratio, at least one pixel each."""
    scale = long_side / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def scale_picture(picture: NDArray[np.float32], width: int, height: int) -> Tensor:
    """The picture [H, W, C] at a new size, as [C, height, width] float32.

    By exact area averages along an axis that shrinks, smoothly where it grows.
    """
    values = torch.from_numpy(picture).permute(2, 0, 1).contiguous()
    rows = axis_weights(values.shape[1], height)
    columns = axis_weights(values.shape[2], width)
    return rows @ (values @ columns.T)


def axis_weights(size: int, wanted: int) -> Tensor:
    """Weights [wanted, size] that turn ``size`` samples of an axis into ``wanted``; every row sums to 1."""
    if wanted >= size:
        return _interpolation_weights(size, wanted)
    edges = torch.linspace(0, size, wanted + 1, dtype=torch.float64)
    cells = torch.arange(size, dtype=torch.float64)
    overlap = torch.minimum(edges[1:, None], cells + 1) - torch.maximum(edges[:-1, None], cells)
    overlap = overlap.clamp_min(0)
    return (overlap / overlap.sum(1, keepdim=True)).float()


def _interpolation_weights(size: int, wanted: int) -> Tensor:
    """Linear interpolation between pixel centers, the edge pixels extended outwards."""
    centers = ((torch.arange(wanted, dtype=torch.float64) + 0.5) * size / wanted - 0.5).clamp(0, size - 1)
    distance = (centers[:, None] - torch.arange(size, dtype=torch.float64)).abs()
    return (1 - distance).clamp_min(0).float()
