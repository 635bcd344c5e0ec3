"""Strokes that are not round and even, as filled outlines: differentiable, for every rasteriser.

Each chord becomes a quadrilateral, each turn a wedge, each end a cap; all wind the same way, so that the
nonzero rule paints their union.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from vector_graphics.bezier import flatten
from vector_graphics.drawing import Drawing
from vector_graphics.ragged_arrays import offsets_from_counts
from vector_graphics.stroke_styles import CAPS, JOINS, StrokeStyles

ARC_STEPS = 16  # chords of a half circle


def outline_styled(drawing: Drawing, scale: float = 1.0) -> Drawing:
    """The drawing with every stroke that needs it as a fill of the stroke's colour, in the same paint order.

    Args:
        drawing: shapes in canvas units, with or without ``styles``.
        scale: pixels per canvas unit; curves are flattened finely enough for it.

    Returns:
        a drawing without styles; the given one where it has none.
    """
    if drawing.styles is None:
        return drawing
    needs = drawing.styles.needs_outline() & drawing.stroked & drawing.alive
    painted = drawing.paint_order()
    rank = torch.empty_like(painted)
    rank[painted] = torch.arange(painted.shape[0], device=painted.device)
    stroked = drawing.stroked & ~needs
    rest = drawing.replace(stroked=stroked, styles=None, alive=drawing.alive & (stroked | drawing.filled))
    rows = torch.nonzero(needs).flatten()
    if rows.shape[0] == 0:
        return rest
    joined = Drawing.concat(rest, _outlines(drawing, drawing.styles, rows, scale))
    return joined.replace(order=torch.cat([2 * rank, 2 * rank[rows] + 1]))


def _outlines(drawing: Drawing, styles: StrokeStyles, rows: Tensor, scale: float) -> Drawing:
    """One filled shape of straight-edged paths for the stroke of each of the rows [M]."""
    shapes = [stroke_polygons(drawing, styles, row, scale) for row in rows.tolist()]
    points = [_straight_edges(polygons) for shape in shapes for polygons in shape]
    counts = [
        3 * polygons.shape[1] for shape in shapes for polygons in shape for _ in range(polygons.shape[0])
    ]
    paths = torch.tensor(
        [sum(polygons.shape[0] for polygons in shape) for shape in shapes], device=rows.device
    )
    some = drawing.select(rows)
    return Drawing(
        points=torch.cat(points),
        path_offsets=offsets_from_counts(torch.tensor(counts, device=rows.device)),
        shape_offsets=offsets_from_counts(paths),
        closed=torch.ones(len(counts), dtype=torch.bool, device=rows.device),
        width=torch.zeros_like(some.width),
        stroke=torch.zeros_like(some.stroke),
        fill=some.stroke,
        stroked=torch.zeros_like(some.stroked),
        filled=torch.ones_like(some.filled),
        fill_rule=torch.zeros_like(some.fill_rule),
        canvas_index=some.canvas_index,
        layer=some.layer,
        order=some.order,
        alive=some.alive,
        canvas=drawing.canvas,
        num_canvases=drawing.num_canvases,
    )


def _straight_edges(polygons: Tensor) -> Tensor:
    """Control points of closed paths with straight edges through the corners [M, K, 2] of polygons."""
    steps = torch.roll(polygons, -1, dims=1) - polygons
    return torch.stack([polygons, polygons + steps / 3, polygons + steps * (2 / 3)], dim=2).reshape(-1, 2)


def stroke_polygons(drawing: Drawing, styles: StrokeStyles, row: int, scale: float = 1.0) -> list[Tensor]:
    """Polygons that together are one shape's stroke, all clockwise as seen with y up.

    Args:
        drawing: shapes in canvas units.
        styles: caps, joins and width profiles of its shapes.
        row: the shape.
        scale: pixels per canvas unit.

    Returns:
        tensors [M, K, 2] of M polygons with K corners each.
    """
    polygons = []
    for path in range(int(drawing.shape_offsets[row]), int(drawing.shape_offsets[row + 1])):
        points = drawing.points[int(drawing.path_offsets[path]) : int(drawing.path_offsets[path + 1])]
        closed = bool(drawing.closed[path])
        starts, ends, places, meets = _chords(points, closed, scale)
        half = drawing.width[row] / 2 * _profile(styles.profile, row, places)
        directions, normals = _frames(starts, ends)
        polygons.append(_quads(starts, ends, normals, half))
        polygons += _turns(ends, directions, normals, half, meets, closed, styles, row)
        if not closed:
            cap = CAPS[int(styles.cap[row])]
            polygons += _cap(ends[-1], directions[-1], normals[-1], half[-1, 1], cap)
            polygons += _cap(starts[0], -directions[0], -normals[0], half[0, 0], cap)
    return polygons


def _chords(points: Tensor, closed: bool, scale: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Starts and ends of chords [E, 2], their places on the path [E, 2], whether a segment ends [E]."""
    if closed:
        points = torch.cat([points, points[:1]])
    starts, ends, owner = flatten(points.unfold(0, 4, 3).transpose(1, 2) * scale)
    counts = torch.bincount(owner)
    step = torch.arange(owner.shape[0], device=owner.device) - (torch.cumsum(counts, 0) - counts)[owner]
    places = torch.stack([step, step + 1], dim=1).to(points.dtype) / counts[owner].unsqueeze(1)
    places = (places + owner.unsqueeze(1)) / counts.shape[0]
    meets = step + 1 == counts[owner]
    long = (ends - starts).detach().square().sum(-1) > 1e-18
    keep = long if bool(long.any()) else torch.arange(long.shape[0], device=long.device) == 0
    return starts[keep] / scale, ends[keep] / scale, places[keep], meets[keep]


