"""How strokes vanish from one level of a matrix to the next."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from inkwright.guidance.targets import Targets
from inkwright.image_analysis.lines.level_of_detail import LevelOfDetail
from inkwright.optimization.staged_run import StagedRun
from inkwright.scene_matrix.level_plan import LevelPlan
from inkwright.scene_matrix.matrix_run import MatrixRun
from inkwright.scene_matrix.scene_objective import SceneObjective
from inkwright.stroke_networks.stroke_importance import vanishing_order
from inkwright.stroke_networks.stroke_joining import best_joint
from inkwright.stroke_networks.stroke_networks import StrokeNetworks, expect
from inkwright.stroke_networks.stroke_presence import threshold_probability
from inkwright.stroke_networks.target_ratios import strokes_to_keep, target_ratio

# Ends of strokes meet within so many of the gaps that tracing bridges.
_GAPS = 1.5


@dataclass(frozen=True)
class Removal:
    """The edits at both ends of a removal, on K canvases.

    Attributes:
        plan: how many strokes vanish, and by what they are chosen.
        step_sizes: [K] how many halvings of the target ratio a level is.
        looseness: [K] in [0, 1], of the hand of each canvas.
        targets: with the lines of each canvas, and what counts more; only foresight needs them.
    """

    plan: LevelPlan
    step_sizes: Tensor
    looseness: Tensor
    targets: Targets

    def begin(self, level: int, run: StagedRun) -> None:
        """Says what is to be driven to, and which strokes will be missed least."""
        matrix = MatrixRun.of(run)
        if matrix.start_loss is None:
            raise RuntimeError("there is no fidelity row to start from")
        matrix.source.begin_step()
        if self.plan.foresight:
            self._foresee(matrix.source, objective_of(run))
        matrix.source.ratio = target_ratio(matrix.start_loss, self.step_sizes.to(matrix.start_loss), level)

    @torch.no_grad()
    def end(self, level: int, run: StagedRun) -> None:
        """The strokes that are not to stay are gone for good; the others are there in full."""
        source, objective = MatrixRun.of(run).source, objective_of(run)
        source.begin_step()
        counts = ((source.probability() > threshold_probability()) & source.alive).sum(1)
        if self.plan.keep == "ratio" and source.ratio is not None:
            loss = objective.content(objective.losses(source.drawing(), 1.0))
            before, left = source.alive.sum(1), self.plan.levels - level
            counts = strokes_to_keep(source.ratio, loss, before, source.begun, left)
        source.ratio = None
        source.begin_step()
        if self.plan.joined_share:
            self._join(source, counts)
        source.keep_likeliest(counts)
        run.restart_best()

    def _foresee(self, source: StrokeNetworks, objective: SceneObjective) -> None:
        drawing, lines, emphasis = source.drawing().detach(), self.targets.lines, self.targets.emphasis
        if lines is None or emphasis is None:
            raise ValueError("foresight needs lines in the targets; set plan.foresight to 0")
        for canvas in range(drawing.num_canvases):
            own = drawing.canvas_drawing(canvas)
            order = vanishing_order(own, lines[canvas], emphasis[canvas], backend=objective.backend)
            expect(source, canvas, order, self.plan.foresight)

    def _join(self, source: StrokeNetworks, counts: Tensor) -> None:
        canvas_side = float(2 * source.half_sides.max())
        drawing = source.drawing().detach()
        points = drawing.points.reshape(*source.width.shape, 4, 2).double().cpu().numpy()
        for canvas, free in enumerate(self.looseness.tolist()):
            most = int(self.plan.joined_share * float(source.alive[canvas].sum() - counts[canvas]))
            level = LevelOfDetail.for_strokes(max(int(counts[canvas]), 1))
            unit = (1 + free) * canvas_side / 448
            for _ in range(most):
                rows = np.flatnonzero(source.alive[canvas].cpu().numpy())
                joint = best_joint(
                    points[canvas], rows, _GAPS * level.largest_gap * unit, level.tolerance * unit
                )
                if joint is None:
                    break
                points[canvas, joint.stays] = joint.points
                source.join(canvas, joint.stays, joint.goes, torch.from_numpy(joint.points))


def objective_of(run: StagedRun) -> SceneObjective:
    """The objective of a run's stage.

    Raises:
        TypeError: it is another one than the stages of a matrix have.
    """
    objective = run.stage.objective
    if not isinstance(objective, SceneObjective):
        raise TypeError(f"{type(objective).__name__} is no SceneObjective; the stages of a matrix need one")
    return objective
