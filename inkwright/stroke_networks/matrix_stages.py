"""The stages of a matrix: the fidelity row, then levels in which strokes vanish and the others take over."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor

from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.stage import Stage
from inkwright.stroke_networks.matrix_run import MatrixRun
from inkwright.stroke_networks.scene_objective import SceneObjective
from inkwright.stroke_networks.stroke_presence import threshold_probability
from inkwright.stroke_networks.target_ratios import strokes_to_keep, target_ratio

if TYPE_CHECKING:
    from inkwright.optimization.staged_run import StagedRun

Keep = Literal["ratio", "threshold"]


@dataclass(frozen=True)
class LevelPlan:
    """How a matrix goes down.

    Attributes:
        levels: of simplicity, below the fidelity row, >= 1.
        fidelity_share: of the steps, for the fidelity row, in (0, 1).
        removal_share: of the steps of a level, for the removal; in the others what is left is fitted anew;
            in (0, 1].
        keep: how many strokes stay: ``ratio``, as many as the target ratio asks for, and fewer than before;
            ``threshold``, those whose presence is above 0.7, as published.
    """

    levels: int = 8
    fidelity_share: float = 0.16
    removal_share: float = 0.6
    keep: Keep = "ratio"

    def __post_init__(self) -> None:
        if self.levels < 1:
            raise ValueError(f"levels is {self.levels}; it must be >= 1")
        if not (0 < self.fidelity_share < 1 and 0 < self.removal_share <= 1):
            raise ValueError(
                f"fidelity_share, removal_share are {self.fidelity_share}, {self.removal_share}; they must "
                "be in (0, 1) and (0, 1]"
            )
        if self.keep not in ("ratio", "threshold"):
            raise ValueError(f"keep is {self.keep!r}; it must be ratio or threshold")

    def steps(self, total: int) -> tuple[int, list[tuple[int, int]]]:
        """Steps of the fidelity row, and of removal and refitting in each level; they sum up to the total.

        Raises:
            ValueError: they are too few for every stage to have one.
        """
        least = 1 + self.levels * (2 if self.removal_share < 1 else 1)
        if total < least:
            raise ValueError(f"steps is {total}; levels={self.levels} needs {least} at least")
        first = min(max(round(self.fidelity_share * total), 1), total - least + 1)
        rest, split = total - first, []
        for level in range(self.levels):
            steps = rest * (level + 1) // self.levels - rest * level // self.levels
            removal = steps if self.removal_share == 1 else min(max(round(self.removal_share * steps), 1), steps - 1)
            split.append((removal, steps - removal))
        return first, split


def matrix_stages(
    plan: LevelPlan, settings: OptimizationSettings, objective: SceneObjective, step_sizes: Tensor
) -> list[Stage]:
    """Row 0, and for each level its removal and its refitting.

    Args:
        plan: how it goes down.
        settings: the steps of all stages together, step sizes.
        objective: of all stages.
        step_sizes: [K] how many halvings of the target ratio a level is.
    """
    first, split = plan.steps(settings.steps)
    stages = [
        Stage("fidelity", dataclasses.replace(settings, steps=first), objective, at_end=[_end_fidelity])
    ]
    for level, (removal, refit) in enumerate(split, start=1):
        begin = partial(_begin_removal, level, step_sizes)
        end = partial(_end_removal, level, plan)
        once = dataclasses.replace(settings, steps=removal, score_every=removal, lr_final=1.0)
        last = [] if refit else [partial(_keep, level)]
        stages.append(Stage(f"level {level}, removal", once, objective, at_start=[begin], at_end=[end, *last]))
        if refit:
            again = dataclasses.replace(settings, steps=refit)
            stages.append(Stage(f"level {level}", again, objective, at_end=[partial(_keep, level)]))
    return stages


def _end_fidelity(run: StagedRun) -> None:
    _keep(0, run)
    objective, canvases = _objective(run), run.best.canvases
    with torch.no_grad():
        _matrix(run).start_loss = objective.content(objective.losses(canvases, 1.0))


def _begin_removal(level: int, step_sizes: Tensor, run: StagedRun) -> None:
    begun, source = _matrix(run).start_loss, _matrix(run).source
    if begun is None:
        raise RuntimeError("there is no fidelity row to start from")
    source.begin_step()
    source.ratio = target_ratio(begun, step_sizes.to(begun), level)


@torch.no_grad()
def _end_removal(level: int, plan: LevelPlan, run: StagedRun) -> None:
    """The strokes that are not to stay are gone for good; the others are there in full."""
    source, objective = _matrix(run).source, _objective(run)
    source.begin_step()
    counts = ((source.probability() > threshold_probability()) & source.alive).sum(1)
    if plan.keep == "ratio" and source.ratio is not None:
        loss = objective.content(objective.losses(source.drawing(), 1.0))
        before, left = source.alive.sum(1), plan.levels - level
        counts = strokes_to_keep(source.ratio, loss, before, source.begun, left)
    source.keep_likeliest(counts)
    source.ratio = None
    run.restart_best()


def _keep(level: int, run: StagedRun) -> None:
    _matrix(run).levels[level] = run.best.canvases


def _matrix(run: StagedRun) -> MatrixRun:
    if not isinstance(run, MatrixRun):
        raise TypeError(f"{type(run).__name__} is no MatrixRun; the stages of a matrix need one")
    return run


def _objective(run: StagedRun) -> SceneObjective:
    objective = run.stage.objective
    if not isinstance(objective, SceneObjective):
        raise TypeError(f"{type(objective).__name__} is no SceneObjective; the stages of a matrix need one")
    return objective
