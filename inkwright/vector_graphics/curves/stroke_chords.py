"""The chords of all paths whose strokes become outlines, at once: where they lie and how wide they are."""

from dataclasses import dataclass

import torch
from torch import Tensor

from inkwright.vector_graphics.curves.bezier import cross, differences, flatten, inflection_chords
from inkwright.vector_graphics.curves.outline_rules import FIRST_LINE, MOST_SLANT, NO_LENGTH
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.stroke_styles import CAPS, JOINS, StrokeStyles


@dataclass(frozen=True)
class StrokeChords:
    """Chords of paths, path by path in order; those that turn to where a segment goes have no length.

    Unit directions in which the curve ``enters`` and ``leaves`` the chord: the curve's own
    where segments begin and end of strokes that are not all round and even, else those of the chord.
    """

    starts: Tensor  # [E, 2]
    ends: Tensor  # [E, 2]
    half: Tensor  # [E, 2] half width at start and end
    meets: Tensor  # [E] whether a segment ends
    enters: Tensor  # [E, 2]
    leaves: Tensor  # [E, 2]
    line: Tensor  # [E] at which share of the chord the curve goes in its direction
    path: Tensor  # [E] int64, a row of the paths
    shape: Tensor  # [Q] int64 shape of each path
    closed: Tensor  # [Q]; without a length, a dot, it is open
    disc: Tensor  # [Q] whether a disc paints the path: all is round and even

    def lines(self, chord: Tensor) -> Tensor:
        """[R, 2] where chords [R] have lines across the path, at right angles to it."""
        start = self.starts[chord]
        return start + self.line[chord, None] * (self.ends[chord] - start)

    def line_half(self, chord: Tensor) -> Tensor:
        """[R] half width there."""
        return self.half[chord, 0] + self.line[chord] * (self.half[chord, 1] - self.half[chord, 0])

    def lengths(self) -> Tensor:
        """[E] their lengths, without a gradient."""
        return torch.linalg.vector_norm((self.ends - self.starts).detach(), dim=1)


def stroke_chords(
    drawing: Drawing, styles: StrokeStyles, rows: Tensor, scale: float, flatness: float
) -> StrokeChords:
    """Chords of the paths of the shapes ``rows`` [M], in the order of the drawing's paths.

    A canvas unit has ``scale`` pixels; chords keep to ``flatness`` pixels of their curves, and none passes
    over one of the steps of a width profile.
    """
    chosen = torch.zeros_like(drawing.alive).scatter(0, rows, True)
    paths = torch.nonzero(chosen[drawing.path_shape()]).flatten()
    segments, shape = drawing.segments(), drawing.path_shape()[paths]
    counts = torch.diff(segments.offsets)[paths]
    local = torch.repeat_interleave(torch.arange(paths.shape[0], device=rows.device), counts)
    place = torch.arange(local.shape[0], device=rows.device) - (torch.cumsum(counts, 0) - counts)[local]
    cubics = drawing.points[segments.points[segments.offsets[paths][local] + place]]
    steps = 1 if styles.profile is None else styles.profile.shape[1] - 1
    multiple = steps // torch.gcd(torch.full_like(counts, steps), counts)
    disc = (styles.cap == CAPS.index("round")) & (styles.join == JOINS.index("round"))
    disc = disc[shape] & (styles.profile is None)
    widest = 1 if styles.profile is None else styles.profile[shape].detach().amax(1)
    reach = torch.where(disc, 0, drawing.width[shape].detach() * widest * (scale / 2))
    least = inflection_chords(cubics * scale, reach[local], flatness)
    taper: float | Tensor = 0.0
    if styles.profile is not None:
        change = torch.diff(styles.profile.detach().double(), dim=1).abs().amax(1)[shape] * steps / counts
        taper = (change * drawing.width[shape].detach().double() * (scale / 2))[local]
    sides = {"taper": taper, "reach": reach[local].double()}
    starts, ends, owner = flatten(cubics * scale, flatness, multiple[local], least=least, **sides)
    chords = torch.bincount(owner, minlength=cubics.shape[0])
    step = torch.arange(owner.shape[0], device=rows.device) - (torch.cumsum(chords, 0) - chords)[owner]
    at = torch.stack([step, step + 1], dim=1).to(cubics.dtype) / chords[owner, None]
    at = (at + place[owner, None]) / counts[local[owner], None]
    path = local[owner]
    half = drawing.width[shape][path, None] / 2 * _profile(styles.profile, shape[path], at)

    along = units(ends - starts, starts.new_tensor([1.0, 0.0]))
    handles = cubics[:, 1::2] - cubics[:, ::2]
    meets = step + 1 == chords[owner]
    aimed, first = ~disc[path], step == 0
    line = 0.5 + (0.5 - FIRST_LINE) * (meets.to(starts.dtype) - first.to(starts.dtype))
    enters = torch.where((aimed & first)[:, None], units(handles[owner, 0], along), along)
    leaves = torch.where((aimed & meets)[:, None], units(handles[owner, 1], along), along)
    some = _have_length(starts, ends, path, paths.shape[0])
    kept = _kept(starts, ends, path, some)
    long = _are_long(starts, ends) & ~disc[path]
    round_ = _go_round(cubics, owner, step, chords, along) & long & torch.roll(long, -1, 0)
    far = torch.roll(ends, -1, 0)
    leaves = torch.where(round_[:, None], units(starts - far, along), leaves)
    places = torch.stack([starts, ends], dim=1)[kept] / scale
    ways = torch.stack([enters, leaves], dim=1)[kept]
    rest = meets[kept], line[kept], round_[kept]
    laid = _with_turns(places, half[kept], rest, ways, along[kept], path[kept])
    return StrokeChords(**laid, shape=shape, closed=drawing.closed[paths] & some, disc=disc)


