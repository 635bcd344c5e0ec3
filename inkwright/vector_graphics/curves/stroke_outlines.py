"""Strokes that are not round and even, as filled outlines: differentiable, for every rasteriser.

Each chord becomes a quadrilateral, each turn a wedge, each end a cap; all wind the same way, so that the
nonzero rule paints their union.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from inkwright.vector_graphics.curves.bezier import flatten
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.ragged_arrays import offsets_from_counts
from inkwright.vector_graphics.stroke_styles import CAPS, JOINS, StrokeStyles

ARC_STEPS = 16  # chords of a half circle
# Squares of lengths below this are 0: their roots have no direction.
_NO_LENGTH = 1e-18
# 1 + cos of a turn is at least this, so that the tip of a miter that doubles back stays finite.
_SHARPEST = 1e-6


def outline_styled(drawing: Drawing, scale: float = 1.0) -> Drawing:
    """The drawing with every stroke that needs it as a fill of the stroke's colour, in the same paint order.

    Curves are flattened finely enough for so many pixels per canvas unit. A drawing without styles is given
    back as it is.
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
    polygons = [each for shape in shapes for each in shape]
    counts = [3 * each.shape[1] for each in polygons for _ in range(each.shape[0])]
    paths = [sum(each.shape[0] for each in shape) for shape in shapes]
    some = drawing.select(rows)
    return some.replace(
        points=torch.cat([_straight_edges(each) for each in polygons]),
        path_offsets=offsets_from_counts(torch.tensor(counts, device=rows.device)),
        shape_offsets=offsets_from_counts(torch.tensor(paths, device=rows.device)),
        closed=torch.ones(len(counts), dtype=torch.bool, device=rows.device),
        width=torch.zeros_like(some.width),
        stroke=torch.zeros_like(some.stroke),
        fill=some.stroke,
        stroked=torch.zeros_like(some.stroked),
        filled=torch.ones_like(some.filled),
        fill_rule=torch.zeros_like(some.fill_rule),
        gradients=None,
        styles=None,
    )


def _straight_edges(polygons: Tensor) -> Tensor:
    """Control points of closed paths with straight edges through the corners [M, K, 2] of polygons."""
    steps = torch.roll(polygons, -1, dims=1) - polygons
    return torch.stack([polygons, polygons + steps / 3, polygons + steps * (2 / 3)], dim=2).reshape(-1, 2)


def stroke_polygons(drawing: Drawing, styles: StrokeStyles, row: int, scale: float = 1.0) -> list[Tensor]:
    """Polygons that together are one shape's stroke, all clockwise as seen with y up.

    Tensors [M, K, 2] of M polygons with K corners each; a canvas unit has ``scale`` pixels.
    """
    polygons = []
    segments = drawing.segments()
    for path in range(int(drawing.shape_offsets[row]), int(drawing.shape_offsets[row + 1])):
        first, last = segments.offsets[path : path + 2].tolist()
        cubics = drawing.points[segments.points[first:last]]
        closed = bool(drawing.closed[path])
        chords = _chords(cubics, scale, 1 if styles.profile is None else styles.profile.shape[1] - 1)
        half = drawing.width[row] / 2 * _profile(styles.profile, row, chords.places)
        polygons.append(_quads(chords.starts, chords.ends, _normals(chords.along), half))
        polygons += _turns(chords, half[:, 1:], closed, styles, row)
        if not closed:
            polygons += _ends(chords, half, CAPS[int(styles.cap[row])])
    return polygons


@dataclass(frozen=True)
class _Chords:
    """Chords of one path: starts, ends [E, 2], their places on the path [E, 2], whether a segment ends [E].

    Unit directions [E, 2]: ``along`` the chord, and in which the curve ``enters`` and ``leaves`` it, the
    curve's own where segments begin and end, else those of the chord.
    """

    starts: Tensor
    ends: Tensor
    places: Tensor
    meets: Tensor
    along: Tensor
    enters: Tensor
    leaves: Tensor


