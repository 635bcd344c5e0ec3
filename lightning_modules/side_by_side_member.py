"""One of many drawings in one process: its system, what watches it, and the trainer as it sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytorch_lightning as pl
import torch

from lightning_modules.stroke_optimization import StrokeOptimization


class MemberTrainer:
    """The real trainer, with what belongs to one member in place of what belongs to all.

    Attributes:
        datamodule: the member's.
        callbacks: the member's.
        loggers: the member's.
        optimizers: the member's, one.
        should_stop: whether the member has come to its end.
        interrupted: whether the loop was broken off.
    """

    def __init__(self, datamodule: Any, callbacks: Sequence[Any], loggers: Sequence[Any]) -> None:
        """Knows what belongs to the member; the real trainer comes later."""
        self.datamodule = datamodule
        self.callbacks = list(callbacks)
        self.loggers = list(loggers)
        self.optimizers: list[torch.optim.Optimizer] = []
        self.should_stop = False
        self.interrupted = False
        self.real: Any = None

    @property
    def is_last_batch(self) -> bool:
        """Whether no step comes after this one."""
        return self.should_stop or bool(self.real.is_last_batch)

    def __getattr__(self, name: str) -> Any:
        if name == "real":  # while it is being made
            raise AttributeError(name)
        return getattr(self.real, name)


class Member:
    """One drawing of many.

    Attributes:
        name: of the picture.
        module: the system that draws it.
        trainer: as the system and its callbacks see it.
        finished: whether it has come to its end, and its files are written.
    """

    def __init__(
        self,
        name: str,
        module: StrokeOptimization,
        datamodule: Any,
        callbacks: Sequence[pl.Callback],
        loggers: Sequence[Any],
    ) -> None:
        """Puts the parts together."""
        self.name = name
        self.module = module
        self.trainer = MemberTrainer(datamodule, callbacks, loggers)
        self.finished = False

    @property
    def renders_plainly(self) -> bool:
        """Whether each step of the system rasterises the strokes as they are, once."""
        kind = type(self.module)
        return (
            kind.losses is StrokeOptimization.losses
            and kind.training_step is StrokeOptimization.training_step
        )

    @property
    def optimizer(self) -> torch.optim.Optimizer:
        """The system's own optimiser."""
        return self.trainer.optimizers[0]

    def attach(self, trainer: pl.Trainer) -> None:
        """Shows the member the real trainer."""
        self.trainer.real = trainer
        self.module.trainer = self.trainer  # type: ignore[assignment]

    def make_optimizer(self) -> torch.optim.Optimizer:
        """The system's optimiser, made anew."""
        self.trainer.optimizers = [self.module.configure_optimizers()]
        return self.optimizer

    def call(self, hook: str, *arguments: Any) -> None:
        """Calls a hook of everything that watches the member."""
        for callback in self.trainer.callbacks:
            getattr(callback, hook)(self.trainer, self.module, *arguments)

    def finish(self) -> None:
        """Has the files written and the loggers closed, as at the end of a run."""
        self.finished = True
        self.call("on_train_end")
        self.call("on_fit_end")
        self.call("teardown", "fit")
        for logger in self.trainer.loggers:
            logger.finalize("success")
