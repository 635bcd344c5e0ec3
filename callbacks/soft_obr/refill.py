"""Dead strokes are put to use where ink is missing, as VectorFusion does with paths that have faded."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing

_HOP = 0.05  # largest sum of both sides of a hop between control points, as a share of the longer side


@dataclass(frozen=True)
class Refill:
    """When dead strokes start anew, and how.

    Attributes:
        every_n_steps: steps between two refills, >= 1.
        until_step: no refill from this step on, >= 1: what is dead later stays dead.
        opacity: of a stroke that starts anew, in (0, 1].
        power: >= 0, of the demand for ink when a place is drawn; 0 takes any place.
    """

    every_n_steps: int = 50
    until_step: int = 300
    opacity: float = 0.5
    power: float = 1.0

    def __post_init__(self) -> None:
        for name in ("every_n_steps", "until_step"):
            if getattr(self, name) < 1:
                raise ValueError(f"refill.{name} is {getattr(self, name)}; it must be >= 1")
        if not 0 < self.opacity <= 1:
            raise ValueError(f"refill.opacity is {self.opacity}; it must be in (0, 1]")
        if not self.power >= 0:
            raise ValueError(f"refill.power is {self.power}; it must be >= 0")

    def is_due(self, step: int) -> bool:
        """Whether dead strokes start anew before this step."""
        return step < self.until_step and step % self.every_n_steps == 0

    def starts(self, demand: Tensor, drawing: Drawing, generator: torch.Generator) -> Tensor:
        """Random short strokes where ink is missing.

        Places are drawn from the blurred demand; each further control point is a small hop away from the one
        before, at most 2.5 % of the longer side along each axis (as in CLIPasso).

        Args:
            demand: [K, H, W] >= 0, in pixels of the canvas.
            drawing: K canvases of as many strokes each, all of as many control points.
            generator: of the random numbers.

        Returns:
            [P, 2] control points for every stroke of the drawing, in canvas units.

        Raises:
            ValueError: strokes or canvases of the drawing differ.
        """
        canvases, strokes = demand.shape[0], drawing.num_shapes // demand.shape[0]
        points = len(drawing.points) // max(drawing.num_shapes, 1)
        whole = torch.bincount(drawing.canvas_index, minlength=canvases) == strokes
        if not bool(whole.all()) or not bool((torch.diff(drawing.path_offsets) == points).all()):
            raise ValueError("refill needs canvases of as many strokes each, all of one length")
        height, width = demand.shape[1:]
        calm = F.avg_pool2d(demand[:, None], 5, stride=1, padding=2)[:, 0].flatten(1) ** self.power
        calm = torch.where(calm.sum(1, keepdim=True) > 0, calm, 1.0).cpu()
        place = torch.multinomial(calm, strokes, replacement=True, generator=generator)
        corner = torch.stack([place % width, torch.div(place, width, rounding_mode="floor")], dim=-1)
        first = corner + torch.rand(canvases, strokes, 2, generator=generator)
        hops = torch.rand(canvases, strokes, points - 1, 2, generator=generator) - 0.5
        steps = torch.cat([first[:, :, None], _HOP * max(height, width) * hops], dim=2)
        return steps.cumsum(2).reshape(-1, 2).to(demand)
