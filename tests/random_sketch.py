"""The smallest system that draws: random strokes pulled towards the picture, pixel by pixel."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch

from inkwright.guidance.targets import Targets
from inkwright.guidance.term import GuidanceTerm
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.pictures.target_image import TargetImage
from lightning_modules.drawing_optimization import DrawingOptimization


class PixelDistance(GuidanceTerm):
    """Mean squared difference of pixels."""

    def prepare(self, targets: Targets) -> None:
        self.remember(target=targets.images)

    def forward(self, image: torch.Tensor, progress: float) -> dict[str, torch.Tensor]:
        return {"squared_error": (image - self.target).square().mean((1, 2, 3))}


class RandomSketch(DrawingOptimization):
    """Short strokes anywhere."""

    def __init__(
        self,
        guidance: Any,
        optimization: Any,
        *,
        num_strokes: int = 16,
        pen: Any = None,
        abstraction: float = 0,
        analysis: str = "classic",
        **kwargs: Any,
    ) -> None:
        super().__init__(guidance, optimization, **kwargs)
        self.num_strokes = num_strokes

    def source(self, target: TargetImage) -> ShapeParameters:
        points = torch.stack([self._points(target.canvas, self.seed + k) for k in range(self.num_sketches)])
        color = torch.zeros(*points.shape[:2], 4)
        color[..., 3] = 0.8
        return ShapeParameters.of_strokes(points, torch.full(points.shape[:2], 2.0), color, target.canvas)

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

    def look_at(self, target: TargetImage) -> TargetImage:
        if target.name == "disc":
            raise ValueError("no discs, please")
        return target


def candidates(source: ShapeParameters) -> SimpleNamespace:
    """The strokes of K candidates of equally many strokes as [K, N, ...]."""
    drawing = source.drawing()
    k, n = drawing.num_canvases, drawing.num_shapes // drawing.num_canvases
    values = {
        name: getattr(source, name).detach().reshape(k, n, *getattr(source, name).shape[1:])
        for name in ("width", "rgb", "opacity")
    }
    points = source.points.detach().reshape(k, n, -1, 2)
    return SimpleNamespace(points=points, alive=drawing.alive.reshape(k, n), **values)
