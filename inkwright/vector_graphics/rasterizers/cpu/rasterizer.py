"""The CPU backend of ``rasterize``: compiled kernels behind a torch autograd function."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from inkwright.compiled_kernels.compilation import is_compiled
from inkwright.compiled_kernels.threads import most_threads, run_pass
from inkwright.vector_graphics.curves.bernstein import FILL_FLATNESS, FLATNESS, OUTLINE_FLATNESS
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizers.cpu.allocator import keep_freed_memory
from inkwright.vector_graphics.rasterizers.cpu.arrays import (
    FILL,
    STROKE,
    Array,
    Coverage,
    Gradients,
    Outline,
    Paints,
    Styles,
    View,
)
from inkwright.vector_graphics.rasterizers.cpu.compositing import (
    composite,
    composite_gradient,
    strip_count,
    sum_colors,
)
from inkwright.vector_graphics.rasterizers.cpu.coverage import cover
from inkwright.vector_graphics.rasterizers.cpu.layout import lay_out
from inkwright.vector_graphics.rasterizers.cpu.measures import Measures, item_measures, layer_coverage
from inkwright.vector_graphics.rasterizers.cpu.shape_gradient import shape_gradient
from inkwright.vector_graphics.rasterizers.cpu.structure import structure_of, styles_of, texture_places
from inkwright.vector_graphics.rasterizers.textures import Textures, fill_textures

__all__ = ["is_compiled", "paint"]

# Room for pixels that is worth a thread: less of it is done before another has woken up.
ROOM_OF_A_THREAD = 8_000
# Of fills, of round strokes and of outlined ones, in pixels.
CHORDS = {
    "numba": (FILL_FLATNESS, FLATNESS, OUTLINE_FLATNESS),
    "draft": (0.07, 0.14, FLATNESS),
    "exact": (FILL_FLATNESS, FLATNESS, FILL_FLATNESS),
}


def paint(
    drawing: Drawing, height: int, width: int, background: Tensor, filter_width: float, backend: str = "numba"
) -> Tensor:
    """[B, 3, height, width] picture of the drawing over the background [B, 3]; the filter is >= 1 pixel.

    Kernels run in float64 for a float64 drawing, else in float32. The backend "draft" takes fewer chords for
    curves, and the mean winding number, at most 1, for pixels in which a fill overlaps itself; "exact" paints
    all strokes as fills of their outlines.

    Raises:
        ValueError: the drawing is not on the CPU.
    """
    if drawing.points.device.type != "cpu":
        raise ValueError(f"backend numba runs on the CPU; the drawing is on {drawing.points.device}")
    keep_freed_memory()
    textures = fill_textures(drawing, height, width, filter_width)
    texture = drawing.points.new_zeros(0, 4) if textures is None else textures.color
    view = view_of(drawing, height, width, filter_width, backend)
    styles = drawing.styles
    profile = drawing.points.new_zeros(0) if styles is None or styles.profile is None else styles.profile
    image: Tensor = _Paint.apply(
        _Scene(drawing, textures, view, styles_of(drawing, every=backend == "exact")),
        drawing.points, drawing.width, drawing.stroke, drawing.fill, background, texture, profile,
    )  # fmt: skip
    return image


def measure_items(
    drawing: Drawing, height: int, width: int, background: Tensor
) -> tuple[Array, Array, Array]:
    """Of every fill and stroke the shape [I], measures [I, 5] as `measures` has them, pixel box [I, 4]."""
    textures = fill_textures(drawing, height, width, 1.0)
    view = view_of(drawing, height, width, 1.0)
    scene, structure = _Scene(drawing, textures, view, styles_of(drawing)), structure_of(drawing)
    texture = drawing.points.new_zeros(0, 4) if textures is None else textures.color
    half, paints = _prepare(scene, drawing.width, drawing.stroke, drawing.fill, background, texture)
    image = np.empty((drawing.num_canvases, 3, height, width), paints.color.dtype)
    pairs = np.stack([drawing.canvas_index.numpy(), drawing.layer.numpy()], axis=1)
    layers, shape_layer = np.unique(pairs, axis=0, return_inverse=True)
    measures = Measures(
        shape_layer.reshape(-1)[structure.item_shape].astype(np.int64),
        np.zeros((layers.shape[0], height, width), image.dtype),
        np.empty((image.shape[0], width), image.dtype),
        np.zeros((structure.item_shape.size, 5)),
    )
    outline, found, sizes = lay_out(_array(drawing.points, image.dtype), half, scene.styles, structure, view)
    threads = _threads(found)
    cover(structure, view, outline, found, sizes, threads=threads)
    run_pass(layer_coverage, len(layers), structure, found, measures, threads=threads)
    run_pass(item_measures, len(image), found, paints, measures, threads=threads)
    return structure.item_shape, measures.sums, _boxes(found)


def view_of(drawing: Drawing, height: int, width: int, filter_width: float, backend: str = "numba") -> View:
    """How a drawing's canvas becomes so many pixels."""
    scales = width / drawing.canvas[0], height / drawing.canvas[1]
    return View(*scales, filter_width, height, width, *CHORDS[backend], backend != "draft")


