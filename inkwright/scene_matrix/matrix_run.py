"""The run of a matrix: fidelity in columns, simplicity in levels, and what each level leaves."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from inkwright.optimization.stage import Stage
from inkwright.optimization.staged_run import StagedRun
from inkwright.stroke_networks.stroke_networks import StrokeNetworks
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.drawing_tensors import from_tensors, to_tensors

# The canvases of a level -> the drawing that the run is to be known by.
Compose = Callable[[Drawing], Drawing]


class MatrixRun(StagedRun):
    """Goes through fidelity and levels; keeps the canvases of every level, and C of each.

    Attributes:
        levels: canvases by level, 0 for the sketches from which nothing was removed.
        start_loss: [K] C*, what those lose; None before they are done.
    """

    source: StrokeNetworks

    def __init__(
        self,
        source: StrokeNetworks,
        stages: Sequence[Stage],
        compose: Compose,
        *,
        shown: int = 0,
        seed: int = 0,
    ) -> None:
        """Takes over its parts.

        Args:
            source: the strokes of K canvases.
            stages: see ``matrix_stages``.
            compose: the drawing of the run, of the K canvases of a level.
            shown: the level that the run is known by; before it is reached, the newest.
            seed: of the noise of presence, >= 0.
        """
        super().__init__(source, stages)
        self.compose = compose
        self.shown = shown
        self.seed = seed
        self.levels: dict[int, Drawing] = {}
        self.start_loss: Tensor | None = None

    @staticmethod
    def of(run: StagedRun) -> MatrixRun:
        """The run, known to be one of a matrix.

        Raises:
            TypeError: it is another one.
        """
        if not isinstance(run, MatrixRun):
            raise TypeError(f"{type(run).__name__} is no MatrixRun; the stages of a matrix need one")
        return run

    def best_drawing(self, *, filtered: bool = True) -> Drawing:
        """The drawing of one canvas that the run is known by."""
        return self.compose(self.levels.get(self.shown, self.best.canvases))

    def loss(self) -> Tensor:
        """As of every run; the noise of presence depends on seed and step alone."""
        self.source.begin_step(self._noise() if self.source.ratio is not None else None)
        return super().loss()

    def get_extra_state(self) -> dict[str, Any]:
        """How far the run has come, and what it has kept."""
        levels = {str(level): to_tensors(drawing) for level, drawing in self.levels.items()}
        return {**super().get_extra_state(), "levels": levels, "start_loss": self.start_loss}

    def set_extra_state(self, state: dict[str, Any]) -> None:
        """Goes on from there."""
        super().set_extra_state(state)
        self.levels = {int(level): from_tensors(tensors) for level, tensors in state["levels"].items()}
        self.start_loss = state["start_loss"]

    def _noise(self) -> Tensor:
        """[K, N] uniform draws, the same for all canvases: each sees what it would see alone."""
        stirred = zlib.crc32(struct.pack(">QQ", self.seed, self.steps_done))
        generator = torch.Generator().manual_seed(stirred)
        width = self.source.width
        return torch.rand(width.shape[1], generator=generator).to(width).expand_as(width)
