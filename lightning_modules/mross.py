"""A scene is sketched in rounds: the whole of it first, then one region of interest after another: MROSS."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.guidance.term import GuidanceTerm
from inkwright.image_analysis.picture_analysis import analyze_picture
from inkwright.initialization.edge_strokes.edge_start import EdgeStart, RoundStarts
from inkwright.initialization.edge_strokes.region_lines import region_emphasis, scene_lines
from inkwright.initialization.edge_strokes.regions_of_interest import RegionsOfInterest
from inkwright.initialization.sampled_strokes.short_strokes import LooseStrokes
from inkwright.optimization.kept_drawings import KeptDrawings
from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.shape_sources.drawing_source import StepSizes
from inkwright.optimization.shape_sources.shape_blocks import ShapeBlocks
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.optimization.stage import Stage
from inkwright.optimization.staged_run import StagedRun
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import Backend
from inkwright.vector_graphics.shape_penalties import folding
from lightning_modules.drawing_optimization import DrawingOptimization

if TYPE_CHECKING:
    from inkwright.pictures.target_image import TargetImage


@dataclass(frozen=True)
class Rounds:
    """How a drawing grows, round after round.

    Attributes:
        count: R, rounds: one for the scene, the others for a region each, >= 1.
        freeze_previous: whether strokes of earlier rounds stay as they are.
        earlier_rate: >= 0, step size of strokes of earlier rounds, as a share of the new ones'.
        forget_moments: whether Adam starts anew with each round, as published.
        emphasis: > 0, how much more errors count within regions than outside.
        sharper: whether regions are drawn after finer lines than the rest.
        focus: > 0, how much more edges of regions count when strokes are shared out; less than 1 as round 1
            draws in regions, too.
    """

    count: int = 3
    freeze_previous: bool = False
    earlier_rate: float = 1.0
    forget_moments: bool = False
    emphasis: float = 1.0
    sharper: bool = False
    focus: float = 0.5

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"rounds.count is {self.count}; it must be >= 1 (region_round)")
        if not self.earlier_rate >= 0:
            raise ValueError(f"rounds.earlier_rate is {self.earlier_rate}; it must be >= 0")
        for name in ("emphasis", "focus"):
            if not getattr(self, name) > 0:
                raise ValueError(f"rounds.{name} is {getattr(self, name)}; it must be > 0")


class Mross(DrawingOptimization):
    """Sketching in multiple rounds over regions of a scene (MROSS, 2024).

    Round 1 draws the scene. Each further round adds the strokes of one region to what is there. How many
    strokes a round gets follows from the edges of scene and regions; all together are ``num_strokes``. The
    best candidate is the one with the lowest loss at the end: all are judged by the whole scene.

    Attributes:
        regions: masks [H', W'] of the size of the target's detail, in the order of their rounds.
        starts: where strokes start, and how many of each round.
        kept: the candidates as each round has left them.
    """

    regions: list[np.ndarray]
    starts: RoundStarts

    def __init__(
        self,
        guidance: Mapping[str, GuidanceTerm],
        optimization: OptimizationSettings,
        *,
        num_strokes: int = 48,
        num_sketches: int = 3,
        seed: int = 0,
        backend: Backend = "auto",
        rounds: Rounds | None = None,
        regions: RegionsOfInterest | None = None,
        start: EdgeStart | None = None,
        strokes: LooseStrokes | None = None,
        folding_weight: float = 0.0,
    ) -> None:
        """Takes over its parts.

        Args:
            guidance: the terms that compare rendered canvases with the target, by name.
            optimization: steps of all rounds together, step sizes, scores.
            num_strokes: N, of all rounds together.
            num_sketches: K, candidates optimised side by side; candidate k starts from ``seed + k``.
            seed: >= 0.
            backend: the rasterizer.
            rounds: how many, and what changes from one to the next.
            regions: where they come from; by default they are found.
            start: where strokes start.
            strokes: what they are like.
            folding_weight: >= 0, of the penalty that keeps strokes from folding back on themselves.

        Raises:
            ValueError: a number is out of its range.
        """
        super().__init__(guidance, optimization, num_sketches=num_sketches, seed=seed, backend=backend)
        if num_strokes < 1:
            raise ValueError(f"num_strokes is {num_strokes}; it must be >= 1")
        if not folding_weight >= 0:
            raise ValueError(f"folding_weight is {folding_weight}; it must be >= 0")
        self.num_strokes = num_strokes
        self.rounds = rounds or Rounds()
        self.region_source = regions or RegionsOfInterest()
        self.start = start or EdgeStart()
        self.loose = strokes or LooseStrokes()
        self.kept = KeptDrawings()
        if folding_weight:
            self.objective.add_penalty("folding", lambda drawing, progress: folding_weight * folding(drawing))

    def look_at(self, target: TargetImage) -> TargetImage:
        """Finds the regions, shares the strokes out, and says what lines to aim at and what counts more."""
        self.regions = self.region_source.look_at(target, self.rounds.count - 1)
        size = (target.image.shape[1], target.image.shape[2])
        working = [_at_size(mask, size) for mask in self.regions]
        self.starts = self.start.look_at(target, working, self.num_strokes, self.rounds.focus)
        picture = np.ascontiguousarray(target.detail.permute(1, 2, 0).numpy())
        analysis = analyze_picture(
            picture, None if target.detail_mask is None else target.detail_mask.numpy()
        )
        if self.start.along != "walk":
            self.starts.follow(analysis, self.regions)
        sharp = self.regions if self.rounds.sharper else []
        densities = self.starts.densities()[1 : 1 + len(sharp)]
        lines = torch.from_numpy(scene_lines(analysis, sharp, self.num_strokes, densities))
        emphasis = region_emphasis(size, working, self.rounds.emphasis)
        return dataclasses.replace(
            target,
            lines=F.adaptive_avg_pool2d(lines[None], size)[0],
            emphasis=torch.from_numpy(emphasis) if self.rounds.emphasis != 1 and working else None,
        )

    def source(self, target: TargetImage) -> ShapeBlocks:
        """The strokes of round 1; those of others are added at their time."""
        paper = Drawing.empty(target.canvas, num_canvases=self.num_sketches)
        return ShapeBlocks({"round-1": self._strokes(0, paper)})

    def stages(self, target: TargetImage) -> list[Stage]:
        """A stage for each round; they share the steps."""
        count = len(self.starts.shares)
        steps = [
            self.optimization.steps * (k + 1) // count - self.optimization.steps * k // count
            for k in range(count)
        ]
        return [
            Stage(
                f"round {number + 1}",
                dataclasses.replace(self.optimization, steps=max(steps[number], 1)),
                self.objective,
                at_start=[partial(self._grow, number)] if number else [],
                at_end=[partial(self._keep, number)],
            )
            for number in range(count)
        ]

    def named_drawings(self) -> dict[str, Drawing]:
        """What the winner looked like after each round, and all candidates as they ended."""
        best = self.run.best
        rounds = {name: each.canvas_drawing(best.winner()) for name, each in self.kept.drawings.items()}
        return rounds | {f"candidate-{k}": best.drawing(k) for k in range(self.num_sketches)}

    def _grow(self, number: int, run: StagedRun) -> None:
        """Adds the strokes of a round; what earlier rounds have drawn is frozen, or moves more slowly."""
        blocks, rules, rates = run.source, self.rounds, self.optimization
        if not isinstance(blocks, ShapeBlocks):
            raise TypeError(f"rounds are blocks; the source is a {type(blocks).__name__}")
        names = ("lr_points", "lr_width", "lr_rgb", "lr_opacity")
        slower = StepSizes(**{name: rules.earlier_rate * getattr(rates, name) for name in names})
        for name in blocks.blocks:
            blocks.freeze(name, rules.freeze_previous)
            blocks.own_rates[name] = slower
        if rules.forget_moments:
            run.optimizer.state.clear()
        blocks.add(f"round-{number + 1}", self._strokes(number, blocks.drawing().detach()))

    def _keep(self, number: int, run: StagedRun) -> None:
        self.kept.keep(f"round-{number + 1}", run.best.canvases)

    def _strokes(self, number: int, drawing: Drawing) -> ShapeParameters:
        """The strokes of a round on K canvases, on the layer of their round."""
        candidates = []
        for k in range(self.num_sketches):
            drawn = drawing.canvas_drawing(k).cubics().cpu().numpy()
            points = self.starts.strokes(number, self.seed + k, self.loose, drawn)
            generator = np.random.default_rng([self.seed + k, number])
            candidates.append((points, self.loose.colors(len(points), generator)))
        block = self.loose.parameters(candidates, drawing.canvas)
        whole = block.drawing().detach()
        block.take_over(whole.replace(layer=torch.full_like(whole.layer, number + 1)))
        return block.to(drawing.points.device)


def _at_size(mask: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A mask at another size (H, W): where at least half of each pixel belongs to it."""
    share: Tensor = F.adaptive_avg_pool2d(torch.from_numpy(mask.astype(np.float32))[None], size)[0]
    return share.numpy() >= 0.5