def _boxes(found: Coverage) -> Array:
    """[I, 4] left, top, right, bottom of each item's spans."""
    boxes = np.zeros((found.item_y.shape[0], 4), np.int64)
    for i, (top, bottom) in enumerate(found.item_y.tolist()):
        spans = slice(found.row_spans[found.item_row[i]], found.row_spans[found.item_row[i] + bottom - top])
        columns = found.spans[spans]
        if columns.size:
            boxes[i] = columns[:, 0].min(), top, columns[:, 1].max(), bottom
    return boxes


@dataclass(frozen=True)
class _Scene:
    drawing: Drawing
    textures: Textures | None
    view: View
    styles: Styles

    @property
    def half_scale(self) -> float:
        """Pixels of half width per canvas unit of full width."""
        return 0.5 * (self.view.scale_x * self.view.scale_y) ** 0.5


def _prepare(
    scene: _Scene, width: Tensor, stroke: Tensor, fill: Tensor, background: Tensor, texture: Tensor
) -> tuple[Array, Paints]:
    """Half widths [N] in pixels, and the colours of all items and canvases."""
    structure = structure_of(scene.drawing)
    dtype = np.float64 if width.dtype == torch.float64 else np.float32
    rows = structure.item_kind * scene.drawing.num_shapes + structure.item_shape
    colors = np.concatenate([_array(fill, dtype), _array(stroke, dtype)]).take(rows, axis=0)
    places = texture_places(structure, scene.textures)
    paints = Paints(colors, places, _array(texture, dtype), _array(background, dtype).copy())
    return _array(width, np.float64) * scene.half_scale, paints


class _Paint(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, scene: _Scene, points: Tensor, *values: Tensor) -> Tensor:  # noqa: D102
        structure, view, styles = structure_of(scene.drawing), scene.view, scene.styles
        half, paints = _prepare(scene, *values[:-1])
        image = np.empty((scene.drawing.num_canvases, 3, view.height, view.width), paints.color.dtype)
        outline, found, sizes = lay_out(_array(points, image.dtype), half, styles, structure, view)
        threads = _threads(found)
        cover(structure, view, outline, found, sizes, threads=threads)
        run_pass(composite, strip_count(image), image, found, paints, threads=threads)
        if any(ctx.needs_input_grad):
            ctx.saved = scene, paints, outline, found, sizes
            ctx.save_for_backward(points)
        return torch.from_numpy(image).to(points.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:  # noqa: D102
        scene, paints, outline, found, sizes = ctx.saved
        structure = structure_of(scene.drawing)
        (points,) = ctx.saved_tensors
        gradient = _array(upstream, paints.color.dtype)
        background = np.zeros((strip_count(gradient) if ctx.needs_input_grad[5] else 0, 3))
        room = _gradient_room(points, paints, outline, found)
        to, threads = room._replace(sizes=sizes, background=background), _threads(found)
        run_pass(composite_gradient, strip_count(gradient), gradient, found, paints, to, threads=threads)
        sum_colors(0, strip_count(gradient), found, structure, to)
        shape_gradient(structure, scene.view, outline, found, to, threads=threads)
        to_background = background.reshape(len(gradient), -1, 3).sum(1) if background.size else background
        found_gradients = (
            to.points, to.half * scene.half_scale, to.color[STROKE], to.color[FILL], to_background,
            to.texture, to.profile,
        )  # fmt: skip
        dtype = points.numpy().dtype
        return None, *(
            torch.from_numpy(each.astype(dtype, copy=False)) if needed else None
            for each, needed in zip(found_gradients, ctx.needs_input_grad[1:], strict=True)
        )


def _gradient_room(points: Tensor, paints: Paints, outline: Outline, found: Coverage) -> Gradients:
    half = outline.half
    return Gradients(
        sizes=np.zeros((0, 3), np.int64),
        background=np.zeros((0, 3)),
        cover=np.empty(found.cover.shape, found.cover.dtype),
        strips=np.empty((found.strip_items.size, 4)),
        texture=np.zeros(paints.texture.shape, paints.texture.dtype),
        vertices=np.zeros(outline.vertices.shape),
        points=np.zeros(tuple(points.shape)),
        half=np.zeros(half.size),
        profile=np.zeros(outline.contours.styles.profile.shape),
        color=np.zeros((2, half.size, 4)),
    )


def _threads(found: Coverage) -> int:
    """How many threads the passes over this coverage are worth, at most Numba's setting."""
    return min(most_threads(), max(found.cover.size // ROOM_OF_A_THREAD, 1))


def _array(tensor: Tensor, dtype: Any) -> Array:
    return np.ascontiguousarray(tensor.detach().numpy(), dtype)