def _profile(profile: Tensor | None, row: int, places: Tensor) -> Tensor:
    """Width factors at places in [0, 1], mixed linearly between the steps of the profile."""
    if profile is None:
        return torch.ones_like(places)
    steps = profile[row].to(places.dtype)
    at = places * (steps.shape[0] - 1)
    low = at.floor().long().clamp(max=steps.shape[0] - 2)
    return steps[low] + (at - low) * (steps[low + 1] - steps[low])


def _frames(starts: Tensor, ends: Tensor) -> tuple[Tensor, Tensor]:
    """Unit direction and left normal (as seen with y up) of each chord; a dot looks to the right."""
    step = ends - starts
    length = step.square().sum(-1, keepdim=True)
    unit = step / torch.sqrt(torch.where(length > 0, length, 1))
    unit = torch.where(length > 0, unit, step.new_tensor([1.0, 0.0]))
    return unit, torch.stack([-unit[:, 1], unit[:, 0]], dim=-1)


def _quads(starts: Tensor, ends: Tensor, normals: Tensor, half: Tensor) -> Tensor:
    """[E, 4, 2] the band beside each chord, as wide as the stroke at both of its ends."""
    at_start, at_end = half[:, :1] * normals, half[:, 1:] * normals
    return torch.stack([starts + at_start, ends + at_end, ends - at_end, starts - at_start], dim=1)


def _turns(
    ends: Tensor,
    directions: Tensor,
    normals: Tensor,
    half: Tensor,
    meets: Tensor,
    closed: bool,
    styles: StrokeStyles,
    row: int,
) -> list[Tensor]:
    """Wedges outside of every turn: plain ones within a segment, the style's where segments meet."""
    following = torch.arange(1, ends.shape[0] + 1, device=ends.device) % ends.shape[0]
    turn = _cross(directions, directions[following])
    last = 0 if closed else 1
    rows = torch.arange(ends.shape[0] - last, device=ends.device)
    side = torch.where(turn > 0, -1.0, 1.0).to(ends.dtype).unsqueeze(-1) * half[:, 1:]
    first, second = ends + side * normals, ends + side * normals[following]
    swap = (turn > 0).unsqueeze(-1)
    first, second = torch.where(swap, second, first), torch.where(swap, first, second)
    plain, sharp = rows[~meets[rows]], rows[meets[rows]]
    wedges = torch.stack([ends, first, second], dim=1)
    join = JOINS[int(styles.join[row])]
    if join == "round":
        turned = torch.atan2(turn, (directions * directions[following]).sum(-1))
        return [wedges[plain], _sectors(ends, side * normals, turned)[sharp]]
    if join == "bevel":
        return [wedges[rows]]
    cosine = (normals * normals[following]).sum(-1, keepdim=True)
    ratio = torch.sqrt(2 / (1 + cosine).clamp(min=1e-6))
    tip = ends + side * (normals + normals[following]) / (1 + cosine).clamp(min=1e-6)
    tip = torch.where(ratio <= styles.miter_limit[row].to(ends.dtype), tip, (first + second) / 2)
    return [wedges[plain], torch.stack([ends, first, tip, second], dim=1)[sharp]]


def _cross(a: Tensor, b: Tensor) -> Tensor:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def _sectors(centers: Tensor, arms: Tensor, turned: Tensor) -> Tensor:
    """[E, ARC_STEPS + 2, 2] clockwise sectors of circles from an arm [E, 2] over a signed angle [E]."""
    share = torch.arange(ARC_STEPS + 1, device=centers.device, dtype=centers.dtype) / ARC_STEPS
    share = torch.where((turned > 0).unsqueeze(-1), 1 - share, share)
    cosine, sine = torch.cos(share * turned.unsqueeze(-1)), torch.sin(share * turned.unsqueeze(-1))
    x = cosine * arms[:, :1] - sine * arms[:, 1:]
    y = sine * arms[:, :1] + cosine * arms[:, 1:]
    arc = centers.unsqueeze(1) + torch.stack([x, y], dim=-1)
    return torch.cat([centers.unsqueeze(1), arc], dim=1)


def _cap(end: Tensor, outward: Tensor, normal: Tensor, half: Tensor, cap: str) -> list[Tensor]:
    """The cap at one end of an open path, ``outward`` being the direction in which the path would go on."""
    if cap == "butt":
        return []
    if cap == "square":
        corners = [end + half * normal, end + half * (normal + outward), end + half * (outward - normal)]
        return [torch.stack([*corners, end - half * normal]).unsqueeze(0)]
    angles = torch.arange(ARC_STEPS + 1, device=end.device, dtype=end.dtype) * (math.pi / ARC_STEPS)
    arc = angles.cos().unsqueeze(-1) * normal + angles.sin().unsqueeze(-1) * outward
    return [(end + half * arc).unsqueeze(0)]
