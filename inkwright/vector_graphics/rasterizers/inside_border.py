"""The border of what fills cover, from edges that may cross, coincide, and wind as often as they like.

Edges are cut where they meet. On either side of each part the winding number is constant; a part with the
inside on one side only is a part of the border, with a weight that makes the mean winding number of a pixel
by the border alone its exact coverage.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from inkwright.vector_graphics.ragged_arrays import offsets_from_counts

_PAIRS = 1 << 22  # that are looked at together
# Points beside an edge are this far from it, in pixels or in millionths of the whole extent; edges closer
# than this coincide.
_BESIDE = 1e-6
# Parts of edges shorter than this share of them are left out; edges with a smaller sine of the angle between
# them are parallel.
_SHORTEST, _PARALLEL = 1e-9, 1e-9


class Border(NamedTuple):
    """Parts of edges that part inside from outside."""

    starts: Tensor  # [K, 2], differentiable
    ends: Tensor  # [K, 2]
    weight: Tensor  # [K] 1 where the inside winds more, -1 where less; shares of edges that coincide
    edge: Tensor  # [K] int64 the edge that each is a part of, in order


def inside_border(starts: Tensor, ends: Tensor, offsets: Tensor, even_odd: Tensor) -> Border:
    """The border of every item.

    Args:
        starts: [E, 2] in pixels, item by item; the edges of an item are closed paths.
        ends: [E, 2].
        offsets: [I + 1] int64; item i owns the edges offsets[i]:offsets[i + 1].
        even_odd: [I] bool, whether its rule is even-odd, not nonzero.
    """
    edges = torch.cat([starts, ends], dim=1)
    still = edges.detach().double()
    apart = _BESIDE * max(1.0, 1e-6 * float(still.abs().max())) if still.numel() else _BESIDE
    item = torch.repeat_interleave(torch.arange(even_odd.shape[0], device=starts.device), torch.diff(offsets))
    edge, t = _parts(edges, _meetings(still, item, offsets, apart))
    part, after = edge[:-1], edge[1:]
    real = (part == after) & (t[1:].detach() - t[:-1].detach() > _SHORTEST)
    part, low, high = part[real], t[:-1][real], t[1:][real]
    weight = _weights(still, part, 0.5 * (low + high).detach().double(), item, offsets, even_odd, apart)
    kept = weight != 0
    part, low, high, along = part[kept], low[kept, None], high[kept, None], (ends - starts)[part[kept]]
    first = torch.where(low == 0, starts[part], starts[part] + low * along)
    last = torch.where(high == 1, ends[part], starts[part] + high * along)
    return Border(first, last, weight[kept].to(starts.dtype), part)


def _pairs(item: Tensor, offsets: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Every row of items [R] with every edge of its item: pairs of a row and an edge, in blocks."""
    counts = torch.diff(offsets)[item]
    first, sums = offsets[item], offsets_from_counts(counts)
    block = torch.div(sums[1:], _PAIRS, rounding_mode="floor")
    blocks = []
    for rows in torch.split(torch.arange(item.shape[0], device=item.device), torch.bincount(block).tolist()):
        which = torch.repeat_interleave(rows, counts[rows])
        place = torch.arange(which.shape[0], device=item.device) - (sums[which] - sums[rows[:1]])
        blocks.append((which, first[which] + place))
    return blocks


def _meetings(edges: Tensor, item: Tensor, offsets: Tensor, apart: float) -> tuple[Tensor, Tensor, Tensor]:
    """Where edges [E, 4] are met by others of their item: [M] the edge, [M] the other, and [M] at what.

    That is 0 for a crossing of their lines, 1 for the other's start on the edge, 2 for its end.
    """
    found = []
    for one, other in _pairs(item, offsets):
        a, b = edges[one], edges[other]
        low = torch.maximum(torch.minimum(a[:, :2], a[:, 2:]), torch.minimum(b[:, :2], b[:, 2:]))
        high = torch.minimum(torch.maximum(a[:, :2], a[:, 2:]), torch.maximum(b[:, :2], b[:, 2:]))
        near = ((low <= high + apart).all(1) & (one != other)).nonzero().flatten()
        one, other = one[near], other[near]
        cross, t, u = _crossing(edges[one], edges[other])
        lengths = _squared(edges[one]) * _squared(edges[other])
        parallel = cross * cross <= _PARALLEL * _PARALLEL * lengths
        meets = ~parallel & _inner(t) & (u > -apart) & (u < 1 + apart)
        found.append((one[meets], other[meets], torch.zeros_like(one[meets])))
        for end in (1, 2):
            t, off = _projection(edges[one], edges[other], end)
            touches = parallel & _inner(t) & (off < apart)
            found.append((one[touches], other[touches], torch.full_like(one[touches], end)))
    one, other, kind = (torch.cat(each) for each in zip(*found, strict=True)) if found else [item] * 3
    return one, other, kind


