"""A photograph becomes a sketch of few strokes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch

from inkwright.guidance.targets import Targets
from inkwright.guidance.term import GuidanceTerm
from inkwright.image_analysis.network_analysis import analysis_named
from inkwright.initialization.traced_strokes.loose_strokes import EVENNESS, TOLERANCE
from inkwright.initialization.traced_strokes.pen_style import PenStyle
from inkwright.initialization.traced_strokes.sketch_plan import Look, SketchPlan, plan_sketches
from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.vector_graphics.shape_penalties import folding, unevenness
from lightning_modules.drawing_optimization import DrawingOptimization

if TYPE_CHECKING:
    from inkwright.pictures.target_image import TargetImage

# Chosen by eye on contact sheets of the bundled examples (benchmarks.sketches.contact_sheet); from no paper:
_DARKENING = 0.05, 0.4  # strengths of a line up to which its stroke is the lightest, from which it is black
_START_WIDTHS = 0.45, 1.3  # of the strokes of the faintest and the strongest line, in widths of the pen
_WIDTHS = 0.4, 1.7  # between which a stroke may be fitted, likewise


class ImageSketch(DrawingOptimization):
    """Traces the most telling lines of a picture, then fits the strokes to them through a ``structure`` term.

    Strokes start on the lines that the picture's analysis finds, at twice the working size. The lines become
    part of the target: structure terms aim at them, other terms see the picture alone.
    """

    _plan: SketchPlan

    def __init__(
        self,
        guidance: Mapping[str, GuidanceTerm],
        optimization: OptimizationSettings,
        *,
        num_strokes: int = 64,
        pen: PenStyle | None = None,
        folding_weight: float = 0.1,
        fading: bool = False,
        abstraction: float = 0.0,
        analysis: str = "classic",
        **options: Any,
    ) -> None:
        """Takes over its parts.

        Args:
            guidance: see ``DrawingOptimization``.
            optimization: likewise.
            num_strokes: N, >= 1; few give the gist, many the detail.
            pen: what the strokes look like.
            folding_weight: >= 0, of the penalty that keeps strokes from folding back on themselves.
            fading: whether strokes may fade altogether, below the pen's lightest.
            abstraction: in [0, 1]; 0 draws closely, 1 with a free hand: simple arcs on coarser lines.
            analysis: what finds lines and salient places: ``classic`` or ``networks`` (``NetworkAnalysis``).
            options: see ``DrawingOptimization``.

        Raises:
            ValueError: a number is out of its range.
            FileNotFoundError: weights of the networks are missing.
        """
        super().__init__(guidance, optimization, **options)
        if num_strokes < 1:
            raise ValueError(f"num_strokes is {num_strokes}; it must be >= 1")
        if not folding_weight >= 0:
            raise ValueError(f"folding_weight is {folding_weight}; it must be >= 0")
        if not 0 <= abstraction <= 1:
            raise ValueError(f"abstraction is {abstraction}; it must be in [0, 1]")
        self.num_strokes, self.abstraction = num_strokes, abstraction
        self.pen = pen or PenStyle()
        self._look = Look(abstraction, analysis_named(analysis))
        self.fading = fading
        if folding_weight:
            self.objective.add_penalty("folding", lambda drawing, progress: folding_weight * folding(drawing))
        if abstraction:
            weight = EVENNESS * abstraction
            self.objective.add_penalty("unevenness", lambda drawing, progress: weight * unevenness(drawing))

    def look_at(self, target: TargetImage) -> TargetImage:
        """Plans the sketches: what terms are to aim at does not depend on the seeds."""
        seeds = range(self.seed, self.seed + self.num_sketches)
        self._plan = plan_sketches(target, self.num_strokes, seeds, self.pen, look=self._look)
        return dataclasses.replace(target, lines=self._plan.lines, colors=self._plan.paint)

    def targets(self, target: TargetImage) -> Targets:
        """One for all candidates; an abstract drawing need not meet it closely."""
        targets = super().targets(target)
        if not self.abstraction:
            return targets
        return dataclasses.replace(targets, tolerance=torch.tensor([TOLERANCE * self.abstraction]))

    def source(self, target: TargetImage) -> ShapeParameters:
        """The planned sketches as parameters: stronger lines are drawn wider and darker."""
        plan = self._plan
        width = self.pen.width_for(self.num_strokes, max(target.canvas))
        lightest = self.pen.lightest_for(self.num_strokes)
        (faintest, fullest), (thin, thick) = _DARKENING, _START_WIDTHS
        rise = ((plan.strength - faintest) / (fullest - faintest)).clamp(0, 1)
        opacity = lightest + (1 - lightest) * rise.square() * (3 - 2 * rise)
        idle = plan.strength == 0
        return ShapeParameters.of_strokes(
            plan.points,
            width * (thin + (thick - thin) * plan.strength),
            torch.cat([plan.color, opacity.masked_fill(idle, 0)[..., None]], dim=-1),
            target.canvas,
            trained=("points", "width", "opacity", *(("rgb",) if self.pen.color else ())),
            width_range=(_WIDTHS[0] * width, _WIDTHS[1] * width),
            opacity_range=(0.0 if self.fading or bool(idle.any()) else lightest, 1.0),
        )
