"""The loop that all drawing methods share, as parts: who calls them steps the optimizer in between."""

import logging
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from inkwright.optimization.best_state import BestState
from inkwright.optimization.gradient_guard import GradientGuard
from inkwright.optimization.shape_sources.drawing_source import DrawingSource
from inkwright.optimization.shape_sources.optimizer_groups import match_groups
from inkwright.optimization.stage import Stage
from inkwright.vector_graphics.drawing import Drawing

_log = logging.getLogger(__name__)


class StagedRun(nn.Module):
    """Optimizes a source through stages, one step at a time, and keeps the best state of the last stage.

    A step is ``loss``, backward, ``mend_gradients``, the optimizer's step, ``end_step``; see ``fit``. Every
    ``score_every`` steps, and at both ends of a stage, each canvas is scored by its loss at progress 1. All
    that a resumed run needs is in the state of this module and of the optimizer.

    Attributes:
        source: what is optimized.
        best: the best state of each canvas in this stage.
        guard: watches the gradients.
        losses: of the last step, by name, [K] each.
        optimizer: once it is made.
        steps_done: of all stages.
    """

    optimizer: torch.optim.Optimizer

    def __init__(self, source: DrawingSource, stages: Sequence[Stage]) -> None:
        """Takes over its parts; without a stage it is a ``ValueError``."""
        super().__init__()
        if not stages:
            raise ValueError("stages is empty; a method needs at least one Stage")
        self.source = source
        self.stages = list(stages)
        rules = {
            str(index): each.stop_rule for index, each in enumerate(stages) if each.stop_rule is not None
        }
        self.stop_rules = nn.ModuleDict(dict(rules))
        drawing = source.drawing()
        self.best = BestState(drawing)
        self.guard = GradientGuard(drawing.num_canvases)
        self.losses: dict[str, Tensor] = {}
        self.steps_done = 0
        self._stages_begun = 0
        self._steps_before = 0  # those of earlier stages
        self._stopped = False  # whether a rule has ended the stage

    @property
    def stage(self) -> Stage:
        """The present stage; the first one before the run has begun."""
        return self.stages[max(self._stages_begun - 1, 0)]

    @property
    def over(self) -> bool:
        """Whether the last stage has come to its end."""
        return self._stages_begun == len(self.stages) and self._stage_is_over

    @property
    def progress(self) -> float:
        """Share of the present stage that is done, in [0, 1]."""
        return min((self.steps_done - self._steps_before) / self.stage.settings.steps, 1.0)

    @property
    def drawing(self) -> Drawing:
        """The K canvases as they would be exported now, outside of the autograd graph."""
        return self.stage.objective.exported(self.source.drawing().detach())

    def best_drawing(self, *, filtered: bool = True) -> Drawing:
        """One canvas: the best state of the best canvas; the start if nothing has been scored yet.

        Shapes that the export filters leave out are dead in it if it is ``filtered``.
        """
        best = self.best.drawing()
        return self.stage.objective.exported(best) if filtered else best

    def make_optimizer(self) -> torch.optim.Optimizer:
        """Adam with a group for each kind of parameter; begins the first stage, unless a state was loaded."""
        settings = self.stage.settings
        groups = [{**each, "start_lr": each["lr"]} for each in self.source.parameter_groups(settings)]
        self.optimizer = torch.optim.Adam(groups, betas=(0.9, settings.squares_decay), fused=True)
        if not self._stages_begun:
            self._begin_stage()
        return self.optimizer

    def loss(self) -> Tensor:
        """The sum of all losses of all canvases, to be differentiated."""
        objective, drawing = self.stage.objective, self.source.drawing()
        images = objective.render(drawing)
        if self.stage.scored_in_passing:
            score = objective.scores(drawing, images.detach())
            self.best.update(drawing, score, self.steps_done)
        self.losses = objective.losses(drawing, self.progress, images=images, training=True)
        return torch.stack(list(self.losses.values())).sum()

    def mend_gradients(self) -> None:
        """Sets the step sizes, and mends gradients that cannot be stepped along."""
        share = self.stage.settings.learning_rate_share(self.progress)
        watched = []
        for group in self.optimizer.param_groups:
            group["lr"] = group["start_lr"] * share
            gradient = group["params"][0].grad
            if gradient is not None:
                watched.append((gradient, self.source.canvas_of_rows(group["name"])))
        failures = int(self.guard.failures)
        self.guard.mend_(watched)
        if failures == 0 and int(self.guard.failures) == 1:
            _log.warning("step %d: a gradient was not finite; it is left out", self.steps_done)

    def end_step(self) -> None:
        """Brings shapes back into their ranges, scores them when it is time to, goes on to the next stage.

        All state changes here, before anybody else sees the new step: a checkpoint written then is complete.
        """
        self.source.project_()
        self.steps_done += 1
        settings, done = self.stage.settings, self.steps_done - self._steps_before
        in_passing = self.stage.scored_in_passing
        if done >= settings.steps or (done % settings.score_every == 0 and not in_passing):
            self._score()
        if self._stage_is_over:
            for edit in self.stage.at_end:
                edit(self)
            if self.stage.at_end:
                match_groups(self.optimizer, self.source.parameter_groups(settings))
            if self._stages_begun < len(self.stages):
                self._begin_stage()

    def restart_best(self) -> None:
        """Forgets the best state, and scores the present one: what is to come can't be compared with it."""
        self.best.restart()
        if self.stage.stop_rule is not None:
            self.stage.stop_rule.restart(self.steps_done)
        self._score()

    def get_extra_state(self) -> dict[str, Any]:
        """How far the run has come, for checkpoints."""
        return {
            "steps_done": self.steps_done,
            "stages_begun": self._stages_begun,
            "steps_before": self._steps_before,
            "stopped": self._stopped,
        }

    def set_extra_state(self, state: dict[str, Any]) -> None:
        """Goes on from there."""
        self.steps_done, self._stages_begun = int(state["steps_done"]), int(state["stages_begun"])
        self._steps_before, self._stopped = int(state["steps_before"]), bool(state["stopped"])

    def _begin_stage(self) -> None:
        self._stages_begun += 1
        self._steps_before, self._stopped = self.steps_done, False
        for edit in self.stage.at_start:
            edit(self)
        match_groups(self.optimizer, self.source.parameter_groups(self.stage.settings))
        self.guard.forget()
        self.restart_best()

    def _score(self) -> None:
        objective, drawing = self.stage.objective, self.source.drawing().detach()
        score = objective.scores(objective.exported(drawing))
        self.best.update(drawing, score, self.steps_done)
        rule = self.stage.stop_rule
        if rule is not None and rule.update(score, self.steps_done):
            self._stopped = True

    @property
    def _stage_is_over(self) -> bool:
        return self._stopped or self.progress >= 1
