"""Reading maps between pixels, and averaging them along the flow."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


def sample(maps: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """Bilinear values of maps at points, clamped to the picture.

    Args:
        maps: [H, W] or [H, W, C].
        x: [...] columns in pixel indices (0 is the centre of the first pixel).
        y: [...] rows in pixel indices.

    Returns:
        [...] or [..., C] values.
    """
    height, width = maps.shape[:2]
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    left, top = np.floor(x).astype(np.int32), np.floor(y).astype(np.int32)
    across, down = (x - left).astype(np.float32), (y - top).astype(np.float32)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    flat = maps.reshape(height * width, *maps.shape[2:])
    if maps.ndim == 3:
        across, down = across[..., None], down[..., None]
    upper = flat[top * width + left] * (1 - across) + flat[top * width + right] * across
    lower = flat[bottom * width + left] * (1 - across) + flat[bottom * width + right] * across
    return upper * (1 - down) + lower * down


def nearest(maps: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """[...] or [..., C] values of maps at the pixels nearest to points (x, y), clamped to the picture."""
    height, width = maps.shape[:2]
    column = np.clip(np.rint(x), 0, width - 1).astype(np.int32)
    row = np.clip(np.rint(y), 0, height - 1).astype(np.int32)
    flat: FloatArray = maps.reshape(height * width, *maps.shape[2:])
    return flat[row * width + column]


def smooth_along_flow(
    maps: FloatArray, flow: FloatArray, sigma: float, turns_with_flow: NDArray[np.bool_]
) -> FloatArray:
    """Gaussian averages of maps along the curves of a direction field (line integral convolution).

    Args:
        maps: [H, W, C].
        flow: [H, W, 2] unit vectors (x, y), equal up to sign.
        sigma: in pixels along the curve; 0 leaves the maps as they are.
        turns_with_flow: [C] whether a map changes its sign when the flow vector of its pixel is turned round.

    Returns:
        [H, W, C] averages, with the signs of the pixel where each curve starts.
    """
    if sigma <= 0:
        return maps
    height, width = maps.shape[:2]
    layers = torch.from_numpy(np.ascontiguousarray(np.moveaxis(maps, -1, 0)))[None]
    turns = torch.from_numpy(turns_with_flow)[None, :, None, None]
    field = torch.from_numpy(np.ascontiguousarray(np.moveaxis(flow, -1, 0)))
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    stride = max(1.0, sigma / 3)
    reach = int(np.ceil(2 * sigma / stride))
    weights = [float(np.exp(-0.5 * (stride * step / sigma) ** 2)) for step in range(reach + 1)]
    total = layers.clone()
    for way in (1.0, -1.0):
        x, y, heading = columns.float(), rows.float(), way * field
        for weight in weights[1:]:
            x, y = (x + stride * heading[0]).clamp_(0, width - 1), (y + stride * heading[1]).clamp_(0, height - 1)
            local = field.reshape(2, -1)[:, (y.round() * width + x.round()).long()]
            agrees = torch.where((local * heading).sum(0) < 0, -1.0, 1.0)
            heading = local * agrees
            grid = torch.stack([(2 * x + 1) / width - 1, (2 * y + 1) / height - 1], dim=-1)[None]
            values = F.grid_sample(layers, grid, padding_mode="border", align_corners=False)
            total += weight * torch.where(turns, way * agrees * values, values)
    averages = total[0] / (1 + 2 * sum(weights[1:]))
    return np.ascontiguousarray(np.moveaxis(averages.numpy(), 0, -1))
