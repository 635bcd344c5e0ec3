"""Vector compactness: how many shapes of a drawing belong to one thing of its picture."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.shape_measures import coverage_alone

BoolArray = NDArray[np.bool_]

_AT_ONCE = 16  # shapes that are painted side by side
_WHOLE = 0.99  # a mask of more than this share of the picture is no thing


def vector_compactness(drawing: Drawing, masks: Sequence[BoolArray], inside: float = 0.85) -> float:
    """VeC: the share of shapes of which more than ``inside`` lies in one mask [H, W].

    "Layered image vectorization via semantic simplification" (CVPR 2025). What others hide of a shape
    counts, what is beyond the canvas does not; a shape that covers nothing belongs to no thing. The whole
    picture is no thing, otherwise all would be 1.

    Args:
        drawing: one canvas.
        masks: of things, of the picture's size.
        inside: in (0, 1).

    Raises:
        ValueError: there is no mask, or ``inside`` is out of its range.
    """
    if not masks:
        raise ValueError("masks is empty; things are needed to say which shapes belong to one")
    if not 0 < inside < 1:
        raise ValueError(f"inside is {inside}; it must be in (0, 1)")
    alive = drawing.detach().only_alive()
    things = torch.from_numpy(np.stack([mask.ravel() & (mask.mean() < _WHOLE) for mask in masks])).float()
    shares = [
        _shares(alive.select(torch.arange(start, min(start + _AT_ONCE, alive.num_shapes))), things, masks[0])
        for start in range(0, alive.num_shapes, _AT_ONCE)
    ]
    return float((torch.cat(shares) > inside).float().mean()) if shares else 0.0


def _shares(shapes: Drawing, things: torch.Tensor, like: BoolArray) -> torch.Tensor:
    """[n] the largest share of each shape that lies in one of things [M, HW], of the size of a mask."""
    height, width = like.shape
    covered = coverage_alone(shapes, height, width).flatten(1)
    return (covered @ things.T).amax(1) / covered.sum(1).clamp_min(1e-6)
