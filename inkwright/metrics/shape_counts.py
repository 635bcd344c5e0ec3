"""How large a drawing is: for people who edit it, and for the wire."""

from typing import Protocol

from torch import Tensor


class DrawingTensors(Protocol):
    """What is counted; ``vector_graphics.Drawing`` has it."""

    points: Tensor  # [P, 2]
    alive: Tensor  # [N] bool

    def point_shape(self) -> Tensor:
        """[P] the shape of each control point."""


def drawing_size(drawing: DrawingTensors, svg: str | None = None) -> dict[str, float]:
    """Counts "num_shapes" and "num_control_points" of the living; "svg_bytes" if the SVG's text is given."""
    counts = {
        "num_shapes": float(drawing.alive.sum()),
        "num_control_points": float(drawing.alive[drawing.point_shape()].sum()),
    }
    return counts if svg is None else {**counts, "svg_bytes": float(len(svg.encode()))}
