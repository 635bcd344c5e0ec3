"""The CPU backend of ``rasterize``: compiled kernels behind a torch autograd function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from inkwright.compiled_kernels.compilation import is_compiled
from inkwright.compiled_kernels.threads import run_pass
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizers.cpu.allocator import keep_freed_memory
from inkwright.vector_graphics.rasterizers.cpu.arrays import Array, Coverage, Paints, View
from inkwright.vector_graphics.rasterizers.cpu.measures import item_measures, layer_coverage
from inkwright.vector_graphics.rasterizers.cpu.passes import (
    FILL,
    STROKE,
    composite,
    composite_gradient,
    cover,
    measure,
    shape_gradient,
    strip_count,
)
from inkwright.vector_graphics.rasterizers.cpu.structure import structure_of, texture_places
from inkwright.vector_graphics.rasterizers.textures import Textures, gradient_textures

__all__ = ["is_compiled", "paint"]

# Fewer covered pixels than this are done by one thread before the others have woken up.
PARALLEL_FROM = 100_000


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
    keep_freed_memory()
    textures = gradient_textures(drawing, height, width, filter_width)
    texture = drawing.points.new_zeros(0, 4) if textures is None else textures.color
    view = View(width / drawing.canvas[0], height / drawing.canvas[1], filter_width, height, width)
    image: Tensor = _Paint.apply(
        drawing.points, drawing.width, drawing.stroke, drawing.fill, background, texture,
        _Scene(drawing, textures, view),
    )  # fmt: skip
    return image


def measure_items(
    drawing: Drawing, height: int, width: int, background: Tensor
) -> tuple[Array, Array, Array]:
    """Shape [I], measures [I, 4] (see numba_measures), pixel box [I, 4] of every fill and stroke."""
    textures = gradient_textures(drawing, height, width, 1.0)
    view = View(width / drawing.canvas[0], height / drawing.canvas[1], 1.0, height, width)
    scene, structure = _Scene(drawing, textures, view), structure_of(drawing)
    texture = drawing.points.new_zeros(0, 4) if textures is None else textures.color
    image, half, paints = _prepare(scene, drawing.width, drawing.stroke, drawing.fill, background, texture)
    pairs = np.stack([drawing.canvas_index.numpy(), drawing.layer.numpy()], axis=1)
    layers, shape_layer = np.unique(pairs, axis=0, return_inverse=True)
    item_layer = shape_layer.reshape(-1)[structure.item_shape].astype(np.int64)
    totals = np.zeros((layers.shape[0], height, width), image.dtype)
    through = np.ones((image.shape[0], height, width), image.dtype)
    outline, found, sizes = measure(_array(drawing.points, image.dtype), half, structure, view)
    threads, below = _threads(found), np.empty((3, found.cover.size), image.dtype)
    items, sums = structure.item_shape.size, np.zeros((structure.item_shape.size, 4))
    run_pass(cover, items, half, structure, view, outline, found, sizes, threads=threads)
    run_pass(composite, strip_count(image), image, structure, found, paints, below, threads=threads)
    run_pass(layer_coverage, len(totals), structure, found, item_layer, totals, threads=threads)
    run_pass(
        item_measures, len(through), structure, found, paints, below, item_layer, totals, through, sums,
        threads=threads,
    )  # fmt: skip
    return structure.item_shape, sums, _boxes(found)


def _boxes(found: Coverage) -> Array:
    """[I, 4] left, top, right, bottom of each item's spans."""
    boxes = np.zeros((found.item_y.shape[0], 4), np.int64)
    for i, (top, bottom) in enumerate(found.item_y.tolist()):
        spans = slice(found.row_spans[found.item_row[i]], found.row_spans[found.item_row[i] + bottom - top])
        columns = found.span_x[spans]
        if columns.size:
            boxes[i] = columns[:, 0].min(), top, columns[:, 1].max(), bottom
    return boxes


@dataclass(frozen=True)
class _Scene:
    drawing: Drawing
    textures: Textures | None
    view: View

    @property
    def half_scale(self) -> float:
        """Pixels of half width per canvas unit of full width."""
        return 0.5 * (self.view.scale_x * self.view.scale_y) ** 0.5


def _prepare(
    scene: _Scene, width: Tensor, stroke: Tensor, fill: Tensor, background: Tensor, texture: Tensor
) -> tuple[Array, Array, Paints]:
    """The background as an image [B, 3, H, W], half widths [N] in pixels, and the colours of all items."""
    structure, view = structure_of(scene.drawing), scene.view
    dtype = np.float64 if width.dtype == torch.float64 else np.float32
    colors = np.stack([_array(fill, dtype), _array(stroke, dtype)])[structure.item_kind, structure.item_shape]
    image = np.empty((scene.drawing.num_canvases, 3, view.height, view.width), dtype)
    image[:] = _array(background, dtype)[:, :, None, None]
    paints = Paints(colors, texture_places(structure, scene.textures), _array(texture, dtype))
    return image, _array(width, np.float64) * scene.half_scale, paints


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
        structure, view = structure_of(scene.drawing), scene.view
        image, half, paints = _prepare(scene, width, stroke, fill, background, texture)
        keep = any(ctx.needs_input_grad)
        outline, found, sizes = measure(_array(points, image.dtype), half, structure, view)
        threads, items = _threads(found), structure.item_shape.size
        run_pass(cover, items, half, structure, view, outline, found, sizes, threads=threads)
        below = np.empty((3, found.cover.size if keep else 0), image.dtype)
        run_pass(composite, strip_count(image), image, structure, found, paints, below, threads=threads)
        if keep:
            ctx.saved = scene, half, paints, outline, found, below
            ctx.save_for_backward(points)
        return torch.from_numpy(image).to(points.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:  # noqa: D102
        scene, half, paints, outline, found, below = ctx.saved
        structure = structure_of(scene.drawing)
        (points,) = ctx.saved_tensors
        gradient = np.array(upstream.detach().numpy(), dtype=paints.color.dtype, order="C")
        to_cover, to_spans = np.empty_like(found.cover), np.empty((found.span_cell.size, 4), gradient.dtype)
        to_texture, to_vertices = np.zeros_like(paints.texture), np.zeros_like(outline.vertices)
        to_points, to_half = np.zeros(tuple(points.shape)), np.zeros_like(half)
        to_color = np.zeros((2, half.size, 4))
        threads = _threads(found)
        run_pass(
            composite_gradient, strip_count(gradient), gradient, structure, found, paints, below,
            to_cover, to_spans, to_texture, threads=threads,
        )  # fmt: skip
        run_pass(
            shape_gradient, half.size, half, structure, scene.view, outline, found, to_cover, to_spans,
            to_vertices, to_points, to_half, to_color, threads=threads,
        )  # fmt: skip
        to_background = gradient.sum((2, 3)) if ctx.needs_input_grad[4] else np.zeros(0)
        found_gradients = (
            to_points, to_half * scene.half_scale, to_color[STROKE], to_color[FILL],
            to_background, to_texture,
        )  # fmt: skip
        dtype = points.numpy().dtype
        return tuple(
            torch.from_numpy(each.astype(dtype, copy=False)) if needed else None
            for each, needed in zip((*found_gradients, None), ctx.needs_input_grad, strict=True)
        )


def _threads(found: Coverage) -> int:
    """How many threads the passes over this coverage are worth: Numba's setting, or one."""
    return numba.get_num_threads() if found.cover.size >= PARALLEL_FROM else 1


def _array(tensor: Tensor, dtype: Any) -> Array:
    return np.ascontiguousarray(tensor.detach().numpy(), dtype)
