"""Coverage of strokes with round caps and joins: distance, direction, area under a half-plane."""

from __future__ import annotations

import torch
from torch import Tensor

_COMPARISONS = 1 << 22  # pixels times chords that are looked at together
_NEAREST_DIRECTION = (
    1e-3  # pixels; closer to a chord's end the direction turns without bound and is held constant
)


def stroke_coverage(
    pixels: Tensor, starts: Tensor, ends: Tensor, half_width: Tensor, filter_width: float
) -> Tensor:
    """Share of the filter box around each pixel centre that a stroke covers.

    The edge of the stroke is taken as straight within the box: with d the distance from the pixel centre to
    the closest chord and n the direction of that distance, the coverage is
    ``F(w/2 - d; n) + F(w/2 + d; n) - 1`` where F is `half_plane_area`. Where the closest point lies inside a
    chord, n is the chord's normal, else it points from the chord's end to the pixel.

    Args:
        pixels: [M, 2] pixel centres.
        starts: [E, 2] first points of the chords, E >= 1.
        ends: [E, 2] last points of the chords.
        half_width: half of the stroke's width, a number tensor >= 0.
        filter_width: side f of the box filter.

    Returns:
        [M] coverages in [0, 1].
    """
    closest = closest_chord(pixels, starts.detach(), ends.detach())
    distance, normal = _distance_and_normal(pixels, starts[closest], ends[closest])
    inner = half_plane_area(half_width - distance, normal, filter_width)
    return inner + half_plane_area(half_width + distance, normal, filter_width) - 1


def half_plane_area(offset: Tensor, normal: Tensor, filter_width: float) -> Tensor:
    """Share of an f x f square around the origin in which ``normal · x <= offset``.

    With a <= b the sides of f times the absolute normal and h = (a + b) / 2, for offsets u >= 0: 1/2 + u/b up
    to (b - a) / 2, then 1 - (h - u)² / (2 a b) up to h, then 1; F(-u) = 1 - F(u). Written so that a = 0 is
    no special case.

    Args:
        offset: [M] signed distances of the edge from the centre.
        normal: [M, 2] unit directions out of the half-plane.
        filter_width: side f of the square.

    Returns:
        [M] in [0, 1].
    """
    sides = normal.abs() * filter_width
    a, b = sides.amin(-1), sides.amax(-1)
    reach = (a + b) / 2
    u = offset.abs()
    corner = ((reach - u) / a.clamp(min=1e-7)).clamp(0, 1)  # how much of the cut-off corner is left, per side
    beyond = torch.where(u >= reach, 1.0, 1 - corner * corner * a / (2 * b))
    beyond = torch.where(offset >= 0, beyond, 1 - beyond)
    return torch.where(u <= (b - a) / 2, 0.5 + offset / b, beyond)


def closest_chord(pixels: Tensor, starts: Tensor, ends: Tensor) -> Tensor:
    """[M] row of the chord that is closest to each pixel centre; the first of equally close ones."""
    rows = max(1, _COMPARISONS // starts.shape[0])
    found = []
    for block in torch.split(pixels, rows):
        offset = block[:, None] - starts
        t = _parameter(offset, ends - starts)
        squared = (offset - t[..., None] * (ends - starts)).square().sum(-1)
        found.append(squared.min(dim=1).indices)
    return torch.cat(found) if found else torch.zeros(0, dtype=torch.int64, device=pixels.device)


def _parameter(offset: Tensor, chord: Tensor) -> Tensor:
    """Parameter of the point of each chord that is closest to a pixel; 0 for a chord without length."""
    squared = chord.square().sum(-1)
    return ((offset * chord).sum(-1) / torch.where(squared > 0, squared, 1)).clamp(0, 1)


def _distance_and_normal(pixels: Tensor, starts: Tensor, ends: Tensor) -> tuple[Tensor, Tensor]:
    """Distance [M] of each pixel from its chord and its unit direction [M, 2], both with finite gradients."""
    chord, offset = ends - starts, pixels - starts
    squared = chord.square().sum(-1)
    has_length = squared > 0
    t = (offset * chord).sum(-1) / torch.where(has_length, squared, 1)
    inside = has_length & (t > 0) & (t < 1)

    along = chord / torch.sqrt(torch.where(has_length, squared, 1)).unsqueeze(-1)
    chord_normal = torch.stack([-along[:, 1], along[:, 0]], dim=-1)
    signed = (offset * chord_normal).sum(-1)

    corner = torch.where((t >= 1).unsqueeze(-1), pixels - ends, offset)
    corner_squared = corner.square().sum(-1)
    apart = corner_squared > 1e-18
    corner_distance = torch.sqrt(torch.where(apart, corner_squared, 1))
    no_direction = torch.where(has_length.unsqueeze(-1), chord_normal, corner.new_tensor([0.0, 1.0]))
    corner_normal = torch.where(apart.unsqueeze(-1), corner / corner_distance.unsqueeze(-1), no_direction)
    turns = (corner_squared > _NEAREST_DIRECTION**2).unsqueeze(-1)
    corner_normal = torch.where(turns, corner_normal, corner_normal.detach())

    distance = torch.where(inside, signed.abs(), torch.where(apart, corner_distance, 0))
    return distance, torch.where(inside.unsqueeze(-1), chord_normal, corner_normal)
