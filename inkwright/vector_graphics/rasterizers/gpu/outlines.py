"""What the Triton kernels need of a drawing, by torch operations: items in paint order, chords of each."""

from dataclasses import dataclass

import torch
from torch import Tensor

from inkwright.vector_graphics.curves.bernstein import FILL_FLATNESS, FLATNESS
from inkwright.vector_graphics.curves.bezier import flatten
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.ragged_arrays import offsets_from_counts
from inkwright.vector_graphics.rasterizers.inside_border import inside_border

FILL, STROKE = 0, 1
GOES_ON, COMES_FROM = 1, 2


@dataclass(frozen=True)
class Structure:
    """What is painted, apart from all numbers that are trained: items (fills and strokes) in paint order."""

    closings: Tensor  # [C, 2] last and first point of the open paths of filled shapes
    closing_shape: Tensor  # [C] their shapes
    item_shape: Tensor  # [I] shape of each item, canvas by canvas
    item_kind: Tensor  # [I] FILL or STROKE
    item_canvas: Tensor  # [I]


@dataclass(frozen=True)
class Outlines:
    """The directed edges of every item in pixels, item by item; for strokes these are its chords in order."""

    edges: Tensor  # [U, 4] x and y of start and end, differentiable in the points
    link: Tensor  # [U] int32 sum of GOES_ON (the next edge begins where this one ends) and COMES_FROM
    item: Tensor  # [U] int64 item of each edge
    offsets: Tensor  # [I + 1] int64; item i owns the edges offsets[i]:offsets[i + 1]
    weight: Tensor  # [U] by how much an edge counts: not 1 where edges of a fill coincide, or wind backwards


def structure_of(drawing: Drawing) -> Structure:
    """The structure of a drawing; made once and kept in its cache while the structure does not change."""
    structure: Structure | None = drawing.cache.get("triton_structure")
    if structure is None:
        structure = drawing.cache["triton_structure"] = _make_structure(drawing)
    return structure


def outlines_of(drawing: Drawing, structure: Structure, scale: Tensor, dtype: torch.dtype) -> Outlines:
    """All items as edges in pixels, of which a canvas unit has ``scale`` [2]."""
    points = (drawing.points * scale).to(dtype)
    segments = drawing.segments()
    tolerance = torch.where(drawing.filled, FILL_FLATNESS, FLATNESS).double()[segments.shape]
    starts, ends, row = flatten(points[segments.points], tolerance)
    closings = points[structure.closings].reshape(-1, 4)
    path = segments.path[row]
    joined = path[1:] == path[:-1]
    link = torch.zeros_like(path)
    link[:-1] += GOES_ON * joined
    link[1:] += COMES_FROM * joined

    chords = torch.cat([torch.cat([starts, ends], dim=1), closings])
    link = torch.cat([link, torch.zeros_like(structure.closing_shape)])
    chord_shape, closing_shape = segments.shape[row], structure.closing_shape
    by_shape = torch.argsort(torch.cat([2 * chord_shape, 2 * closing_shape + 1]), stable=True)
    stroke_counts = torch.bincount(chord_shape, minlength=drawing.num_shapes)
    counts = stroke_counts + torch.bincount(closing_shape, minlength=drawing.num_shapes)
    place, offsets = _edges_of_items(structure, offsets_from_counts(counts), stroke_counts)
    used = by_shape[place]
    items = torch.arange(structure.item_shape.shape[0], device=points.device)
    item = torch.repeat_interleave(items, torch.diff(offsets))
    even_odd = drawing.fill_rule[structure.item_shape] == 1
    return _with_borders(
        chords[used], link[used].to(torch.int32), item, structure.item_kind == FILL, even_odd
    )


def _with_borders(edges: Tensor, link: Tensor, item: Tensor, fills: Tensor, even_odd: Tensor) -> Outlines:
    """Outlines that have of fills [I] the border only; the rule is even-odd or not [I]."""
    of_fill = fills[item]
    counts = torch.bincount(item, minlength=fills.shape[0])
    closed, rest = edges[of_fill], edges[~of_fill]
    border = inside_border(
        closed[:, :2], closed[:, 2:], offsets_from_counts(torch.where(fills, counts, 0)), even_odd
    )
    owner = torch.cat([item[~of_fill], item[of_fill][border.edge]])
    order = torch.argsort(owner, stable=True)
    every = torch.cat([rest, torch.cat([border.starts, border.ends], dim=1)])
    return Outlines(
        edges=every[order],
        link=torch.cat([link[~of_fill], torch.zeros_like(border.edge, dtype=torch.int32)])[order],
        item=owner[order],
        offsets=offsets_from_counts(torch.bincount(owner, minlength=fills.shape[0])),
        weight=torch.cat([torch.ones_like(rest[:, 0]), border.weight])[order].detach(),
    )


def _edges_of_items(structure: Structure, first: Tensor, stroke_counts: Tensor) -> tuple[Tensor, Tensor]:
    """Where the edges of each item stand among those of all shapes, and the [I + 1] offsets of items."""
    shape = structure.item_shape
    counts = torch.where(structure.item_kind == STROKE, stroke_counts[shape], torch.diff(first)[shape])
    offsets = offsets_from_counts(counts)
    shift = torch.repeat_interleave(first[:-1][shape] - offsets[:-1], counts)
    return torch.arange(shift.shape[0], device=shift.device) + shift, offsets


def _make_structure(drawing: Drawing) -> Structure:
    order = drawing.paint_order()
    rows = order[drawing.alive[order]]
    position, kind = torch.nonzero(torch.stack([drawing.filled[rows], drawing.stroked[rows]], 1)).unbind(1)
    shape = rows[position]
    path_shape = drawing.path_shape()
    open_paths = torch.nonzero(~drawing.closed & drawing.filled[path_shape]).flatten()
    ends = torch.stack([drawing.path_offsets[open_paths + 1] - 1, drawing.path_offsets[open_paths]], dim=1)
    return Structure(
        closings=ends,
        closing_shape=path_shape[open_paths],
        item_shape=shape,
        item_kind=kind,
        item_canvas=drawing.canvas_index[shape],
    )
