"""The stages of a matrix: the fidelity row, then levels in which strokes vanish and the others take over."""

import dataclasses
from functools import partial

import torch

from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.stage import Stage
from inkwright.optimization.staged_run import StagedRun
from inkwright.scene_matrix.level_plan import LevelPlan
from inkwright.scene_matrix.matrix_run import MatrixRun
from inkwright.scene_matrix.removal import Removal, objective_of
from inkwright.scene_matrix.scene_objective import SceneObjective


def matrix_stages(
    plan: LevelPlan, settings: OptimizationSettings, objective: SceneObjective, removal: Removal
) -> list[Stage]:
    """Row 0, and for each level its removal and its refitting.

    Args:
        plan: how it goes down.
        settings: the steps of all stages together, step sizes.
        objective: of all stages.
        removal: how strokes vanish.
    """
    first, split = plan.steps(settings.steps)
    stages = [
        Stage("fidelity", dataclasses.replace(settings, steps=first), objective, at_end=[_end_fidelity])
    ]
    for level, (removing, refit) in enumerate(split, start=1):
        begin, end = partial(removal.begin, level), partial(removal.end, level)
        once = dataclasses.replace(settings, steps=removing, score_every=removing, lr_final=1.0)
        last = [] if refit else [partial(_keep, level)]
        stages.append(
            Stage(f"level {level}, removal", once, objective, at_start=[begin], at_end=[end, *last])
        )
        if refit:
            again = dataclasses.replace(settings, steps=refit)
            stages.append(Stage(f"level {level}", again, objective, at_end=[partial(_keep, level)]))
    return stages


def _end_fidelity(run: StagedRun) -> None:
    _keep(0, run)
    objective, canvases = objective_of(run), run.best.canvases
    with torch.no_grad():
        MatrixRun.of(run).start_loss = objective.content(objective.losses(canvases, 1.0))


def _keep(level: int, run: StagedRun) -> None:
    MatrixRun.of(run).levels[level] = run.best.canvases
