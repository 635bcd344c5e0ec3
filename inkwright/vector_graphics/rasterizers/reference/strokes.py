"""Coverage of strokes with round caps and joins: distance, direction, area under a half-plane."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

_COMPARISONS = 1 << 21  # pixels times chords that are looked at together
# Closer to a chord's end than this, the direction turns without bound and is held constant (pixels).
_NEAREST_DIRECTION = 1e-3
# The short side of the box seen along a normal is at least this: no division by zero at level edges.
_LEAST_SIDE = 1e-7
# Squares of distances below this are 0: their roots have no direction.
_NO_DISTANCE = 1e-18


class Chords(NamedTuple):
    """Chords of one shape in order."""

    starts: Tensor  # [E, 2]
    ends: Tensor  # [E, 2]
    goes_on: Tensor  # [E] bool, whether the next chord begins where this one ends

    def take(self, rows: Tensor) -> Chords:
        """The chords of some rows."""
        return Chords(*(each[rows] for each in self))


def stroke_coverage(pixels: Tensor, chords: Chords, half_width: Tensor, filter_width: float) -> Tensor:
    """Share [M] of the box of side ``filter_width`` around pixel centres [M, 2] that a stroke covers.

    That is what its closest chord covers; and where the stroke comes near itself, a share of what another
    branch of it covers besides, see `union_coverage`.
    """
    with torch.no_grad():
        choices = [
            _choose(block, chords, half_width, filter_width)
            for block in torch.split(pixels, max(1, _COMPARISONS // chords.starts.shape[0]))
        ]
        closest, other = (torch.cat(each) for each in zip(*choices, strict=True))
    near = chord_coverage(pixels, chords.take(closest), half_width, filter_width)
    far = chord_coverage(pixels, chords.take(other), half_width, filter_width)
    return torch.where(other == closest, near[0], union_coverage(*near, *far))


def chord_coverage(
    pixels: Tensor, chords: Chords, half_width: Tensor, filter_width: float
) -> tuple[Tensor, Tensor]:
    """What a chord with round ends covers of each box [...], and the direction n [..., 2] of its edge.

    The edge is taken as straight within the box. With d the distance from the pixel centre to the chord and n
    the direction of that distance, the coverage is ``F(w/2 - d; n) + F(w/2 + d; n) - 1`` where F is
    `half_plane_area`. Where the closest point lies inside the chord, n is the chord's normal, else it points
    from the chord's end to the pixel and w/2 is that of `round_half_width`.
    """
    distance, normal, beside = _distance_and_normal(pixels, chords.starts, chords.ends)
    half = torch.where(beside, half_width, round_half_width(half_width, filter_width))
    area = half_plane_area(half - distance, normal, filter_width)
    return area + half_plane_area(half + distance, normal, filter_width) - 1, normal


def union_coverage(near: Tensor, near_normal: Tensor, far: Tensor, far_normal: Tensor) -> Tensor:
    """Coverage [...] by the closer and another branch of one stroke, from their coverages and directions.

    Branches on opposite sides of the pixel cover different parts of it (the sum, at most 1), on the same side
    the same part (the larger); in between, a mixture by the cosine of their directions.
    """
    share = (1 - (near_normal * far_normal).sum(-1)) / 2
    return near + share * torch.minimum(far, 1 - near)


def round_half_width(half_width: Tensor, filter_width: float) -> Tensor:
    """The half width with which a straight edge covers as much as the arc of a round end does, on average.

    Within the box an arc of radius r bends away from its tangent on average by f² / (24 r), the second moment
    of the box over twice the radius; when f > 2 r, the share of the radius stays as it is at f = 2 r.
    """
    ratio = filter_width / half_width.clamp(min=filter_width / 2)
    return half_width * (1 - ratio * ratio / 24)


def half_plane_area(offset: Tensor, normal: Tensor, filter_width: float) -> Tensor:
    """Share [M] of an f x f square around the origin in which ``normal · x <= offset`` ([M, 2], [M]).

    With a <= b the sides of f times the absolute normal and h = (a + b) / 2, for offsets u >= 0: 1/2 + u/b up
    to (b - a) / 2, then 1 - (h - u)² / (2 a b) up to h, then 1; F(-u) = 1 - F(u). Written so that a = 0 is
    no special case.
    """
    sides = normal.abs() * filter_width
    a, b = sides.amin(-1), sides.amax(-1)
    reach = (a + b) / 2
    u = offset.abs()
    corner = ((reach - u) / a.clamp(min=_LEAST_SIDE)).clamp(
        0, 1
    )  # what is left of the cut-off corner, per side
    beyond = torch.where(u >= reach, 1.0, 1 - corner * corner * a / (2 * b))
    beyond = torch.where(offset >= 0, beyond, 1 - beyond)
    return torch.where(u <= (b - a) / 2, 0.5 + offset / b, beyond)


def _choose(pixels: Tensor, chords: Chords, half_width: Tensor, filter_width: float) -> tuple[Tensor, Tensor]:
    """[M] the closest chord of each pixel, the first of equally close ones, and [M] which one adds most.

    Only chords that the pixel lies beside can add; where none does, the closest chord itself is returned.
    """
    offset, along = pixels[:, None] - chords.starts, chords.ends - chords.starts
    t = _parameter(offset, along)
    squared = (offset - t.clamp(0, 1)[..., None] * along).square().sum(-1)
    closest = squared.min(dim=1).indices

    near = chord_coverage(pixels, chords.take(closest), half_width, filter_width)
    far = chord_coverage(pixels[:, None], chords, half_width, filter_width)
    added = union_coverage(near[0][:, None], near[1][:, None], *far) - near[0][:, None]
    beside = _is_beside(pixels, chords, t) & (near[0] < 1)[:, None]
    added = torch.where(beside, added, 0).scatter(1, closest[:, None], 0)
    most, other = added.max(dim=1)
    return closest, torch.where(most > 0, other, closest)


def _is_beside(pixels: Tensor, chords: Chords, t: Tensor) -> Tensor:
    """[M, E] whether a pixel lies beside a chord, and not beyond its ends beside a neighbour of it."""
    goes_on, comes_from = chords.goes_on, chords.goes_on.roll(1)
    next_start, next_along = chords.starts.roll(-1, 0), (chords.ends - chords.starts).roll(-1, 0)
    before_next = ((pixels[:, None] - next_start) * next_along).sum(-1) < 0
    return torch.where(t < 0, ~comes_from, (t <= 1) | ~goes_on | before_next)


def _parameter(offset: Tensor, along: Tensor) -> Tensor:
    """Parameter of the pixel's foot on the line of each chord; 0 for a chord without length."""
    squared = along.square().sum(-1)
    return (offset * along).sum(-1) / torch.where(squared > 0, squared, 1)


