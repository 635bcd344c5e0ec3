"""What callbacks may ask of a module that draws; nothing else of it is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    import pytorch_lightning as pl

    from inkwright.optimization.objective import Objective
    from inkwright.optimization.staged_run import StagedRun
    from inkwright.pictures.target_image import TargetImage
    from inkwright.vector_graphics.drawing import Drawing


class DrawingModule(Protocol):
    """A module that optimizes a drawing."""

    target: TargetImage
    run: StagedRun
    objective: Objective
    layer_names: Mapping[int, str]

    def named_drawings(self) -> dict[str, Drawing]:
        """Further drawings of one canvas by name: rounds, levels, cells, layers."""

    def best_losses(self) -> dict[str, float]:
        """The losses of the best drawing as they are weighed at the end of a run."""


def draws(module: pl.LightningModule) -> bool:
    """Whether the module optimizes a drawing."""
    return callable(getattr(type(module), "named_drawings", None))


def drawing_module(module: pl.LightningModule) -> DrawingModule:
    """The module, as what callbacks may see of it.

    Raises:
        TypeError: it does not optimize a drawing.
    """
    if not draws(module):
        raise TypeError(
            f"{type(module).__name__} has no named_drawings(); this callback needs a module that draws"
        )
    return cast(DrawingModule, module)