def _chords(cubics: Tensor, scale: float, steps: int) -> _Chords:
    """Chords that follow a path [S, 4, 2]; none passes over one of the ``steps`` of a width profile."""
    starts, ends, owner = flatten(cubics * scale, multiple=steps // math.gcd(steps, cubics.shape[0]))
    counts = torch.bincount(owner)
    step = torch.arange(owner.shape[0], device=owner.device) - (torch.cumsum(counts, 0) - counts)[owner]
    places = torch.stack([step, step + 1], dim=1).to(cubics.dtype) / counts[owner].unsqueeze(1)
    places = (places + owner.unsqueeze(1)) / counts.shape[0]
    meets = step + 1 == counts[owner]
    along = _units(ends - starts, starts.new_tensor([1.0, 0.0]))
    handles = cubics[:, 1::2] - cubics[:, ::2]
    enters, leaves = _units(handles[owner, 0], along), _units(handles[owner, 1], along)
    enters = torch.where((step == 0).unsqueeze(-1), enters, along)
    leaves = torch.where(meets.unsqueeze(-1), leaves, along)
    long = (ends - starts).detach().square().sum(-1) > _NO_LENGTH
    keep = long if bool(long.any()) else torch.arange(long.shape[0], device=long.device) == 0
    found = (starts / scale, ends / scale, places, meets, along, enters, leaves)
    return _Chords(*(value[keep] for value in found))


def _profile(profile: Tensor | None, row: int, places: Tensor) -> Tensor:
    """Width factors at places in [0, 1], mixed linearly between the steps of the profile."""
    if profile is None:
        return torch.ones_like(places)
    steps = profile[row].to(places.dtype)
    at = places * (steps.shape[0] - 1)
    low = at.floor().long().clamp(max=steps.shape[0] - 2)
    return steps[low] + (at - low) * (steps[low + 1] - steps[low])


def _units(steps: Tensor, instead: Tensor) -> Tensor:
    """Unit directions of steps [E, 2]; those of no length get what stands ``instead``."""
    length = steps.square().sum(-1, keepdim=True)
    long = length > _NO_LENGTH
    return torch.where(long, steps / torch.sqrt(torch.where(long, length, 1)), instead)


def _normals(directions: Tensor) -> Tensor:
    """Left normals of directions [E, 2], as seen with y up."""
    return torch.stack([-directions[:, 1], directions[:, 0]], dim=-1)


def _quads(starts: Tensor, ends: Tensor, normals: Tensor, half: Tensor) -> Tensor:
    """[E, 4, 2] the band beside each chord, as wide as the stroke at both of its ends."""
    at_start, at_end = half[:, :1] * normals, half[:, 1:] * normals
    return torch.stack([starts + at_start, ends + at_end, ends - at_end, starts - at_start], dim=1)


def _turns(chords: _Chords, half: Tensor, closed: bool, styles: StrokeStyles, row: int) -> list[Tensor]:
    """Wedges outside of every turn: plain ones within a segment, the style's where segments meet."""
    count = chords.ends.shape[0]
    rows = torch.arange(count if closed else count - 1, device=chords.ends.device)
    meets, join = chords.meets[rows], JOINS[int(styles.join[row])]
    if join == "round":  # a cusp inside a segment turns as segments do
        meets = meets | ((chords.along[rows] * chords.along[(rows + 1) % count]).sum(-1) < 0)
    sharp = rows[meets]
    plain, after = rows[~meets], (sharp + 1) % count
    ends, half_sharp = chords.ends[sharp], half[sharp]
    within = [
        _wedges(chords.ends[plain], chords.along[plain], chords.along[(plain + 1) % count], half[plain]),
        _wedges(ends, chords.along[sharp], chords.leaves[sharp], half_sharp),
        _wedges(ends, chords.enters[after], chords.along[after], half_sharp),
    ]
    turn = (ends, chords.leaves[sharp], chords.enters[after], half_sharp)
    if join == "round":
        return [*within, _round_joins(*turn)]
    if join == "bevel":
        return [*within, _wedges(*turn)]
    return [*within, _miters(*turn, styles.miter_limit[row])]


def _arms(before: Tensor, after: Tensor, half: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Arms [E, 2] to the outer side before and after turns, and which turn to the left [E, 1]."""
    left = (_cross(before, after) > 0).unsqueeze(-1)
    side = torch.where(left, -1.0, 1.0).to(half.dtype) * half
    return side * _normals(before), side * _normals(after), left


def _wedges(ends: Tensor, before: Tensor, after: Tensor, half: Tensor) -> Tensor:
    """[E, 3, 2] triangles that fill turns up to a straight edge."""
    first, second, left = _arms(before, after, half)
    first, second = torch.where(left, second, first), torch.where(left, first, second)
    return torch.stack([ends, ends + first, ends + second], dim=1)


def _round_joins(ends: Tensor, before: Tensor, after: Tensor, half: Tensor) -> Tensor:
    arms, _, left = _arms(before, after, half)
    angle = torch.atan2(_cross(before, after), (before * after).sum(-1)).abs()
    return _sectors(ends, arms, torch.where(left[:, 0], angle, -angle))


def _miters(ends: Tensor, before: Tensor, after: Tensor, half: Tensor, limit: Tensor) -> Tensor:
    """[E, 4, 2] wedges with a tip, which lies on the edge of the wedge beyond the limit."""
    wedges = _wedges(ends, before, after, half)
    first, second, _ = _arms(before, after, half)
    cosine = (before * after).sum(-1, keepdim=True)
    spread = (1 + cosine).clamp(min=_SHARPEST)
    sharp = ends + (first + second) / spread
    tip = torch.where(torch.sqrt(2 / spread) <= limit.to(ends.dtype), sharp, ends + (first + second) / 2)
    return torch.stack([wedges[:, 0], wedges[:, 1], tip, wedges[:, 2]], dim=1)


def _ends(chords: _Chords, half: Tensor, cap: str) -> list[Tensor]:
    """Both caps of an open path, and the wedges between them and the outermost chords."""
    leaves, enters = chords.leaves[-1:], chords.enters[:1]
    last, first = half[-1, 1], half[0, 0]
    return [
        _wedges(chords.ends[-1:], chords.along[-1:], leaves, half[-1:, 1:]),
        _wedges(chords.starts[:1], enters, chords.along[:1], half[:1, :1]),
        *_cap(chords.ends[-1], leaves[0], _normals(leaves)[0], last, cap),
        *_cap(chords.starts[0], -enters[0], -_normals(enters)[0], first, cap),
    ]


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
