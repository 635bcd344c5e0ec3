"""How well one line drawing agrees with another: precision, recall, F1 within a tolerance, distances.

Definitions after the benchmark of Yan, Vanderhaeghe and Gingold, "A Benchmark for Rough Sketch Cleanup"
(SIGGRAPH Asia 2020): ink is darker than 0.25, tolerances are in thousandths of the longer side.
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchmetrics import Metric

INK_BELOW = 0.75
PERMILLE = 2.0


def line_agreement(
    drawn: NDArray[np.floating], meant: NDArray[np.floating], permille: float = PERMILLE
) -> dict[str, float]:
    """Scores of one drawing against another of the same size.

    Args:
        drawn: [H, W] grey in [0, 1], 1 = paper.
        meant: [H, W] the truth.
        permille: tolerance in thousandths of the longer side, >= 0.

    Returns:
        "precision", "recall", "f1" and "iou" in [0, 1]; "chamfer" (mean of the two mean distances),
        "hausdorff" and "hausdorff95" (largest, and 95th percentile, over both directions) in shares of the
        longer side; "blank": 1 if nothing is drawn where something is meant. A blank drawing scores 0 and a
        distance of 1; two blank pages agree fully.

    Raises:
        ValueError: the sizes differ, or the tolerance is negative.
    """
    if drawn.shape != meant.shape or drawn.ndim != 2:
        raise ValueError(f"drawn is {drawn.shape}, meant {meant.shape}; both must be the same [H, W]")
    _check(permille)
    ink, truth = drawn < INK_BELOW, meant < INK_BELOW
    if not (ink.any() and truth.any()):
        return _without_lines(bool(ink.any()), bool(truth.any()))
    from scipy.ndimage import distance_transform_edt

    long_side = max(drawn.shape)
    to_truth = distance_transform_edt(~truth)[ink] / long_side
    to_ink = distance_transform_edt(~ink)[truth] / long_side
    near = permille / 1000 + 1e-9
    precision, recall = float((to_truth <= near).mean()), float((to_ink <= near).mean())
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(precision + recall, 1e-12),
        "iou": float((ink & truth).sum() / (ink | truth).sum()),
        "chamfer": float(to_truth.mean() + to_ink.mean()) / 2,
        "hausdorff": float(max(to_truth.max(), to_ink.max())),
        "hausdorff95": float(max(np.quantile(to_truth, 0.95), np.quantile(to_ink, 0.95))),
        "blank": 0.0,
    }


def _without_lines(drawn: bool, meant: bool) -> dict[str, float]:
    agree = 0.0 if drawn or meant else 1.0
    scores = dict.fromkeys(("precision", "recall", "f1", "iou"), agree)
    distances = dict.fromkeys(("chamfer", "hausdorff", "hausdorff95"), 1.0 - agree)
    return {**scores, **distances, "blank": float(meant and not drawn)}


def bootstrap_interval(
    values: NDArray[np.floating], share: float = 0.95, repeats: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """The interval in which the mean over images lies, by drawing images with replacement.

    Args:
        values: [N] one score for each image, N >= 1.
        share: of the drawn means that the interval holds, in (0, 1).
        repeats: how often N images are drawn.
        seed: of the draws.

    Raises:
        ValueError: there is no value.
    """
    if len(values) == 0:
        raise ValueError("values is empty; an interval needs at least one image")
    draws = np.random.default_rng(seed).integers(len(values), size=(repeats, len(values)))
    low, high = np.quantile(np.asarray(values)[draws].mean(1), [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)


class LineAgreement(Metric):
    """Means over images of ``line_agreement``.

    Args:
        permille: tolerance in thousandths of the longer side, >= 0.
    """

    is_differentiable = False
    higher_is_better = True
    full_state_update = False
    sums: Tensor
    count: Tensor

    NAMES = ("precision", "recall", "f1", "iou", "chamfer", "hausdorff", "hausdorff95", "blank")

    def __init__(self, permille: float = PERMILLE) -> None:
        super().__init__()
        _check(permille)
        self.permille = permille
        self.add_state("sums", torch.zeros(len(self.NAMES), dtype=torch.float64), dist_reduce_fx="sum")
        self.add_state("count", torch.zeros((), dtype=torch.float64), dist_reduce_fx="sum")

    def update(self, drawn: Tensor, meant: Tensor) -> None:
        """Count pictures [B, 1, H, W] in [0, 1]."""
        for one, other in zip(drawn, meant, strict=True):
            scores = line_agreement(
                one[0].float().cpu().numpy(), other[0].float().cpu().numpy(), self.permille
            )
            self.sums += self.sums.new_tensor([scores[name] for name in self.NAMES])
            self.count += 1

    def compute(self) -> dict[str, Tensor]:
        """Means so far, by name."""
        return dict(zip(self.NAMES, self.sums / self.count.clamp_min(1), strict=True))


def _check(permille: float) -> None:
    if not (math.isfinite(permille) and permille >= 0):
        raise ValueError(f"permille is {permille}; it must be at least 0 thousandths of the longer side")
