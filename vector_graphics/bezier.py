"""Mathematics of Bézier curves, as pure functions of control points.

Curves are ``[..., D + 1, 2]`` control points of degree D; most functions are for cubics, ``[..., 4, 2]``. Any floating-point
type; everything but the chord counts is differentiable.
"""

from __future__ import annotations

import torch
from torch import Tensor

FLATNESS = 0.05  # pixels between a curve and its chords, by the bound in `chord_counts`
MAX_CHORDS = 64

# Legendre nodes and weights of five points on [-1, 1]: exact to degree nine (Abramowitz and Stegun 1964, table 25.4).
_NODES = (-0.906179845938664, -0.5384693101056831, 0.0, 0.5384693101056831, 0.906179845938664)
_WEIGHTS = (0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665, 0.2369268850561891)


def evaluate(cubics: Tensor, t: Tensor) -> Tensor:
    """Points on cubics, in Bernstein form.

    Args:
        cubics: [..., 4, 2] control points.
        t: [...] parameters in [0, 1], broadcast against the leading sizes of ``cubics``.

    Returns:
        [..., 2]; exactly the end points at t = 0 and t = 1.

    Example:
        >>> line = torch.tensor([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])
        >>> evaluate(line, torch.tensor(0.5)).tolist()
        [1.5, 0.0]
    """
    s = 1 - t
    basis = torch.stack([s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t], dim=-1)
    return (basis.unsqueeze(-1) * cubics).sum(-2)


def derivative(cubics: Tensor, t: Tensor) -> Tensor:
    """First derivative with respect to t: [..., 2], in units per unit of t.

    Args:
        cubics: [..., 4, 2] control points.
        t: [...] parameters, broadcast against the leading sizes of ``cubics``.
    """
    s = 1 - t
    basis = torch.stack([3 * s * s, 6 * s * t, 3 * t * t], dim=-1)
    return (basis.unsqueeze(-1) * torch.diff(cubics, dim=-2)).sum(-2)


def second_derivative(cubics: Tensor, t: Tensor) -> Tensor:
    """Second derivative with respect to t: [..., 2].

    Args:
        cubics: [..., 4, 2] control points.
        t: [...] parameters, broadcast against the leading sizes of ``cubics``.
    """
    basis = torch.stack([6 * (1 - t), 6 * t], dim=-1)
    return (basis.unsqueeze(-1) * torch.diff(cubics, n=2, dim=-2)).sum(-2)


