"""The best state that each canvas has ever been in."""

from typing import Any

import torch
from torch import Tensor, nn

from inkwright.optimization.kept_drawings import still_copy
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.drawing_tensors import from_tensors, to_tensors


class BestState(nn.Module):
    """Keeps each canvas as it was at its lowest score; the best of them all is the drawing of the run.

    Ties keep the earlier state, and among canvases the lower index. Shapes may come and go between scores.

    Attributes:
        score: [K] lowest score of each canvas so far, infinite before the first.
        step: [K] the step at which it was reached.
        canvases: the kept states, K canvases.
    """

    score: Tensor
    step: Tensor

    def __init__(self, drawing: Drawing) -> None:
        """Starts from the drawing as it is."""
        super().__init__()
        self.register_buffer("score", torch.full((drawing.num_canvases,), torch.inf))
        self.register_buffer("step", torch.zeros(drawing.num_canvases, dtype=torch.long))
        self.canvases = still_copy(drawing)

    @torch.no_grad()
    def update(self, drawing: Drawing, score: Tensor, step: int) -> None:
        """Takes over every canvas whose score [K] is lower than ever before."""
        better = score < self.score
        if not bool(better.any()):
            return
        self.score.copy_(torch.where(better, score, self.score))
        self.step.copy_(torch.where(better, step, self.step))
        self.canvases = still_copy(drawing) if bool(better.all()) else _mixed(drawing, self.canvases, better)

    def restart(self) -> None:
        """Forgets the scores: those to come can't be compared with them."""
        self.score.fill_(torch.inf)

    def winner(self) -> int:
        """Index of the canvas with the lowest score."""
        return int(torch.argmin(self.score))

    def drawing(self, index: int | None = None) -> Drawing:
        """The kept state of one canvas, by default of the winner, as a drawing of one canvas."""
        return self.canvases.canvas_drawing(self.winner() if index is None else index)

    def get_extra_state(self) -> dict[str, Any]:
        """The kept state, for checkpoints."""
        return {"drawing": to_tensors(self.canvases)}

    def set_extra_state(self, state: dict[str, Any]) -> None:
        """Takes the kept state up, whatever its size."""
        self.canvases = from_tensors(state["drawing"])


def _mixed(new: Drawing, old: Drawing, better: Tensor) -> Drawing:
    """The canvases of ``new`` where ``better`` [K] holds, those of ``old`` elsewhere."""
    new = new.detach()
    canvases = [(new if better[k] else old).canvas_drawing(k) for k in range(old.num_canvases)]
    return Drawing.batch(canvases)
