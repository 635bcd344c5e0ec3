"""Penalties on curves themselves; they need no picture."""

from __future__ import annotations

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing

# Squared lengths of legs, in canvas units, below which they have no direction.
_NO_LENGTH = 1e-8


def folding(drawing: Drawing) -> Tensor:
    """How much the cubic segments of a drawing fold back on themselves.

    The control polygon of a segment has three legs. Where a leg turns against the one before by more than a
    right angle, the curve makes a loop, a cusp or a hook; gentler curves cost nothing.

    Args:
        drawing: of B canvases.

    Returns:
        [B] mean over the segments of each canvas, in [0, 1]; 0 for a canvas without shapes.
    """
    canvas = drawing.segments().canvas
    legs = torch.diff(drawing.cubics(), dim=1)
    legs = legs / legs.square().sum(-1, keepdim=True).clamp_min(_NO_LENGTH).sqrt()
    turns = torch.relu(-(legs[:, :-1] * legs[:, 1:]).sum(-1)).mean(-1)
    total = turns.new_zeros(drawing.num_canvases).index_add(0, canvas, turns)
    count = torch.bincount(canvas, minlength=drawing.num_canvases)
    return total / count.clamp_min(1)
