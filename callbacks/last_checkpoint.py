"""The state of the run on disk, from which ``resume=auto`` goes on."""

from pathlib import Path
from typing import Any

import pytorch_lightning as pl

from inkwright.run_folder.random_states import random_states, restore_random_states
from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.whole_file import whole_file


class LastCheckpoint(pl.Callback):
    """Keeps ``checkpoints/last.ckpt``, replaced every ``every_n_steps`` steps and after the last one.

    It is written at the end of a step only, never from within one: what is resumed is a run as it was. A
    test that is due belongs to its step, for a resumed run does not make up for it.
    """

    def __init__(self, folder: str, *, every_n_steps: int = 100) -> None:
        """``folder`` is the run folder; fewer than 1 step is a ``ValueError``."""
        if every_n_steps < 1:
            raise ValueError(f"every_n_steps is {every_n_steps}; it must be >= 1")
        self.path = RunFolder(Path(folder)).checkpoint
        self.every_n_steps = every_n_steps
        self._random: dict[str, Any] | None = None

    def state_dict(self) -> dict[str, Any]:
        """The random states at the end of the step."""
        return {"random": random_states()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Takes the random states up, for the first step; those that are none are refused here."""
        now, self._random = random_states(), state_dict.get("random")
        if self._random is not None:
            restore_random_states(self._random)
            restore_random_states(now)

    def on_train_batch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *rest: Any) -> None:
        """Goes on with the random states of the step before, also where loaders have drawn since.

        A resumed run and an unbroken one may make loaders at different times.
        """
        if self._random is not None:
            restore_random_states(self._random)
            self._random = None

    def on_train_batch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *rest: Any) -> None:
        """Saves when it is time to."""
        if not test_is_due(trainer):
            self._end_step(trainer)

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Saves when it is time to, after the test of the step."""
        if ends_step(trainer):
            self._end_step(trainer)

    def _end_step(self, trainer: pl.Trainer) -> None:
        if trainer.is_last_batch:
            self._random = random_states()
        ends = trainer.should_stop or trainer.global_step >= trainer.max_steps > 0 or trainer.is_last_batch
        if ends or trainer.global_step % self.every_n_steps == 0:
            self.save(trainer)

    def save(self, trainer: pl.Trainer) -> None:
        """Writes the state as it is, and before it what loggers hold back; only right at the end of a step.

        Raises:
            OSError: the file can't be written; one line says why.
        """
        for logger in trainer.loggers:
            logger.save()
        with whole_file(self.path) as temporary:
            trainer.save_checkpoint(temporary)


def test_is_due(trainer: pl.Trainer) -> bool:
    """Whether Lightning tests the module after the step that has just ended."""
    if not trainer.enable_validation:
        return False
    fetcher = trainer.fit_loop._data_fetcher  # nothing public tells
    return fetcher is not None and trainer.fit_loop.epoch_loop._should_check_val_fx(fetcher)


def ends_step(trainer: pl.Trainer) -> bool:
    """Whether the test that has just ended is that of a step of a training."""
    return trainer.state.fn == "fit" and not trainer.sanity_checking
