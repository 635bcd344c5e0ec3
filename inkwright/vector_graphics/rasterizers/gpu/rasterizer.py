"""The GPU backend of ``rasterize``: Triton kernels behind a torch autograd function.

Torch operations flatten the curves and list which edges act on which tiles of 16 x 16 pixels; kernels then
find the coverage of every (tile, item) pair, composite every tile in paint order, and run both backwards. No
kernel adds to memory that another program writes: the gradient of every (tile, edge) has a place of its own,
and the places are summed in a fixed order. The same input gives the same bits.

With K pairs, M entries (tile, edge) and N pixels, forward and backward move about 14 kB x K + 36 N bytes; an
entry costs about 100 operations a pixel of its tile forward (a fill's 35) and 130 (40) backward. By that
count the torch operations of binning cost more than the kernels at common sizes.
"""

import contextlib
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizers.gpu.arrays import Coverage, Gradients, Items, Paints, Tiles
from inkwright.vector_graphics.rasterizers.gpu.compositing import composite, composite_gradient
from inkwright.vector_graphics.rasterizers.gpu.fills import cover_fills, fill_gradient
from inkwright.vector_graphics.rasterizers.gpu.outlines import (
    FILL,
    STROKE,
    Outlines,
    Structure,
    outlines_of,
    structure_of,
)
from inkwright.vector_graphics.rasterizers.gpu.strokes import cover_strokes, stroke_gradient
from inkwright.vector_graphics.rasterizers.gpu.tiles import TILE, Raster, bin_edges
from inkwright.vector_graphics.rasterizers.textures import Textures, fill_textures

# Fused multiply-adds, said aloud since Triton warns where it has to choose by itself.
_OPTIONS = {"enable_fp_fusion": True}
# Programs with sums over a tile: one warp sums without waiting for others.
_ONE_WARP = {"num_warps": 1, **_OPTIONS}


def paint(drawing: Drawing, height: int, width: int, background: Tensor, filter_width: float) -> Tensor:
    """[B, 3, height, width] picture of the drawing over the background [B, 3]; the filter is >= 1 pixel.

    The drawing is on a GPU, or on the CPU under Triton's interpreter; kernels run in float64 for a float64
    drawing, else in float32.

    Raises:
        ValueError: the drawing is on the CPU.
    """
    points = drawing.points
    if points.device.type == "cpu" and not is_interpreted():
        raise ValueError("backend triton runs on a GPU; the drawing is on cpu: use numba, or move it")
    dtype = torch.float64 if points.dtype == torch.float64 else torch.float32
    structure = structure_of(drawing)
    scale = points.new_tensor([width / drawing.canvas[0], height / drawing.canvas[1]])
    outlines = outlines_of(drawing, structure, scale, dtype)
    half = drawing.width[structure.item_shape].to(dtype) * (0.5 * float(scale.prod().sqrt()))
    colors = torch.stack([drawing.fill, drawing.stroke])[structure.item_kind, structure.item_shape].to(dtype)
    textures = fill_textures(drawing, height, width, filter_width)
    paints = colors if textures is None else torch.cat([colors, textures.color.to(dtype)])
    raster = Raster(drawing.num_canvases, height, width, filter_width)
    tiles = bin_edges(outlines, structure, half.detach(), raster)
    scene = _Scene(
        structure,
        outlines,
        raster,
        tiles,
        place=_texture_places(structure, textures, drawing.num_shapes),
        filter_width=torch.full((1,), filter_width, dtype=dtype, device=points.device),
    )
    image: Tensor = _Paint.apply(outlines.edges, half, paints, background.to(dtype), scene)
    return image.to(points.dtype)


def is_interpreted() -> bool:
    """Whether kernels run in Triton's interpreter on the CPU (TRITON_INTERPRET=1 before the first import)."""
    return type(composite).__name__ == "InterpretedFunction"


@dataclass(frozen=True)
class _Scene:
    structure: Structure
    outlines: Outlines
    raster: Raster
    tiles: Tiles
    place: Tensor
    filter_width: Tensor

    def pairs_of(self, kind: int) -> Tensor:
        """Pairs of fills, or of strokes: int32."""
        return torch.nonzero(self.structure.item_kind[self.tiles.pair_item] == kind).flatten().to(torch.int32)

    def entries_of(self, kind: int) -> Tensor:
        """Entries of fills, or of strokes: int32."""
        item = self.outlines.item[self.tiles.entry_edge]
        return torch.nonzero(self.structure.item_kind[item] == kind).flatten().to(torch.int32)

    def items(self, edges: Tensor, half: Tensor) -> Items:
        """What kernels are given of all items, whose edges [U, 4] and half widths [I] are these."""
        return Items(edges, self.outlines.link, half, self.outlines.weight, self.filter_width)


