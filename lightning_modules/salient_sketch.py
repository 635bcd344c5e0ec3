"""A picture or a prompt becomes a sketch that grows from short strokes: CLIPasso, CLIPDraw."""

from __future__ import annotations

import dataclasses
import struct
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch
from torch import Tensor

from inkwright.guidance.term import GuidanceTerm
from inkwright.initialization.sampled_strokes.saliency_start import SaliencyStart, StartMap
from inkwright.initialization.sampled_strokes.short_strokes import LooseStrokes
from inkwright.initialization.svg_strokes import read_strokes
from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.optimization.stage import Stage
from inkwright.optimization.stop_rules.stall_stop import StallStop
from inkwright.vector_graphics.shape_penalties import folding
from lightning_modules.drawing_optimization import DrawingOptimization

if TYPE_CHECKING:
    from inkwright.pictures.target_image import TargetImage

# Deviation of the noise on control points, as a share of the long side.
JITTER = 0.01


class SalientSketch(DrawingOptimization):
    """Short strokes, laid where a picture is salient, are moved until the guidance is content.

    With CLIP as guidance this is CLIPasso (Vinker et al. 2022); with a prompt, without a picture and without
    saliency it is CLIPDraw (Frans et al. 2021).

    Attributes:
        start_map: what the places were drawn from; None if strokes start anywhere.
    """

    start_map: StartMap | None = None

    def __init__(
        self,
        guidance: Mapping[str, GuidanceTerm],
        optimization: OptimizationSettings,
        *,
        num_strokes: int = 16,
        start: SaliencyStart | None = None,
        strokes: LooseStrokes | None = None,
        path_svg: str | None = None,
        noise: float = 0.0,
        early_stop: Literal["stall", "plateau"] = "stall",
        folding_weight: float = 0.0,
        **options: Any,
    ) -> None:
        """Takes over its parts.

        Args:
            guidance: see ``DrawingOptimization``.
            optimization: likewise.
            num_strokes: N, >= 1.
            start: where strokes start; None = anywhere.
            strokes: what they are like.
            path_svg: an SVG of strokes to go on from; only those that are missing are added.
            noise: in [0, 1], how likely it is at each step that all control points are shaken by a hundredth
                of the long side, for good.
            early_stop: ``stall`` ends as published, see ``StallStop``; ``plateau`` by ``patience``.
            folding_weight: >= 0, of the penalty that keeps strokes from folding back on themselves.
            options: see ``DrawingOptimization``.

        Raises:
            ValueError: a value is not allowed.
        """
        super().__init__(guidance, optimization, **options)
        if num_strokes < 1:
            raise ValueError(f"num_strokes is {num_strokes}; it must be >= 1")
        if not 0 <= noise <= 1:
            raise ValueError(f"noise is {noise}; it must be in [0, 1]")
        if early_stop not in ("stall", "plateau"):
            raise ValueError(f"early_stop is {early_stop!r}; it must be stall or plateau")
        if not folding_weight >= 0:
            raise ValueError(f"folding_weight is {folding_weight}; it must be >= 0")
        if folding_weight:
            self.objective.add_penalty("folding", lambda drawing, progress: folding_weight * folding(drawing))
        self.num_strokes, self.path_svg = num_strokes, path_svg
        self.start, self.loose = start, strokes or LooseStrokes()
        self.noise, self.early_stop = noise, early_stop

    def source(self, target: TargetImage) -> ShapeParameters:
        """Strokes of the SVG, if any, and short ones at places drawn for each candidate."""
        if self.start is not None:
            self.start_map = self.start.look_at(target, self.num_strokes)
        given = self._given(target)
        candidates = [self._candidate(target, given, self.seed + k) for k in range(self.num_sketches)]
        return self.loose.parameters(candidates, target.canvas)

    def stages(self, target: TargetImage) -> list[Stage]:
        """One stage, which ends as published or by patience."""
        (stage,) = super().stages(target)
        stalls = self.early_stop == "stall"
        return [dataclasses.replace(stage, stop_rule=StallStop(self.num_sketches)) if stalls else stage]

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        """Shakes the strokes if it is time to; then as always."""
        if self.noise:
            self._shake()
        return super().training_step(batch, batch_idx)

    def _given(self, target: TargetImage) -> tuple[Tensor, Tensor]:
        if self.path_svg is None:
            return torch.empty(0, 3 * self.loose.segments + 1, 2), torch.empty(0, 4)
        points, colors = read_strokes(self.path_svg, self.loose.segments, target.canvas)
        if len(points) > self.num_strokes:
            raise ValueError(
                f"path_svg={self.path_svg} holds {len(points)} strokes, num_strokes is {self.num_strokes}; "
                "raise num_strokes"
            )
        return points, colors

    def _candidate(
        self, target: TargetImage, given: tuple[Tensor, Tensor], seed: int
    ) -> tuple[Tensor, Tensor]:
        generator = np.random.default_rng(seed)
        missing = self.num_strokes - len(given[0])
        places = self._places(target.canvas, missing, generator)
        grown = self.loose.grown_from(places, generator, max(target.canvas))
        colors = self.loose.colors(missing, generator)
        return torch.cat([given[0], grown]), torch.cat([given[1], colors])

    def _places(self, canvas: tuple[float, float], count: int, generator: np.random.Generator) -> Tensor:
        if self.start_map is not None and count:
            return torch.from_numpy(self.start_map.places(count, generator))
        return torch.from_numpy(generator.uniform(0, canvas, (count, 2))).float()

    @torch.no_grad()
    def _shake(self) -> None:
        """Each candidate by its own seed and the step alone, so that neither batch nor resuming matters."""
        points = self.run.source.get_parameter("points").reshape(self.num_sketches, -1, 2)
        for k in range(self.num_sketches):
            stirred = zlib.crc32(struct.pack(">QQ", self.seed + k, self.run.steps_done))
            generator = np.random.default_rng(stirred)
            if generator.uniform() < self.noise:
                shift = generator.normal(0, JITTER * max(self.target.canvas), tuple(points.shape[1:]))
                points[k] += torch.from_numpy(shift).to(points)