def split(cubics: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
    """The parts of cubics before and after t, by de Casteljau's construction.

    Args:
        cubics: [..., 4, 2] control points.
        t: [...] parameters in [0, 1], broadcast against the leading sizes of ``cubics``.

    Returns:
        two [..., 4, 2]; the first ends where the second starts.
    """
    t = t[..., None, None]
    rows, left, right = cubics, [], []
    while True:
        left.append(rows[..., 0, :].expand((*torch.broadcast_shapes(rows[..., :1, :1].shape, t.shape)[:-2], 2)))
        right.append(rows[..., -1, :].expand_as(left[-1]))
        if rows.shape[-2] == 1:
            return torch.stack(left, dim=-2), torch.stack(right[::-1], dim=-2)
        rows = torch.lerp(rows[..., :-1, :], rows[..., 1:, :], t)


def chord_counts(cubics: Tensor, tolerance: float = FLATNESS, most: int = MAX_CHORDS) -> Tensor:
    """How many chords of equal parameter length follow each cubic to within the tolerance.

    Wang's bound: ``n = ceil(sqrt(3/4 · max(|P0 - 2 P1 + P2|, |P1 - 2 P2 + P3|) / tolerance))``. Computed in float64 and a hair
    below the bound, so that rounding does not decide; the kernels follow the same rule.

    Args:
        cubics: [..., 4, 2] control points.
        tolerance: largest distance between curve and chords, in the units of the points, > 0.
        most: upper limit of the counts.

    Returns:
        [...] int64 in [1, most].

    Example:
        >>> chord_counts(torch.tensor([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])).item()
        1
    """
    bend = torch.diff(cubics.detach().double(), n=2, dim=-2)
    largest = torch.sqrt((bend * bend).sum(-1)).amax(-1)
    chords = torch.ceil(torch.sqrt(0.75 * largest / tolerance) - 1e-6)
    return chords.clamp(1, most).to(torch.int64)


def flatten_uniform(cubics: Tensor, count: int) -> Tensor:
    """Vertices of ``count`` chords of equal parameter length.

    Args:
        cubics: [..., 4, 2] control points.
        count: number of chords, >= 1.

    Returns:
        [..., count + 1, 2].

    Raises:
        ValueError: the count is below 1.
    """
    if count < 1:
        raise ValueError(f"count is {count}; at least 1 chord is needed")
    t = torch.arange(count + 1, dtype=cubics.dtype, device=cubics.device) / count
    return evaluate(cubics.unsqueeze(-3), t)


def flatten(cubics: Tensor, tolerance: float = FLATNESS) -> tuple[Tensor, Tensor, Tensor]:
    """Chords of all cubics, as many for each as `chord_counts` says; the counts are constants for autograd.

    Args:
        cubics: [S, 4, 2] control points.
        tolerance: largest distance between curve and chords, in the units of the points, > 0.

    Returns:
        starts [E, 2], ends [E, 2] and the row of the cubic [E] of each chord, cubic by cubic in the direction of t.
    """
    counts = chord_counts(cubics, tolerance)
    rows = torch.repeat_interleave(torch.arange(cubics.shape[0], device=cubics.device), counts)
    first = torch.cumsum(counts, 0) - counts
    step = torch.arange(rows.shape[0], device=cubics.device) - first[rows]
    total = counts[rows].to(cubics.dtype)
    curves = cubics[rows]
    return evaluate(curves, step / total), evaluate(curves, (step + 1) / total), rows


def length(cubics: Tensor, pieces: int = 8) -> Tensor:
    """Arc length by Gauss-Legendre quadrature of five points on each of ``pieces`` equal pieces of t.

    Args:
        cubics: [..., 4, 2] control points.
        pieces: more pieces are more exact; 8 give about six digits on curves without cusps.

    Returns:
        [...] lengths in the units of the points; the gradient is finite also where the curve stands still.
    """
    nodes, weights = cubics.new_tensor(_NODES), cubics.new_tensor(_WEIGHTS)
    middle = (torch.arange(pieces, dtype=cubics.dtype, device=cubics.device) + 0.5) / pieces
    t = (middle[:, None] + nodes / (2 * pieces)).flatten()
    squared = derivative(cubics.unsqueeze(-3), t).square().sum(-1)
    moving = squared > 0
    speed = torch.where(moving, torch.sqrt(torch.where(moving, squared, 1)), 0)
    return (speed * weights.repeat(pieces)).sum(-1) / (2 * pieces)


def bounding_box(cubics: Tensor) -> Tensor:
    """Smallest axis-parallel boxes around cubics, from the roots of their derivatives.

    Args:
        cubics: [..., 4, 2] control points.

    Returns:
        [..., 4] as (left, top, right, bottom).

    Example:
        >>> arch = torch.tensor([[0.0, 0.0], [0.0, 4.0], [4.0, 4.0], [4.0, 0.0]])
        >>> bounding_box(arch).tolist()
        [0.0, 0.0, 4.0, 3.0]
    """
    d0, d1, d2 = torch.diff(cubics, dim=-2).unbind(-2)  # [..., 2] each
    roots = _quadratic_roots(d0 - 2 * d1 + d2, 2 * (d1 - d0), d0).clamp(0, 1)  # [..., 2 roots, 2 axes]
    ends = torch.stack([torch.zeros_like(d0), torch.ones_like(d0)], dim=-2)
    t = torch.cat([ends, roots], dim=-2)
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


def nearest_parameter(cubics: Tensor, query: Tensor, samples: int = 16, steps: int = 8) -> Tensor:
    """Parameter of the point of each cubic that is closest to a query point; a constant for autograd.

    The best of some samples, improved by safeguarded Newton steps on ``(B(t) - x) · B'(t)``, never worse than the best sample.

    Args:
        cubics: [..., 4, 2] control points.
        query: [..., 2] points, broadcast against the leading sizes of ``cubics``.
        samples: intervals that are searched.
        steps: Newton steps.

    Returns:
        [...] parameters in [0, 1].
    """
    cubics, query = cubics.detach(), query.detach()
    grid = torch.arange(samples + 1, dtype=cubics.dtype, device=cubics.device) / samples
    distances = (evaluate(cubics.unsqueeze(-3), grid) - query.unsqueeze(-2)).square().sum(-1)
    start = distances.argmin(-1).to(cubics.dtype) / samples
    t = start
    for _ in range(steps):
        t = _newton_step(cubics, query, t)
    improved = _squared_distance(cubics, query, t) < _squared_distance(cubics, query, start)
    return torch.where(improved, t, start)


def _newton_step(cubics: Tensor, query: Tensor, t: Tensor) -> Tensor:
    offset, speed = evaluate(cubics, t) - query, derivative(cubics, t)
    flat = speed.square().sum(-1)
    curved = flat + (offset * second_derivative(cubics, t)).sum(-1)
    slope = torch.where(curved > 0, curved, flat)
    step = (offset * speed).sum(-1) / torch.where(slope > 0, slope, 1)
    return (t - step).clamp(0, 1)


def _squared_distance(cubics: Tensor, query: Tensor, t: Tensor) -> Tensor:
    return (evaluate(cubics, t) - query).square().sum(-1)


def line_to_cubic(starts: Tensor, ends: Tensor) -> Tensor:
    """Straight lines as cubics with evenly spaced control points.

    Args:
        starts: [..., 2] first points.
        ends: [..., 2] last points.

    Returns:
        [..., 4, 2].
    """
    thirds = torch.arange(4, dtype=starts.dtype, device=starts.device)[:, None] / 3
    return torch.lerp(starts.unsqueeze(-2), ends.unsqueeze(-2), thirds)


def quadratic_to_cubic(quadratics: Tensor) -> Tensor:
    """The same curves one degree higher: [..., 3, 2] control points to [..., 4, 2].

    Args:
        quadratics: [..., 3, 2] control points.
    """
    first, middle, last = quadratics.unbind(-2)
    return torch.stack([first, first + (middle - first) * (2 / 3), last + (middle - last) * (2 / 3), last], dim=-2)
