"""CLIPasso's way to end a run early: when a score stands still, twice."""

import torch
from torch import Tensor, nn


class StallStop(nn.Module):
    """A candidate has stalled when its score was within ``min_change`` of its best at two scores.

    Scores in between may be worse; a better one starts the count anew. That is the published code's rule: in
    practice it seldom fires. The run ends when all candidates have stalled; until then those that have go on,
    too, which can only better them.

    Attributes:
        best: [K] lowest score of each candidate.
        stalls: [K] scores without change since the last improvement; 2 = stalled.
        stopped: whether the rule has ended the run; part of the checkpoint.
        not_before: step before which the run is not ended.
    """

    best: Tensor
    stalls: Tensor
    stopped: Tensor

    def __init__(self, num_candidates: int, *, min_change: float = 1e-5) -> None:
        """Starts without any score.

        Raises:
            ValueError: ``min_change`` is negative.
        """
        super().__init__()
        if not min_change >= 0:
            raise ValueError(f"min_change is {min_change}; it must be >= 0")
        self.min_change = min_change
        self.not_before = 0
        self.register_buffer("best", torch.full((num_candidates,), torch.inf))
        self.register_buffer("stalls", torch.zeros(num_candidates, dtype=torch.long))
        self.register_buffer("stopped", torch.zeros((), dtype=torch.bool))

    def restart(self, step: int) -> None:
        """Forgets all scores: those to come can't be compared with them."""
        self.best.fill_(torch.inf)
        self.stalls.zero_()

    def update(self, score: Tensor, step: int) -> bool:
        """Takes the newest scores [K] into account; returns whether the run should end now."""
        change = torch.where(torch.isinf(self.best), -torch.inf, score - self.best)
        still = change.abs() <= self.min_change
        better = ~still & (change < 0)
        finished = self.stalls >= 2
        self.stalls.copy_(torch.where(finished, 2, torch.where(better, 0, self.stalls + still.long())))
        self.best.copy_(torch.where(better, score, self.best))
        self.stopped.fill_(step >= self.not_before and bool((self.stalls >= 2).all()))
        return bool(self.stopped)
