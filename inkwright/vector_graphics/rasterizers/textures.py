"""Pixel colours of shapes that are filled by gradients or pictures, shared by every backend."""

from dataclasses import dataclass

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.gradient_fills import GradientFills
from inkwright.vector_graphics.picture_fills import PictureFills

Window = tuple[int, int, int, int]  # left, top, right, bottom in pixels, right and bottom excluded


@dataclass(frozen=True)
class Textures:
    """Colours of shapes that gradients and pictures fill, on the pixels that they may cover.

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


def fill_textures(drawing: Drawing, height: int, width: int, filter_width: float) -> Textures | None:
    """Colours of all gradients and pictures at the centres of height x width pixels; None if there are none.

    By half of the side of the box filter in pixels, windows are wider than shapes.
    """
    found = [
        _textures(drawing, paints, height, width, filter_width)
        for paints in (drawing.gradients, drawing.pictures)
        if paints is not None
    ]
    if len(found) < 2:
        return found[0] if found else None
    first, second = found
    return Textures(
        torch.cat([first.shape, second.shape]),
        torch.cat([first.window, second.window]),
        torch.cat([first.offsets, second.offsets[1:] + first.offsets[-1]]),
        torch.cat([first.color, second.color]),
    )


def _textures(
    drawing: Drawing, paints: GradientFills | PictureFills, height: int, width: int, filter_width: float
) -> Textures:
    scale = drawing.points.new_tensor([width / drawing.canvas[0], height / drawing.canvas[1]])
    windows = _windows(drawing, paints.shape, scale, (width, height), filter_width / 2 + 1)
    left, top, right, bottom = windows.unbind(1)
    counts = (right - left) * (bottom - top)
    offsets = torch.cat([counts.new_zeros(1), counts.cumsum(0)])
    owner = torch.repeat_interleave(torch.arange(len(counts), device=counts.device), counts)
    within, columns = torch.arange(len(owner), device=owner.device) - offsets[owner], (right - left)[owner]
    x = left[owner] + within % columns.clamp_min(1)
    y = top[owner] + within // columns.clamp_min(1)
    centers = (torch.stack([x, y], dim=1) + 0.5).to(scale) / scale
    color = (
        paints.colors_at(owner, centers)
        if isinstance(paints, GradientFills)
        else paints.colors_at(owner, centers, scale)
    )
    alpha = drawing.fill[:, 3].index_select(0, paints.shape).index_select(0, owner)
    color = torch.cat([color[:, :3], color[:, 3:] * alpha[:, None]], dim=1)
    return Textures(paints.shape, windows.cpu(), offsets.cpu(), color)


def _windows(drawing: Drawing, shapes: Tensor, scale: Tensor, size: tuple[int, int], margin: float) -> Tensor:
    """[G, 4] the window of each of some shapes [G]."""
    points, owner = drawing.points.detach() * scale, drawing.point_shape()[:, None].expand(-1, 2)
    start = points.new_zeros(drawing.num_shapes, 2)
    low = start.scatter_reduce(0, owner, points, "amin", include_self=False)[shapes] - margin
    high = start.scatter_reduce(0, owner, points, "amax", include_self=False)[shapes] + margin
    limit = torch.tensor(size, dtype=points.dtype, device=points.device)
    ends = [torch.floor(low), torch.ceil(high)]
    return torch.cat([each.clamp(min=0).minimum(limit).long() for each in ends], dim=1)


def pixel_centers(window: Window, like: Tensor) -> Tensor:
    """[rows * columns, 2] centres of the pixels of a window, row by row, of the type of ``like``."""
    left, top, right, bottom = window
    x = torch.arange(left, right, dtype=like.dtype, device=like.device) + 0.5
    y = torch.arange(top, bottom, dtype=like.dtype, device=like.device) + 0.5
    rows, columns = torch.meshgrid(y, x, indexing="ij")
    return torch.stack([columns, rows], dim=-1).reshape(-1, 2)
