"""Mathematics of Bézier curves, as pure functions of control points.

Cubics are ``[..., 4, 2]`` control points of any floating-point type; everything but the chord counts is
differentiable. Lengths, boxes and nearest points are in `measures`.
"""

import torch
from torch import Tensor

from inkwright.vector_graphics.curves.bernstein import (
    COUNT_SLACK,
    FLATNESS,
    MAX_CHORDS,
    WANG,
    cubic_weights,
    quadratic_weights,
)


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
    basis = torch.stack(cubic_weights(t), dim=-1)
    return (basis.unsqueeze(-1) * cubics).sum(-2)


def derivative(cubics: Tensor, t: Tensor) -> Tensor:
    """First derivative with respect to t, as ``evaluate``: [..., 2], in units per unit of t."""
    basis = torch.stack(quadratic_weights(t), dim=-1)
    return (basis.unsqueeze(-1) * (3 * torch.diff(cubics, dim=-2))).sum(-2)


def second_derivative(cubics: Tensor, t: Tensor) -> Tensor:
    """Second derivative with respect to t, as ``evaluate``: [..., 2]."""
    basis = torch.stack([6 * (1 - t), 6 * t], dim=-1)
    return (basis.unsqueeze(-1) * torch.diff(cubics, n=2, dim=-2)).sum(-2)


def split(cubics: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
    """The parts of cubics before and after t, two [..., 4, 2], by de Casteljau's construction.

    Args:
        cubics: [..., 4, 2] control points.
        t: [...] parameters in [0, 1], broadcast against the leading sizes of ``cubics``.
    """
    t = t[..., None, None]
    quadratics = cubics[..., :-1, :] * (1 - t) + cubics[..., 1:, :] * t
    lines = quadratics[..., :-1, :] * (1 - t) + quadratics[..., 1:, :] * t
    middle = lines[..., :-1, :] * (1 - t) + lines[..., 1:, :] * t
    first, last = (cubics[..., end, :].expand_as(middle) for end in (slice(0, 1), slice(3, 4)))
    left = torch.cat([first, quadratics[..., :1, :], lines[..., :1, :], middle], dim=-2)
    right = torch.cat([middle, lines[..., 1:, :], quadratics[..., 2:, :], last], dim=-2)
    return left, right


def chord_counts(cubics: Tensor, tolerance: float = FLATNESS, most: int = MAX_CHORDS) -> Tensor:
    """How many chords of equal parameter length follow each cubic to within the tolerance.

    Wang's bound: ``n = ceil(sqrt(3/4 · max(|P0 - 2 P1 + P2|, |P1 - 2 P2 + P3|) / tolerance))``. Computed in
    float64 and a hair below the bound, so that rounding does not decide; the kernels follow the same rule.

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
    chords = torch.ceil(torch.sqrt(WANG * largest / tolerance) - COUNT_SLACK)
    return chords.clamp(1, most).to(torch.int64)


def flatten_uniform(cubics: Tensor, count: int) -> Tensor:
    """[..., count + 1, 2] vertices of ``count`` chords of equal parameter length on cubics [..., 4, 2].

    Raises:
        ValueError: the count is below 1.
    """
    if count < 1:
        raise ValueError(f"count is {count}; at least 1 chord is needed")
    t = torch.arange(count + 1, dtype=cubics.dtype, device=cubics.device) / count
    return evaluate(cubics.unsqueeze(-3), t)


def flatten(cubics: Tensor, tolerance: float = FLATNESS, multiple: int = 1) -> tuple[Tensor, Tensor, Tensor]:
    """Chords of all cubics, as many for each as `chord_counts` says; the counts are constants for autograd.

    Chords between points of a curve lie on its inner side, on average by ``B'' / (12 n²)``. Inner vertices
    are moved out by just that, so that the chords run on both sides of the curve and enclose its area.

    Args:
        cubics: [S, 4, 2] control points.
        tolerance: bound of `chord_counts`, in the units of the points, > 0.
        multiple: counts are raised to multiples of it, >= 1.

    Returns:
        starts [E, 2], ends [E, 2] and the row of the cubic [E] of each chord, cubic by cubic in the direction
        of t.
    """
    counts = -(-chord_counts(cubics, tolerance) // multiple) * multiple
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


def line_to_cubic(starts: Tensor, ends: Tensor) -> Tensor:
    """Lines from [..., 2] to [..., 2] as cubics [..., 4, 2] with evenly spaced control points."""
    thirds = torch.arange(4, dtype=starts.dtype, device=starts.device)[:, None] / 3
    return torch.lerp(starts.unsqueeze(-2), ends.unsqueeze(-2), thirds)


def quadratic_to_cubic(quadratics: Tensor) -> Tensor:
    """The same curves one degree higher: [..., 3, 2] control points to [..., 4, 2]."""
    first, middle, last = quadratics.unbind(-2)
    inner = [end + (middle - end) * (2 / 3) for end in (first, last)]
    return torch.stack([first, *inner, last], dim=-2)
