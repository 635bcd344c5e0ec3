"""Cubic Bézier curves as tensors ``[..., 4, 2]`` of control points of any floating-point type.

Everything but the chord counts is differentiable.
"""

import torch
from torch import Tensor

from inkwright.vector_graphics.curves.bernstein import (
    BEND_PARTS,
    CHAIN,
    COUNT_SLACK,
    FILL_FLATNESS,
    FLATNESS,
    LEAST_SPEED,
    MAX_CHORDS,
    ONE_CHORD,
    TAPER_STEP,
    TIGHT_BEND,
    cubic_weights,
    quadratic_weights,
)


def evaluate(cubics: Tensor, t: Tensor) -> Tensor:
    """Points [..., 2] at parameters t [...] in [0, 1], broadcast against the leading sizes of the cubics.

    Exactly the end points at t = 0 and t = 1.
    """
    basis = torch.stack(cubic_weights(t), dim=-1)
    return (basis.unsqueeze(-1) * cubics).sum(-2)


def second_derivative(cubics: Tensor, t: Tensor) -> Tensor:
    """Second derivative [..., 2] with respect to t, as ``evaluate``."""
    basis = torch.stack([6 * (1 - t), 6 * t], dim=-1)
    return (basis.unsqueeze(-1) * torch.diff(cubics, n=2, dim=-2)).sum(-2)


