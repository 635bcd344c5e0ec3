"""The named tuples of arrays and numbers that the GPU kernels are given."""

from typing import Any, NamedTuple

Array = Any  # a tensor where kernels are launched, a pointer to its first number within them


class Tiles(NamedTuple):
    """Pairs of a tile and an item, by tile and within it in paint order; entries are the edges of each."""

    tile_pairs: Array  # [B * tiles + 1] int32; tile t has the pairs tile_pairs[t]:tile_pairs[t + 1]
    pair_tile: Array  # [K] int32 tile, counted over all pictures
    pair_item: Array  # [K] int32
    pair_first: Array  # [K + 1] int32; pair k has the entries pair_first[k]:pair_first[k + 1]
    entry_edge: Array  # [M] int32
    entry_pair: Array  # [M] int32
    entry_rank: (
        Array  # [M] int32 place when sorted by edge: gradients written there are summed without sorting
    )
    edge_entries: Array  # [U] int64 number of entries of each edge


class Grid(NamedTuple):
    """How tiles lie on pictures."""

    columns: int  # tiles side by side
    tiles: int  # of one picture
    height: int  # pixels
    width: int


class Items(NamedTuple):
    """Fills and strokes in pixels."""

    edges: Array  # [U, 4] x and y of start and end
    link: Array  # [U] int32 sum of GOES_ON and COMES_FROM
    half: Array  # [I] half widths
    weight: Array  # [U] by how much an edge of a fill counts
    filter_width: Array  # [1]


class Coverage(NamedTuple):
    """What every pair covers of the pixels of its tile."""

    cover: Array  # [K, TILE²] in [0, 1]
    source: Array  # [K, TILE²] int32 stroke: closest chord; fill: derivative by the winding (-1, 0, 1)
    other: Array  # [K, TILE²] int32 chord of a stroke that adds most, or -1


class Paints(NamedTuple):
    """The colours of items and pictures, and those that items are painted over."""

    place: Array  # [I, 5] int32 first row in the table (-1: flat colour), left, top, columns, rows
    table: Array  # [I + T, 4] straight RGBA of flat items, then of textures
    background: Array  # [B, 3]
    below: Array  # [K, 3, TILE²]; [1, 3, TILE²] where it is not kept


class Gradients(NamedTuple):
    """Room for the derivatives of the loss."""

    cover: Array  # [K, TILE²]
    pairs: Array  # [K, 4] RGBA of flat items
    table: Array  # [I + T, 4] RGBA of textures
    entries: Array  # [M, 5] each entry's edge (x and y of start and end) and half width, sorted by edge
