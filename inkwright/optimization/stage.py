"""A method is a list of stages: what is optimized for how long, and what is changed before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inkwright.optimization.stop_rules.plateau_stop import PlateauStop
from inkwright.optimization.stop_rules.stall_stop import StallStop

if TYPE_CHECKING:
    from inkwright.optimization.objective import Objective
    from inkwright.optimization.settings import OptimizationSettings
    from inkwright.optimization.staged_run import StagedRun

StopRule = PlateauStop | StallStop
# A change of the run between two steps: it adds, removes, freezes, moves shapes; see ``edits``.
StageEdit = Callable[["StagedRun"], None]


@dataclass(frozen=True)
class Stage:
    """One stretch of a run.

    Attributes:
        name: shown while it runs.
        settings: its number of steps, step sizes, and when to look back.
        objective: what the drawing is judged by.
        stop_rule: what ends the stage before its last step; None = nothing.
        at_start: changes right before its first step, in this order.
        at_end: changes right after its last step.
        scored_in_passing: whether every step is scored by the picture that it makes anyway, for objectives
            that cost little beside the picture; ``score_every`` and export filters are not used then.
    """

    name: str
    settings: OptimizationSettings
    objective: Objective
    stop_rule: StopRule | None = None
    at_start: Sequence[StageEdit] = ()
    at_end: Sequence[StageEdit] = ()
    scored_in_passing: bool = False
