"""Penalties on curves themselves; they need no picture."""

from __future__ import annotations

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing


def folding(drawing: Drawing) -> Tensor:
    """How much the cubic segments of a drawing fold back on themselves.

    The control polygon of a segment has three legs. Where a leg turns against the one before by more than a
    right angle, the curve makes a loop, a cusp or a hook; gentler curves cost nothing.

    Args:
        drawing: of B canvases.

    Returns:
        [B] mean over the segments of each canvas, in [0, 1]; 0 for a canvas without shapes.
    """
    points, canvas = _segments(drawing)
    legs = torch.diff(drawing.points[points], dim=1)
    legs = legs / legs.square().sum(-1, keepdim=True).clamp_min(1e-8).sqrt()
    turns = torch.relu(-(legs[:, :-1] * legs[:, 1:]).sum(-1)).mean(-1)
    total = turns.new_zeros(drawing.num_canvases).index_add(0, canvas, turns)
    count = torch.bincount(canvas, minlength=drawing.num_canvases)
    return total / count.clamp_min(1)


def _segments(drawing: Drawing) -> tuple[Tensor, Tensor]:
    """[S, 4] rows of ``points`` of each segment, and the canvas [S] it is on."""
    found: tuple[Tensor, Tensor] | None = drawing.cache.get("penalty_segments")
    if found is None:
        per_path = drawing.segments_per_path()
        path = torch.repeat_interleave(torch.arange(len(per_path), device=per_path.device), per_path)
        within = torch.arange(len(path), device=path.device) - (per_path.cumsum(0) - per_path)[path]
        first = drawing.path_offsets[:-1][path]
        size = (drawing.path_offsets[1:] - drawing.path_offsets[:-1])[path]
        offset = (3 * within)[:, None] + torch.arange(4, device=path.device)
        points = first[:, None] + torch.where(drawing.closed[path][:, None], offset % size[:, None], offset)
        found = points, drawing.canvas_index[drawing.path_shape()[path]]
        drawing.cache["penalty_segments"] = found
    return found
