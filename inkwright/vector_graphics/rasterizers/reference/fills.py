"""Coverage of fills: what lies within the border of the inside, exactly, by Green's theorem."""

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import FillRule
from inkwright.vector_graphics.rasterizers.inside_border import inside_border

_COMPARISONS = 1 << 20  # pixels times edges that are looked at together
# Winding numbers this close to a whole one are whole, so that opaque paint is opaque in spite of rounding.
_ROUNDING, _ROUNDING_DOUBLE = 1e-6, 1e-12
# Edges of a smaller slope are level: it is a rounding error, and autograd would divide by it.
_LEVEL = 1e-12


def fill_coverage(
    pixels: Tensor, starts: Tensor, ends: Tensor, fill_rule: FillRule, filter_width: float
) -> Tensor:
    """Share [M] of the box of side ``filter_width`` around pixel centres [M, 2] inside closed polygons.

    The edges of these go from ``starts`` to ``ends`` [E, 2]. Exact: edges that cross are cut, and only those
    parts count that part inside from outside. A pixel that is just full still feels an edge on its border:
    moved inwards, that edge uncovers it.
    """
    offsets = torch.tensor([0, starts.shape[0]], device=starts.device)
    even_odd = torch.tensor([fill_rule == "evenodd"], device=starts.device)
    border = inside_border(starts, ends, offsets, even_odd)
    winding = mean_winding(pixels, border.starts, border.ends, filter_width, border.weight)
    whole = torch.round(winding.detach())
    rounding = _ROUNDING_DOUBLE if winding.dtype == torch.float64 else _ROUNDING
    snapped = winding + (whole - winding.detach())
    size = torch.where((winding.detach() - whole).abs() < rounding, snapped, winding)
    return torch.where(size <= 0, 0.0, torch.where(size <= 1, size, 1.0))


def mean_winding(
    pixels: Tensor, starts: Tensor, ends: Tensor, filter_width: float, weight: Tensor | None = None
) -> Tensor:
    """Mean winding number [M] over each box, arguments as in `fill_coverage`; clockwise (y down) is positive.

    Edges count by their ``weight`` [E]. Green's theorem turns the mean over the box into a sum over edges of
    the integral of ``clamp(x - left, 0, f) dy`` within the rows of the box: an edge left of the box gives
    nothing, one right of it the full width.
    """
    rows = max(1, _COMPARISONS // max(starts.shape[0], 1))
    weight = torch.ones_like(starts[:, 0]) if weight is None else weight
    blocks = [
        _edge_integrals(block[:, None], starts, ends, filter_width) @ weight / filter_width**2
        for block in torch.split(pixels, rows)
    ]
    return torch.cat(blocks) if blocks else pixels.new_zeros(0)


def _edge_integrals(pixels: Tensor, starts: Tensor, ends: Tensor, filter_width: float) -> Tensor:
    """[M, E] integral of clamp(x - left, 0, f) dy along the part of each edge within the rows of each box.

    The edge is cut where it crosses the sides of the box; on each part the integrand is linear, so its
    midpoint is exact.
    """
    left, top = (pixels - filter_width / 2).unbind(-1)
    bottom = top + filter_width
    delta = ends - starts
    rise = delta[:, 1]
    flat = rise.abs() <= _LEVEL * delta[:, 0].abs()
    level = flat.expand(top.shape[0], -1)
    inside = (starts[:, 1] >= top) & (starts[:, 1] <= bottom)

    safe_rise = torch.where(flat, 1, rise)
    enter = (_clamped(starts[:, 1], top, bottom) - starts[:, 1]) / safe_rise
    leave = (_clamped(ends[:, 1], top, bottom) - starts[:, 1]) / safe_rise
    enter = torch.where(level, 0.0, enter)
    leave = torch.where(level, inside.to(rise.dtype), leave)

    run = torch.where(delta[:, 0] == 0, 1, delta[:, 0]).detach()
    sides = torch.stack([left, left + filter_width]).detach()
    cuts = ((sides - starts[:, 0].detach()) / run).clamp(enter.detach(), leave.detach()).sort(0).values
    total, zero = torch.zeros_like(enter), torch.zeros_like(left)
    for low, high in ((enter, cuts[0]), (cuts[0], cuts[1]), (cuts[1], leave)):
        middle = starts[:, 0] + (low + high) / 2 * delta[:, 0]
        total = total + (high - low) * rise * _clamped(middle - left, zero, zero + filter_width)
    return total


def _clamped(value: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """The value between low and high, with its gradient there and at both bounds (torch.clamp drops it)."""
    value = value.expand_as(low * value)
    return torch.where(value < low, low, torch.where(value > high, high, value))
