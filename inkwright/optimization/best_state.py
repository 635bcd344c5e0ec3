"""The best state that each candidate sketch has ever been in."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from inkwright.optimization.stroke_parameters import StrokeParameters
from inkwright.vector_graphics.drawing import Drawing

_KEPT = ("points", "width", "rgb", "opacity", "alive")


class BestCandidates(nn.Module):
    """Keeps each candidate as it was at its lowest score; the best of them all is the drawing of the run.

    Ties keep the earlier state, and among candidates the lower index.

    Attributes:
        score: [K] lowest score of each candidate so far, infinite before the first.
        step: [K] the step at which it was reached.
    """

    score: Tensor
    step: Tensor
    points: Tensor
    width: Tensor
    rgb: Tensor
    opacity: Tensor
    alive: Tensor

    def __init__(self, strokes: StrokeParameters) -> None:
        """Starts from the strokes as they are."""
        super().__init__()
        count = strokes.num_candidates
        self.register_buffer("score", torch.full((count,), torch.inf))
        self.register_buffer("step", torch.zeros(count, dtype=torch.long))
        for name in _KEPT:
            self.register_buffer(name, getattr(strokes, name).detach().clone())

    @torch.no_grad()
    def update(self, strokes: StrokeParameters, score: Tensor, step: int) -> None:
        """Takes over the strokes of every candidate whose score [K] is lower than ever before."""
        better = score < self.score
        self.score.copy_(torch.where(better, score, self.score))
        self.step.copy_(torch.where(better, step, self.step))
        for name in _KEPT:
            kept, now = getattr(self, name), getattr(strokes, name)
            kept.copy_(torch.where(better.reshape(-1, *[1] * (now.dim() - 1)), now, kept))

    def winner(self) -> int:
        """Index of the candidate with the lowest score."""
        return int(torch.argmin(self.score))

    def drawing(self, canvas: tuple[float, float], index: int | None = None) -> Drawing:
        """The kept state of one candidate, by default of the winner, as a drawing of one canvas."""
        index = self.winner() if index is None else index
        rgba = torch.cat([self.rgb[index], self.opacity[index][:, None]], dim=-1)
        one = Drawing.from_strokes(self.points[index], self.width[index], rgba, canvas)
        return one.replace(alive=self.alive[index])
