"""The loop that every drawing system shares: render, ask the terms, sum, step, keep the best."""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytorch_lightning as pl
import torch
from torch import Tensor, nn

from inkwright.optimization.best_state import BestCandidates
from inkwright.optimization.gradient_guard import GradientGuard
from inkwright.optimization.plateau_stop import PlateauStop
from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.stall_stop import StallStop
from inkwright.optimization.stroke_parameters import StrokeParameters
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import Backend, rasterize

if TYPE_CHECKING:
    from inkwright.guidance.term import GuidanceTerm
    from inkwright.pictures.target_image import TargetImage

_log = logging.getLogger(__name__)

StopRule = PlateauStop | StallStop
# A penalty on curves: (drawing of K canvases, progress in [0, 1]) -> [K], already weighted.
CurvePenalty = Callable[[Drawing, float], Tensor]
# Which shapes of a drawing are exported: drawing -> [shapes] bool.
ShapeFilter = Callable[[Drawing], Tensor]


class StrokeOptimization(pl.LightningModule):
    """Optimises the strokes of K candidate sketches of one picture; a subclass says where they start.

    The loss of a step is the sum over terms, their named losses and canvases of weight x value. Candidates
    share nothing but the batch, so each is optimised as if it were alone. Every ``score_every`` steps, and
    after the last one, each candidate is scored by its loss at progress 1; ``best_drawing`` is the state with
    the lowest score of all.

    Attributes:
        target: the picture, once the run is set up.
        strokes: the parameters, once the run is set up.
        prepared: [K, 3, H, W] the strokes as they are, rendered by somebody else for the next step.
    """

    target: TargetImage
    strokes: StrokeParameters
    best: BestCandidates
    stop_rule: StopRule
    guard: GradientGuard

    def __init__(
        self,
        guidance: Mapping[str, GuidanceTerm],
        optimization: OptimizationSettings,
        *,
        num_sketches: int = 1,
        seed: int = 0,
        backend: Backend = "auto",
    ) -> None:
        """Takes over its parts.

        Args:
            guidance: the terms that compare rendered canvases with the target, by name.
            optimization: steps, step sizes, scores.
            num_sketches: K, candidates optimised side by side, >= 1; candidate k starts from ``seed + k``.
            seed: >= 0.
            backend: the rasteriser.

        Raises:
            ValueError: there is no term, or a number is out of its range.
        """
        super().__init__()
        if not guidance:
            raise ValueError("guidance is empty; at least one term is needed, for example guidance=structure")
        if num_sketches < 1:
            raise ValueError(f"num_sketches is {num_sketches}; it must be >= 1")
        if seed < 0:
            raise ValueError(f"seed is {seed}; it must be >= 0")
        self.guidance = nn.ModuleDict(dict(guidance))
        self.optimization = optimization
        self.num_sketches = num_sketches
        self.seed = seed
        self.backend: Backend = backend
        self.strict_loading = False
        self._penalties: dict[str, CurvePenalty] = {}
        self._training_penalties: dict[str, CurvePenalty] = {}
        self._filters: list[ShapeFilter] = []
        self._losses: dict[str, Tensor] = {}
        self.prepared: Tensor | None = None

    @abstractmethod
    def initial_strokes(self, target: TargetImage) -> StrokeParameters:
        """The strokes that the K candidates start from; candidate k may only depend on ``seed + k``."""

    def study(self, target: TargetImage) -> None:
        """Finds out, before the run is set up, what can be said of the picture alone; by default nothing.

        It must touch nothing but what is the system's own: pictures of many systems are studied at a time.
        """

    def new_stop_rule(self) -> StopRule:
        """What ends the run before its last step."""
        rule = self.optimization
        return PlateauStop(self.num_sketches, patience=rule.patience, min_improvement=rule.min_improvement)

    @property
    def drawing(self) -> Drawing:
        """The K candidates as they would be exported now: K canvases, outside of the autograd graph."""
        return self._exported(self.strokes.drawing().detach())

    def best_drawing(self, *, filtered: bool = True) -> Drawing:
        """One canvas: the best state of the best candidate; the start if nothing has been scored yet.

        Args:
            filtered: whether shapes that the export filters leave out are dead.
        """
        best = self.best.drawing(self.strokes.canvas)
        return self._exported(best) if filtered else best

    @property
    def best_candidate(self) -> int:
        """Index of the candidate that ``best_drawing`` shows."""
        return self.best.winner()

    @torch.no_grad()
    def best_losses(self) -> dict[str, float]:
        """Losses of ``best_drawing`` by name, as they are weighed at progress 1."""
        return {name: float(value) for name, value in self.losses(self.best_drawing(), 1.0).items()}

    @property
    def progress(self) -> float:
        """Share of the planned steps that is done, in [0, 1]."""
        return min(self.global_step / self.optimization.steps, 1.0)

    def add_penalty(self, name: str, penalty: CurvePenalty, *, scored: bool = True) -> None:
        """Adds a penalty on the curves to the loss, logged as ``penalty/<name>``.

        Args:
            name: of the penalty.
            penalty: of a drawing of K canvases; see ``CurvePenalty``.
            scored: whether it also counts in the scores, by which the best state is kept. A penalty that
                depends on more than drawing and progress must not: its scores could not be compared.

        Raises:
            ValueError: the name is taken.
        """
        taken = [*self._penalties, *self._training_penalties]
        if name in taken:
            raise ValueError(f"penalty {name!r} exists already; so far: {', '.join(taken)}")
        (self._penalties if scored else self._training_penalties)[name] = penalty

    def add_export_filter(self, keep: ShapeFilter) -> None:
        """Leaves shapes out of everything that is scored, shown or written; they stay in the optimisation."""
        self._filters.append(keep)

    def expect_other_gradients(self) -> None:
        """To be called when the loss is about to change by design, not by accident."""
        self.guard.forget()

    @torch.no_grad()
    def remove_strokes(self, gone: Tensor) -> None:
        """Lets strokes [K, N] (bool) die: they are no longer painted, and can't come back."""
        self.strokes.alive &= ~gone
        self.strokes.restructure()

    @torch.no_grad()
    def replace_strokes(self, where: Tensor, **values: Tensor) -> None:
        """Gives some strokes a new start, also in the optimiser, which forgets what it knew of them.

        Args:
            where: [K, N] bool.
            values: of ``points``, ``width``, ``rgb`` or ``opacity``, [K, N, ...]; used where ``where`` holds.
        """
        for name, value in values.items():
            parameter = getattr(self.strokes, name)
            parameter[where] = value[where]
            for moment in self._moments(parameter):
                moment[where] = 0
        self.strokes.clamp_()

    def ink_demand(self) -> Tensor:
        """[K, H, W] >= 0, by how much the loss would fall if a pixel became darker, at working size."""
        _, height, width = self.target.image.shape
        image = rasterize(self.strokes.drawing().detach(), height, width, self.backend).requires_grad_()
        with torch.enable_grad():
            total = torch.stack(list(self._guidance_losses(image, self.progress).values())).sum()
        (slope,) = torch.autograd.grad(total, image)
        return slope.sum(1).clamp_min(0)

    def setup(self, stage: str) -> None:
        """Shows the target to the terms and lays the first strokes."""
        trainer: Any = self.trainer
        self.target = trainer.datamodule.target
        self._log_every: int = trainer.log_every_n_steps
        for term in self.guidance.values():
            term.prepare(self.target.image, self.target.mask)  # type: ignore[operator]
        self.strokes = self.initial_strokes(self.target)
        self.best = BestCandidates(self.strokes)
        self.stop_rule = self.new_stop_rule()
        self.guard = GradientGuard(len(self.strokes.trained), self.num_sketches)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """One Adam with a group for each kind of parameter."""
        rates = self.optimization
        groups = self.strokes.parameter_groups(
            lr_points=rates.lr_points,
            lr_width=rates.lr_width,
            lr_rgb=rates.lr_rgb,
            lr_opacity=rates.lr_opacity,
        )
        for group in groups:
            group["start_lr"] = group["lr"]
        return torch.optim.Adam(groups, fused=True)

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        """Loss of one step: the sum over all candidates."""
        drawing = self.strokes.drawing()
        self._losses = self.losses(drawing, self.progress)
        for name, penalty in self._training_penalties.items():
            self._losses[f"penalty/{name}"] = penalty(drawing, self.progress)
        return torch.stack(list(self._losses.values())).sum()

    def losses(self, drawing: Drawing, progress: float) -> dict[str, Tensor]:
        """Every weighted loss of every canvas.

        Args:
            drawing: K canvases.
            progress: share of the run that is done, in [0, 1].

        Returns:
            ``term/name`` -> [K], ``penalty/name`` -> [K].
        """
        losses = self._guidance_losses(self._rendered(drawing), progress)
        for name, penalty in self._penalties.items():
            losses[f"penalty/{name}"] = penalty(drawing, progress)
        return losses

    def on_before_optimizer_step(self, optimizer: torch.optim.Optimizer) -> None:
        """Sets the step sizes and mends gradients that cannot be stepped along."""
        share = self.optimization.learning_rate_share(self.progress)
        for group in optimizer.param_groups:
            group["lr"] = group["start_lr"] * share
        gradients = [group["params"][0].grad for group in optimizer.param_groups]
        failures = int(self.guard.failures)
        self.guard.mend_(gradients)
        if failures == 0 and int(self.guard.failures) == 1:
            _log.warning("step %d: a gradient was not finite; it is left out", self.global_step)

    def on_train_start(self) -> None:
        """Scores the start, so that a run can never end worse than it began."""
        if self.global_step == 0:
            self.stop_rule.update(self.score(0), 0)

    def optimizer_step(self, *args: Any, **kwargs: Any) -> None:
        """Steps, brings the strokes back into their ranges, and scores them when it is time to.

        All state changes here, before any hook sees the new step: a checkpoint written by a callback is
        complete.
        """
        super().optimizer_step(*args, **kwargs)
        self.strokes.clamp_()
        step = self.global_step + 1
        if step % self.optimization.score_every == 0 or step >= self.optimization.steps:
            self.trainer.should_stop |= self.stop_rule.update(self.score(step), step)
        if step % self._log_every == 0:
            self._log_losses(step)

    @torch.no_grad()
    def score(self, step: int) -> Tensor:
        """Scores the candidates as they are now, and keeps each that is better than ever before.

        Args:
            step: the number of optimiser steps done so far.

        Returns:
            [K] loss at progress 1, infinite where it is not a number.
        """
        score = self.scores(self._exported(self.strokes.drawing()))
        self.best.update(self.strokes, score, step)
        return score

    @torch.no_grad()
    def scores(self, drawing: Drawing) -> Tensor:
        """[K] losses at progress 1 of a drawing of K canvases, infinite where it is not a number."""
        return torch.stack(list(self.losses(drawing, 1.0).values())).sum(0).nan_to_num(nan=torch.inf)

    def restart_best(self) -> None:
        """Forgets the best state, and scores the present one: what is to come can't be compared with it."""
        self.best.score.fill_(torch.inf)
        self.stop_rule.restart(self.global_step)
        self.score(self.global_step)

    def keep_running_until(self, step: int) -> None:
        """Lets no plateau end the run before this step."""
        self.stop_rule.not_before = max(self.stop_rule.not_before, step)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Leaves frozen networks out, and notes which picture this is."""
        state = checkpoint["state_dict"].items()
        checkpoint["state_dict"] = {name: value for name, value in state if not name.startswith("guidance.")}
        checkpoint["target"] = {"name": self.target.name, "canvas": self.strokes.canvas}

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Refuses the checkpoint of another drawing; keeps an ended run ended.

        Raises:
            ValueError: picture, canvas or number of strokes differ.
        """
        state = checkpoint["state_dict"]
        was = checkpoint["target"] | {"strokes": tuple(state["strokes.width"].shape)}
        now = {"name": self.target.name, "canvas": self.strokes.canvas}
        for name, value in (now | {"strokes": tuple(self.strokes.width.shape)}).items():
            if was[name] != value:
                raise ValueError(
                    f"the checkpoint's {name} is {was[name]}, this run's is {value}; "
                    "choose another hydra.run.dir, or resume=never to start anew"
                )
        self.trainer.should_stop |= bool(state["stop_rule.stopped"])
        self.strokes.restructure()

    def _rendered(self, drawing: Drawing) -> Tensor:
        """The canvases at working size, [K, 3, H, W]; what was rendered together with others is used once."""
        if self.prepared is not None:
            image, self.prepared = self.prepared, None
            return image
        _, height, width = self.target.image.shape
        return rasterize(drawing, height, width, self.backend)

    def _guidance_losses(self, image: Tensor, progress: float) -> dict[str, Tensor]:
        losses: dict[str, Tensor] = {}
        for term_name, term in self.guidance.items():
            weight = term.weight_at(progress)  # type: ignore[operator]
            for name, value in term(image, progress).items():
                losses[f"{term_name}/{name}"] = weight * value
        return losses

    def _exported(self, drawing: Drawing) -> Drawing:
        for keep in self._filters:
            drawing = drawing.replace(alive=drawing.alive & keep(drawing))
        return drawing

    def _moments(self, parameter: Tensor) -> list[Tensor]:
        """What the optimiser remembers of each entry of a parameter; nothing before the first step."""
        state = self.trainer.optimizers[0].state.get(parameter, {})
        return [value for value in state.values() if value.shape == parameter.shape]

    def _log_losses(self, step: int) -> None:
        """Hands the losses of the leader to the loggers; ``self.log`` would cost 2 ms for each name."""
        losses = torch.stack(list(self._losses.values())).detach()
        total = losses.sum(0)
        leader = int(torch.argmin(total.nan_to_num(nan=torch.inf)))
        numbers = torch.cat([total[leader, None], self.best.score.min()[None], losses[:, leader]]).tolist()
        named = dict(zip(("loss", "score", *self._losses), numbers, strict=True))
        for logger in self.loggers:
            logger.log_metrics(named, step)
