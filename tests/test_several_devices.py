"""The simplifier trained by two processes, as on two GPUs: one run folder, whole and resumable."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys

import pytest

from inkwright.simplification.weights_file import load_weights
from tests.conftest import ROOT


def _train(folder, steps: int, *more: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "train.py",
        "experiment=simplifier",
        "debug=small_simplifier",
        f"steps={steps}",
    ]
    command += ["trainer.devices=2", "trainer.strategy=ddp", "trainer.val_check_interval=2", "logger=wandb"]
    command += ["+lightning_module.network.channels=[4,8]", "+lightning_module.network.encoder_blocks=[1,1]"]
    command += ["+lightning_module.network.decoder_blocks=[1]", "datamodule.patch_size=32"]
    command += ["datamodule.test_side=64", "datamodule.test_pages=1", f"hydra.run.dir={folder}", *more]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.slow
def test_two_processes_leave_one_run_and_go_on_with_it(tmp_path):
    folder = tmp_path / "run"
    finished = _train(folder, 2)
    assert finished.returncode == 0, finished.stderr[-2000:]
    assert finished.stdout.count("Weights: ") == 1
    assert len(list((folder / "wandb").glob("offline-run-*"))) == 1
    assert json.loads((folder / "metrics.json").read_text())["steps"] == 2
    again = _train(folder, 4, "resume=auto")
    assert again.returncode == 0, again.stderr[-2000:]
    rows = list(csv.DictReader((folder / "metrics.csv").open()))
    assert [row["step"] for row in rows if row["t1/f1"]] == ["2", "4"]
    assert load_weights(folder / "weights.safetensors").settings["channels"] == [4, 8]
    assert not [path for path in folder.rglob(".*") if path.suffix in (".ckpt", ".json", ".safetensors")]
