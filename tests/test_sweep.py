"""Many runs: folders, what is run again, failures, launchers."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys

import pytest
from PIL import Image

from tests.conftest import RANDOM_SKETCH, ROOT

TINY = (*RANDOM_SKETCH, "num_strokes=4", "image_size=48", "steps=3")


@pytest.fixture
def run_sweep(run_train, tmp_path):
    def run(*arguments):
        return run_train("-m", *TINY, f"hydra.sweep.dir={tmp_path / 'sweep'}", *arguments)

    return run


def results(tmp_path):
    with (tmp_path / "sweep" / "results.csv").open(newline="") as file:
        return {row["run"]: row for row in csv.DictReader(file)}


def test_every_combination_has_a_folder_a_row_and_a_place_on_the_page(run_sweep, picture, tmp_path):
    finished = run_sweep(f"image=glob({tmp_path}/*.png)", "seed=range(0,2)", "num_strokes=3,4")
    assert finished.status == 0, finished.err
    names = [f"disc,num_strokes={count},seed={seed}" for seed in (0, 1) for count in (3, 4)]
    table = results(tmp_path)
    assert sorted(table) == sorted(names)
    assert all((tmp_path / "sweep" / name / "drawing.svg").is_file() for name in names)
    assert {row["state"] for row in table.values()} == {"done"}
    assert (tmp_path / "sweep" / "index.html").is_file()


def test_only_missing_failed_and_changed_jobs_run_again(run_sweep, picture, tmp_path):
    run_sweep(f"image={picture}", "seed=0,1")
    sweep = tmp_path / "sweep"
    before = {seed: (sweep / f"seed={seed}" / "metrics.json").stat().st_mtime_ns for seed in (0, 1)}
    (sweep / "seed=1" / "metrics.json").unlink()
    finished = run_sweep(f"image={picture}", "seed=0,1,2")
    assert "Sweep of 3 jobs, 1 done before" in finished.out
    assert (sweep / "seed=0" / "metrics.json").stat().st_mtime_ns == before[0]
    assert (sweep / "seed=1" / "metrics.json").stat().st_mtime_ns > before[1]
    assert run_sweep(f"image={picture}", "seed=0", "steps=4").status == 0
    assert json.loads((sweep / "job" / "metrics.json").read_text())["steps"] == 4
    assert "0 done before" in run_sweep(f"image={picture}", "seed=0,1", "steps=5").out
    assert json.loads((sweep / "seed=1" / "metrics.json").read_text())["steps"] == 5


def test_picture_that_has_changed_is_drawn_again(run_sweep, picture, tmp_path):
    shutil.copy(picture, tmp_path / "other.png")
    arguments = (f"image={picture},{tmp_path}/other.png",)
    assert run_sweep(*arguments).status == 0
    with Image.open(picture) as opened:
        opened.rotate(180).save(picture)
    assert "Sweep of 2 jobs, 1 done before" in run_sweep(*arguments).out
    assert "Sweep of 2 jobs, 2 done before" in run_sweep(*arguments).out


def test_failed_jobs_do_not_stop_the_others_and_are_told(run_sweep, picture, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    finished = run_sweep(f"image={picture},{tmp_path}/broken.png", "num_strokes=4,0,many")
    assert finished.status == 2
    assert "5 of 6 jobs have no result" in finished.err
    table = results(tmp_path)
    assert table["disc,num_strokes=4"]["state"] == "done"
    assert "it must be a whole number in [1, 10000]" in table["disc,num_strokes=0"]["error"]
    assert "num_strokes=many" in table["disc,num_strokes=many"]["error"]
    assert "broken.png is not a picture" in table["broken,num_strokes=4"]["error"]
    assert "broken,num_strokes=4  " in finished.out
    assert "Traceback" not in finished.out + finished.err
    shutil.copy(picture, tmp_path / "broken.png")
    run_sweep(f"image={picture},{tmp_path}/broken.png", "num_strokes=4,0,many")
    assert results(tmp_path)["broken,num_strokes=4"]["state"] == "done"


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("num_stroke=1,2", "num_stroke: there is no such key; did you mean num_strokes?"),
        ("image=glob(nowhere/*.jpg)", "image=glob(nowhere/*.jpg): nothing matches"),
        ("lightning_module.optimization.lr_points=interval(0,1)", "search with hydra/sweeper=search"),
        ("hydra.sweeper.max_batch_size=0", "max_batch_size is 0; it must be >= 1"),
    ],
)
def test_mistakes_are_one_line_before_anything_runs(run_sweep, tmp_path, argument, message):
    finished = run_sweep(argument)
    assert finished.status == 2
    (line,) = finished.err.splitlines()
    assert message in line
    assert not (tmp_path / "sweep" / "results.csv").exists()


def test_a_mistake_beside_a_swept_group_is_named(run_sweep, picture):
    finished = run_sweep(f"image={picture}", "guidance=structure,pixel", "trainer.max_epoch=1")
    assert finished.status == 2
    assert "trainer.max_epoch: there is no such key; did you mean trainer.max_epochs?" in finished.err


def test_cluster_that_is_not_there_is_said(run_sweep, picture, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    finished = run_sweep(f"image={picture}", "seed=0,1", "hydra/launcher=slurm")
    assert finished.status == 2
    assert "there is no sbatch on PATH" in finished.err


@pytest.mark.slow
def test_killed_worker_leaves_the_others_and_goes_on_when_launched_again(picture, tmp_path):
    """One of four parallel jobs is killed at its step 2, once; it resumes in the same sweep."""
    once = f"+callbacks.dies={{_target_:tests.dying.DiesOnce,step:2,mark:{tmp_path}/died}}"
    command = [
        *(sys.executable, "sweep.py", *TINY, f"image={picture}", "seed=range(0,4)", once),
        *(f"hydra.sweep.dir={tmp_path / 'sweep'}", "hydra/launcher=joblib", "hydra.launcher.n_jobs=2"),
        "callbacks.last_checkpoint.every_n_steps=1",
    ]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=_environment())
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert (tmp_path / "died").exists()
    assert "a worker died" in finished.stdout
    assert {row["state"] for row in results(tmp_path).values()} == {"done"}
    assert len(results(tmp_path)) == 4


@pytest.mark.slow
def test_local_queue_outlives_a_killed_job(picture, tmp_path):
    always = "+callbacks.dies={_target_:tests.dying.DiesAt,step:2}"
    command = [sys.executable, "sweep.py", *TINY, f"image={picture}", always, "num_strokes=4,5"]
    command += [f"hydra.sweep.dir={tmp_path / 'sweep'}", "hydra/launcher=submitit_local"]
    finished = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=_environment(), timeout=120
    )
    assert finished.returncode == 2, finished.stdout + finished.stderr
    assert "2 of 2 jobs have no result" in finished.stderr
    assert finished.stdout.count("ended without a word") == 2


def _environment() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


def test_interrupt_ends_the_sweep(run_sweep, picture, monkeypatch):
    finished = run_sweep(
        f"image={picture}", "seed=0,1", "+callbacks.stops={_target_:tests.dying.InterruptsAt,step:1}"
    )
    assert finished.status == 130
    assert signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
