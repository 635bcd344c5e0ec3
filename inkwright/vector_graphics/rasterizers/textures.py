"""Pixel colours of shapes that are filled by gradients, shared by every backend."""

from dataclasses import dataclass

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing

Window = tuple[int, int, int, int]  # left, top, right, bottom in pixels, right and bottom excluded


@dataclass(frozen=True)
class Textures:
    """Colours of gradient-filled shapes on the pixels that they may cover.

    Attributes:
        shape: [G] int64 shapes.
        window: [G, 4] int64 left, top, right, bottom in pixels, right and bottom excluded.
        offsets: [G + 1] int64; the pixels of shape g, row by row, are ``color[offsets[g]:offsets[g + 1]]``.
        color: [T, 4] straight RGBA at pixel centres, the alpha of the shape's fill multiplied in.
    """

    shape: Tensor
    window: Tensor
    offsets: Tensor
    color: Tensor


def gradient_textures(drawing: Drawing, height: int, width: int, filter_width: float) -> Textures | None:
    """Colours of all gradient fills at the centres of height x width pixels; None if there is no gradient.

    By half of the side of the box filter in pixels, windows are wider than shapes.
    """
    gradients = drawing.gradients
    if gradients is None:
        return None
    scale = drawing.points.new_tensor([width / drawing.canvas[0], height / drawing.canvas[1]])
    windows, colors = [], []
    for index, shape in enumerate(gradients.shape.tolist()):
        windows.append(_window(drawing, shape, scale, (width, height), filter_width / 2 + 1))
        color = gradients.color_at(index, pixel_centers(windows[-1], drawing.points) / scale)
        colors.append(torch.cat([color[:, :3], color[:, 3:] * drawing.fill[shape, 3]], dim=1))
    counts = torch.tensor([0] + [each.shape[0] for each in colors])
    return Textures(gradients.shape, torch.tensor(windows), torch.cumsum(counts, 0), torch.cat(colors))


def _window(drawing: Drawing, shape: int, scale: Tensor, size: tuple[int, int], margin: float) -> Window:
    first, last = drawing.path_offsets[drawing.shape_offsets[shape : shape + 2]].tolist()
    points = drawing.points[first:last].detach() * scale
    limit = torch.tensor(size, dtype=points.dtype, device=points.device)
    low = torch.floor(points.amin(0) - margin).clamp(min=0).minimum(limit).long().tolist()
    high = torch.ceil(points.amax(0) + margin).clamp(min=0).minimum(limit).long().tolist()
    return low[0], low[1], high[0], high[1]


def pixel_centers(window: Window, like: Tensor) -> Tensor:
    """[rows * columns, 2] centres of the pixels of a window, row by row, of the type of ``like``."""
    left, top, right, bottom = window
    x = torch.arange(left, right, dtype=like.dtype, device=like.device) + 0.5
    y = torch.arange(top, bottom, dtype=like.dtype, device=like.device) + 0.5
    rows, columns = torch.meshgrid(y, x, indexing="ij")
    return torch.stack([columns, rows], dim=-1).reshape(-1, 2)
