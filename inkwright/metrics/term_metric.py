"""Any guidance term as a number that judges and does not guide."""

import torch
from torch import Tensor
from torchmetrics import Metric

from inkwright.guidance.targets import Targets
from inkwright.guidance.term import GuidanceTerm


class TermMetric(Metric):
    """Mean over pictures of the sum of a term's losses, as they are weighed at the end of a run.

    Lower is better. ``update`` takes pictures and targets, [B, 3, H, W] RGB in [0, 1], as the metrics of
    torchmetrics do.
    """

    is_differentiable = False
    higher_is_better = False
    full_state_update = False
    total: Tensor
    count: Tensor

    def __init__(self, term: GuidanceTerm) -> None:
        """Takes over the term."""
        super().__init__()
        self.term = term
        self.add_state("total", default=torch.tensor(0.0), dist_reduce_fx="sum")
        self.add_state("count", default=torch.tensor(0), dist_reduce_fx="sum")

    def update(self, preds: Tensor, target: Tensor) -> None:
        """Takes in pictures, each with its own target.

        Raises:
            ValueError: the shapes differ, or are not [B, 3, H, W].
        """
        if preds.shape != target.shape or preds.dim() != 4 or preds.shape[1] != 3:
            raise ValueError(
                f"preds and target have shapes {list(preds.shape)} and {list(target.shape)}; "
                "both must be [B, 3, H, W]"
            )
        with torch.no_grad():
            self.term.prepare(Targets(target))
            self.total += torch.stack(list(self.term(preds, 1.0).values())).sum()
        self.count += len(preds)

    def compute(self) -> Tensor:
        """The mean so far."""
        return self.total / self.count
