"""Strokes moved by gradients until they look like the raster they were traced from."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import Backend, rasterize
from inkwright.vectorization.cubic_splitting import split_where_missed
from inkwright.vectorization.end_fitting import fitted_ends
from inkwright.vectorization.joined_ends import joined_ends
from inkwright.vectorization.line_mask import Grey
from inkwright.vectorization.smooth_joints import SmoothJoints, inner_points
from inkwright.vectorization.traced_stroke import TracedStroke, to_drawing


def refined_strokes(
    strokes: list[TracedStroke],
    grey: Grey,
    steps: int = 60,
    lr_points: float = 0.3,
    stiffness: float = 0.02,
    rounds: int = 1,
) -> list[TracedStroke]:
    """Traced strokes after ``refine``; ends that have stayed near another stroke end exactly on it.

    Args:
        strokes: in pixels.
        grey: [H, W] in [0, 1], 1 = paper.
        steps: of the optimiser, >= 0.
        lr_points: see ``refine``.
        stiffness: see ``refine``.
        rounds: so many share the steps, >= 1. Between two of them ends are put where the ink ends, and
            strokes that lie on paper get more control points there. Exact drawings gain by three; of lines
            that waver this would trace the wavering.

    Raises:
        ValueError: there are fewer than 0 steps, or no round.
    """
    if rounds < 1:
        raise ValueError(f"rounds is {rounds}; it must be at least 1")
    for left in range(rounds, 0, -1):
        strokes = _moved(strokes, grey, steps // rounds, lr_points, stiffness)
        if left > 1:
            strokes = split_where_missed(fitted_ends(strokes, grey), grey)
    return joined_ends(strokes, reach=0.5)


def _moved(
    strokes: list[TracedStroke], grey: Grey, steps: int, lr_points: float, stiffness: float
) -> list[TracedStroke]:
    height, width = grey.shape
    drawing = to_drawing(strokes, (width, height))
    refined = refine(drawing, grey, steps, lr_points, stiffness=stiffness)
    if refined is drawing:
        return strokes
    points = np.split(refined.points.numpy().astype(np.float64), refined.path_offsets[1:-1].numpy())
    return [
        dataclasses.replace(stroke, control=control, width=float(wide))
        for stroke, control, wide in zip(strokes, points, refined.width, strict=True)
    ]


def refine(
    drawing: Drawing,
    grey: Grey,
    steps: int = 60,
    lr_points: float = 0.3,
    lr_width: float = 0.05,
    stiffness: float = 0.02,
    backend: Backend = "auto",
) -> Drawing:
    """The drawing after Adam on its control points and widths; smooth joints stay smooth.

    The loss is the squared difference of picture and raster, summed over pixels, at full and at half size,
    and a penalty on neighbouring points that move apart. From two fifths of the way on the step sizes fall to
    a twentieth.

    Args:
        drawing: one canvas of strokes, one unit a pixel.
        grey: [H, W] in [0, 1], 1 = paper.
        steps: of the optimiser, >= 0.
        lr_points: step size of points in pixels.
        lr_width: step size of widths in pixels.
        stiffness: cost of one pixel squared by which a point leaves the middle of its neighbours. Little lets
            strokes come to where exact lines are, much keeps them from following lines that waver.
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
    inner, joints = inner_points(drawing), SmoothJoints(drawing)
    optimizer = torch.optim.Adam([{"params": points, "lr": lr_points}, {"params": wide, "lr": lr_width}])
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _pace(step / steps))
    best, kept = float("inf"), drawing
    for step in range(steps + 1):
        current = drawing.replace(points=points, width=wide.clamp_min(0.3))
        difference = rasterize(current, height, width, backend)[:, :1] - target
        fit = difference.square().sum()
        if float(fit.detach()) < best:
            best = float(fit.detach())
            kept = current.replace(points=points.detach().clone(), width=current.width.detach().clone())
        if step == steps:
            break
        moved = points - first
        bends = moved[inner - 1] - 2 * moved[inner] + moved[inner + 1]
        loss = fit + _half_size(difference) + stiffness * bends.square().sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        joints.straighten(points)
    return kept


def _pace(share: float) -> float:
    """Share of the step size after a share of the steps."""
    return 1.0 if share < 0.4 else max((1 - share) / 0.6, 0.05)


def _half_size(difference: Tensor) -> Tensor:
    """Squared difference of the pictures at half size, in pixels of the whole size."""
    if min(difference.shape[-2:]) < 2:
        return difference.square().sum()
    return 4 * F.avg_pool2d(difference, 2).square().sum()