def _parts(edges: Tensor, meetings: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """[P] edges and [P] the parameters at which they begin, are cut and end, in order."""
    one, other, kind = meetings
    t = edges.new_zeros(one.shape[0])
    crossing = kind == 0
    t[crossing] = _crossing(edges[one[crossing]], edges[other[crossing]])[1]
    for end in (1, 2):
        ends = kind == end
        t[ends] = _projection(edges[one[ends]], edges[other[ends]], end)[0]
    every = torch.arange(edges.shape[0], device=edges.device)
    owner = torch.cat([every, one, every])
    place = torch.cat([edges.new_zeros(every.shape[0]), t, edges.new_ones(every.shape[0])])
    order = torch.argsort(place.detach(), stable=True)
    order = order[torch.argsort(owner[order], stable=True)]
    return owner[order], place[order]


def _weights(
    edges: Tensor, part: Tensor, middle: Tensor, item: Tensor, offsets: Tensor, even_odd: Tensor, apart: float
) -> Tensor:
    """[P] weight of parts of edges, given their middles."""
    a, along = edges[part, :2], edges[part, 2:] - edges[part, :2]
    length = torch.linalg.vector_norm(along, dim=1, keepdim=True)
    normal = torch.stack([along[:, 1], -along[:, 0]], dim=1) / torch.where(length > 0, length, 1)
    point = a + middle[:, None] * along
    more = _windings(edges, point + apart * normal, item[part], offsets)
    less = _windings(edges, point - apart * normal, item[part], offsets)
    rule = even_odd[item[part]]
    inside, outside = (torch.where(rule, each % 2 != 0, each != 0).double() for each in (more, less))
    return torch.where(more == less, 0.0, (inside - outside) / torch.where(more == less, 1, more - less))


def _windings(edges: Tensor, points: Tensor, item: Tensor, offsets: Tensor) -> Tensor:
    """[P] int64 winding numbers of points by the edges of their items to the right of each."""
    winding = torch.zeros(points.shape[0], dtype=torch.int64, device=points.device)
    for which, other in _pairs(item, offsets):
        x, y = points[which].unbind(1)
        ax, ay, bx, by = edges[other].unbind(1)
        down = (by > y).long() - (ay > y).long()
        right = ax + (y - ay) / torch.where(ay == by, 1, by - ay) * (bx - ax) > x
        winding.index_add_(0, which, torch.where(right, down, 0))
    return winding


def _crossing(one: Tensor, other: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """[M] cross product of edges [M, 4], and the parameters at which their lines cross."""
    d, e, between = one[:, 2:] - one[:, :2], other[:, 2:] - other[:, :2], other[:, :2] - one[:, :2]
    cross = d[:, 0] * e[:, 1] - d[:, 1] * e[:, 0]
    safe = torch.where(cross == 0, 1, cross)
    t = (between[:, 0] * e[:, 1] - between[:, 1] * e[:, 0]) / safe
    return cross, t, (between[:, 0] * d[:, 1] - between[:, 1] * d[:, 0]) / safe


def _projection(one: Tensor, other: Tensor, end: int) -> tuple[Tensor, Tensor]:
    """[M] parameters on edges [M, 4] closest to the others' starts (1) or ends (2), and their distances."""
    d = one[:, 2:] - one[:, :2]
    between = other[:, 2 * end - 2 : 2 * end] - one[:, :2]
    squared = torch.where(_squared(one) > 0, _squared(one), 1)
    across = between[:, 0] * d[:, 1] - between[:, 1] * d[:, 0]
    return (between * d).sum(1) / squared, across.abs() / squared.sqrt()


def _squared(edges: Tensor) -> Tensor:
    return (edges[:, 2:] - edges[:, :2]).square().sum(1)


def _inner(t: Tensor) -> Tensor:
    return (t > _SHORTEST) & (t < 1 - _SHORTEST)
