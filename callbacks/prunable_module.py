"""What a callback that prunes may ask of a module, beyond what any callback may."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from callbacks.drawing_module import DrawingModule, drawing_module
from inkwright.vector_graphics.drawing import Drawing

if TYPE_CHECKING:
    import pytorch_lightning as pl
    from torch import Tensor


class Strokes(Protocol):
    """The strokes of K candidates of N strokes each."""

    points: Tensor
    width: Tensor
    opacity: Tensor
    alive: Tensor
    trained: tuple[str, ...]
    opacity_range: tuple[float, float]

    def drawing(self) -> Drawing:
        """K canvases, candidate k on canvas k, its strokes in the order of their rows."""


class PrunableModule(DrawingModule, Protocol):
    """A module whose strokes may fade, go, and start anew elsewhere."""

    strokes: Strokes

    @property
    def best_candidate(self) -> int:
        """Index of the candidate that ``best_drawing`` shows."""

    def best_drawing(self, *, filtered: bool = True) -> Drawing:
        """The best state of the best candidate, with or without what the export filters leave out."""

    def add_penalty(
        self, name: str, penalty: Callable[[Drawing, float], Tensor], *, scored: bool = True
    ) -> None:
        """Adds a penalty on the curves to the loss."""

    def add_export_filter(self, keep: Callable[[Drawing], Tensor]) -> None:
        """Leaves shapes out of everything that is scored, shown or written."""

    def expect_other_gradients(self) -> None:
        """Announces that the loss is about to change by design."""

    def remove_strokes(self, gone: Tensor) -> None:
        """Lets strokes [K, N] die."""

    def replace_strokes(self, where: Tensor, **values: Tensor) -> None:
        """Gives the strokes where ``where`` [K, N] holds a new start."""

    def restart_best(self) -> None:
        """Forgets the best state: what comes from now on can't be compared with it."""

    def keep_running_until(self, step: int) -> None:
        """Lets no plateau end the run before this step."""

    def scores(self, drawing: Drawing) -> Tensor:
        """[K] losses at progress 1 of a drawing of K canvases, infinite where it is not a number."""

    def ink_demand(self) -> Tensor:
        """[K, H, W] by how much the loss would fall if a pixel became darker."""


def prunable_module(module: pl.LightningModule) -> PrunableModule:
    """The module, as what a callback that prunes may see of it.

    Raises:
        TypeError: its strokes can't be pruned.
    """
    drawing_module(module)
    if not callable(getattr(module, "replace_strokes", None)):
        raise TypeError(f"{type(module).__name__} has no replace_strokes(); its strokes can't be pruned")
    return cast(PrunableModule, module)
