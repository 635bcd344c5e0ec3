"""Strokes moved by gradients until they look like the raster they were traced from."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from vector_graphics.drawing import Drawing
from vector_graphics.rasterizer import Backend, rasterize
from vectorization.line_mask import Grey

_STAY, _SMOOTH = 2e-5, 2e-3


def refine(
    drawing: Drawing,
    grey: Grey,
    steps: int = 20,
    lr_points: float = 0.15,
    lr_width: float = 0.05,
    backend: Backend = "auto",
) -> Drawing:
    """The drawing after Adam on its control points and widths.

    The loss is the squared difference of picture and raster, at full and at half size, and two small
    penalties: points stay where they were, and neighbouring points move alike, so that joints stay smooth.

    Args:
        drawing: one canvas of strokes, one unit a pixel.
        grey: [H, W] in [0, 1], 1 = paper.
        steps: of the optimiser, >= 0.
        lr_points: step size of points in pixels.
        lr_width: step size of widths in pixels.
        backend: the rasteriser.

    Returns:
        The drawing whose picture was nearest to the raster; never worse than the given one.

    Raises:
        ValueError: the raster has another size than the canvas, or there are fewer than 0 steps.
    """
    height, width = grey.shape
    if drawing.canvas != (width, height):
        raise ValueError(f"grey is {width} x {height}, the canvas {drawing.canvas}; they must be equal")
    if steps < 0:
        raise ValueError(f"refine_steps is {steps}; it must be at least 0")
    if steps == 0 or drawing.num_shapes == 0:
        return drawing
    target = torch.from_numpy(np.ascontiguousarray(grey, dtype=np.float32))[None, None]
    first = drawing.points.detach().clone()
    points, wide = first.clone().requires_grad_(), drawing.width.detach().clone().requires_grad_()
    inner = _inner_points(drawing)
    optimizer = torch.optim.Adam([{"params": points, "lr": lr_points}, {"params": wide, "lr": lr_width}])
    best, kept = float("inf"), drawing
    for step in range(steps + 1):
        current = drawing.replace(points=points, width=wide.clamp_min(0.3))
        difference = rasterize(current, height, width, backend)[:, :1] - target
        fit = difference.square().mean()
        if float(fit.detach()) < best:
            best, kept = float(fit.detach()), current.detach()
        if step == steps:
            break
        moved = points - first
        bends = moved[inner - 1] - 2 * moved[inner] + moved[inner + 1]
        loss = fit + _half_size(difference) + _STAY * moved.square().mean() + _SMOOTH * bends.square().mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return kept


def _half_size(difference: Tensor) -> Tensor:
    if min(difference.shape[-2:]) < 2:
        return difference.square().mean()
    return F.avg_pool2d(difference, 2).square().mean()


def _inner_points(drawing: Drawing) -> Tensor:
    """Indices of the points that have a neighbour of the same path on both sides."""
    is_edge = torch.zeros(len(drawing.points), dtype=torch.bool)
    is_edge[drawing.path_offsets[:-1]] = True
    is_edge[drawing.path_offsets[1:] - 1] = True
    return (~is_edge).nonzero().flatten()
