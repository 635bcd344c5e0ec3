"""When a run ends before its last step: as soon as no candidate improves any more."""

import torch
from torch import Tensor, nn


class PlateauStop(nn.Module):
    """Stops when no candidate's score has fallen by ``min_improvement`` of itself for ``patience`` steps.

    Attributes:
        not_before: step before which patience does not begin to run out.
        reference: [K] score of each candidate at its last true improvement.
        improved_at: step of the last true improvement of any candidate.
        stopped: whether the rule has ended the run; part of the checkpoint, so that a resumed run stays
            ended.
    """

    reference: Tensor
    improved_at: Tensor
    stopped: Tensor

    def __init__(self, num_candidates: int, *, patience: int, min_improvement: float) -> None:
        """Starts without any score.

        Args:
            num_candidates: K.
            patience: steps without improvement after which the run ends; 0 never ends it.
            min_improvement: share of its score by which a candidate must improve to count, in [0, 1).

        Raises:
            ValueError: a value is out of its range.
        """
        super().__init__()
        if patience < 0:
            raise ValueError(f"patience is {patience}; it must be >= 0 steps, 0 switches the stop rule off")
        if not 0 <= min_improvement < 1:
            raise ValueError(f"min_improvement is {min_improvement}; it must be in [0, 1)")
        self.patience, self.min_improvement, self.not_before = patience, min_improvement, 0
        self.register_buffer("reference", torch.full((num_candidates,), torch.inf))
        self.register_buffer("improved_at", torch.zeros((), dtype=torch.long))
        self.register_buffer("stopped", torch.zeros((), dtype=torch.bool))

    def update(self, score: Tensor, step: int) -> bool:
        """Takes the newest scores [K] of a step into account; returns whether the run should end now.

        Lower is better; a score that is not finite counts as no improvement.
        """
        margin = torch.where(torch.isinf(self.reference), 0.0, self.min_improvement * self.reference.abs())
        improved = score < self.reference - margin
        if bool(improved.any()):
            self.reference.copy_(torch.where(improved, score, self.reference))
            self.improved_at.fill_(step)
        elif self.patience and step - max(int(self.improved_at), self.not_before) >= self.patience:
            self.stopped.fill_(True)
        return bool(self.stopped)

    def restart(self, step: int) -> None:
        """Forgets the scores: those to come can't be compared with them."""
        self.reference.fill_(torch.inf)
        self.improved_at.fill_(step)