def _distance_and_normal(pixels: Tensor, starts: Tensor, ends: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Distances, unit directions [..., 2], whether the closest point is inside; gradients are finite."""
    chord, offset = ends - starts, pixels - starts
    squared = chord.square().sum(-1)
    has_length = squared > 0
    t = _parameter(offset, chord)
    inside = has_length & (t > 0) & (t < 1)

    along = chord / torch.sqrt(torch.where(has_length, squared, 1)).unsqueeze(-1)
    chord_normal = torch.stack([-along[..., 1], along[..., 0]], dim=-1)
    signed = (offset * chord_normal).sum(-1)
    side = torch.where(signed < 0, -1.0, 1.0).to(signed.dtype)

    corner = torch.where((t >= 1).unsqueeze(-1), pixels - ends, offset)
    corner_squared = corner.square().sum(-1)
    apart = corner_squared > _NO_DISTANCE
    corner_distance = torch.sqrt(torch.where(apart, corner_squared, 1))
    no_direction = torch.where(has_length.unsqueeze(-1), chord_normal, corner.new_tensor([0.0, 1.0]))
    corner_normal = torch.where(apart.unsqueeze(-1), corner / corner_distance.unsqueeze(-1), no_direction)
    turns = (corner_squared > _NEAREST_DIRECTION**2).unsqueeze(-1)
    corner_normal = torch.where(turns, corner_normal, corner_normal.detach())

    distance = torch.where(inside, side * signed, torch.where(apart, corner_distance, 0))
    normal = torch.where(inside.unsqueeze(-1), side.unsqueeze(-1) * chord_normal, corner_normal)
    return distance, normal, inside
