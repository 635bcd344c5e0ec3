"""Penalties on curves themselves; they need no picture."""

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing

# Squared lengths of legs, in canvas units, below which they have no direction.
_NO_LENGTH = 1e-8


def folding(drawing: Drawing) -> Tensor:
    """[B] how much the cubic segments of each of B canvases fold back on themselves, on average, in [0, 1].

    The control polygon of a segment has three legs. Where a leg turns against the one before by more than a
    right angle, the curve makes a loop, a cusp or a hook; gentler curves, and no shapes at all, cost nothing.
    """
    canvas = drawing.segments().canvas
    legs = torch.diff(drawing.cubics(), dim=1)
    legs = legs / legs.square().sum(-1, keepdim=True).clamp_min(_NO_LENGTH).sqrt()
    turns = torch.relu(-(legs[:, :-1] * legs[:, 1:]).sum(-1)).mean(-1)
    total = turns.new_zeros(drawing.num_canvases).index_add(0, canvas, turns)
    count = torch.bincount(canvas, minlength=drawing.num_canvases)
    return total / count.clamp_min(1)


def unevenness(drawing: Drawing) -> Tensor:
    """[B] how far the cubic segments of each of B canvases are from plain arcs, on average, >= 0.

    The squared third difference of the control points over the squared length of their polygon: 0 for a
    parabola, which bends one way at an even pace; about 1 for an S. Shapes that are not alive don't count.
    No gradient goes through the length: strokes are not to become even by growing.
    """
    segments = drawing.segments()
    cubics = drawing.cubics()
    third = torch.diff(cubics, n=3, dim=1)[:, 0].square().sum(-1)
    length = torch.diff(cubics, dim=1).square().sum(-1).clamp_min(_NO_LENGTH).sqrt().sum(-1).detach()
    counted = drawing.alive[segments.shape].to(length)
    sums = torch.stack([counted * third / length.square(), counted], dim=1)
    total = sums.new_zeros(drawing.num_canvases, 2).index_add(0, segments.canvas, sums)
    return total[:, 0] / total[:, 1].clamp_min(1)


def crossing(drawing: Drawing) -> Tensor:
    """[B] how much the cubic segments of each of B canvases cross themselves, on average, in [0, 1].

    The Xing loss of LIVE (2022): of a segment A, B, C, D the sine of the angle from AB to CD should have the
    sign of that from AB to BC; no shapes at all cost nothing.
    """
    legs = torch.diff(drawing.cubics(), dim=1)
    legs = legs / legs.square().sum(-1, keepdim=True).clamp_min(_NO_LENGTH).sqrt()
    first, second, third = legs.unbind(1)
    bend = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    end = first[:, 0] * third[:, 1] - first[:, 1] * third[:, 0]
    crossed = torch.relu(torch.where(bend >= 0, -end, end))
    canvas = drawing.segments().canvas
    total = crossed.new_zeros(drawing.num_canvases).index_add(0, canvas, crossed)
    return total / torch.bincount(canvas, minlength=drawing.num_canvases).clamp_min(1)
