"""What a person sees while waiting."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest
import torch

from callbacks.kernel_notice import KernelNotice
from callbacks.last_checkpoint import LastCheckpoint
from callbacks.progress_bar import ProgressBar
from tests.callbacks.drawing_run import DrawingStub, trainer_at


def test_bar_starts_where_the_run_goes_on_and_ends_with_the_loss(capsys):
    bar = ProgressBar(quiet_seconds=1e-9)
    bar.on_train_start(trainer_at(90, estimated_stepping_batches=100), DrawingStub())
    for step in range(91, 101):
        bar.on_train_batch_end(trainer_at(step), DrawingStub(), {"loss": torch.tensor(0.125)}, None, 0)
    bar.on_train_end(trainer_at(100), DrawingStub())
    shown = capsys.readouterr().err.split("\r")
    assert "90%" in shown[1]
    assert "step 90 of 100" in shown[1]
    assert "loss 0.125" in shown[-1]
    assert "step 100 of 100" in shown[-1]


def test_further_processes_of_a_run_show_no_bar(capsys):
    bar = ProgressBar(quiet_seconds=1e-9)
    bar.on_train_start(trainer_at(0, estimated_stepping_batches=2, is_global_zero=False), DrawingStub())
    bar.on_train_batch_end(trainer_at(1), DrawingStub(), {"loss": torch.tensor(0.125)}, None, 0)
    bar.on_train_end(trainer_at(2), DrawingStub())
    assert capsys.readouterr().err == ""


def test_bar_is_closed_before_an_error_is_told(capsys):
    bar = ProgressBar()
    bar.on_train_start(trainer_at(0, estimated_stepping_batches=10), DrawingStub())
    bar.on_exception(trainer_at(0), DrawingStub(), ValueError())
    assert capsys.readouterr().err.endswith("\n")


def on_device(kind: str) -> SimpleNamespace:
    return trainer_at(0, strategy=SimpleNamespace(root_device=torch.device(kind)))


@pytest.mark.parametrize("name", ["refresh_seconds", "quiet_seconds"])
def test_bar_refuses_times_out_of_range(name):
    with pytest.raises(ValueError, match=f"{name} is 0; it must be above 0"):
        ProgressBar(**{name: 0})


@pytest.mark.parametrize(("compiled", "lines"), [(True, 0), (False, 1)])
def test_compiling_is_told_when_the_cache_is_cold(monkeypatch, caplog, compiled, lines):
    monkeypatch.setattr("inkwright.vector_graphics.rasterizers.cpu.rasterizer.is_compiled", lambda: compiled)
    with caplog.at_level(logging.INFO):
        KernelNotice().setup(on_device("cpu"), DrawingStub(), "fit")
    assert len(caplog.messages) == lines
    assert all(
        "Compiling the drawing kernels: once after an installation" in each for each in caplog.messages
    )


def test_compiling_is_not_told_where_no_kernel_runs(monkeypatch, caplog):
    monkeypatch.setattr("inkwright.vector_graphics.rasterizers.cpu.rasterizer.is_compiled", lambda: False)
    with caplog.at_level(logging.INFO):
        KernelNotice().setup(on_device("meta"), DrawingStub(), "fit")
    assert not caplog.messages


def test_checkpoint_is_written_every_n_steps_and_at_the_end(tmp_path):
    saved = []

    def save(path) -> None:
        path.write_bytes(b"state")

    callback = LastCheckpoint(str(tmp_path), every_n_steps=4)
    for step in range(1, 11):
        trainer = trainer_at(step, max_steps=10, save_checkpoint=save)
        callback.on_train_batch_end(trainer, DrawingStub(), None, None, 0)
        if callback.path.exists():
            saved.append(step)
            callback.path.unlink()
    assert saved == [4, 8, 10]


def test_checkpoint_is_written_when_the_run_ends_early(tmp_path):
    callback = LastCheckpoint(str(tmp_path))
    trainer = trainer_at(7, should_stop=True, save_checkpoint=lambda path: path.write_bytes(b"state"))
    callback.on_train_batch_end(trainer, DrawingStub(), None, None, 0)
    assert callback.path.read_bytes() == b"state"
    assert [path.name for path in callback.path.parent.iterdir()] == ["last.ckpt"]


def test_checkpoint_refuses_zero_steps():
    with pytest.raises(ValueError, match="every_n_steps is 0; it must be >= 1"):
        LastCheckpoint("x", every_n_steps=0)
