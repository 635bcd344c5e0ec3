"""What can be measured on cubic Bézier curves: arc length, bounding box, the nearest point.

Cubics are ``[..., 4, 2]`` control points of any floating-point type.
"""

import torch
from torch import Tensor

from inkwright.vector_graphics.curves.bezier import derivative, evaluate, second_derivative

# Legendre nodes and weights of five points on [-1, 1], exact to degree nine (Abramowitz, Stegun 1964, 25.4).
_NODES = (-0.906179845938664, -0.5384693101056831, 0.0, 0.5384693101056831, 0.906179845938664)
_WEIGHTS = (0.23692688505618908, 0.47862867049936647, 128 / 225, 0.47862867049936647, 0.23692688505618908)


def length(cubics: Tensor, pieces: int = 8) -> Tensor:
    """[...] arc length of cubics [..., 4, 2] by Gauss-Legendre quadrature of five points on equal pieces.

    8 pieces give about four digits near cusps, far more on smooth curves. The gradient is finite also where
    the curve stands still.
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

    The best of some samples, improved by safeguarded Newton steps on ``(B(t) - x) · B'(t)``, and never worse
    than the best sample.

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
