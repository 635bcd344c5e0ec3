"""The loop of every drawing system: a stage for each of Lightning's epochs, a step for each batch."""

from abc import abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytorch_lightning as pl
import torch
from torch import Tensor, nn

from inkwright.guidance.targets import Targets
from inkwright.guidance.term import GuidanceTerm
from inkwright.optimization.objective import Objective, leading_losses
from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.shape_sources.drawing_source import DrawingSource
from inkwright.optimization.stage import Stage
from inkwright.optimization.staged_run import StagedRun
from inkwright.optimization.stop_rules.plateau_stop import PlateauStop
from inkwright.pictures.target_image import TargetImage
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import Backend


class DrawingOptimization(pl.LightningModule):
    """Optimizes K candidate drawings of one picture; a subclass says from what, in which stages.

    Attributes:
        objective_type: what kind of objective a system has.
        objective: what the drawing is judged by; callbacks may add penalties and export filters to it.
        target: the picture, once the run is set up.
        layer_names: what layers of its drawings are called in SVG; others by their numbers.
        run: the optimization itself, once the run is set up: its drawing, its best state, its stage.
    """

    objective_type: type[Objective] = Objective
    target: TargetImage
    run: StagedRun
    layer_names: Mapping[int, str] = MappingProxyType({})

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
            num_sketches: K, candidates optimized side by side, >= 1; candidate k starts from ``seed + k``.
            seed: >= 0.
            backend: the rasterizer.

        Raises:
            ValueError: there is no term, or a number is out of its range.
        """
        super().__init__()
        if num_sketches < 1:
            raise ValueError(f"num_sketches is {num_sketches}; it must be >= 1")
        if seed < 0:
            raise ValueError(f"seed is {seed}; it must be >= 0")
        self.guidance = nn.ModuleDict(dict(guidance))
        self.objective = self.objective_type(guidance, backend=backend)
        self.optimization, self.num_sketches, self.seed = optimization, num_sketches, seed
        self.strict_loading = self.automatic_optimization = False
        self._epoch = -1

    @abstractmethod
    def source(self, target: TargetImage) -> DrawingSource:
        """What the K candidates start from; candidate k may only depend on ``seed + k``."""

    def look_at(self, target: TargetImage) -> TargetImage:
        """The target with what a closer look at it adds, before anybody else sees it; by default as it is."""
        return target

    def stages(self, target: TargetImage) -> list[Stage]:
        """What is done one after another; by default one stage, ended early when nothing improves."""
        rule = self.optimization
        stop = PlateauStop(self.num_sketches, patience=rule.patience, min_improvement=rule.min_improvement)
        return [Stage("drawing", self.optimization, self.objective, stop)]

    def targets(self, target: TargetImage) -> Targets:
        """What the terms are to compare canvases with: a row for each, or by default one for all."""
        named = {"images": target.image, "masks": target.mask}
        named |= {name: getattr(target, name) for name in ("lines", "colors", "emphasis")}
        return Targets(**{name: each[None] for name, each in named.items() if each is not None})

    def make_run(self, target: TargetImage) -> StagedRun:
        """The run of the source through the stages."""
        return StagedRun(self.source(target), self.stages(target))

    def named_drawings(self) -> dict[str, Drawing]:
        """Further drawings of one canvas, written beside the best one: rounds, levels, cells, layers."""
        return {}

    def best_losses(self) -> dict[str, float]:
        """Losses of the best drawing by name, as they are weighed at the end of the last stage."""
        objective, best = self.run.stage.objective, self.run.best
        with torch.no_grad():  # of all canvases: each has its own target
            losses = objective.losses(objective.exported(best.canvases), 1.0)
        return {name: float(value[best.winner()]) for name, value in losses.items()}

    def setup(self, stage: str) -> None:
        """Shows the target to the terms and lays the first shapes."""
        trainer: Any = self.trainer
        trainer.reload_dataloaders_every_n_epochs = 1  # every stage has its own number of steps
        self.target = self.look_at(trainer.datamodule.target)
        targets = self.targets(self.target)
        for term in self.guidance.values():
            term.prepare(targets)  # type: ignore[operator]
        self.run = self.make_run(self.target)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """The optimizer of the run."""
        return self.run.make_optimizer()

    def on_train_batch_start(self, batch: Any, batch_idx: int) -> int | None:
        """Ends Lightning's epoch where the run is in another stage, or was over when it was resumed."""
        self.trainer.should_stop |= self.run.over
        if self._epoch != self.current_epoch:
            self._epoch, self._stage = self.current_epoch, self.run.stage
        return -1 if self.run.over or self.run.stage is not self._stage else None

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        """One step of the run; returns its loss, the sum over all candidates."""
        run, optimizer = self.run, self.optimizers()
        optimizer.zero_grad()  # type: ignore[union-attr]
        loss = run.loss()
        self.manual_backward(loss)
        run.mend_gradients()
        optimizer.step()  # type: ignore[union-attr]
        run.end_step()
        self.trainer.should_stop |= run.over
        if run.steps_done % self.trainer.log_every_n_steps == 0:  # type: ignore[attr-defined]
            named = leading_losses(run.losses, run.best.score)
            for logger in self.loggers:  # ``self.log`` would cost 2 ms for each name
                logger.log_metrics(named, run.steps_done)
        return loss.detach()

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Leaves frozen networks out."""
        state = checkpoint["state_dict"].items()
        checkpoint["state_dict"] = {name: value for name, value in state if not name.startswith("guidance.")}
