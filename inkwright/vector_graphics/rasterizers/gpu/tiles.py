"""Which edges act on which tiles of the pictures: sorted lists, made by torch in one fixed order."""

from dataclasses import dataclass

import torch
from torch import Tensor

from inkwright.vector_graphics.ragged_arrays import offsets_from_counts
from inkwright.vector_graphics.rasterizers.gpu.arrays import Grid, Tiles
from inkwright.vector_graphics.rasterizers.gpu.outlines import STROKE, Outlines, Structure

TILE = 16
_SLACK = 1e-2  # pixels by which boxes are widened against rounding in float32
_HALF_DIAGONAL = 0.7072  # of a square of side 1, rounded up


@dataclass(frozen=True)
class Raster:
    """The size of the pictures."""

    canvases: int
    height: int  # pixels
    width: int
    filter_width: float  # side of the box filter in pixels

    @property
    def grid(self) -> Grid:
        """How tiles lie on each picture."""
        columns = -(-self.width // TILE)
        return Grid(columns, columns * -(-self.height // TILE), self.height, self.width)


@torch.no_grad()
def bin_edges(outlines: Outlines, structure: Structure, half: Tensor, raster: Raster) -> Tiles:
    """Assign edges to tiles.

    A stroke's chord acts where it is closer than half the width and half a filter's diagonal. A fill's edge
    acts on the rows that it crosses, and there on all pixels of the fill that are not right of it. ``half``
    [I] is in pixels (of fills: anything).
    """
    edges = outlines.edges.double()
    stroked = structure.item_kind[outlines.item] == STROKE
    reach = torch.where(
        stroked, half.double()[outlines.item] + _HALF_DIAGONAL * raster.filter_width, raster.filter_width / 2
    )
    ranges = _tile_ranges(edges, reach, stroked, outlines, raster)
    unseen = (stroked & (half[outlines.item] <= 0))[:, None]
    ranges[:, 2:] = torch.where(unseen, ranges[:, :2] - 1, ranges[:, 2:])
    columns, rows = (ranges[:, 2:] - ranges[:, :2] + 1).clamp(min=0).unbind(1)
    counts = columns * rows
    edge = torch.repeat_interleave(torch.arange(counts.shape[0], device=edges.device), counts)
    local = torch.arange(edge.shape[0], device=edges.device) - offsets_from_counts(counts)[edge]
    x, y = ranges[edge, 0] + local % columns[edge], ranges[edge, 1] + local // columns[edge]
    acts = _acts(edges[edge], x, y, reach[edge], stroked[edge])
    edge, x, y = edge[acts], x[acts], y[acts]
    item = outlines.item[edge]
    tile = structure.item_canvas[item] * raster.grid.tiles + y * raster.grid.columns + x
    key = tile * structure.item_shape.shape[0] + item
    return _sorted_tiles(edge, key, counts.shape[0], structure, raster)


def _tile_ranges(edges: Tensor, reach: Tensor, stroked: Tensor, outlines: Outlines, raster: Raster) -> Tensor:
    """[U, 4] first column, first row, last column, last row of the tiles that each edge may act on."""
    size = torch.tensor([raster.width, raster.height], device=edges.device)
    starts, ends = edges[:, :2], edges[:, 2:]
    margin = reach[:, None] + _SLACK + 0.5
    low = torch.ceil(torch.minimum(starts, ends) - margin).clamp(min=0).minimum(size)
    high = torch.floor(torch.maximum(starts, ends) + margin).clamp(min=-1).minimum(size - 1)
    if edges.shape[0]:
        counts = torch.diff(outlines.offsets)
        left = torch.segment_reduce(low[:, 0].contiguous(), "min", lengths=counts, unsafe=True)
        low[:, 0] = torch.where(stroked, low[:, 0], left[outlines.item])
    empty = (low > high).any(1, keepdim=True)
    low, high = low.long() // TILE, high.long().clamp(min=0) // TILE
    return torch.cat([low, torch.where(empty, low - 1, high)], dim=1)


def _acts(edges: Tensor, column: Tensor, row: Tensor, reach: Tensor, stroked: Tensor) -> Tensor:
    """[M] whether an edge really acts on a tile: a long slanted one passes by most tiles of its box."""
    start, along = edges[:, :2], edges[:, 2:] - edges[:, :2]
    tile = torch.stack([column, row], dim=1) * float(TILE)
    offset = tile + TILE / 2 - start
    squared = along.square().sum(1)
    t = ((offset * along).sum(1) / torch.where(squared > 0, squared, 1)).clamp(0, 1)
    distance = torch.linalg.vector_norm(offset - t[:, None] * along, dim=1)
    close = distance <= reach + _HALF_DIAGONAL * TILE + _SLACK

    top, margin = tile[:, 1] - reach, TILE + 2 * reach
    rise = torch.where(along[:, 1] == 0, 1, along[:, 1])
    cuts = torch.stack([(top - start[:, 1]) / rise, (top + margin - start[:, 1]) / rise]).clamp(0, 1)
    cuts = torch.where(along[:, 1] == 0, cuts.new_tensor([[0.0], [1.0]]), cuts)
    right = (start[:, 0] + cuts * along[:, 0]).amax(0)
    return torch.where(stroked, close, right >= tile[:, 0] - reach - _SLACK)


def _sorted_tiles(edge: Tensor, key: Tensor, num_edges: int, structure: Structure, raster: Raster) -> Tiles:
    """Entries by (tile, item, edge); ``key`` is tile * items + item, entries come sorted by edge."""
    key, rank = torch.sort(key, stable=True)
    pair_key, pair_of, counts = torch.unique_consecutive(key, return_inverse=True, return_counts=True)
    items = max(structure.item_shape.shape[0], 1)
    pair_tile = pair_key // items
    tiles = torch.arange(raster.canvases * raster.grid.tiles + 1, device=key.device)
    return Tiles(
        tile_pairs=torch.searchsorted(pair_tile, tiles).int(),
        pair_tile=pair_tile.int(),
        pair_item=(pair_key % items).int(),
        pair_first=offsets_from_counts(counts).int(),
        entry_edge=edge[rank].int(),
        entry_pair=pair_of.int(),
        entry_rank=rank.int(),
        edge_entries=torch.bincount(edge, minlength=num_edges),
    )
