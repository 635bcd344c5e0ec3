"""What shapes that grow are: closed paths in one color or with a gradient, or open strokes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inkwright.initialization.residual_shapes.seeds import Seed
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.gradient_fills import GradientFills

FloatArray = NDArray[np.float64]
Fill = Literal["flat", "linear", "radial", "none"]
FILLS: tuple[Fill, ...] = ("flat", "linear", "radial", "none")

_THINNEST = 0.75  # pixels of a stroke's width at its start
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
            bars = [_bar(seed, self.segments) for seed in seeds]
            points = _tensor([bar for bar, _ in bars]).reshape(-1, 3 * self.segments + 1, 2)
            return Drawing.from_strokes(
                points, _tensor([wide for _, wide in bars]), color, canvas, layer=layer
            )
        points = _tensor([seed.points for seed in seeds]).reshape(-1, 3 * self.segments, 2)
        flat = Drawing.from_fills(points, color, canvas, layer=layer)
        return flat if self.fill == "flat" or not seeds else flat.replace(gradients=self._gradients(seeds))

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


def _bar(seed: Seed, segments: int) -> tuple[FloatArray, float]:
    """[3S + 1, 2] points of a straight stroke that covers about what a seed does, and its width."""
    variance, axes = np.linalg.eigh(seed.spread)
    short, long = 2 * _HALF * np.sqrt(np.maximum(variance, _THINNEST**2 / 12))
    reach = max((long - short) / 2, 0.5)
    along = np.linspace(-reach, reach, 3 * segments + 1)[:, None]
    return seed.center + along * axes[:, 1], float(short)


def _slope(seed: Seed) -> tuple[FloatArray, FloatArray, FloatArray]:
    """[2], [2] ends of the line along which the picture's color changes most, [2, 4] its colors there."""
    _, _, ways = np.linalg.svd(seed.slope)
    reach = max(_HALF * float(ways[0] @ seed.spread @ ways[0]) ** 0.5, 0.5)
    change = reach * seed.slope @ ways[0]
    colors = np.clip([seed.color - change, seed.color + change], 0, 1)
    return seed.center - reach * ways[0], seed.center + reach * ways[0], np.c_[colors, np.ones(2)]


def _tensor(values: object) -> Tensor:
    return torch.from_numpy(np.array(values, dtype=np.float32))
