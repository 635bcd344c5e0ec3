"""Soft opacity-based regularization (Soft-OBR): strokes that hardly show fade, and are not exported."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import pytorch_lightning as pl
import torch
from torch import Tensor

from callbacks.drawing_module import DrawingModule, drawing_module
from callbacks.soft_obr.budget import LossBudget
from callbacks.soft_obr.export_filter import ExportFilter
from callbacks.soft_obr.refill import Refill
from callbacks.soft_obr.rule import PruningRule
from inkwright.metrics.picture_complexity import PictureComplexity, picture_complexity
from inkwright.optimization.shape_sources import edits
from inkwright.vector_graphics.shape_measures import measure_shapes

if TYPE_CHECKING:
    from inkwright.optimization.shape_sources.drawing_source import DrawingSource
    from inkwright.vector_graphics.drawing import Drawing

Importance = Literal["opacity", "leave_one_out"]

# Opacities between which strokes are counted for the record.
_KINDS = {"invisible": (-1.0, 0.01), "ghost": (0.01, 0.1), "faint": (0.1, 0.3), "visible": (0.3, 2.0)}
_MIDDLE, _SPAN = 0.45, 0.50


class SoftObr(pl.Callback):
    """Prunes strokes in two stages.

    Soft deletion, while optimizing: a running mean tells what each stroke is worth; from ``start_step`` on,
    strokes whose mean is below the threshold pay a penalty on their opacity (see ``PruningRule``). They stay
    in the optimization, and may come back. Hard deletion: whatever the run scores, shows or writes leaves out
    the strokes that can't be seen (see ``ExportFilter``); for the last ``refit_steps`` steps the dead are out
    of the optimization, too, so that the others settle without them. States before and after pruning can't be
    compared by their loss: the drawing of the run is the best state of those last steps, or, without them, of
    the last step. No plateau ends the run before.

    With ``weight=0`` the callback does nothing at all, unless ``export_filter`` is switched on: the baseline.
    """

    def __init__(
        self,
        *,
        weight: float = 10.0,
        threshold: float = 0.02,
        start_step: int = 200,
        rule: PruningRule | None = None,
        importance: Importance = "opacity",
        look_every: int = 1,
        adaptive: bool = False,
        budget: LossBudget | None = None,
        export_filter: bool | None = None,
        export_alpha: float = 0.01,
        min_strokes: int = 8,
        refit_steps: int = 0,
        refill: Refill | None = None,
        seed: int = 0,
    ) -> None:
        """Remembers the settings.

        Args:
            weight: lambda of the penalty, >= 0; short key ``prune_loss_weight``.
            threshold: tau, > 0, below which a stroke is dead; short key ``prune_ema_threshold``. Of the
                opacity, or for ``importance="leave_one_out"`` in units of what the average stroke is worth at
                the start.
            start_step: steps before the first stroke may be dead, >= 0; short key ``prune_start_step``.
            rule: the other numbers of the rule; its weight and threshold are not used.
            importance: what a stroke is worth: its "opacity", or "leave_one_out", how much the picture
                changes without it.
            look_every: steps between two looks at what the strokes are worth, >= 1.
            adaptive: whether weight and threshold follow the complexity of the picture, see ``adapted``.
            budget: lets the threshold follow the loss; None keeps it.
            export_filter: whether export leaves strokes out; None = if the weight is above 0.
            export_alpha: opacity above which a stroke is exported, in [0, 1).
            min_strokes: strokes that are exported at least, >= 0.
            refit_steps: steps at the end of the run that are made without the dead, >= 0.
            refill: how dead strokes are put to use elsewhere, or None.
            seed: of the refill, >= 0.

        Raises:
            ValueError: a number is out of its range, or settings contradict each other.
        """
        self.rule = replace(rule or PruningRule(), weight=weight, threshold=threshold)
        self.importance = importance
        self.filters = weight > 0 if export_filter is None else export_filter
        self.keep = ExportFilter(export_alpha, min_strokes)
        self.start_step, self.look_every, self.refit_steps = start_step, look_every, refit_steps
        self.adaptive, self.budget, self.refill, self.seed = adaptive, budget, refill, seed
        self.complexity: PictureComplexity | None = None
        self._state: dict[str, Tensor] = {}
        self._numbers: dict[str, float] = {}
        self._check()

    def state_dict(self) -> dict[str, Any]:
        """What every stroke is worth, which are dead, and the thresholds, for the checkpoint."""
        return dict(self._state)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Goes on from there."""
        self._state = dict(state_dict)

    def numbers(self) -> dict[str, float]:
        """What was pruned and by which numbers, for metrics.json."""
        return self._numbers

    def before(self, module: DrawingModule) -> Drawing:
        """One canvas: the best drawing before its hard deletion."""
        known = "points_when_settled" in self._state
        return self._remembered(module, "settled") if known else module.run.best_drawing(filtered=False)

    def at_start(self, module: DrawingModule) -> Drawing:
        """One canvas: the strokes of the best candidate when pruning began."""
        known = "points_when_begun" in self._state
        return self._remembered(module, "begun") if known else module.run.best_drawing(filtered=False)

    def setup(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        """Refuses a run in which pruning would never begin, or never end.

        Raises:
            ValueError: the steps of the run do not suffice.
        """
        drawing_module(pl_module)
        end = trainer.max_steps - self.refit_steps
        if self.rule.weight > 0 and not self.start_step < end:
            raise ValueError(
                f"prune_start_step is {self.start_step}, but pruning ends at step {end} "
                "(steps - refit_steps); make prune_start_step smaller, or the run longer"
            )

    def on_fit_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Registers penalty and filter, and lets strokes fade.

        Raises:
            ValueError: the run does not train opacity.
        """
        module = drawing_module(pl_module)
        if self._acts:
            _let_fade(module.run.source)
        if self.adaptive:
            self.complexity = picture_complexity(module.target.image)
            self.rule = adapted(self.rule, self.complexity.complexity)
        if self.rule.weight > 0:
            module.objective.add_penalty("soft_obr", self._penalty, scored=False)
            for rule in [stage.stop_rule for stage in module.run.stages if stage.stop_rule is not None]:
                rule.not_before = max(rule.not_before, trainer.max_steps - self.refit_steps)
        if self.filters:
            module.objective.add_export_filter(self.keep)

    def on_train_batch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *rest: Any) -> None:
        """Looks at what the strokes are worth, and decides which are dead."""
        module, step = drawing_module(pl_module), trainer.global_step
        if not self._acts:
            return
        if not self._state:
            self._start(module)
        if self.rule.weight > 0 and step >= trainer.max_steps - max(self.refit_steps, 1):
            self._settle(module)
        if self.rule.weight > 0 and not bool(self._state["settled"]) and step % self.look_every == 0:
            self._look(module, step)
            if self.refill is not None and step >= self.start_step and self.refill.is_due(step):
                self._refill(module, step)

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Counts strokes by how well they are seen, before and after hard deletion."""
        module = drawing_module(pl_module)
        before, after = self.before(module), module.run.best_drawing()
        opacity = before.stroke[before.alive, 3]
        kept = float(after.alive.sum())
        self._numbers = {
            "strokes": float(before.num_shapes),
            "strokes_kept": kept,
            "strokes_removed_share": 1 - kept / max(before.num_shapes, 1),
            "soft_obr_weight": self.rule.weight,
            "soft_obr_threshold": self.rule.threshold,
        }
        if "threshold" in self._state:
            self._numbers["soft_obr_threshold"] = float(self._state["threshold"][module.run.best.winner()])
        for name, (low, high) in _KINDS.items():
            self._numbers[f"strokes_{name}"] = float(((opacity >= low) & (opacity < high)).sum())
        if self.complexity is not None:
            self._numbers |= {f"picture_{name}": value for name, value in asdict(self.complexity).items()}

    @property
    def _acts(self) -> bool:
        return self.rule.weight > 0 or self.filters

    def _check(self) -> None:
        if self.importance not in get_args(Importance):
            choices = " or ".join(get_args(Importance))
            raise ValueError(f"importance is {self.importance!r}; it must be {choices}")
        for name, low in (("start_step", 0), ("look_every", 1), ("refit_steps", 0), ("seed", 0)):
            if getattr(self, name) < low:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be >= {low}")
        if self.rule.weight > 0:
            return
        for name in ("adaptive", "budget", "refill", "refit_steps"):
            if getattr(self, name):
                raise ValueError(f"{name} is set, but prune_loss_weight is 0: nothing dies; set it above 0")

    def _start(self, module: DrawingModule) -> None:
        """The first look: nobody is dead, and the usual worth is what the average stroke has now."""
        worth, canvas = self._worth(module)
        usual = torch.ones_like(module.run.best.score)
        if self.importance == "leave_one_out":
            total, count = (
                torch.zeros_like(usual).index_add(0, canvas, each) for each in (worth, (worth > 0).to(worth))
            )
            usual = (total / count.clamp_min(1)).clamp_min(1e-12)
        self._state = {
            "mean": worth / usual[canvas],
            "dead": torch.zeros_like(worth, dtype=torch.bool),
            "threshold": torch.full_like(usual, self.rule.threshold),
            "usual_worth": usual,
            "settled": torch.zeros((), dtype=torch.bool),
        }

    @torch.no_grad()
    def _look(self, module: DrawingModule, step: int) -> None:
        state = self._state
        worth, canvas = self._worth(module)
        worth = worth / state["usual_worth"][canvas]
        state["mean"] = self.rule.updated_mean(state["mean"], worth)
        if step < self.start_step:
            return
        if "points_when_begun" not in state:
            self._remember(module, "begun")
        dead = self.rule.dead(state["mean"], state["dead"], state["threshold"], canvas)
        if set(canvas[dead].tolist()) - set(canvas[state["dead"]].tolist()):
            module.run.guard.forget()  # the loss is about to change by design, not by accident
        state["dead"] = dead
        if self.budget is not None:
            self._follow(module, self.budget)

    def _follow(self, module: DrawingModule, budget: LossBudget) -> None:
        drawing, dead, state = module.run.source.drawing(), self._state["dead"], self._state
        if "limit" not in state:
            nothing = drawing.replace(alive=torch.zeros_like(drawing.alive))
            state["limit"] = budget.limit(module.objective.scores(drawing), module.objective.scores(nothing))
        score = module.objective.scores(drawing.replace(alive=drawing.alive & ~dead))
        state["threshold"] = budget.threshold(state["threshold"], score, state["limit"])

    def _worth(self, module: DrawingModule) -> tuple[Tensor, Tensor]:
        """[N] what each stroke is worth (its opacity, or what it changes of the picture); [N] canvases."""
        drawing = module.run.source.drawing().detach()
        opacity = drawing.stroke[:, 3]
        if self.importance == "opacity":
            return opacity.clone(), drawing.canvas_index
        _, height, width = module.target.image.shape
        return measure_shapes(drawing, height, width).change.to(opacity), drawing.canvas_index

    def _penalty(self, drawing: Drawing, progress: float) -> Tensor:
        state = self._state
        return self.rule.penalty(
            drawing.stroke[:, 3], state["mean"], state["dead"], state["threshold"], drawing.canvas_index
        )

    def _settle(self, module: DrawingModule) -> None:
        """Ends pruning, once; from now on the best state is looked for."""
        if not bool(self._state["settled"]):
            if self.refit_steps:
                self._bury(module)
            else:
                self._look(module, self.start_step)
            module.run.restart_best()
            self._state["settled"] = torch.ones_like(self._state["settled"])

    def _bury(self, module: DrawingModule) -> None:
        """Takes the dead, and whatever can't be seen, out of the optimization."""
        state = self._state
        self._remember(module, "settled")
        source = module.run.source
        seen = self.keep(source.drawing().detach(), wanted=~state["dead"])
        edits.remove(source, ~seen)
        state["dead"] = torch.zeros_like(state["dead"])

    def _remember(self, module: DrawingModule, when: str) -> None:
        drawing = module.run.source.drawing().detach()
        for name in ("points", "width", "stroke"):
            self._state[f"{name}_when_{when}"] = getattr(drawing, name).clone()

    def _remembered(self, module: DrawingModule, when: str) -> Drawing:
        drawing = module.run.source.drawing().detach()
        values = {name: self._state[f"{name}_when_{when}"] for name in ("points", "width", "stroke")}
        whole = drawing.replace(**values, alive=torch.ones_like(drawing.alive))
        return whole.canvas_drawing(module.run.best.winner())

    def _refill(self, module: DrawingModule, step: int) -> None:
        state, refill, run = self._state, self.refill, module.run
        dead = state["dead"]
        if refill is None or not bool(dead.any()):
            return
        generator = torch.Generator().manual_seed(self.seed + step)
        drawing = run.source.drawing().detach()
        demand = module.objective.ink_demand(drawing, run.progress)
        points = refill.starts(demand, drawing, generator)
        opacity = torch.full_like(drawing.width, refill.opacity)
        edits.replace(run.source, dead, run.optimizer, points=points, opacity=opacity)
        state["mean"] = state["mean"].masked_fill(dead, 1.0)
        state["dead"] = torch.zeros_like(dead)


def _let_fade(source: DrawingSource) -> None:
    """Lets strokes become invisible.

    Raises:
        ValueError: the source does not train opacity.
    """
    parts = [part for part, _ in source.shape_parts()]
    trained = {name for part in parts for name in part.trained}
    if "opacity" not in trained:
        raise ValueError(f"Soft-OBR needs trained opacity, but this run trains {', '.join(sorted(trained))}")
    for part in parts:
        part.opacity_range = (0.0, part.opacity_range[1])


def adapted(rule: PruningRule, complexity: float) -> PruningRule:
    """The rule for a picture of some complexity: simple pictures are pruned harder.

    ``u = clip((complexity - 0.45) / 0.5, 0, 1)``, weight times ``2 ** (1 - 2 u)``, threshold times
    ``2.5 ** clip(1 - 2 u, 0, 1)``: factors 2 and 2.5 for simple pictures, 1/2 and 1 for complex ones. Our own
    rule; its constants follow settings that were chosen by hand for six pictures.

    Args:
        rule: for a picture of middling complexity.
        complexity: in [0, 1], see ``picture_complexity``.
    """
    u = min(max((complexity - _MIDDLE) / _SPAN, 0.0), 1.0)
    swing = 1 - 2 * u
    return replace(rule, weight=rule.weight * 2**swing, threshold=rule.threshold * 2.5 ** max(swing, 0.0))
