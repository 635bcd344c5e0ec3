"""A run that is told to go: it saves at the end of the step, says so, and then does as it is told."""

import logging
import signal
from typing import Any

import pytorch_lightning as pl

from callbacks.last_checkpoint import LastCheckpoint, ends_step, test_is_due
from inkwright.run_folder.stop_signals import StopSignals

_log = logging.getLogger(__name__)


class Preemption(pl.Callback):
    """After Ctrl-C, SIGHUP, SIGTERM, SIGUSR1 or SIGUSR2 the run saves its checkpoint and ends.

    Ctrl-C ends it as an interrupt, another signal with status 128 + the signal. Where somebody waits for the
    signal already, as submitit does to put a job into the queue again, it is handed on. A test that is due is
    waited for; where there is no time for it, the run goes on from the checkpoint before.
    """

    def __init__(self) -> None:
        self._signals = StopSignals()

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Listens, from the first step on; before it there is nothing to save."""
        self._signals.listen()

    def on_train_batch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *rest: Any) -> None:
        """Saves, says so, and does as it was told; where a test of this step is due, after it."""
        if not test_is_due(trainer):
            self._go(trainer)

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Saves, says so, and does as it was told."""
        if ends_step(trainer):
            self._go(trainer)

    def _go(self, trainer: pl.Trainer) -> None:
        """Does as it was told.

        Raises:
            KeyboardInterrupt: it was Ctrl-C.
            SystemExit: it was another signal, and nobody else waits for it.
        """
        number, self._signals.received = self._told(trainer), None
        if number is None:
            return
        keepers = [each for each in trainer.callbacks if isinstance(each, LastCheckpoint)]  # type: ignore[attr-defined]
        for keeper in keepers:
            keeper.save(trainer)
        kept = "saved" if keepers else "nothing is saved, there is no last_checkpoint,"
        goes_on = "; the same command with resume=auto goes on" if keepers else ""
        name = signal.Signals(number).name
        _log.warning("%s: %s at step %d%s", name, kept, trainer.global_step, goes_on)
        self._signals.go(number)

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Listens no more."""
        self._signals.ignore()

    def on_exception(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *error: Any) -> None:
        """Listens no more."""
        self._signals.ignore()

    def _told(self, trainer: pl.Trainer) -> int | None:
        """The signal; all processes of a group go when one of them is told to, at the same step."""
        received = self._signals.received
        if trainer.world_size == 1:
            return received
        told = trainer.strategy.reduce_boolean_decision(received is not None, all=False)
        return (received or int(signal.SIGTERM)) if told else None
