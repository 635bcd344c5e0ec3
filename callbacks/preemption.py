"""A run that is told to go: it saves at the end of the step, and then does as it is told."""

from __future__ import annotations

import logging
import os
import signal
import threading
from types import FrameType
from typing import Any

import pytorch_lightning as pl

from callbacks.last_checkpoint import LastCheckpoint

_log = logging.getLogger(__name__)
# Sent by schedulers before a time limit, at a preemption, or by a person.
SIGNALS = tuple(name for name in ("SIGTERM", "SIGUSR1", "SIGUSR2") if hasattr(signal, name))


class Preemption(pl.Callback):
    """After SIGTERM, SIGUSR1 or SIGUSR2 the run saves its checkpoint and ends with status 128 + the signal.

    Where somebody waits for the signal already, as submitit does to put a job into the queue again, the
    signal is handed on once the checkpoint is written.
    """

    def __init__(self) -> None:
        """Waits for nothing yet."""
        self._received: int | None = None
        self._before: dict[int, Any] = {}

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Listens, from the first step on; before it there is nothing to save."""
        if threading.current_thread() is not threading.main_thread():
            return
        self._received = None
        for name in SIGNALS:
            number = getattr(signal, name)
            self._before[number] = signal.signal(number, self._remember)

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Saves, and hands on what was received.

        Raises:
            SystemExit: nobody else waits for the signal.
        """
        number, self._received = self._told(trainer), None
        if number is None:
            return
        for callback in trainer.callbacks:  # type: ignore[attr-defined]
            if isinstance(callback, LastCheckpoint):
                callback.save(trainer)
        name = signal.Signals(number).name
        _log.warning("%s: saved at step %d; resume=auto goes on", name, trainer.global_step)
        if _is_in_submitit():
            self._before[number](number, None)
        else:
            raise SystemExit(128 + number)

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Listens no more."""
        self._stop_listening()

    def on_exception(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException
    ) -> None:
        """Listens no more."""
        self._stop_listening()

    def _told(self, trainer: pl.Trainer) -> int | None:
        """The signal; all processes of a group go when one of them is told to, at the same step."""
        if trainer.world_size == 1:
            return self._received
        told = trainer.strategy.reduce_boolean_decision(self._received is not None, all=False)
        return (self._received or int(signal.SIGTERM)) if told else None

    def _remember(self, number: int, frame: FrameType | None) -> None:
        self._received = number

    def _stop_listening(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}


def _is_in_submitit() -> bool:
    """Whether submitit started this process and waits for its signals."""
    return "SUBMITIT_EXECUTOR" in os.environ