def split(cubics: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
    """The parts of cubics before and after t, as ``evaluate``: two [..., 4, 2], by de Casteljau's rule."""
    t = t[..., None, None]
    quadratics = cubics[..., :-1, :] * (1 - t) + cubics[..., 1:, :] * t
    lines = quadratics[..., :-1, :] * (1 - t) + quadratics[..., 1:, :] * t
    middle = lines[..., :-1, :] * (1 - t) + lines[..., 1:, :] * t
    first, last = (cubics[..., end, :].expand_as(middle) for end in (slice(0, 1), slice(3, 4)))
    left = torch.cat([first, quadratics[..., :1, :], lines[..., :1, :], middle], dim=-2)
    right = torch.cat([middle, lines[..., 1:, :], quadratics[..., 2:, :], last], dim=-2)
    return left, right


def chord_counts(
    cubics: Tensor,
    tolerance: float | Tensor = FLATNESS,
    most: int = MAX_CHORDS,
    *,
    taper: float | Tensor = 0.0,
    reach: float | Tensor = 0.0,
) -> Tensor:
    """[...] int64 in [1, most]: how many chords of equal length in t keep to ``tolerance`` > 0 [...].

    That is the largest distance between a curve and its chords as `flatten` lays them, and between lines
    beside both at a distance of up to ``reach`` [...] that changes by up to ``taper`` [...] from t = 0 to 1,
    both >= 0. Computed in float64 and a hair below the bound, so that rounding does not decide; the kernels
    follow the same rule.
    """
    exact = cubics.detach().double()
    bend, tight = _bend(exact, taper, reach)
    fine = torch.as_tensor(tolerance, device=cubics.device) <= FILL_FLATNESS
    more = torch.where(fine, TIGHT_BEND, 1.0)
    bound = torch.sqrt(CHAIN * torch.maximum(bend, more * tight) / tolerance)
    by_taper = more * taper / (TAPER_STEP * tolerance)
    bound = torch.where(tight > 0, torch.maximum(bound, by_taper.to(bound.dtype)), bound)
    chords = torch.ceil(bound - COUNT_SLACK).clamp(min(2, most), most)
    # All of B'' counts here: in one chord the inner points of a straight curve would have no gradient.
    one = torch.sqrt(ONE_CHORD * _largest_bend(exact) / tolerance) - COUNT_SLACK <= 1
    return torch.where(one & (tight == 0), 1, chords).to(torch.int64)


def inflection_chords(cubics: Tensor, reach: Tensor, tolerance: float, most: int = MAX_CHORDS) -> Tensor:
    """[S] int64 in [0, most]: how many chords of cubics [S, 4, 2] find in which direction they turn back.

    Where a curve turns from left to right its direction is extreme; that of a chord is the mean over it, and
    off by |B' x B'''| / (24 |B'|² n²). What lies across the curve at a distance ``reach`` [S] is off by that
    times the reach, which is to be at most a quarter of the tolerance.
    """
    first, second, third = differences(cubics.detach().double())
    # B' x B'' / 18 at t
    a, b, c = cross(second, third), cross(first, third), cross(first, second)
    root = torch.sqrt((b * b - 4 * a * c).clamp(min=0))
    q = -0.5 * (b + torch.where(b < 0, -root, root))
    worst = torch.zeros_like(a)
    for t in (q / a, c / q):
        inner = (t > 0) & (t < 1) & (b * b > 4 * a * c)
        t = torch.where(inner, t, 0)[:, None]
        speed = first + 2 * t * second + t * t * third
        bend = cross(speed, third).abs() / (3 * speed.square().sum(-1)).clamp(min=LEAST_SPEED)
        worst = torch.maximum(worst, torch.where(inner, bend, 0))
    chords = torch.ceil(torch.sqrt(worst * reach.double() / tolerance) - COUNT_SLACK)
    return chords.clamp(max=most).to(torch.int64)


def differences(cubics: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """[S, 2] each: B' / 3, B'' / 6 and B''' / 6 at the start of cubics [S, 4, 2]."""
    steps = torch.diff(cubics, dim=-2)
    second = torch.diff(steps, dim=-2)
    return steps[:, 0], second[:, 0], second[:, 1] - second[:, 0]


def _largest_bend(cubics: Tensor) -> Tensor:
    """[...] the largest |B''| / 6."""
    return torch.sqrt(torch.diff(cubics, n=2, dim=-2).square().sum(-1)).amax(-1)


def _bend(cubics: Tensor, taper: float | Tensor, reach: float | Tensor) -> tuple[Tensor, Tensor]:
    """[...] bound of |B''| / 6 across lines beside the curve, whose distance changes by ``taper`` [...].

    Across the curve it is |B' x B''| / |B'|: in each part of the curve at most the largest Bézier coefficient
    of that product by the least one of B' along the part's direction. A line that goes away from the curve by
    an angle has no more than that and B'' times the angle's sine. Where B' stops or turns back within a part,
    all of B'' counts. The second bound is that of parts that may bend more tightly than lines at a distance
    ``reach`` [...] are away, 0 where none does.
    """
    steps = torch.diff(cubics, dim=-2)
    second = torch.diff(steps, dim=-2)
    t = torch.linspace(0, 1, BEND_PARTS + 1, dtype=cubics.dtype, device=cubics.device)
    speeds = torch.stack(quadratic_weights(t), dim=-1) @ steps  # [..., BEND_PARTS + 1, 2] B' / 3
    bends = torch.stack([1 - t, t], dim=-1) @ second  # B'' / 6
    low, high = speeds[..., :-1, :], speeds[..., 1:, :]
    first, last = bends[..., :-1, :], bends[..., 1:, :]
    whole = torch.sqrt(torch.maximum(first.square().sum(-1), last.square().sum(-1)))
    along = low + high
    along = along / torch.sqrt(along.square().sum(-1, keepdim=True)).clamp(min=LEAST_SPEED)
    slowest = torch.minimum((low * along).sum(-1), (high * along).sum(-1))
    slowest = torch.minimum(slowest, ((low + first / BEND_PARTS) * along).sum(-1))
    at_low, at_high = cross(low, first), cross(high, last)
    product = torch.maximum(at_low.abs(), at_high.abs())
    product = torch.maximum(product, (0.5 * (at_low + cross(low, last))).abs())
    moves = slowest > LEAST_SPEED
    speed = torch.where(moves, slowest, 1)
    away = torch.as_tensor(taper, dtype=cubics.dtype, device=cubics.device)[..., None]
    sine = torch.where(away > 0, away / torch.sqrt(away.square() + 9 * speed.square()), 0)
    across = torch.where(moves, torch.minimum(product / speed + sine * whole, whole), whole)
    far = torch.as_tensor(reach, dtype=cubics.dtype, device=cubics.device)[..., None]
    tight = torch.where(moves, 2 * product * far > 3 * speed**3, far > 0)
    return across.amax(-1), torch.where(tight, across, 0).amax(-1)


def cross(first: Tensor, second: Tensor) -> Tensor:
    """[...] signed areas between vectors [..., 2]."""
    return first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]


def flatten(
    cubics: Tensor,
    tolerance: float | Tensor = FLATNESS,
    multiple: int | Tensor = 1,
    *,
    taper: float | Tensor = 0.0,
    reach: float | Tensor = 0.0,
    least: int | Tensor = 0,
) -> tuple[Tensor, Tensor, Tensor]:
    """Chords of all cubics [S, 4, 2], as many for each as `chord_counts` says, or the next multiple of that.

    There are at ``least`` so many.

    Chords between points of a curve lie on its inner side, on average by ``B'' / (12 n²)``. Inner vertices
    are moved out by just that, so that the chords run on both sides of the curve and enclose its area.

    Returns:
        starts [E, 2], ends [E, 2] and the row of the cubic [E] of each chord, cubic by cubic in the direction
        of t.
    """
    counts = torch.clamp(chord_counts(cubics, tolerance, taper=taper, reach=reach), min=least)
    counts = -(-counts // multiple) * multiple
    rows = torch.repeat_interleave(torch.arange(cubics.shape[0], device=cubics.device), counts)
    first = torch.cumsum(counts, 0) - counts
    step = torch.arange(rows.shape[0], device=cubics.device) - first[rows]
    vertices = [_vertices(cubics[rows], step + side, counts[rows]) for side in (0, 1)]
    return vertices[0], vertices[1], rows


def _vertices(cubics: Tensor, step: Tensor, count: Tensor) -> Tensor:
    """[E, 2] vertex ``step`` of the ``count`` chords of each cubic [E, 4, 2]."""
    t = step.to(cubics.dtype) / count.to(cubics.dtype)
    inner = (step > 0) & (step < count)
    outwards = torch.where(inner, -1 / (12 * count * count).to(cubics.dtype), 0)
    return evaluate(cubics, t) + outwards.unsqueeze(-1) * second_derivative(cubics, t)


def bounding_box(cubics: Tensor) -> Tensor:
    """[..., 4] left, top, right, bottom of the smallest upright box around each cubic [..., 4, 2]."""
    d0, d1, d2 = torch.diff(cubics, dim=-2).unbind(-2)  # [..., 2] each
    roots = _quadratic_roots(d0 - 2 * d1 + d2, 2 * (d1 - d0), d0).clamp(0, 1)  # [..., 2 roots, 2 axes]
    t = torch.cat([torch.stack([torch.zeros_like(d0), torch.ones_like(d0)], dim=-2), roots], dim=-2)
    per_axis = [evaluate(cubics.unsqueeze(-3), t[..., axis])[..., axis] for axis in (0, 1)]
    extremes = torch.stack(per_axis, dim=-1)  # [..., 4 candidates, 2]
    return torch.cat([extremes.amin(-2), extremes.amax(-2)], dim=-1)


def _quadratic_roots(a: Tensor, b: Tensor, c: Tensor) -> Tensor:
    """Real roots of a t² + b t + c as constants, [..., 2, 2]; 0 stands for a root that is not there."""
    a, b, c = a.detach(), b.detach(), c.detach()
    discriminant = b * b - 4 * a * c
    q = -0.5 * (b + torch.where(b < 0, -1.0, 1.0) * torch.sqrt(discriminant.clamp(min=0)))
    roots = torch.stack([q / a, c / q], dim=-2)
    usable = torch.isfinite(roots) & (discriminant >= 0).unsqueeze(-2)
    return torch.where(usable, roots, 0)
