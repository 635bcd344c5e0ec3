"""One of many drawings in one process: its system, what watches it, and the trainer as it sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytorch_lightning as pl
import torch

from lightning_modules.own_random_numbers import OwnRandomNumbers
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
        random_numbers: that it draws.
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
        self.random_numbers = OwnRandomNumbers()

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

    def study(self) -> None:
        """Has everything that can be said of the picture alone found out.

        It touches nothing that other members hold, so that many may do so at a time, each in its thread.

        Raises:
            ValueError: the picture can't be drawn.
        """
        target = self.trainer.datamodule.target
        for part in (self.module, *self.trainer.callbacks):
            if hasattr(part, "study"):
                part.study(target)

    def call(self, hook: str, *arguments: Any) -> None:
        """Calls a hook of everything that watches the member, and then of its system, as a trainer would."""
        with self.random_numbers.in_use():
            for callback in self.trainer.callbacks:
                getattr(callback, hook)(self.trainer, self.module, *arguments)
            getattr(self.module, hook)(*arguments)

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps of the member."""
        part: dict[str, Any] = {"state_dict": self.module.state_dict()}
        self.module.on_save_checkpoint(part)
        part["callbacks"] = {each.state_key: each.state_dict() for each in self.trainer.callbacks}
        part["random"] = self.random_numbers.states
        return part

    def load_state(self, part: dict[str, Any]) -> None:
        """Takes up what a checkpoint kept.

        Raises:
            ValueError: it is the checkpoint of another drawing.
        """
        self.module.on_load_checkpoint(part)
        self.module.load_state_dict(part["state_dict"], strict=False)
        for each in self.trainer.callbacks:
            if part["callbacks"].get(each.state_key):
                each.load_state_dict(part["callbacks"][each.state_key])

    def finish(self) -> None:
        """Has the files written and the loggers closed, as at the end of a run."""
        self.finished = True
        self.call("on_train_end")
        self.call("on_fit_end")
        self.call("teardown", "fit")
        for logger in self.trainer.loggers:
            logger.finalize("success")
