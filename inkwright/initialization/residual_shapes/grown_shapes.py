"""What shapes that grow are: closed paths in one color or with a gradient, or open strokes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inkwright.initialization.residual_shapes.seeds import Seed
from inkwright.initialization.residual_shapes.spines import Spine
from inkwright.optimization.shape_sources.drawing_source import StepSizes
from inkwright.vector_graphics.curves.fitting import fit_cubics
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.gradient_fills import GradientFills

FloatArray = NDArray[np.float64]
Fill = Literal["flat", "linear", "radial", "none"]
FILLS: tuple[Fill, ...] = ("flat", "linear", "radial", "none")

_PLACES = 8  # of a stroke's middle, that each of its cubics passes by
_WIDTH_STEP = 0.1  # of strokes' widths, as a share of their median in a block
_HALF = 3**0.5  # half the length of a bar, in standard deviations of its points along it


@dataclass(frozen=True)
class GrownShapes:
    """Makes shapes of seeds.

    Attributes:
        fill: of closed paths; with "none" they are open strokes.
        segments: cubics of each, >= 3; of strokes >= 1.
        translucent: whether opacities are trained; they start opaque.
    """

    fill: Fill = "flat"
    segments: int = 8
    translucent: bool = False

    def __post_init__(self) -> None:
        if self.fill not in FILLS:
            raise ValueError(f"fill is {self.fill!r}; allowed are {', '.join(FILLS)}")
        if self.segments < (least := 1 if self.strokes else 3):
            raise ValueError(f"path_segments is {self.segments}; it must be >= {least}")

    @property
    def strokes(self) -> bool:
        """Whether shapes are open strokes."""
        return self.fill == "none"

    @property
    def trained(self) -> tuple[str, ...]:
        """What of them is optimized, see ``ShapeParameters``."""
        return ("points", "rgb", *["width"] * self.strokes, *["opacity"] * self.translucent)

    def shapes(self, seeds: Sequence[Seed], canvas: tuple[float, float], layer: int) -> Drawing:
        """The shapes of seeds on a canvas, its units being the pixels of the seeds."""
        color = _tensor([[*seed.color, 1.0] for seed in seeds]).reshape(-1, 4)
        if self.strokes:
            spines = [seed.spine for seed in seeds if seed.spine is not None]
            points = _tensor([_stroke(spine, self.segments) for spine in spines])
            points = points.reshape(-1, 3 * self.segments + 1, 2)
            width = _tensor([spine.width for spine in spines])
            return Drawing.from_strokes(points, width, color, canvas, layer=layer)
        points = _tensor([seed.points for seed in seeds]).reshape(-1, 3 * self.segments, 2)
        flat = Drawing.from_fills(points, color, canvas, layer=layer)
        return flat if self.fill == "flat" or not seeds else flat.replace(gradients=self._gradients(seeds))

    def step_sizes(self, shapes: Drawing, stage: StepSizes) -> StepSizes | None:
        """Those of a block of new shapes, if they are not the stage's.

        Those of strokes' widths go with how wide these are: thin ones don't vanish, and broad ones grow.
        """
        if not self.strokes:
            return None
        rates = {each.name: getattr(stage, each.name) for each in fields(StepSizes)}
        rates["lr_width"] = _WIDTH_STEP * float(shapes.width.median())
        return StepSizes(**rates)

    def _gradients(self, seeds: Sequence[Seed]) -> GradientFills:
        """Gradients of two stops that are the picture's own around each seed, as far as they are linear."""
        rows = torch.arange(len(seeds))
        position = torch.tensor([0.0, 1.0]).repeat(len(seeds), 1)
        if self.fill == "radial":
            center = _tensor([seed.center for seed in seeds])
            radius = _tensor([2 * max(float(np.trace(seed.spread)) / 2, 0.25) ** 0.5 for seed in seeds])
            colors = _tensor([[[*seed.color, 1.0]] * 2 for seed in seeds])
            return GradientFills.circular(rows, center, radius, position, colors)
        ends = [_slope(seed) for seed in seeds]
        start, end, colors = (_tensor([each[k] for each in ends]) for k in range(3))
        return GradientFills.linear(rows, start, end, position, colors)


def _stroke(spine: Spine, segments: int) -> FloatArray:
    """[3S + 1, 2] points of an open path along a stroke's middle."""
    along = np.linspace(0, len(spine.line) - 1, _PLACES * segments + 1)
    line = np.stack([np.interp(along, np.arange(len(spine.line)), spine.line[:, k]) for k in (0, 1)], axis=1)
    rows = np.arange(segments)[:, None] * _PLACES + np.arange(_PLACES + 1)
    control, _ = fit_cubics(line[rows])
    return np.concatenate([control[:, :3].reshape(-1, 2), control[-1, 3:]])


def _slope(seed: Seed) -> tuple[FloatArray, FloatArray, FloatArray]:
    """[2], [2] ends of the line along which the picture's color changes most, [2, 4] its colors there."""
    _, _, ways = np.linalg.svd(seed.slope)
    reach = max(_HALF * float(ways[0] @ seed.spread @ ways[0]) ** 0.5, 0.5)
    change = reach * seed.slope @ ways[0]
    colors = np.clip([seed.color - change, seed.color + change], 0, 1)
    return seed.center - reach * ways[0], seed.center + reach * ways[0], np.c_[colors, np.ones(2)]


def _tensor(values: object) -> Tensor:
    return torch.from_numpy(np.array(values, dtype=np.float32))
