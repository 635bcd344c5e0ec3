"""What callbacks may ask of a module; nothing else of it is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from inkwright.vector_graphics.drawing import Drawing

if TYPE_CHECKING:
    import pytorch_lightning as pl
    from torch import Tensor


class Target(Protocol):
    """The picture that is drawn."""

    image: Tensor
    mask: Tensor | None
    original_size: tuple[int, int]
    name: str


class DrawingModule(Protocol):
    """A module that optimises a drawing."""

    target: Target

    @property
    def drawing(self) -> Drawing:
        """All candidates as they are now, K canvases."""

    def best_drawing(self) -> Drawing:
        """The best state of the best candidate, one canvas."""

    def best_losses(self) -> dict[str, float]:
        """Its losses as they are weighed at the end of a run."""


def draws(module: pl.LightningModule) -> bool:
    """Whether the module optimises a drawing."""
    return callable(getattr(type(module), "best_drawing", None))


def drawing_module(module: pl.LightningModule) -> DrawingModule:
    """The module, as what callbacks may see of it.

    Raises:
        TypeError: it does not optimise a drawing.
    """
    if not draws(module):
        raise TypeError(
            f"{type(module).__name__} has no best_drawing(); this callback needs a module that draws"
        )
    return cast(DrawingModule, module)
