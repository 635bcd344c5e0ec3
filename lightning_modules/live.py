"""A picture in flat paths, a few at a time: LIVE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import torch

from inkwright.guidance.term import GuidanceTerm
from inkwright.initialization.residual_shapes.components import component_starts
from inkwright.optimization.objectives.contour_objective import ContourObjective
from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.shape_sources.shape_blocks import ShapeBlocks
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.optimization.stage import Stage
from inkwright.optimization.staged_run import StagedRun
from inkwright.vector_graphics.curves.circle import circle_points
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import Backend, rasterize
from inkwright.vector_graphics.shape_penalties import crossing
from lightning_modules.drawing_optimization import DrawingOptimization
from lightning_modules.path_fitting import BACKGROUND, background_shape

if TYPE_CHECKING:
    from inkwright.pictures.target_image import TargetImage


class Live(DrawingOptimization):
    """Layer-wise image vectorization (Ma and others, CVPR 2022).

    Stage after stage, paths are added in the largest parts that are wrong, as small circles in the picture's
    color there, and all paths so far are moved, by errors near the contours of the new ones. Each stage adds
    twice as many as the one before, up to ``most_at_once``. All stages have the same number of steps.
    """

    def __init__(
        self,
        guidance: Mapping[str, GuidanceTerm],
        optimization: OptimizationSettings,
        *,
        num_paths: int = 128,
        seed: int = 0,
        backend: Backend = "auto",
        most_at_once: int = 32,
        radius: float = 5.0,
        error_weight: float = 2e-6,
        crossing_weight: float = 1e-5,
    ) -> None:
        """Takes over its parts.

        Args:
            guidance: the terms by which drawings are scored.
            optimization: steps of all stages together, step sizes, scores.
            num_paths: N, the background included, >= 1.
            seed: >= 0.
            backend: the rasterizer.
            most_at_once: paths that a stage adds at most, >= 1.
            radius: of new paths, in pixels, > 0.
            error_weight: of the errors near contours, > 0.
            crossing_weight: of the Xing loss, >= 0. The paper has 0.01; its code multiplies by 0.001 inside.

        Raises:
            ValueError: a number is out of its range.
        """
        super().__init__(guidance, optimization, seed=seed, backend=backend)
        for name, value in (("num_paths", num_paths), ("most_at_once", most_at_once)):
            if value < 1:
                raise ValueError(f"{name} is {value}; it must be >= 1")
        if not (radius > 0 and error_weight > 0 and crossing_weight >= 0):
            raise ValueError(
                f"radius is {radius}, error_weight {error_weight}, crossing_weight {crossing_weight}; "
                "the first two must be above 0, the last one at least 0"
            )
        self.num_paths, self.most_at_once, self.radius = num_paths, most_at_once, radius
        self.error_weight, self.crossing_weight = error_weight, crossing_weight
        count = len(path_batches(num_paths - 1, most_at_once))
        self.layer_names = {0: BACKGROUND} | {k: f"paths {k}" for k in range(1, count + 1)}

    def source(self, target: TargetImage) -> ShapeBlocks:
        """The background alone."""
        return ShapeBlocks({BACKGROUND: ShapeParameters(background_shape(target), trained=("rgb",))})

    def stages(self, target: TargetImage) -> list[Stage]:
        """One for each batch of paths; one for the background if there are none."""
        batches = path_batches(self.num_paths - 1, self.most_at_once)
        steps = max(self.optimization.steps // max(len(batches), 1), 1)
        settings = replace(self.optimization, steps=steps)
        stages = []
        for layer, count in enumerate(batches, 1):
            objective = self._objective(target, layer)
            add = partial(self._add, target, layer, count)
            stages.append(Stage(f"paths {layer}", settings, objective, at_start=[add]))
        return stages or [Stage("background", settings, self.objective)]

    def named_drawings(self) -> dict[str, Drawing]:
        """What was there after each stage, as these paths have ended."""
        best = self.run.best_drawing()
        return {f"level-{k}": best.select(best.layer <= k) for k in sorted(set(best.layer.tolist()))}

    def _objective(self, target: TargetImage, layer: int) -> ContourObjective:
        terms: Mapping[str, GuidanceTerm] = self.guidance  # type: ignore[assignment]
        mine = self.objective
        objective = ContourObjective(
            terms, target.image, weight=self.error_weight, backend=mine.backend, beside=mine
        )
        weight = self.crossing_weight

        def crosses(drawing: Drawing, progress: float) -> torch.Tensor:
            return weight * crossing(drawing.select(drawing.layer == layer))

        objective.add_penalty("crossing", crosses, scored=False)
        return objective

    def _add(self, target: TargetImage, layer: int, count: int, run: StagedRun) -> None:
        """Circles where the drawing is wrong."""
        drawing = run.source.drawing().detach()
        height, width = target.image.shape[1:]
        error = (rasterize(drawing, height, width)[0] - target.image).square().sum(0).cpu().numpy()
        centers = torch.tensor(component_starts(error, count, self.seed + layer))
        points = centers[:, None] + self.radius * circle_points(4)
        column, row = centers[:, 0].long().clamp(0, width - 1), centers[:, 1].long().clamp(0, height - 1)
        color = torch.cat([target.image[:, row, column].T, torch.ones(count, 1)], dim=1)
        block = ShapeParameters(
            Drawing.from_fills(points, color, target.canvas, layer=layer), trained=("points", "rgb")
        )
        if not isinstance(run.source, ShapeBlocks):
            raise TypeError(f"paths are added as blocks; the source is a {type(run.source).__name__}")
        run.source.add(f"paths-{layer}", block)


def path_batches(count: int, most: int) -> list[int]:
    """How many paths each stage adds: 1, 2, 4, ..., at most ``most``, ``count`` in all."""
    batches = list[int]()
    while sum(batches) < count:
        batches.append(min(2 ** len(batches), most, count - sum(batches)))
    return batches