def _go_round(cubics: Tensor, owner: Tensor, step: Tensor, chords: Tensor, along: Tensor) -> Tensor:
    """[E] at the ends of which chords a curve turns by over half a circle, so that these turn the other way.

    It does where it turns one way from the vertex before to the next one: B' x B'' has no zero there.
    """
    first, second, third = differences(cubics.detach().double())
    a, b, c = (cross(second, third)[owner], cross(first, third)[owner], cross(first, second)[owner])
    count = chords[owner].double()
    low, high = step / count, (step + 2) / count
    one_way = (b * b < 4 * a * c) | ((2 * a * low + b) * (2 * a * high + b) >= 0)
    along, following = along.detach().double(), torch.roll(along.detach().double(), -1, 0)
    sine, cosine = cross(along, following), (along * following).sum(-1)
    against = (((a * low + b) * low + c) * sine < 0) & (((a * high + b) * high + c) * sine < 0)
    return one_way & against & (cosine < 0) & (step + 1 < count)


def _with_turns(
    places: Tensor,
    half: Tensor,
    rest: tuple[Tensor, Tensor, Tensor],
    ways: Tensor,
    along: Tensor,
    path: Tensor,
) -> dict[str, Tensor]:
    """The fields of `StrokeChords`, of chords with starts and ends [E, 2, 2] and directions there [E, 2, 2].

    A band that would be too slanted for its length at one end ends squarely, and a chord without a length
    turns from there.
    """
    length = torch.linalg.vector_norm((places[:, 1] - places[:, 0]).detach(), dim=1, keepdim=True)
    u, w = along[:, None].detach(), ways.detach()
    lost = half.detach() * (u[..., 0] * w[..., 1] - u[..., 1] * w[..., 0]).abs()
    meets, line, round_ = rest
    turns = ((lost > MOST_SLANT * length) | ((u * w).sum(-1) < 0)) & (length > 0)
    turns[:, 1] |= round_
    own = torch.where(turns[..., None], along[:, None], ways)
    every = torch.arange(path.shape[0], device=path.device)
    first, last = (every[turns[:, end]] for end in (0, 1))
    order = torch.argsort(torch.cat([3 * every + 1, 3 * first, 3 * last + 2]))

    def laid(chords: Tensor, before: Tensor, after: Tensor) -> Tensor:
        return torch.cat([chords, before[first], after[last]])[order]

    (start, end), (enters, leaves) = places.unbind(1), ways.unbind(1)
    first_half, last_half = half[:, :1].expand_as(half), half[:, 1:].expand_as(half)
    return {
        "starts": laid(start, start, end),
        "ends": laid(end, start, end),
        "half": laid(half, first_half, last_half),
        "meets": laid(meets & ~turns[:, 1], torch.zeros_like(meets), meets),
        "line": laid(line, torch.full_like(line, 0.5), torch.full_like(line, 0.5)),
        "enters": laid(own[:, 0], enters, leaves),
        "leaves": laid(own[:, 1], enters, leaves),
        "path": laid(path, path, path),
    }


def units(steps: Tensor, instead: Tensor) -> Tensor:
    """Unit directions of steps [E, 2]; those of no length get what stands ``instead``."""
    length = steps.square().sum(-1, keepdim=True)
    long = length > NO_LENGTH
    return torch.where(long, steps / torch.sqrt(torch.where(long, length, 1)), instead)


def _are_long(starts: Tensor, ends: Tensor) -> Tensor:
    return (ends - starts).detach().square().sum(-1) > NO_LENGTH


def _have_length(starts: Tensor, ends: Tensor, path: Tensor, paths: int) -> Tensor:
    """[Q] which of so many paths have a chord with a length."""
    long = torch.zeros(paths, dtype=torch.int64, device=path.device)
    return long.index_add_(0, path, _are_long(starts, ends).long()) > 0


def _kept(starts: Tensor, ends: Tensor, path: Tensor, some: Tensor) -> Tensor:
    """Rows of chords that have a length, and the first of paths that have none."""
    first = torch.cat([torch.ones_like(path[:1], dtype=torch.bool), path[1:] != path[:-1]])
    return torch.nonzero(_are_long(starts, ends) | (first & ~some[path])).flatten()


def _profile(profile: Tensor | None, row: Tensor, places: Tensor) -> Tensor:
    """Width factors of shapes [E] at places [E, 2] in [0, 1], mixed linearly between a profile's steps."""
    if profile is None:
        return torch.ones_like(places)
    at = places * (profile.shape[1] - 1)
    low = at.floor().long().clamp(max=profile.shape[1] - 2)
    first, second = (profile[row[:, None], low + k].to(places.dtype) for k in (0, 1))
    return first + (at - low) * (second - first)
