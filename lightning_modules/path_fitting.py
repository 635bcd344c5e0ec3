"""A picture in closed paths, or in strokes, grown where the drawing is still wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import torch

from inkwright.guidance.term import GuidanceTerm
from inkwright.initialization.residual_shapes.grown_shapes import Fill, GrownShapes
from inkwright.initialization.residual_shapes.growth import ResidualGrowth, uncross
from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.shape_sources.shape_blocks import ShapeBlocks
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.optimization.stage import Stage
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import Backend
from lightning_modules.drawing_optimization import DrawingOptimization

if TYPE_CHECKING:
    from inkwright.pictures.target_image import TargetImage

BACKGROUND = "background"


@dataclass(frozen=True)
class GrowthPlan:
    """How paths come and go.

    Attributes:
        rounds: in which paths are added, each doubling their number, >= 1.
        exchanges: times that useless paths are taken out for better ones, >= 0.
        share: of the paths that are exchanged at most each time, in (0, 1].
        worth: see ``ResidualGrowth``.
        segments: cubics of each path, >= 3; of strokes >= 1.
        untangled: whether paths that cross themselves are traced anew at the end.
        translucent: whether paths may let through what is below them.
        fill: "flat", or a "linear" or "radial" gradient of two colors; "none" = open strokes,
            whose widths move by a share of how wide they are, whatever ``optimization.lr_width`` says.
    """

    rounds: int = 3
    exchanges: int = 10
    share: float = 0.2
    worth: float = 0.5
    segments: int = 8
    untangled: bool = True
    translucent: bool = False
    fill: Fill = "flat"

    def __post_init__(self) -> None:
        if self.rounds < 1 or self.exchanges < 0:
            raise ValueError(
                f"growth.rounds is {self.rounds}, growth.exchanges {self.exchanges}; "
                "there must be a round at least, and no fewer than 0 exchanges"
            )
        if not 0 < self.share <= 1:
            raise ValueError(f"growth.share is {self.share}; it must be in (0, 1]")

    def growth_on(self, target: TargetImage, fixed: tuple[str, ...]) -> ResidualGrowth:
        """What adds paths to a drawing of a picture; blocks that are ``fixed`` stay whole."""
        kind = GrownShapes(self.fill, self.segments, self.translucent)
        return ResidualGrowth(target.image, kind, self.worth, fixed)


class PathFitting(DrawingOptimization):
    """``num_paths`` closed paths, or strokes, that differ as little from the picture as they can.

    A background in the picture's mean color comes first. Then paths are added in rounds, each where a shape
    of one color gains most; then those that are worth least are exchanged, and paths that are missing still
    are looked for again; then all are polished. Later paths
    lie over earlier ones and are smaller, so that the first n of them are the picture with less detail: the
    order of birth is the level of detail, as in Vector Scaffolding (2026). A third of the steps each.
    """

    def __init__(
        self,
        guidance: Mapping[str, GuidanceTerm],
        optimization: OptimizationSettings,
        *,
        num_paths: int = 512,
        num_sketches: int = 1,
        seed: int = 0,
        backend: Backend = "auto",
        growth: GrowthPlan | None = None,
    ) -> None:
        """Takes over its parts.

        Args:
            guidance: the terms that compare rendered canvases with the target, by name.
            optimization: steps of all stages together, step sizes at their start, scores.
            num_paths: N, the background included, >= 1.
            num_sketches: K, canvases; nothing here is drawn by lot, so all are the same.
            seed: >= 0.
            backend: the rasterizer.
            growth: how paths come and go.

        Raises:
            ValueError: a number is out of its range.
        """
        super().__init__(guidance, optimization, num_sketches=num_sketches, seed=seed, backend=backend)
        if num_paths < 1:
            raise ValueError(f"num_paths is {num_paths}; it must be >= 1")
        self.num_paths, self.growth = num_paths, growth or GrowthPlan()

    def source(self, target: TargetImage) -> ShapeBlocks:
        """The background alone."""
        backgrounds = [background_shape(target)] * self.num_sketches
        return ShapeBlocks({BACKGROUND: ShapeParameters(Drawing.batch(backgrounds), trained=("rgb",))})

    def stages(self, target: TargetImage) -> list[Stage]:
        """Rounds of growth, exchanges, a polish."""
        plan, steps = self.growth, self.optimization.steps
        growth = plan.growth_on(target, (BACKGROUND,))
        third = max(steps // 3, 1)
        totals = round_totals(self.num_paths, plan.rounds)
        stages = []
        for k, total in enumerate(totals, 1):
            grow = partial(growth.grow, f"round-{k}", k, total)
            settings = self._settings(third // len(totals), 0.5)
            stages.append(Stage(f"round {k}", settings, self.objective, at_start=[grow]))
        last = len(totals)
        for k in range(1, plan.exchanges + 1) if self.num_paths > 1 else ():
            exchange = partial(growth.exchange, f"exchange-{k}", last, plan.share)
            refill = partial(growth.grow, f"refill-{k}", last, self.num_paths)  # a round may find too few
            settings = self._settings(third // plan.exchanges, 1.0)
            stages.append(Stage(f"exchange {k}", settings, self.objective, at_start=[exchange, refill]))
        polish = self._settings(third, 0.02)
        return [*stages, Stage("polish", polish, self.objective, at_end=[uncross] * plan.untangled)]

    def named_drawings(self) -> dict[str, Drawing]:
        """The first paths alone, a half, a quarter, ... of them: less and less detail."""
        best = self.run.best_drawing()
        totals = round_totals(best.num_shapes, self.growth.rounds)[:-1]
        return {f"first-{total}": best.select(torch.arange(total)) for total in totals}

    def _settings(self, steps: int, final: float) -> OptimizationSettings:
        return replace(self.optimization, steps=max(steps, 1), lr_final=final)


def background_shape(target: TargetImage) -> Drawing:
    """A rectangle that covers the canvas, on layer 0, in the picture's mean color."""
    width, height = target.canvas
    corners = torch.tensor([[0, 0], [width, 0], [width, height], [0, height]], dtype=torch.float32)
    ahead = corners.roll(-1, 0) - corners
    points = torch.stack([corners, corners + ahead / 3, corners + 2 * ahead / 3], dim=1).reshape(1, -1, 2)
    color = torch.cat([target.image.mean((1, 2)), torch.ones(1)])[None]
    return Drawing.from_fills(points, color.to(points), target.canvas)


def round_totals(count: int, rounds: int) -> list[int]:
    """How many paths there are after each of some rounds: each as many as before, ``count`` at the end."""
    totals = [max(round(count * 2.0 ** (k - rounds)), 1) for k in range(1, rounds + 1)]
    return sorted(set(totals))
