"""The smallest system that draws: random strokes pulled towards the picture, pixel by pixel."""

from __future__ import annotations

from typing import Any

import torch

from inkwright.guidance.term import GuidanceTerm
from inkwright.optimization.stroke_parameters import StrokeParameters
from inkwright.pictures.target_image import TargetImage
from lightning_modules.stroke_optimization import StrokeOptimization


class PixelDistance(GuidanceTerm):
    """Mean squared difference of pixels."""

    def prepare(self, target: torch.Tensor, mask: torch.Tensor | None) -> None:
        self.register_buffer("target", target, persistent=False)

    def forward(self, image: torch.Tensor, progress: float) -> dict[str, torch.Tensor]:
        return {"squared_error": (image - self.target).square().mean((1, 2, 3))}


class RandomSketch(StrokeOptimization):
    """Short strokes anywhere."""

    def __init__(
        self, guidance: Any, optimization: Any, *, num_strokes: int = 16, pen: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(guidance, optimization, **kwargs)
        self.num_strokes = num_strokes

    def initial_strokes(self, target: TargetImage) -> StrokeParameters:
        points = torch.stack([self._points(target.canvas, self.seed + k) for k in range(self.num_sketches)])
        color = torch.zeros(*points.shape[:2], 4)
        color[..., 3] = 0.8
        return StrokeParameters(points, torch.full(points.shape[:2], 2.0), color, target.canvas)

    def _points(self, canvas: tuple[float, float], seed: int) -> torch.Tensor:
        generator = torch.Generator().manual_seed(seed)
        starts = torch.rand(self.num_strokes, 1, 2, generator=generator) * torch.tensor(canvas)
        return starts + 10 * torch.randn(self.num_strokes, 4, 2, generator=generator)


class NoisyDistance(PixelDistance):
    """Sees the pictures through noise from PyTorch's own random numbers."""

    def forward(self, image: torch.Tensor, progress: float) -> dict[str, torch.Tensor]:
        return super().forward(image + 0.3 * torch.randn(image.shape[1:]), progress)


class DislikesDisc(RandomSketch):
    """Can't draw pictures of that name."""

    def initial_strokes(self, target: TargetImage) -> StrokeParameters:
        if target.name == "disc":
            raise ValueError("no discs, please")
        return super().initial_strokes(target)
