"""The corners of an outline beside each turn of a stroke, and around its ends, for all strokes at once.

Directions and normals are unit vectors [J, 2]; a normal points to the left as seen with y up, and ``side`` is
1 for the left side of the stroke and -1 for its right.
"""

import math

import torch
from torch import Tensor

from inkwright.vector_graphics.curves.bernstein import COUNT_SLACK
from inkwright.vector_graphics.curves.outline_rules import ARC_STEPS, SHARPEST, arc_swell, sweep_swell


def normals(directions: Tensor) -> Tensor:
    """Left normals of directions [J, 2]."""
    return torch.stack([-directions[:, 1], directions[:, 0]], dim=-1)


def tips(points: Tensor, before: Tensor, after: Tensor, reach: Tensor) -> Tensor:
    """[J, 1, 2] where the two edges meet that lie at a signed distance ``reach`` [J, 1] to the left."""
    spread = (1 + (before * after).sum(-1, keepdim=True)).clamp(min=SHARPEST)
    return (points + reach * (normals(before) + normals(after)) / spread)[:, None]


def miters(points: Tensor, before: Tensor, after: Tensor, reach: Tensor) -> Tensor:
    """[J, 3, 2] the same by way of where the edge before a turn ends, and where that after it begins.

    Chords beside a corner go in almost its directions: edges from their other ends to a far tip are off.
    """
    first, last = bevels(points, before, after, reach).unbind(1)
    return torch.stack([first, tips(points, before, after, reach)[:, 0], last], dim=1)


def bevels(points: Tensor, before: Tensor, after: Tensor, reach: Tensor) -> Tensor:
    """[J, 2, 2] where the edge before a turn ends, and where that after it begins."""
    return torch.stack([points + reach * normals(before), points + reach * normals(after)], dim=1)


def pivots(points: Tensor, before: Tensor, after: Tensor, reach: Tensor) -> Tensor:
    """[J, 3, 2] the same by way of the turn itself: where segments meet, and inner edges are too short to."""
    first, last = bevels(points, before, after, reach).unbind(1)
    return torch.stack([first, points, last], dim=1)


def arcs(points: Tensor, before: Tensor, after: Tensor, reach: Tensor, steps: int) -> Tensor:
    """[J, steps + 1, 2] the same along a circle around the turn."""
    share = torch.arange(steps + 1, device=points.device, dtype=points.dtype) / steps
    angle = _angle(before, after)
    swell = torch.where((share > 0) & (share < 1), arc_swell(steps, angle), 1)
    return points[:, None] + (reach * swell)[..., None] * _turned(normals(before), share * angle)


def sweeps(places: Tensor, before: Tensor, after: Tensor, reach: Tensor, steps: int) -> Tensor:
    """[J, steps, 2] corners around which the end of a line across the path goes, from chord to chord.

    The places [J, 3, 2] and the reach [J, 3] are those of the middle of a chord, of its end, and of the
    middle of the next.
    """
    share = (torch.arange(steps, device=places.device, dtype=places.dtype) + 0.5) / steps
    first, last = (1 - 2 * share).clamp(min=0), (2 * share - 1).clamp(min=0)
    weights = torch.stack([first, 1 - first - last, last], dim=1)  # [steps, 3]
    angle = _angle(before, after)
    arm = (reach @ weights.T * sweep_swell(steps, angle))[..., None] * _turned(normals(before), share * angle)
    return weights @ places + arm


def _angle(before: Tensor, after: Tensor) -> Tensor:
    """[J, 1] of turns; where the path doubles back, around its front."""
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    angle = torch.atan2(cross, (before * after).sum(-1)).abs()
    return torch.where(cross > 0, angle, -angle)[:, None]


def _turned(arms: Tensor, angles: Tensor) -> Tensor:
    """[J, K, 2] arms [J, 2] turned by angles [J, K]."""
    cosine, sine = torch.cos(angles), torch.sin(angles)
    x = cosine * arms[:, :1] - sine * arms[:, 1:]
    y = sine * arms[:, :1] + cosine * arms[:, 1:]
    return torch.stack([x, y], dim=-1)


def fans(points: Tensor, before: Tensor, after: Tensor, reach: Tensor, steps: int) -> Tensor:
    """[J, steps + 5, 2] the same, and around the arc of the inner side once more.

    That is what a line sweeps on its inner side that turns on the spot.
    """
    arc, middle = arcs(points, before, after, reach, steps), points[:, None]
    return torch.cat([arc[:, :1], middle, arc.flip(1), middle, arc[:, -1:]], dim=1)


def caps(points: Tensor, outward: Tensor, half: Tensor, cap: str, steps: int) -> Tensor:
    """[J, K, 2] around an end, from the left of the direction in which the path would go on to its right."""
    normal = normals(outward)
    if cap == "round":
        angle = torch.arange(steps + 1, device=points.device, dtype=points.dtype) * (math.pi / steps)
        shares = torch.stack([angle.cos(), angle.sin()], dim=1)
        shares[1:-1] *= arc_swell(steps, math.pi)
    else:
        shares = points.new_tensor(
            {"butt": [[1, 0], [-1, 0]], "square": [[1, 0], [1, 1], [-1, 1], [-1, 0]]}[cap]
        )
    arms = shares[None, :, :1] * normal[:, None] + shares[None, :, 1:] * outward[:, None]
    return points[:, None] + half[:, None] * arms


def chords_around(radius: Tensor, angle: Tensor) -> Tensor:
    """[R] int64 how many chords an arc of a radius in pixels and an angle up to pi takes."""
    steps, most = zip(*ARC_STEPS, strict=True)
    half_circle = radius.new_tensor(steps)[torch.bucketize(radius, radius.new_tensor(most))]
    return torch.ceil(half_circle * (angle / math.pi) - COUNT_SLACK).clamp(min=1).long()


def by_steps(rows: Tensor, steps: Tensor) -> list[tuple[Tensor, int]]:
    """Rows [R] in groups of the same number of steps [R]."""
    return [(rows[steps == count], count) for count in torch.unique(steps).tolist()]
