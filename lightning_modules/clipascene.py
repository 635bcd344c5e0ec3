"""One scene becomes a matrix of sketches over fidelity and simplicity: CLIPascene."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from inkwright.guidance.targets import Targets
from inkwright.guidance.term import GuidanceTerm
from inkwright.initialization.sampled_strokes.saliency_start import SaliencyStart
from inkwright.initialization.traced_strokes.loose_strokes import EVENNESS
from inkwright.initialization.traced_strokes.pen_style import PenStyle
from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.stage import Stage
from inkwright.scene_matrix.cell_choice import CellChoice
from inkwright.scene_matrix.cells import canvases_of, composed, strokes_by_canvas
from inkwright.scene_matrix.fidelity_axis import FidelityAxis, LooseColumns
from inkwright.scene_matrix.level_plan import LevelPlan
from inkwright.scene_matrix.matrix_run import MatrixRun
from inkwright.scene_matrix.matrix_stages import matrix_stages
from inkwright.scene_matrix.region_starts import RegionStart, line_map, salient_starts, traced_starts
from inkwright.scene_matrix.removal import Removal
from inkwright.scene_matrix.scene_objective import SceneObjective
from inkwright.stroke_networks.stroke_networks import NetworkStart, StrokeNetworks
from inkwright.vector_graphics.shape_penalties import folding, unevenness
from lightning_modules.drawing_optimization import DrawingOptimization

if TYPE_CHECKING:
    from torch import Tensor

    from inkwright.image_analysis.scene.decomposition import Scene
    from inkwright.pictures.target_image import TargetImage
    from inkwright.vector_graphics.drawing import Drawing


class ClipaScene(DrawingOptimization):
    """Columns become looser, rows simpler; foreground and background are drawn apart (Vinker et al. 2023).

    Every column and region is a canvas. The fidelity row is the first stage; the levels of simplicity go on
    from its networks, each from the one before.

    Attributes:
        scene: the regions, once the run is set up.
    """

    run: MatrixRun
    scene: Scene
    layer_names: Mapping[int, str] = MappingProxyType({0: "background", 1: "foreground"})
    _starts: list[RegionStart]

    def __init__(
        self,
        guidance: Mapping[str, GuidanceTerm],
        optimization: OptimizationSettings,
        *,
        axis: FidelityAxis | None = None,
        plan: LevelPlan | None = None,
        choice: CellChoice | None = None,
        networks: NetworkStart | None = None,
        **options: Any,
    ) -> None:
        """Takes over its parts.

        Args:
            guidance: see ``DrawingOptimization``.
            optimization: steps of all stages together; MLP_loc steps at ``lr_points``, MLP_simp at
                ``lr_width``.
            axis: the columns.
            plan: the levels.
            choice: the rows that are shown, and the cell that is the drawing.
            networks: how they start.
            options: see ``draw``, and ``seed`` and ``backend`` of ``DrawingOptimization``.

        Raises:
            ValueError: a number is out of its range, or the matrix would have no such cell.
        """
        drawn = {name: options.pop(name) for name in ("num_strokes", "start", "pen") if name in options}
        super().__init__(guidance, optimization, **options)
        self.axis, self.plan, self.choice = (
            axis or LooseColumns(),
            plan or LevelPlan(),
            choice or CellChoice(),
        )
        self.networks = networks or NetworkStart()
        self.rows = self.choice.levels(self.plan.levels)
        self.row, self.column = self.choice.place(len(self.rows), self.axis.columns)
        self.plan.steps(optimization.steps)
        self.draw(**drawn)

    def draw(
        self, num_strokes: int = 64, start: SaliencyStart | None = None, pen: PenStyle | None = None
    ) -> None:
        """What every canvas starts from.

        Args:
            num_strokes: N of each region, more than there are levels.
            start: where short strokes start, as published; None = strokes are traced along the lines of the
                picture, which become part of the target.
            pen: widths of traced strokes.

        Raises:
            ValueError: there are no more strokes than levels.
        """
        if num_strokes <= self.plan.levels:
            raise ValueError(
                f"num_strokes={num_strokes} with levels={self.plan.levels}: every level removes a stroke at "
                "least, so there must be more strokes than levels; raise num_strokes, or choose fewer levels"
            )
        self.num_strokes, self.start, self.pen = num_strokes, start, pen or PenStyle()

    def look_at(self, target: TargetImage) -> TargetImage:
        """Plans the strokes of all canvases; the target gets the line map of the whole scene."""
        self.scene = self.trainer.datamodule.scene  # type: ignore[attr-defined]
        looseness = self.axis.looseness
        if self.start is None:
            self._starts = traced_starts(target, self.scene, looseness, self.num_strokes, self.pen)
        else:
            self._starts = salient_starts(
                target, self.scene, len(looseness), self.num_strokes, self.start, self.seed
            )
        found = max(sum(int(each.alive.sum()) for each in row) for row in self._by_column(self._starts))
        if found <= self.plan.levels:
            raise ValueError(
                f"in {target.name} only {found} strokes were found; levels={self.plan.levels} needs more: "
                "choose another picture, or fewer levels and rows"
            )
        return dataclasses.replace(target, lines=line_map(target, self.num_strokes))

    def targets(self, target: TargetImage) -> Targets:
        """A row for each canvas."""
        return Targets.stack([each.target for each in self._starts])

    def source(self, target: TargetImage) -> StrokeNetworks:
        """The strokes of all canvases, under two networks each."""
        return StrokeNetworks(
            torch.stack([each.points for each in self._starts]),
            torch.stack([each.width for each in self._starts]),
            target.canvas,
            alive=torch.stack([each.alive for each in self._starts]),
            start=dataclasses.replace(self.networks, seed=self.seed),
        )

    def make_run(self, target: TargetImage) -> MatrixRun:
        """The run through fidelity and levels."""
        regions = self.scene.regions
        term = next(iter(self.guidance))
        objective = SceneObjective(
            dict(self.guidance.items()),  # type: ignore[arg-type]
            shares=self.axis.shares(regions, term),
            backend=self.objective.backend,
        )
        self.objective = objective
        loose = torch.tensor(self.axis.looseness).repeat_interleave(len(regions))
        objective.add_penalty("folding", lambda drawing, progress: 0.1 * folding(drawing))
        if bool((loose > 0).any()):
            objective.add_penalty(
                "unevenness",
                lambda drawing, progress: EVENNESS * loose.to(drawing.points) * unevenness(drawing),
            )
        objective.settled = self.start is None
        if not objective.shares:  # what a loose hand leaves out is known in lines, not in layers of a network
            objective.given_up = torch.tensor([each.given_up for each in self._starts])
        balanced = [region == "foreground" for region in regions] * self.axis.columns
        objective.balanced = torch.tensor(balanced) if objective.shares and any(balanced) else None
        objective.source = self.source(target)
        stages = self.stages(target)
        return MatrixRun(objective.source, stages, self._chosen, shown=self.rows[self.row], seed=self.seed)

    def stages(self, target: TargetImage) -> list[Stage]:
        """Fidelity, then for each level removal and refitting."""
        if not isinstance(self.objective, SceneObjective):
            raise TypeError(f"{type(self.objective).__name__} is no SceneObjective")
        regions = self.scene.regions
        loose = torch.tensor(self.axis.looseness).repeat_interleave(len(regions))
        removal = Removal(self.plan, self.axis.step_sizes(regions), loose, self.targets(target))
        return matrix_stages(self.plan, self.optimization, self.objective, removal)

    def named_drawings(self) -> dict[str, Drawing]:
        """Every cell that is shown: ``row1_col1`` is the upper left one."""
        return {
            f"row{r + 1}_col{c + 1}": composed(self.scene, dict(zip(self.scene.regions, column, strict=True)))
            for r, level in enumerate(self.rows)
            for c, column in enumerate(canvases_of(self.run.levels[level], len(self.scene.regions)))
        }

    def best_losses(self) -> dict[str, float]:
        """Losses of the drawing of the run, of each region."""
        losses = self._losses_of(self.rows[self.row])
        first = self.column * len(self.scene.regions)
        return {
            f"{region}/{name}": float(value[first + r])
            for r, region in enumerate(self.scene.regions)
            for name, value in losses.items()
        }

    def cell_numbers(self) -> dict[str, dict[str, float]]:
        """By cell, strokes and loss of each region, and the strokes of all."""
        found: dict[str, dict[str, float]] = {}
        regions, objective = self.scene.regions, self.run.stages[0].objective
        for r, level in enumerate(self.rows):
            strokes = strokes_by_canvas(self.run.levels[level]).tolist()
            losses = self._losses_of(level)
            content = objective.content(losses).tolist()  # type: ignore[attr-defined]
            for c in range(self.axis.columns):
                own = range(c * len(regions), (c + 1) * len(regions))
                numbers: dict[str, float] = {"strokes": sum(strokes[k] for k in own)}
                for region, k in zip(regions, own, strict=True):
                    numbers |= {f"{region}_strokes": strokes[k], f"{region}_loss": content[k]}
                found[f"row{r + 1}_col{c + 1}"] = numbers
        return found

    @property
    def sheet_labels(self) -> tuple[list[str], list[str]]:
        """What rows and columns of the sheet are called."""
        return [f"level {level}" for level in self.rows], self.axis.names

    @torch.no_grad()
    def _losses_of(self, level: int) -> dict[str, Tensor]:
        return self.run.stages[0].objective.losses(self.run.levels[level], 1.0)

    def _chosen(self, canvases: Drawing) -> Drawing:
        column = canvases_of(canvases, len(self.scene.regions))[self.column]
        return composed(self.scene, dict(zip(self.scene.regions, column, strict=True)))

    def _by_column(self, starts: list[RegionStart]) -> list[list[RegionStart]]:
        count = len(self.scene.regions)
        return [starts[first : first + count] for first in np.arange(0, len(starts), count).tolist()]
