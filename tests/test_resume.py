"""Killed and started again in the same folder: the same drawing as an unbroken run."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from tests.conftest import RANDOM_SKETCH, ROOT
from tests.test_experiments import EXTRA, RECIPES

RUN = (*RANDOM_SKETCH, "num_strokes=8", "num_sketches=2", "image_size=64", "trainer.log_every_n_steps=5")
SCHEDULE = ("lightning_module.optimization.score_every=4", "callbacks.last_checkpoint.every_n_steps=10")


def test_killed_run_goes_on_to_the_same_bytes(run_train, picture, tmp_path):
    arguments = [*RUN, *SCHEDULE, f"image={picture}", "steps=40"]
    unbroken, killed = tmp_path / "unbroken", tmp_path / "killed"
    assert run_train(*arguments, f"hydra.run.dir={unbroken}").status == 0
    dies = ("+callbacks.dies._target_=tests.dying.DiesAt", "+callbacks.dies.step=27")
    command = [sys.executable, "train.py", *arguments, f"hydra.run.dir={killed}", *dies]
    died = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert died.returncode == -9, died.stderr
    assert not (killed / "drawing.svg").exists()
    assert run_train(*arguments, f"hydra.run.dir={killed}", "resume=auto").status == 0
    assert (killed / "drawing.svg").read_bytes() == (unbroken / "drawing.svg").read_bytes()


def test_clipasso_goes_on_to_the_same_bytes(run_train, picture, tmp_path, tiny_weights, monkeypatch):
    """Its random views and its shaking depend on where the run is, not on how it came there."""
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    arguments = [
        "experiment=clipasso",
        "lightning_module.noise=0.5",
        "lightning_module.early_stop=plateau",
        "num_strokes=6",
        "image_size=64",
        "callbacks.last_checkpoint.every_n_steps=5",
        f"image={picture}",
        "steps=16",
    ]
    unbroken, killed = tmp_path / "unbroken", tmp_path / "killed"
    assert run_train(*arguments, f"hydra.run.dir={unbroken}").status == 0
    dies = ("+callbacks.dies._target_=tests.dying.DiesAt", "+callbacks.dies.step=13")
    command = [sys.executable, "train.py", *arguments, f"hydra.run.dir={killed}", *dies]
    died = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert died.returncode == -9, died.stderr
    assert run_train(*arguments, f"hydra.run.dir={killed}", "resume=auto").status == 0
    assert (killed / "drawing.svg").read_bytes() == (unbroken / "drawing.svg").read_bytes()


def test_run_that_is_over_stays_as_it_is(run_train, picture, tmp_path):
    arguments = [*RUN, *SCHEDULE, f"image={picture}", "steps=12", f"hydra.run.dir={tmp_path / 'run'}"]
    run_train(*arguments)
    drawing, rows = ((tmp_path / "run" / name).read_bytes() for name in ("drawing.svg", "metrics.csv"))
    (tmp_path / "run" / "drawing.svg").unlink()
    assert run_train(*arguments, "resume=auto").status == 0
    assert (tmp_path / "run" / "drawing.svg").read_bytes() == drawing
    assert (tmp_path / "run" / "metrics.csv").read_bytes() == rows


def test_run_that_is_over_goes_on_when_it_is_given_more_steps(run_train, picture, tmp_path):
    arguments = [*RUN, *SCHEDULE, f"image={picture}", f"hydra.run.dir={tmp_path / 'run'}"]
    for steps, mode in ((12, "never"), (20, "auto")):
        assert run_train(*arguments, f"steps={steps}", f"resume={mode}").status == 0
        assert json.loads((tmp_path / "run" / "metrics.json").read_text())["steps"] == steps
    rows = (tmp_path / "run" / "metrics.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["5", "10", "12", "15", "20"]


@pytest.mark.parametrize("kept", [0, 1000])
def test_damaged_checkpoint_is_told_in_one_line(run_train, picture, tmp_path, kept):
    arguments = [*RUN, f"image={picture}", "steps=2", f"hydra.run.dir={tmp_path / 'run'}"]
    run_train(*arguments)
    checkpoint = tmp_path / "run" / "checkpoints" / "last.ckpt"
    checkpoint.write_bytes(checkpoint.read_bytes()[:kept])
    finished = run_train(*arguments, "resume=auto")
    assert finished.status == 2
    assert finished.err == f"error: {checkpoint} is damaged; delete it, and the run starts anew\n"
    checkpoint.unlink()
    assert run_train(*arguments, "resume=auto").status == 0


def test_run_that_was_stopped_by_its_rule_stays_stopped(run_train, picture, tmp_path):
    still = "lightning_module.optimization.lr_{}=0".format
    rule = (
        *map(still, ("points", "width", "opacity")),
        "lightning_module.optimization.patience=8",
        *SCHEDULE,
    )
    arguments = [*RUN, *rule, f"image={picture}", "steps=400", f"hydra.run.dir={tmp_path / 'run'}"]
    for resume in ("never", "auto"):
        assert run_train(*arguments, f"resume={resume}").status == 0
        steps = [line.split(",")[0] for line in (tmp_path / "run" / "metrics.csv").read_text().splitlines()]
        assert steps == ["step", "5", "8"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("num_strokes=9", "the checkpoint's strokes is (2, 8), this run's is (2, 9)"),
        ("image=cat", "name is disc"),
    ],
)
def test_checkpoint_of_another_drawing_is_refused(run_train, picture, tmp_path, change, message):
    arguments = [*RUN, f"image={picture}", "steps=3", f"hydra.run.dir={tmp_path / 'run'}"]
    run_train(*arguments)
    finished = run_train(*arguments, change, "resume=auto")
    assert finished.status == 2
    assert message in finished.err


def test_auto_without_a_checkpoint_starts_anew(run_train, picture, tmp_path):
    arguments = [*RUN, f"image={picture}", "steps=3", f"hydra.run.dir={tmp_path / 'run'}", "resume=auto"]
    assert run_train(*arguments).status == 0


def test_interrupt_is_one_line_and_the_run_goes_on(run_train, picture, tmp_path):
    arguments = [*RUN, *SCHEDULE, f"image={picture}", "steps=20", f"hydra.run.dir={tmp_path / 'run'}"]
    interrupts = ("+callbacks.stops._target_=tests.dying.InterruptsAt", "+callbacks.stops.step=15")
    finished = run_train(*arguments, *interrupts)
    assert finished.status == 130
    assert finished.err.splitlines()[-1] == "interrupted; the same command with resume=auto goes on"
    assert not (tmp_path / "run" / "drawing.svg").exists()
    assert run_train(*arguments, "resume=auto").status == 0
    assert (tmp_path / "run" / "drawing.svg").exists()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGUSR1"])
def test_told_to_go_it_saves_and_goes_on_later_to_the_same_bytes(run_train, picture, tmp_path, name):
    arguments = [*RUN, f"image={picture}", "steps=20"]
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    assert run_train(*arguments, f"hydra.run.dir={unbroken}").status == 0
    number = getattr(signal, name)
    told = f"+callbacks.told={{_target_:tests.dying.SignalsAt,step:7,number:{int(number)}}}"
    handler = signal.getsignal(number)
    with pytest.raises(SystemExit) as ended:
        run_train(*arguments, f"hydra.run.dir={broken}", told)
    assert ended.value.code == 128 + number
    assert signal.getsignal(number) is handler
    assert not (broken / "metrics.json").exists()
    finished = run_train(*arguments, f"hydra.run.dir={broken}", "resume=auto")
    assert finished.status == 0
    assert (broken / "drawing.svg").read_bytes() == (unbroken / "drawing.svg").read_bytes()
    assert (broken / "metrics.csv").read_bytes() == (unbroken / "metrics.csv").read_bytes()


def test_dice_fall_as_in_the_unbroken_run(run_train, picture, tmp_path):
    dice = "+callbacks.dice._target_=tests.dying.ThrowsDice"
    arguments = [*RUN, *SCHEDULE, f"image={picture}", "steps=30", dice]
    assert run_train(*arguments, f"hydra.run.dir={tmp_path / 'unbroken'}").status == 0
    told = "+callbacks.told={_target_:tests.dying.InterruptsAt,step:23}"
    assert run_train(*arguments, f"hydra.run.dir={tmp_path / 'broken'}", told).status == 130
    assert run_train(*arguments, f"hydra.run.dir={tmp_path / 'broken'}", "resume=auto").status == 0
    drawings = [(tmp_path / name / "drawing.svg").read_bytes() for name in ("unbroken", "broken")]
    assert drawings[0] == drawings[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", RECIPES)
def test_every_experiment_goes_on_to_the_same_result(run_train, tmp_path, name, tiny_weights, monkeypatch):
    """Killed by SIGKILL in the middle, in a process of its own, then resumed."""
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    common = [f"experiment={name}", *EXTRA.get(name, ("prompt=a cat",)), "debug=few_steps", "steps=8"]
    common += ["callbacks.last_checkpoint.every_n_steps=1"]
    unbroken, killed = tmp_path / "unbroken", tmp_path / "killed"
    whole = run_train(*common, f"hydra.run.dir={unbroken}")
    assert whole.status == 0, whole.err
    dies = "+callbacks.dies={_target_:tests.dying.DiesAt,step:5}"
    command = [sys.executable, "train.py", *common, f"hydra.run.dir={killed}", dies]
    died = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert died.returncode == -9, died.stderr
    resumed = run_train(*common, f"hydra.run.dir={killed}", "resume=auto")
    assert resumed.status == 0, resumed.err
    results = [path.name for path in unbroken.iterdir() if path.suffix in (".svg", ".safetensors")]
    assert results
    for result in results:
        assert (killed / result).read_bytes() == (unbroken / result).read_bytes(), f"{result} differs"
