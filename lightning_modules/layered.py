"""A picture in layers of flat paths that a person can take apart: its things first, then their details."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.guidance.term import GuidanceTerm
from inkwright.image_analysis.abstraction.gradient_smoothing import GradientSmoothing
from inkwright.image_analysis.abstraction.mask_layers import layer_masks
from inkwright.image_analysis.abstraction.merged_regions import MergedRegions
from inkwright.initialization.region_shapes.mask_shapes import structure_shapes
from inkwright.initialization.region_shapes.structure import Structure, choose_structure
from inkwright.initialization.residual_shapes.growth import drop_dead, uncross
from inkwright.initialization.residual_shapes.joining import TouchingShapes
from inkwright.initialization.residual_shapes.owners import is_detail
from inkwright.optimization.objective import Objective
from inkwright.optimization.objectives.layer_masks_loss import LayerMasksLoss
from inkwright.optimization.objectives.seam_loss import SeamLoss
from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.shape_costs import leave_one_out
from inkwright.optimization.shape_sources import edits
from inkwright.optimization.shape_sources.drawing_source import StepSizes
from inkwright.optimization.shape_sources.shape_blocks import ShapeBlocks
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.optimization.stage import Stage, StageEdit
from inkwright.optimization.staged_run import StagedRun
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import Backend
from lightning_modules.drawing_optimization import DrawingOptimization
from lightning_modules.path_fitting import BACKGROUND, GrowthPlan, background_shape, round_totals

if TYPE_CHECKING:
    from inkwright.pictures.target_image import TargetImage

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
# The picture [H, W, 3] at levels of detail, from itself to the coarsest; masks [H, W] of each of them.
Levels = Callable[[FloatArray], list[FloatArray]]
Masks = Callable[[Sequence[FloatArray]], list[list[BoolArray]]]

STRUCTURE = "structure"
SMALLEST = 1e-5  # error per pixel and channel that a path must save to stay


@dataclass(frozen=True)
class StructurePlan:
    """How the things of a picture become shapes.

    Attributes:
        share: of all paths that stand for things at most, unless these have one flat color, in [0, 1].
        tolerance: of their curves, in pixels, > 0.
        picture: weight of the picture in the first stage, as a share of that in the second, >= 0.
        masks: weight of what shapes differ from their masks there, a pixel, >= 0.
        overlap: weight of what shapes of one layer cover of each other there, a pixel, >= 0.
        seams: weight of what shows through between them in the second stage, a pixel, >= 0.
        frozen: whether things stay as the first stage has left them.
        joined: whether details of about one color that touch each other become one.
        later_rate: >= 0, step size of their points in the second stage, as a share of those of details.
    """

    share: float = 0.4
    tolerance: float = 1.0
    picture: float = 0.02
    masks: float = 2e-7
    overlap: float = 1e-7
    seams: float = 1e-6
    frozen: bool = False
    joined: bool = True
    later_rate: float = 0.25

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"structure.share is {self.share}; it must be in [0, 1]")
        if not self.tolerance > 0:
            raise ValueError(f"structure.tolerance is {self.tolerance}; it must be above 0")
        for name in ("picture", "masks", "overlap", "seams", "later_rate"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"structure.{name} is {getattr(self, name)}; it must be >= 0")


class Layered(DrawingOptimization):
    """``num_paths`` flat paths in layers.

    After "Layered image vectorization via semantic simplification" (2025). The picture is simplified step by
    step; the regions that are left on each level are sorted into layers, coarse to fine, and become shapes.
    The first stage fits these to their regions. Then paths are added where the drawing is wrong, exchanged,
    and polished, and what is worth nothing is taken out, so that there may be fewer paths than asked for.
    What lies below a shape goes on under it. A detail lies right above the region in which most of it is
    seen, and in its group.

    Attributes:
        levels: the picture [H, W, 3] at its levels of detail.
        structure: the regions that became shapes.
    """

    levels: list[FloatArray]
    structure: Structure

    def __init__(
        self,
        guidance: Mapping[str, GuidanceTerm],
        optimization: OptimizationSettings,
        *,
        num_paths: int = 128,
        seed: int = 0,
        backend: Backend = "auto",
        levels: Levels | None = None,
        masks: Masks | None = None,
        structure: StructurePlan | None = None,
        growth: GrowthPlan | None = None,
    ) -> None:
        """Takes over its parts.

        Args:
            guidance: the terms that compare the rendered canvas with the target, by name.
            optimization: steps of all stages together, step sizes at their start, scores.
            num_paths: N at most, the background included, >= 1.
            seed: >= 0.
            backend: the rasterizer.
            levels: makes the levels of detail; by default ``GradientSmoothing``.
            masks: makes the masks of the levels; by default ``MergedRegions``.
            structure: how regions become shapes.
            growth: how details come and go.

        Raises:
            ValueError: a number is out of its range.
        """
        super().__init__(guidance, optimization, seed=seed, backend=backend)
        if num_paths < 1:
            raise ValueError(f"num_paths is {num_paths}; it must be >= 1")
        self.num_paths = num_paths
        self.find_levels, self.find_masks = levels or GradientSmoothing(), masks or MergedRegions()
        self.plan, self.growth = structure or StructurePlan(), growth or GrowthPlan(rounds=2, exchanges=5)

    def source(self, target: TargetImage) -> ShapeBlocks:
        """The background, and the things on it."""
        picture = np.ascontiguousarray(target.image.permute(1, 2, 0).cpu().numpy())
        self.levels = self.find_levels(picture)
        layers = layer_masks(self.find_masks(self.levels))
        budget = int(self.plan.share * self.num_paths)
        chosen = choose_structure(picture, layers, budget, self.num_paths - 1)
        shapes, self.structure = structure_shapes(chosen, target.canvas, tolerance=self.plan.tolerance)
        groups = [BACKGROUND, *(f"regions {k}/region {r}" for r, k in enumerate(self.structure.layers, 1))]
        shapes = shapes.replace(layer=torch.arange(2, 2 * len(groups), 2))  # see ``owners``
        names = [name for group in groups for name in (group, f"{group}/details")]
        self.layer_names = dict(enumerate(names))
        blocks = {BACKGROUND: ShapeParameters(background_shape(target), trained=("rgb",))}
        if shapes.num_shapes:
            blocks[STRUCTURE] = ShapeParameters(shapes, trained=("points", "rgb"))
        return ShapeBlocks(blocks, by_layer=True)

    def stages(self, target: TargetImage) -> list[Stage]:
        """Structure, then rounds of details, exchanges, a polish."""
        plan, steps = self.growth, self.optimization.steps
        growth = replace(plan.growth_on(target, (BACKGROUND, STRUCTURE)), owned=True)
        beyond = 2 * len(self.structure.masks) + 2
        details = 1  # or higher: each is put on the layer of its region
        stages = self._structure_stages(max(steps // 9, 1))
        closing = self._closing(range(2, beyond, 2))
        totals = [
            each for each in round_totals(self.num_paths, plan.rounds) if each > len(self.structure.masks) + 1
        ]
        soften: list[StageEdit] = [self._soften] if stages else []
        join: list[StageEdit] = [
            partial(TouchingShapes(target.image).join, range(1, beyond, 2))
        ] * self.plan.joined
        for k, total in enumerate(totals, 1):
            at_start: list[StageEdit] = [*soften, partial(growth.grow, f"details-{k}", details, total)]
            settings = self._settings(steps // 3 // len(totals), 0.5)
            stages.append(Stage(f"details {k}", settings, self.objective, at_start=at_start))
            soften = []
        for k in range(1, plan.exchanges + 1) if totals else ():
            exchange = partial(growth.exchange, f"exchange-{k}", details, plan.share)
            refill = partial(growth.grow, f"refill-{k}", details, self.num_paths)
            settings = self._settings(2 * steps // 9 // plan.exchanges, 1.0)
            at_start = [*join, exchange, *[refill] * len(join)]
            stages.append(Stage(f"exchange {k}", settings, closing, at_start=at_start))
        edits_before: list[StageEdit] = [*soften, partial(self._prune, target), *join]
        polish, ended = self._settings(steps // 3, 0.02), [uncross] * plan.untangled
        return [*stages, Stage("polish", polish, closing, at_start=edits_before, at_end=ended)]

    def named_drawings(self) -> dict[str, Drawing]:
        """The regions of each layer with their details, all regions up to each, at last all details."""
        best = self.run.best_drawing()
        number = torch.tensor([0, *self.structure.layers])[best.layer // 2]
        numbers = sorted(set(number.tolist()))
        alone = {f"layer-{k}": best.select(number == k) for k in numbers}
        plain = ~is_detail(best.layer)
        levels = {f"level-{k}": best.select((number <= k) & plain) for k in numbers}
        return alone | levels | ({} if bool(plain.all()) else {f"level-{numbers[-1] + 1}": best})

    def _structure_stages(self, steps: int) -> list[Stage]:
        """The one that fits shapes to their regions, if there are any."""
        found = self.structure
        if not found.masks:
            return []
        terms: Mapping[str, GuidanceTerm] = self.guidance  # type: ignore[assignment]
        weights = {name: torch.tensor([self.plan.picture]) for name in terms}
        mine = self.objective
        objective = Objective(terms, canvas_weights=weights, backend=mine.backend, beside=mine)
        penalty = LayerMasksLoss(
            found.masks, found.layers, weight=self.plan.masks, overlap=self.plan.overlap, seed=self.seed
        )
        objective.add_penalty("structure", penalty)
        return [Stage("structure", self._settings(steps, 0.2), objective)]

    def _closing(self, regions: range) -> Objective:
        """The objective that closes cracks between regions, too, on these layers."""
        terms: Mapping[str, GuidanceTerm] = self.guidance  # type: ignore[assignment]
        objective = Objective(terms, backend=self.objective.backend, beside=self.objective)
        if self.plan.seams and regions:
            seams = SeamLoss(regions, weight=self.plan.seams)
            objective.add_penalty("seams", seams, scored=False)
        return objective

    def _soften(self, run: StagedRun) -> None:
        """From now on things move slowly, or not at all."""
        blocks = run.source
        if isinstance(blocks, ShapeBlocks) and STRUCTURE in blocks.blocks:
            rates, slower = self.optimization, self.plan.later_rate
            blocks.own_rates[STRUCTURE] = StepSizes(lr_points=slower * rates.lr_points, lr_rgb=rates.lr_rgb)
            blocks.freeze(STRUCTURE, self.plan.frozen)

    def _prune(self, target: TargetImage, run: StagedRun) -> None:
        """Takes out what the drawing is hardly worse without."""
        drawing = run.source.drawing().detach()
        costs = leave_one_out(drawing, target.image[None]) / target.image.numel()
        edits.remove(run.source, (costs < SMALLEST) & (drawing.layer > 0))
        drop_dead(run)

    def _settings(self, steps: int, final: float) -> OptimizationSettings:
        return replace(self.optimization, steps=max(steps, 1), lr_final=final)
