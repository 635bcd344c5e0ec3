"""Drawings that a run keeps on its way, in its checkpoints, too."""

from typing import Any

from torch import nn

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.drawing_tensors import from_tensors, to_tensors


class KeptDrawings(nn.Module):
    """Drawings by name, in the order in which they were kept.

    Attributes:
        drawings: by name; outside of any autograd graph.
    """

    def __init__(self) -> None:
        """Starts without any."""
        super().__init__()
        self.drawings: dict[str, Drawing] = {}

    def keep(self, name: str, drawing: Drawing) -> None:
        """Keeps a drawing, in place of an earlier one of that name."""
        self.drawings[name] = still_copy(drawing)

    def get_extra_state(self) -> dict[str, Any]:
        """All of them, for checkpoints."""
        return {name: to_tensors(drawing) for name, drawing in self.drawings.items()}

    def set_extra_state(self, state: dict[str, Any]) -> None:
        """Takes them up."""
        self.drawings = {name: from_tensors(tensors) for name, tensors in state.items()}


def still_copy(drawing: Drawing) -> Drawing:
    """The same values, out of reach of whoever moves the parameters."""
    still, values = drawing.detach(), ("points", "width", "stroke", "fill")
    return still.replace(**{name: getattr(still, name).clone() for name in values})
