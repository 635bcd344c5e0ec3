"""Soft opacity-based regularisation (Soft-OBR): strokes that hardly show fade, and are not exported."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import pytorch_lightning as pl
import torch
from torch import Tensor

from callbacks.prunable_module import PrunableModule, prunable_module
from callbacks.soft_obr.budget import LossBudget
from callbacks.soft_obr.export_filter import ExportFilter
from callbacks.soft_obr.refill import Refill
from callbacks.soft_obr.rule import PruningRule
from inkwright.metrics.picture_complexity import PictureComplexity, picture_complexity
from inkwright.vector_graphics.shape_measures import measure_shapes

if TYPE_CHECKING:
    from inkwright.vector_graphics.drawing import Drawing

Importance = Literal["opacity", "leave_one_out"]

# Opacities between which strokes are counted for the record.
_KINDS = {"invisible": (-1.0, 0.01), "ghost": (0.01, 0.1), "faint": (0.1, 0.3), "visible": (0.3, 2.0)}
_MIDDLE, _SPAN = 0.45, 0.50


class SoftObr(pl.Callback):
    """Prunes strokes in two stages.

    Soft deletion, while optimising: a running mean tells what each stroke is worth; from ``start_step`` on,
    strokes whose mean is below the threshold pay a penalty on their opacity (see ``PruningRule``). They stay
    in the optimisation, and may come back. Hard deletion: whatever the run scores, shows or writes leaves out
    the strokes that can't be seen (see ``ExportFilter``); for the last ``refit_steps`` steps the dead are out
    of the optimisation, too, so that the others settle without them. States before and after pruning can't be
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

    def before(self, module: PrunableModule) -> Drawing:
        """One canvas: the best drawing before its hard deletion."""
        known = "points_when_settled" in self._state
        return self._remembered(module, "settled") if known else module.best_drawing(filtered=False)

    def at_start(self, module: PrunableModule) -> Drawing:
        """One canvas: the strokes of the best candidate when pruning began."""
        known = "points_when_begun" in self._state
        return self._remembered(module, "begun") if known else module.best_drawing(filtered=False)

    def setup(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        """Refuses a run in which pruning would never begin, or never end.

        Raises:
            ValueError: the steps of the run do not suffice.
        """
        prunable_module(pl_module)
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
        module = prunable_module(pl_module)
        if self._acts:
            if "opacity" not in module.strokes.trained:
                raise ValueError(
                    f"Soft-OBR needs trained opacity, but this run trains {', '.join(module.strokes.trained)}"
                )
            module.strokes.opacity_range = (0.0, module.strokes.opacity_range[1])
        if self.adaptive:
            self.complexity = picture_complexity(module.target.image)
            self.rule = adapted(self.rule, self.complexity.complexity)
        if self.rule.weight > 0:
            module.add_penalty("soft_obr", self._penalty, scored=False)
            module.keep_running_until(trainer.max_steps - self.refit_steps)
        if self.filters:
            module.add_export_filter(self.keep)

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        """Looks at what the strokes are worth, and decides which are dead."""
        module, step = prunable_module(pl_module), trainer.global_step
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
        module = prunable_module(pl_module)
        before, after = self.before(module), module.best_drawing()
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
            self._numbers["soft_obr_threshold"] = float(self._state["threshold"][module.best_candidate])
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

    def _start(self, module: PrunableModule) -> None:
        """The first look: nobody is dead, and the usual worth is what the average stroke has now."""
        worth = self._worth(module)
        usual = torch.ones_like(worth[:, 0])
        if self.importance == "leave_one_out":
            usual = (worth.sum(1) / (worth > 0).sum(1).clamp_min(1)).clamp_min(1e-12)
        self._state = {
            "mean": worth / usual[:, None],
            "dead": torch.zeros_like(worth, dtype=torch.bool),
            "threshold": torch.full_like(usual, self.rule.threshold),
            "usual_worth": usual,
            "settled": torch.zeros((), dtype=torch.bool),
        }

    @torch.no_grad()
    def _look(self, module: PrunableModule, step: int) -> None:
        state = self._state
        worth = self._worth(module) / state["usual_worth"][:, None]
        state["mean"] = self.rule.updated_mean(state["mean"], worth)
        if step < self.start_step:
            return
        if "points_when_begun" not in state:
            self._remember(module, "begun")
        dead = self.rule.dead(state["mean"], state["dead"], state["threshold"])
        if bool((dead.any(1) & ~state["dead"].any(1)).any()):
            module.expect_other_gradients()
        state["dead"] = dead
        if self.budget is not None:
            self._follow(module, self.budget)

    def _follow(self, module: PrunableModule, budget: LossBudget) -> None:
        drawing, dead, state = module.strokes.drawing(), self._state["dead"].flatten(), self._state
        if "limit" not in state:
            nothing = drawing.replace(alive=torch.zeros_like(drawing.alive))
            state["limit"] = budget.limit(module.scores(drawing), module.scores(nothing))
        score = module.scores(drawing.replace(alive=drawing.alive & ~dead))
        state["threshold"] = budget.threshold(state["threshold"], score, state["limit"])

    def _worth(self, module: PrunableModule) -> Tensor:
        """[K, N] what each stroke is worth: its opacity, or the change of the picture without it."""
        opacity = module.strokes.opacity.detach()
        if self.importance == "opacity":
            return opacity.clone()
        _, height, width = module.target.image.shape
        change = measure_shapes(module.strokes.drawing(), height, width).change
        return change.to(opacity).reshape(opacity.shape)

    def _penalty(self, drawing: Drawing, progress: float) -> Tensor:
        state = self._state
        opacity = drawing.stroke[:, 3].reshape(state["mean"].shape)
        return self.rule.penalty(opacity, state["mean"], state["dead"], state["threshold"])

    def _settle(self, module: PrunableModule) -> None:
        """Ends pruning, once; from now on the best state is looked for."""
        if not bool(self._state["settled"]):
            if self.refit_steps:
                self._bury(module)
            else:
                self._look(module, self.start_step)
            module.restart_best()
            self._state["settled"] = torch.ones_like(self._state["settled"])

    def _bury(self, module: PrunableModule) -> None:
        """Takes the dead, and whatever can't be seen, out of the optimisation."""
        state = self._state
        self._remember(module, "settled")
        strokes = module.strokes
        drawing = strokes.drawing().detach()
        seen = self.keep(drawing, wanted=~state["dead"].flatten())
        module.remove_strokes(~seen.reshape(strokes.alive.shape))
        state["dead"] = torch.zeros_like(state["dead"])

    def _remember(self, module: PrunableModule, when: str) -> None:
        drawing = module.strokes.drawing().detach()
        for name in ("points", "width", "stroke"):
            self._state[f"{name}_when_{when}"] = getattr(drawing, name).clone()

    def _remembered(self, module: PrunableModule, when: str) -> Drawing:
        drawing = module.strokes.drawing().detach()
        values = {name: self._state[f"{name}_when_{when}"] for name in ("points", "width", "stroke")}
        whole = drawing.replace(**values, alive=torch.ones_like(drawing.alive))
        return whole.canvas_drawing(module.best_candidate)

    def _refill(self, module: PrunableModule, step: int) -> None:
        state, refill, strokes = self._state, self.refill, module.strokes
        dead = state["dead"]
        if refill is None or not bool(dead.any()):
            return
        generator = torch.Generator().manual_seed(self.seed + step)
        points = refill.starts(module.ink_demand(), strokes.points.shape, generator)
        opacity = torch.full_like(strokes.opacity, refill.opacity)
        module.replace_strokes(dead, points=points, opacity=opacity)
        state["mean"] = state["mean"].masked_fill(dead, 1.0)
        state["dead"] = torch.zeros_like(dead)


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
