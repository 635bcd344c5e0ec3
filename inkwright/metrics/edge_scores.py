"""Do the lines of a sketch lie on the boundaries of its picture, and do they tell all of them?"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchmetrics import Metric

from inkwright.metrics.boundary_map import boundary_map
from inkwright.metrics.ink import check_pair, ink_lines

TOLERANCE = 2.0


def edge_agreement(render: Tensor, target: Tensor, tolerance: float = TOLERANCE) -> dict[str, Tensor]:
    """Precision, recall and F1 of the sketch's centre lines against the picture's boundaries.

    Precision is the share of the sketch's lines that lie within ``tolerance`` of a boundary, recall the
    share of the boundaries within ``tolerance`` of a line; distances are Euclidean, both maps are one pixel
    wide.

    Args:
        render: [3, H, W] the sketch on white, in [0, 1].
        target: [3, H, W] the picture, in [0, 1].
        tolerance: pixels, >= 0.

    Returns:
        "precision", "recall" and "f1", each in [0, 1]; without any line precision is 0, without any boundary
        recall is 0.

    Raises:
        ValueError: a shape does not fit, or the tolerance is negative.
    """
    check_pair(render, target)
    _check_tolerance(tolerance)
    return agreement_scores(agreement_counts(ink_lines(render), boundary_map(target), tolerance))


def agreement_counts(lines: NDArray[np.bool_], boundaries: NDArray[np.bool_], tolerance: float) -> Tensor:
    """[4] lines near a boundary, lines, boundaries near a line, boundaries; in pixels of maps [H, W]."""
    near_lines = int((lines & _within(boundaries, tolerance)).sum())
    near_boundaries = int((boundaries & _within(lines, tolerance)).sum())
    counts = [near_lines, int(lines.sum()), near_boundaries, int(boundaries.sum())]
    return torch.tensor(counts, dtype=torch.float64)


class EdgeAgreement(Metric):
    """Precision, recall and F1 of many sketches, all their lines counted together; see ``edge_agreement``.

    Args:
        tolerance: pixels, >= 0.
    """

    is_differentiable = False
    higher_is_better = True
    full_state_update = False
    counts: Tensor

    def __init__(self, tolerance: float = TOLERANCE) -> None:
        super().__init__()
        _check_tolerance(tolerance)
        self.tolerance = tolerance
        self.add_state("counts", default=torch.zeros(4, dtype=torch.float64), dist_reduce_fx="sum")

    def update(self, render: Tensor, target: Tensor) -> None:
        """Count one sketch; both are [3, H, W] in [0, 1]."""
        check_pair(render, target)
        counts = agreement_counts(ink_lines(render), boundary_map(target), self.tolerance)
        self.counts = self.counts + counts.to(self.counts.device)

    def compute(self) -> dict[str, Tensor]:
        """Precision, recall and f1 so far, by name."""
        return agreement_scores(self.counts)


def _check_tolerance(tolerance: float) -> None:
    if not (math.isfinite(tolerance) and tolerance >= 0):
        raise ValueError(f"tolerance is {tolerance}; it must be a number of pixels, at least 0")


def _within(mask: NDArray[np.bool_], distance: float) -> NDArray[np.bool_]:
    """[H, W] pixels within a distance of the mask."""
    from scipy import ndimage

    if not mask.any():
        return np.zeros_like(mask)
    near: NDArray[np.bool_] = ndimage.distance_transform_edt(~mask) <= distance
    return near


def agreement_scores(counts: Tensor) -> dict[str, Tensor]:
    """Precision, recall and f1 by name, of the counts [4] of ``agreement_counts``."""
    near_lines, lines, near_boundaries, boundaries = counts
    precision = near_lines / lines.clamp_min(1)
    recall = near_boundaries / boundaries.clamp_min(1)
    f1 = 2 * precision * recall / (precision + recall).clamp_min(1e-12)
    return {"precision": precision, "recall": recall, "f1": f1}
