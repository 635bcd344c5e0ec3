"""Short random strokes, from which a sketch grows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from inkwright.optimization.shape_sources.shape_parameters import TRAINABLE, ShapeParameters

REFERENCE_SIDE = 224


@dataclass(frozen=True)
class LooseStrokes:
    """What the strokes are like that a sketch starts from, and what of them is optimised.

    Attributes:
        width: full width, in pixels of a picture whose long side has 224, > 0. The published code counts half
            widths: its 1.5 is 3 here.
        max_width: the largest that it may become, if widths are trained.
        segments: cubic segments of each stroke, >= 1.
        hop: each control point lies up to half of this from the one before, along both axes, as a share of
            the long side, > 0.
        color: ``black``, or ``random`` colours and opacities.
        trained: which of points, width, rgb and opacity are optimised.
    """

    width: float = 3.0
    max_width: float = 100.0
    segments: int = 1
    hop: float = 0.05
    color: Literal["black", "random"] = "black"
    trained: Sequence[str] = ("points",)

    def __post_init__(self) -> None:
        if not 0 < self.width <= self.max_width:
            raise ValueError(f"strokes.width is {self.width}; it must be > 0 and <= {self.max_width}")
        if self.segments < 1:
            raise ValueError(f"strokes.segments is {self.segments}; it must be >= 1")
        if not self.hop > 0:
            raise ValueError(f"strokes.hop is {self.hop}; it must be > 0")
        if self.color not in ("black", "random"):
            raise ValueError(f"strokes.color is {self.color!r}; it must be black or random")
        unknown = sorted(set(self.trained) - set(TRAINABLE))
        if unknown or not self.trained:
            raise ValueError(
                f"strokes.trained is {list(self.trained)}; it must name one or more of {', '.join(TRAINABLE)}"
            )

    def parameters(
        self, candidates: Sequence[tuple[Tensor, Tensor]], canvas: tuple[float, float]
    ) -> ShapeParameters:
        """K sketches as parameters, each given by its points [N, P, 2] and colours [N, 4]."""
        points, color = (torch.stack(each) for each in zip(*candidates, strict=True))
        scale = max(canvas) / REFERENCE_SIDE
        widest = self.max_width if "width" in self.trained else self.width
        return ShapeParameters.of_strokes(
            points,
            torch.full(points.shape[:2], self.width * scale),
            color,
            canvas,
            trained=tuple(self.trained),
            width_range=(min(2.0, self.width) * scale, widest * scale),
            # Published strokes may leave the paper as far as they like; this far is as good.
            margin=1.5,
        )

    def grown_from(self, places: Tensor, generator: np.random.Generator, side: float) -> Tensor:
        """Control points [N, 3 segments + 1, 2] of strokes from places [N, 2], on a canvas of a long side."""
        count = 3 * self.segments
        hops = generator.uniform(-0.5, 0.5, (len(places), count, 2)) * self.hop * side
        steps = torch.from_numpy(np.cumsum(hops, axis=1)).to(places.dtype)
        return torch.cat([places[:, None], places[:, None] + steps], dim=1)

    def colors(self, count: int, generator: np.random.Generator) -> Tensor:
        """[count, 4] straight RGBA."""
        if self.color == "random":
            return torch.from_numpy(generator.uniform(0, 1, (count, 4))).float()
        return torch.tensor([0.0, 0.0, 0.0, 1.0]).expand(count, 4).clone()
