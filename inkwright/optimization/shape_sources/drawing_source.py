"""The contract of what is optimized: a module that makes a drawing from parameters."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from inkwright.vector_graphics.drawing import Drawing

if TYPE_CHECKING:
    from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters


@dataclass(frozen=True, kw_only=True)
class StepSizes:
    """Adam's step sizes for each kind of parameter.

    Attributes:
        lr_points: of control points and frames of gradients, in canvas units, >= 0.
        lr_width: of stroke widths, in canvas units, >= 0.
        lr_rgb: of colors, which run from 0 to 1, >= 0.
        lr_opacity: of opacities, which run from 0 to 1, >= 0.
    """

    lr_points: float = 1.0
    lr_width: float = 0.1
    lr_rgb: float = 0.01
    lr_opacity: float = 0.01


class DrawingSource(nn.Module):
    """Makes a drawing of K canvases from parameters that an optimizer moves.

    Its state can be loaded whatever its size: a source that has grown or shrunk since it was made takes the
    sizes of the state.
    """

    @abstractmethod
    def drawing(self) -> Drawing:
        """The shapes as they are now, connected to the parameters."""

    @abstractmethod
    def parameter_groups(self, rates: StepSizes) -> list[dict[str, Any]]:
        """Groups of what is trained, for one optimizer, each with ``params`` (one), ``lr`` and ``name``."""

    def project_(self) -> None:
        """Brings every value back into its range; called after each step."""

    def canvas_of_rows(self, name: str) -> Tensor | None:
        """[R] the canvas of each row of the parameter of that group; None where rows belong to no canvas."""
        return None

    def shape_parts(self) -> list[tuple[ShapeParameters, slice]]:
        """The parts whose shapes can be edited, each with its rows among the shapes of the drawing."""
        return []

    def _load_from_state_dict(self, state_dict: Mapping[str, Any], prefix: str, *rest: Any) -> None:
        load_sizes(self, state_dict, prefix)
        super()._load_from_state_dict(state_dict, prefix, *rest)


def load_sizes(module: nn.Module, state_dict: Mapping[str, Any], prefix: str) -> None:
    """Gives the own tensors of a module the sizes that they have in a state that is about to be loaded."""
    for name, tensor in [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]:
        loaded = state_dict.get(prefix + name)
        if isinstance(loaded, Tensor) and loaded.shape != tensor.shape:
            value = loaded.detach().to(tensor).clone()
            if isinstance(tensor, nn.Parameter):  # a new one: autograd may remember the size of the old one
                setattr(module, name, nn.Parameter(value, requires_grad=tensor.requires_grad))
            else:
                tensor.data = value
