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
    legs = _legs(drawing)
    turns = torch.relu(-(legs[:, :-1] * legs[:, 1:]).sum(-1)).mean(-1)
    return _mean_of_segments(turns, drawing)


def crossing(drawing: Drawing) -> Tensor:
    """[B] how much the cubic segments of each of B canvases cross themselves, on average, in [0, 1].

    The Xing loss of LIVE (2022): of a segment A, B, C, D the sine of the angle from AB to CD should have the
    sign of that from AB to BC; no shapes at all cost nothing.
    """
    legs = _legs(drawing)
    bend, end = _sine(legs[:, 0], legs[:, 1]), _sine(legs[:, 0], legs[:, 2])
    return _mean_of_segments(torch.relu(torch.where(bend >= 0, -end, end)), drawing)


def spikes(drawing: Drawing) -> Tensor:
    """[B] how sharply the paths of each of B canvases turn back where segments meet, in [0, 1].

    A turn by up to 120 degrees is a corner, and costs nothing; beyond it the path leaves a splinter.
    """
    legs, table = _legs(drawing), drawing.segments()
    before, after = table.joints(drawing.closed)
    turns = torch.relu(-2 * (legs[before, 2] * legs[after, 0]).sum(-1) - 1)
    return _mean_of_segments(turns, drawing, table.canvas[before])


def _legs(drawing: Drawing) -> Tensor:
    """[S, 3, 2] directions of the legs of each segment's control polygon; zero where a leg has no length."""
    legs = torch.diff(drawing.cubics(), dim=1)
    return legs / legs.square().sum(-1, keepdim=True).clamp_min(_NO_LENGTH).sqrt()


def _sine(first: Tensor, second: Tensor) -> Tensor:
    return first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]


def _mean_of_segments(values: Tensor, drawing: Drawing, canvas: Tensor | None = None) -> Tensor:
    """[B] the mean of values of segments [S], or joints, on each canvas, 0 where there are none."""
    canvas = drawing.segments().canvas if canvas is None else canvas
    total = values.new_zeros(drawing.num_canvases).index_add(0, canvas, values)
    return total / torch.bincount(canvas, minlength=drawing.num_canvases).clamp_min(1)
