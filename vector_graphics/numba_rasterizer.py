"""The CPU backend of ``rasterize``: compiled kernels behind a torch autograd function."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd.function import once_differentiable

from vector_graphics.drawing import Drawing
from vector_graphics.numba_compilation import is_compiled
from vector_graphics.numba_kernels import FILL, STROKE, composite, composite_gradient, cover, shape_gradient
from vector_graphics.numba_plan import item_textures, paint_plan
from vector_graphics.textures import Textures, gradient_textures

__all__ = ["is_compiled", "paint"]

# Numba's work queue must not be entered from two Python threads at once.
_LOCK = threading.Lock()


def paint(drawing: Drawing, height: int, width: int, background: Tensor, filter_width: float) -> Tensor:
    """[B, 3, height, width] picture of the drawing over the background [B, 3].

    Args:
        drawing: the shapes; kernels run in float64 for a float64 drawing, else in float32.
        height: rows of the image.
        width: columns of the image.
        background: [B, 3] RGB of each canvas.
        filter_width: side of the box filter in pixels, >= 1.

    Raises:
        ValueError: the drawing is not on the CPU.
    """
    if drawing.points.device.type != "cpu":
        raise ValueError(f"backend numba runs on the CPU; the drawing is on {drawing.points.device}")
    textures = gradient_textures(drawing, height, width, filter_width)
    colors = drawing.points.new_zeros(0, 4) if textures is None else textures.color
    image: Tensor = _Paint.apply(  # type: ignore[no-untyped-call]
        drawing.points, drawing.width, drawing.stroke, drawing.fill, background, colors,
        _Scene(drawing, textures, height, width, filter_width),
    )  # fmt: skip
    return image


@dataclass(frozen=True)
class _Scene:
    drawing: Drawing
    textures: Textures | None
    rows: int
    columns: int
    filter_width: float

    @property
    def scale(self) -> tuple[float, float]:
        return self.columns / self.drawing.canvas[0], self.rows / self.drawing.canvas[1]

    @property
    def mean_scale(self) -> float:
        return (self.scale[0] * self.scale[1]) ** 0.5


class _Paint(torch.autograd.Function):
    @staticmethod
    def forward(  # noqa: D102
        ctx: Any,
        points: Tensor,
        width: Tensor,
        stroke: Tensor,
        fill: Tensor,
        background: Tensor,
        texture: Tensor,
        scene: _Scene,
    ) -> Tensor:
        plan = paint_plan(scene.drawing)
        dtype = np.float64 if points.dtype == torch.float64 else np.float32
        half = _array(width, np.float64) * (0.5 * scene.mean_scale)
        colors = np.stack([_array(fill, dtype), _array(stroke, dtype)])[plan.item_kind, plan.item_shape]
        paints = colors, item_textures(plan, scene.textures), _array(texture, dtype)
        image = np.empty((scene.drawing.num_canvases, 3, scene.rows, scene.columns), dtype)
        image[:] = _array(background, dtype)[:, :, None, None]
        keep = any(ctx.needs_input_grad)
        with _LOCK:
            geometry, covered = cover(
                _array(points, dtype), half, plan.arrays, *scene.scale, scene.filter_width, scene.rows, scene.columns
            )
            below = composite(image, covered, *paints, plan.canvas_items, keep)
        if keep:
            ctx.saved = scene, plan, half, paints, geometry, covered, below
            ctx.save_for_backward(points, width)
        return torch.from_numpy(image).to(points.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:  # noqa: D102
        scene, plan, half, paints, geometry, covered, below = ctx.saved
        points, _ = ctx.saved_tensors
        dtype = paints[0].dtype
        gradient = np.array(upstream.detach(), dtype=dtype, order="C")
        with _LOCK:
            to_cells, to_spans, to_texture = composite_gradient(gradient, covered, below, *paints, plan.canvas_items)
            to_points, to_half, to_color = shape_gradient(
                _array(points, dtype), half, plan.arrays, plan.shape_items, geometry, covered, to_cells, to_spans,
                *scene.scale, scene.filter_width,
            )  # fmt: skip
        to_width = to_half * (0.5 * scene.mean_scale)
        found = to_points, to_width, to_color[STROKE], to_color[FILL], gradient.sum((2, 3)), to_texture
        return (*(torch.from_numpy(each).to(points.dtype) for each in found), None)


def _array(tensor: Tensor, dtype: Any) -> NDArray[Any]:
    return np.ascontiguousarray(tensor.detach().numpy(), dtype)
