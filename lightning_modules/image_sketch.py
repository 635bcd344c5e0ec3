"""A photograph becomes a sketch of few strokes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from guidance.structure import StructureTerm
from guidance.term import GuidanceTerm
from image_analysis.line_target import target_ink
from image_analysis.picture_analysis import PictureAnalysis, analyse_picture
from image_analysis.stroke_tracing import TracedStrokes, trace_strokes
from lightning_modules.optimization_settings import OptimizationSettings
from lightning_modules.stroke_optimization import StrokeOptimization
from lightning_modules.stroke_parameters import StrokeParameters
from vector_graphics.rasterizer import Backend

if TYPE_CHECKING:
    from datamodules.target_image import TargetImage

REFERENCE_SIDE = 224


@dataclass(frozen=True)
class PenStyle:
    opacity_range: tuple[float, float] = (0.7, 1.0)
    jitter: float = 0.1


class ImageSketch(StrokeOptimization):
    def __init__(
        self,
        guidance: Mapping[str, GuidanceTerm],
        optimization: OptimizationSettings,
        *,
        num_strokes: int = 64,
        num_sketches: int = 1,
        seed: int = 0,
        backend: Backend = "auto",
        pen: PenStyle | None = None,
    ) -> None:
        super().__init__(guidance, optimization, num_sketches=num_sketches, seed=seed, backend=backend)
        if num_strokes < 1:
            raise ValueError(f"num_strokes is {num_strokes}; it must be >= 1")
        self.num_strokes = num_strokes
        self.pen = pen or PenStyle()

    def setup(self, stage: str) -> None:
        target: TargetImage = self.trainer.datamodule.target
        self.look_at(target)
        super().setup(stage)

    def look_at(self, target: TargetImage) -> None:
        mask = None if target.detail_mask is None else target.detail_mask.numpy()
        analysis = analyse_picture(target.detail.permute(1, 2, 0).numpy(), mask)
        self.traced = [
            trace_strokes(analysis, self.num_strokes, seed=self.seed + k, jitter=self.pen.jitter)
            for k in range(self.num_sketches)
        ]
        zoom = max(analysis.shape) / max(target.image.shape[1:])
        ink = target_ink(
            analysis,
            np.concatenate([each.points for each in self.traced]),
            num_strokes=self.num_strokes,
            pen=zoom * 0.75 * self.base_width(target),
        )
        lines = F.interpolate(torch.from_numpy(ink)[None, None], size=target.image.shape[1:], mode="area")[
            0, 0
        ]
        for term in self.guidance.values():
            if isinstance(term, StructureTerm):
                term.aim_at(lines)
        self._zoom = zoom

    def base_width(self, target: TargetImage) -> float:
        at_reference = float(np.interp(np.log2(self.num_strokes), [4, 6, 8], [2.6, 1.8, 1.2]))
        return at_reference * max(target.image.shape[1:]) / REFERENCE_SIDE

    def initial_strokes(self, target: TargetImage) -> StrokeParameters:
        base = self.base_width(target)
        scale = torch.tensor(
            [target.image.shape[2] / target.detail.shape[2], target.image.shape[1] / target.detail.shape[1]]
        )
        points = torch.stack([torch.from_numpy(each.points) for each in self.traced]) * scale
        strength = torch.stack([torch.from_numpy(each.strength) for each in self.traced])
        faintest, darkest = self.pen.opacity_range
        opacity = faintest + (darkest - faintest) * strength
        color = torch.cat([torch.zeros(*strength.shape, 3), opacity[..., None]], dim=-1)
        return StrokeParameters(
            points,
            base * (0.55 + 0.75 * strength),
            color,
            target.canvas,
            width_range=(0.4 * base, 1.6 * base),
            opacity_range=self.pen.opacity_range,
        )