class _Paint(torch.autograd.Function):
    @staticmethod
    def forward(  # noqa: D102
        ctx: Any, edges: Tensor, half: Tensor, paints: Tensor, background: Tensor, scene: _Scene
    ) -> Tensor:
        raster, items = scene.raster, scene.items(edges.contiguous(), half.contiguous())
        keep = any(ctx.needs_input_grad)
        with _on_device(background):
            found = _cover(items, scene)
            below = background.new_empty((found.cover.shape[0] if keep else 1, 3, TILE * TILE))
            paint = Paints(scene.place, paints.contiguous(), background.contiguous(), below)
            image = background.new_empty((raster.canvases, 3, raster.height, raster.width))
            composite[(raster.canvases * raster.grid.tiles,)](
                scene.tiles, found.cover, paint, image, raster.grid, side=TILE, keep=keep, **_OPTIONS
            )
        if keep:
            ctx.scene = scene
            ctx.save_for_backward(items.edges, items.half, *found, *paint)
        return image

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:  # noqa: D102
        edges, half, *saved = ctx.saved_tensors
        found, paint = Coverage(*saved[:3]), Paints(*saved[3:])
        scene: _Scene = ctx.scene
        raster, tiles = scene.raster, scene.tiles
        gradient = upstream.contiguous().clone()
        to = Gradients(
            cover=torch.empty_like(found.cover),
            pairs=found.cover.new_zeros((found.cover.shape[0], 4)),
            table=torch.zeros_like(paint.table),
            entries=edges.new_empty((tiles.entry_edge.shape[0], 5)),
        )
        with _on_device(gradient):
            composite_gradient[(raster.canvases * raster.grid.tiles,)](
                tiles, found.cover, paint, gradient, to, raster.grid, side=TILE, **_OPTIONS
            )
            _edge_gradients(scene.items(edges, half), found, to, scene)
        to_edges = _sum_runs(to.entries, tiles.edge_entries)
        to_half = _sum_runs(to_edges[:, 4:], torch.diff(scene.outlines.offsets)).flatten()
        items = half.shape[0]
        by_item = torch.argsort(tiles.pair_item, stable=True)
        to.table[:items] += _sum_runs(to.pairs[by_item], torch.bincount(tiles.pair_item, minlength=items))
        return to_edges[:, :4], to_half, to.table, gradient.sum((2, 3)), None


def _cover(items: Items, scene: _Scene) -> Coverage:
    tiles, grid = scene.tiles, scene.raster.grid
    pixels = (max(tiles.pair_tile.shape[0], 1), TILE * TILE)
    source = torch.empty(pixels, dtype=torch.int32, device=items.edges.device)
    strokes, fills = scene.pairs_of(STROKE), scene.pairs_of(FILL)
    other = torch.empty_like(source) if strokes.shape[0] else source
    found = Coverage(items.edges.new_empty(pixels), source, other)
    for pairs, kernel in ((strokes, cover_strokes), (fills, cover_fills)):
        if pairs.shape[0]:
            kernel[(pairs.shape[0],)](pairs, tiles, items, found, grid, side=TILE, **_OPTIONS)
    return found


def _edge_gradients(items: Items, found: Coverage, to: Gradients, scene: _Scene) -> None:
    """Fill the gradients of all entries."""
    for kind, kernel in ((STROKE, stroke_gradient), (FILL, fill_gradient)):
        entries = scene.entries_of(kind)
        if entries.shape[0]:
            kernel[(entries.shape[0],)](
                entries, scene.tiles, items, found, to, scene.raster.grid, side=TILE, **_ONE_WARP
            )


def _sum_runs(values: Tensor, counts: Tensor) -> Tensor:
    """Sums of consecutive rows, ``counts`` at a time, each in one fixed order: [C, ...]."""
    if counts.shape[0] == 0 or values.shape[0] == 0:
        return values.new_zeros((counts.shape[0], *values.shape[1:]))
    return torch.segment_reduce(values.contiguous(), "sum", lengths=counts, unsafe=True, initial=0)


def _texture_places(structure: Structure, textures: Textures | None, num_shapes: int) -> Tensor:
    """[I, 5] int32 first row in the table of paints (-1: flat colour), left, top, columns, rows."""
    items, device = structure.item_shape.shape[0], structure.item_shape.device
    table = torch.full((num_shapes + 1, 5), -1, dtype=torch.int64, device=device)
    if textures is not None:
        window = textures.window.to(device)
        first = textures.offsets[:-1].to(device) + items
        size = window[:, 2:] - window[:, :2]
        table[textures.shape.to(device)] = torch.cat([first[:, None], window[:, :2], size], dim=1)
    row = torch.where(structure.item_kind == FILL, structure.item_shape, num_shapes)
    return table[row].to(torch.int32)


def _on_device(tensor: Tensor) -> contextlib.AbstractContextManager[Any]:
    """Launches go to the accelerator that holds the tensor."""
    if tensor.device.type == "cpu":
        return contextlib.nullcontext()
    return torch.accelerator.device_index(tensor.device.index)
