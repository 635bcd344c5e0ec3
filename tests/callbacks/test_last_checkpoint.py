"""A run that is killed around a test of its module loses nothing of it."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
import pytorch_lightning as pl
import torch

from callbacks.last_checkpoint import LastCheckpoint
from callbacks.preemption import Preemption
from callbacks.simplifier.averaged_weights import AveragedWeights
from callbacks.toy_world.network_export import NetworkExport
from callbacks.toy_world.test_scores import TestScores
from inkwright.loggers.metrics_csv import MetricsCsv
from inkwright.run_folder.checkpoint import steps_done
from lightning_modules.network_training import NetworkTraining
from tests.dying import DiesIn, SignalsAt
from tests.lightning_modules.test_sketch_simplifier import SMALL


class Guess(NetworkTraining):
    """A number that comes near to another; a test throws dice."""

    def __init__(self):
        super().__init__()
        self.guess = torch.nn.Parameter(torch.zeros(1))

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.25)

    def training_step(self, batch, batch_idx):
        loss = (self.guess - batch - torch.rand(())).square().mean()
        self._last = {"error": loss.detach()}
        return loss

    def validation_step(self, batch, batch_idx):
        return {"off": (self.guess - torch.rand(())).abs().mean()}

    def save(self, folder):
        (folder / "guess.txt").write_text(str(self.guess.item()))


def _run(folder: Path, *more: pl.Callback, resume: bool = False) -> Guess:
    """Six steps of epochs of four, tested every two."""
    pl.seed_everything(3, verbose=False)
    module, last = Guess(), folder / "checkpoints" / "last.ckpt"
    logger = MetricsCsv(str(folder / "metrics.csv"), resume="auto" if resume else "never")
    if resume:
        logger.forget_after(steps_done(last))
    data = torch.utils.data.DataLoader(torch.ones(4, 1))
    kept = [NetworkExport(str(folder)), AveragedWeights(0.9), TestScores(str(folder), pictures=0)]
    trainer = pl.Trainer(
        max_steps=6, val_check_interval=2, accelerator="cpu", num_sanity_val_steps=0, logger=logger,
        enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False,
        callbacks=[*kept, LastCheckpoint(str(folder), every_n_steps=1), Preemption(), *more],
    )  # fmt: skip
    trainer.fit(module, data, data, ckpt_path=last if resume else None, weights_only=True)
    return module


def _dies(run) -> None:
    """Runs in a process of its own, which has to be killed."""
    process = os.fork()
    if not process:
        try:
            run()
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize(
    ("hook", "step", "saved"),
    [
        *(("on_validation_start", 2, 1), ("on_validation_epoch_end", 4, 3), ("on_validation_end", 4, 4)),
        *(("on_train_batch_start", 2, 2), ("on_train_batch_start", 4, 4), ("on_train_batch_end", 5, 5)),
        *(("on_validation_start", 6, 5), ("on_fit_end", 6, 6)),
    ],
)
def test_killed_around_a_test_it_goes_on_to_the_same_results(tmp_path, hook, step, saved):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    unbroken = _run(whole)
    _dies(lambda: _run(broken, DiesIn(hook, step)))
    assert steps_done(broken / "checkpoints" / "last.ckpt") == saved
    resumed = _run(broken, resume=True)
    for name in ("metrics.csv", "network/guess.txt"):
        assert (broken / name).read_text() == (whole / name).read_text(), name
    assert resumed.best_losses() == unbroken.best_losses() != {}


@pytest.mark.parametrize(("step", "saved"), [(0, 1), (1, 2), (3, 4)])
def test_told_to_go_when_a_test_is_due_it_saves_after_the_test(tmp_path, step, saved):
    with pytest.raises(SystemExit):
        _run(tmp_path, SignalsAt(step, signal.SIGTERM))
    assert steps_done(tmp_path / "checkpoints" / "last.ckpt") == saved
    rows = (tmp_path / "metrics.csv").read_text() if saved > 1 else ""
    assert (f"\n{saved}," in rows) is (saved > 1)


@pytest.mark.slow
@pytest.mark.parametrize(("hook", "step"), [("on_validation_start", 2), ("on_fit_end", 4)])
def test_killed_training_of_the_simplifier_loses_nothing(run_train, tmp_path, hook, step):
    run = (*SMALL, "steps=4", "trainer.val_check_interval=2", "callbacks.last_checkpoint.every_n_steps=1")
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    dies = f"+callbacks.dies={{_target_:tests.dying.DiesIn,hook:{hook},step:{step}}}"
    _dies(lambda: run_train(*run, f"hydra.run.dir={broken}", dies))
    for arguments in ((f"hydra.run.dir={whole}",), (f"hydra.run.dir={broken}", "resume=auto")):
        finished = run_train(*run, *arguments)
        assert finished.status == 0, finished.err
    for name in (
        "weights.safetensors",
        "metrics.csv",
        "samples/step_00000004.png",
        "scores/step_00000004.json",
    ):
        assert (broken / name).read_bytes() == (whole / name).read_bytes(), name
    was, now = (json.loads((folder / "metrics.json").read_text()) for folder in (whole, broken))
    assert (now["metrics"], now["losses"]) == (was["metrics"], was["losses"])
