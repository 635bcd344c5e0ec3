"""Killed and started again in the same folder: the same drawing as an unbroken run."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys

import pytest
import torch
from PIL import Image

from inkwright.run_folder.checkpoint import steps_done
from inkwright.run_folder.random_states import random_states
from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.run_lock import locked
from tests.conftest import RANDOM_SKETCH, ROOT
from tests.test_experiments import RECIPES, extra

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
    assert (killed / "metrics.csv").read_bytes() == (unbroken / "metrics.csv").read_bytes()


def test_clipasso_goes_on_to_the_same_bytes(run_train, picture, tmp_path, tiny_weights, monkeypatch):
    """Its random views and its shaking depend on where the run is, not on how it came there."""
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    arguments = [
        "experiment=clipasso",
        "lightning_module.noise=0.5",
        "lightning_module.early_stop=plateau",
        "num_strokes=6",
        "image_size=64",
        "callbacks.last_checkpoint.every_n_steps=4",
        f"image={picture}",
        "steps=10",
    ]
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    assert run_train(*arguments, f"hydra.run.dir={unbroken}").status == 0
    fails = "+callbacks.fails={_target_:tests.dying.FailsAt,step:7}"  # nothing is saved, as when it is killed
    with pytest.raises(ZeroDivisionError):
        run_train(*arguments, f"hydra.run.dir={broken}", fails)
    assert steps_done(broken / "checkpoints" / "last.ckpt") == 4
    assert run_train(*arguments, f"hydra.run.dir={broken}", "resume=auto").status == 0
    assert (broken / "drawing.svg").read_bytes() == (unbroken / "drawing.svg").read_bytes()


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


def cut(path):
    path.write_bytes(path.read_bytes()[:1000])


def flipped(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def with_code(path):
    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(path.parent / "pwned"),)

    torch.save(torch.load(path, weights_only=True) | {"callbacks": {"bomb": Bomb()}}, path)


def saved(value):
    return lambda path: torch.save(value, path)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda path: path.write_bytes(b""), "is damaged; delete it, and the run starts anew"),
        (cut, "is damaged; delete it, and the run starts anew"),
        (flipped, "is damaged; delete it, and the run starts anew"),
        (with_code, "is damaged; delete it, and the run starts anew"),
        (saved({}), "is no checkpoint of a run; delete it, and the run starts anew"),
        (saved([1, 2]), "is no checkpoint of a run; delete it, and the run starts anew"),
        (saved({"global_step": 1, "loops": {}}), "is no checkpoint of a run; delete it"),
    ],
    ids=["empty", "cut", "bit", "code", "dict", "list", "part"],
)
def test_damaged_or_hostile_checkpoint_is_told(state_of_a_run, tmp_path, damage, message):
    path = tmp_path / "last.ckpt"
    shutil.copy(state_of_a_run, path)
    assert steps_done(path) == 2
    damage(path)
    with pytest.raises(ValueError, match=re.escape(f"{path} {message}")):
        steps_done(path)
    assert not (tmp_path / "pwned").exists()


@pytest.fixture(scope="module")
def state_of_a_run(tmp_path_factory):
    """A checkpoint as Lightning lays it out, after two steps."""
    path = tmp_path_factory.mktemp("state") / "last.ckpt"
    parts = {
        "state_dict": {"strokes": torch.rand(2000)},
        "loops": {},
        "callbacks": {"random": random_states()},
    }
    torch.save({**parts, "optimizer_states": [], "lr_schedulers": [], "global_step": 2}, path)
    return path


def test_checkpoint_holds_plain_values_alone(run_train, picture, tmp_path):
    pruned = "+callbacks.soft_obr={_target_:callbacks.soft_obr.callback.SoftObr,start_step:1}"
    arguments = [*RUN, f"image={picture}", "steps=2", pruned]
    assert run_train(*arguments, f"hydra.run.dir={tmp_path / 'run'}").status == 0
    state = torch.load(tmp_path / "run" / "checkpoints" / "last.ckpt", weights_only=True)
    assert state["global_step"] == 2


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("state_dict", {"run.source._extra_state": 3}),
        ("optimizer_states", [{"a": 1}]),
        ("loops", {"fit_loop": 3}),
        ("callbacks", {"LastCheckpoint": {"random": {"python": 1}}}),
    ],
)
def test_checkpoint_whose_parts_do_not_fit_is_one_line(run_train, picture, tmp_path, part, value):
    arguments = [*RUN, f"image={picture}", "steps=2", f"hydra.run.dir={tmp_path / 'run'}"]
    run_train(*arguments)
    checkpoint = tmp_path / "run" / "checkpoints" / "last.ckpt"
    state = torch.load(checkpoint, weights_only=True)
    state[part] = state[part] | value if isinstance(value, dict) else value
    torch.save(state, checkpoint)
    finished = run_train(*arguments, "resume=auto", "steps=3")
    assert finished.status == 2
    (line,) = finished.err.splitlines()
    assert "checkpoint" in line
    assert "choose another hydra.run.dir, or resume=never to start anew" in line


def test_new_run_in_an_old_folder_leaves_nothing_to_be_taken_for_its_own(run_train, picture, tmp_path):
    arguments = [*RUN, f"image={picture}", "steps=6", f"hydra.run.dir={tmp_path / 'run'}"]
    run_train(*arguments)
    stops = "+callbacks.stops={_target_:tests.dying.InterruptsAt,step:2}"
    assert run_train(*arguments, "seed=1", stops).status == 130
    assert not (tmp_path / "run" / "metrics.json").exists()
    assert not (tmp_path / "run" / "checkpoints" / "last.ckpt").exists()
    assert run_train(*arguments, "seed=1", "resume=auto").status == 0
    again = tmp_path / "again"
    run_train(*arguments[:-1], "seed=1", f"hydra.run.dir={again}")
    assert (again / "drawing.svg").read_bytes() == (tmp_path / "run" / "drawing.svg").read_bytes()


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
        ("num_strokes=9", "num_strokes=9: the run in {run} was begun with num_strokes=8; choose another"),
        ("seed=1", "seed=1: the run in {run} was begun with seed=0; choose another hydra.run.dir"),
        ("lightning_module.optimization.lr_points=9", "lr_points=9: the run in {run} was begun with"),
        ("image=cat", "cat.jpg: the run in {run} was begun with image={picture}"),
        ("mask=assets/examples/cat.jpg", "cat.jpg: the run in {run} was begun with mask=;"),
        ("experiment=sketch_color", "experiment=sketch_color: the run in {run} was begun with experiment="),
        ("rasterizer=draft", "rasterizer=draft: the run in {run} was begun with rasterizer=auto"),
        ("rasterizer=exact", "rasterizer=exact: the run in {run} was begun with rasterizer=auto"),
        ("trainer.gradient_clip_val=1", "trainer.gradient_clip_val=1: the run in {run} was begun with"),
    ],
)
def test_checkpoint_of_another_run_is_refused_by_name(begun_run, run_train, picture, change, message):
    folder, arguments = begun_run
    before = (folder / "config" / "config.yaml").read_bytes()
    finished = run_train(*arguments, "steps=4", change, "resume=auto")
    assert finished.status == 2
    (line,) = finished.err.splitlines()
    assert message.format(run=folder, picture=picture) in line
    assert (folder / "config" / "config.yaml").read_bytes() == before


@pytest.fixture
def begun_run(run_train, picture, tmp_path):
    folder = tmp_path / "run"
    arguments = [*RUN, f"image={picture}", f"hydra.run.dir={folder}"]
    assert run_train(*arguments, "steps=3").status == 0
    return folder, arguments


def test_what_does_not_matter_may_differ(begun_run, run_train):
    folder, arguments = begun_run
    free = (
        "steps=4",
        "threads=2",
        "name=other",
        "callbacks.svg_export.png_side=32",
        "trainer.log_every_n_steps=1",
    )
    assert run_train(*arguments, *free, "resume=auto").status == 0
    assert json.loads((folder / "metrics.json").read_text())["steps"] == 4
    assert "name: other" in (folder / "config" / "config.yaml").read_text()


def test_picture_that_has_changed_is_refused(begun_run, run_train, picture):
    _, arguments = begun_run
    with Image.open(picture) as opened:
        opened.rotate(180).save(picture)
    finished = run_train(*arguments, "steps=4", "resume=auto")
    assert finished.status == 2
    assert f"image={picture}: the run in" in finished.err
    assert "was begun with image=another content" in finished.err


def test_folder_without_its_configuration_is_refused(begun_run, run_train):
    folder, arguments = begun_run
    for content in ("a: [", ""):
        (folder / "config" / "config.yaml").write_text(content)
        finished = run_train(*arguments, "steps=4", "resume=auto")
        assert finished.status == 2
    (folder / "config" / "config.yaml").unlink()
    assert "config.yaml is missing or damaged" in run_train(*arguments, "steps=4", "resume=auto").err


def test_two_pictures_of_one_name_have_their_own_folders(run_train, picture, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        with Image.open(picture) as opened:
            opened.rotate(180 if name == "b" else 0).save(tmp_path / name / "pic.png")
    for name in ("a", "b", "a", "b"):
        assert run_train(*RUN, f"image={name}/pic.png", "steps=2", "resume=auto").status == 0
    drawings = list(tmp_path.glob("outputs/sketch/*/drawing.svg"))
    assert len(drawings) == 2
    kept = [json.loads((path.parent / "config" / "inputs.json").read_text()) for path in drawings]
    assert {each["image"]["path"] for each in kept} == {str(tmp_path / name / "pic.png") for name in "ab"}


def test_second_run_in_a_folder_is_refused_while_the_first_is_at_work(run_train, picture, tmp_path):
    folder = RunFolder(tmp_path / "run")
    arguments = [*RUN, f"image={picture}", "steps=2", f"hydra.run.dir={folder.path}"]
    with locked(folder):
        finished = run_train(*arguments)
        assert finished.status == 2
        assert f"{folder.path}: another run is at work in this folder (process {os.getpid()})" in finished.err
        assert not folder.settings.exists()
    assert run_train(*arguments).status == 0


def test_input_that_the_run_would_write_over_is_refused(run_train, picture, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    inside = picture.rename(folder / "drawing.png")
    before = inside.read_bytes()
    arguments = [*RUN, "steps=2", f"hydra.run.dir={folder}"]
    finished = run_train(*arguments, f"image={inside}")
    assert finished.status == 2
    assert finished.err == (
        f"error: image={inside}: the run would write over this file; choose another hydra.run.dir\n"
    )
    assert inside.read_bytes() == before
    assert run_train(*arguments, f"image={inside.rename(folder / 'mine.png')}").status == 0


def test_auto_without_a_checkpoint_starts_anew(run_train, picture, tmp_path):
    arguments = [*RUN, f"image={picture}", "steps=3", f"hydra.run.dir={tmp_path / 'run'}", "resume=auto"]
    assert run_train(*arguments).status == 0


def test_interrupt_is_one_line_and_the_run_goes_on(run_train, picture, tmp_path):
    arguments = [*RUN, *SCHEDULE, f"image={picture}", "steps=20", f"hydra.run.dir={tmp_path / 'run'}"]
    interrupts = ("+callbacks.stops._target_=tests.dying.InterruptsAt", "+callbacks.stops.step=15")
    finished = run_train(*arguments, *interrupts)
    assert finished.status == 130
    assert finished.err.splitlines()[-1] == "interrupted"
    assert not (tmp_path / "run" / "drawing.svg").exists()
    assert run_train(*arguments, "resume=auto").status == 0
    assert (tmp_path / "run" / "drawing.svg").exists()


@pytest.mark.parametrize(
    "name",
    ["SIGINT", "SIGTERM", *(pytest.param(each, marks=pytest.mark.slow) for each in ("SIGHUP", "SIGUSR1"))],
)
def test_told_to_go_it_saves_and_goes_on_later_to_the_same_bytes(run_train, picture, tmp_path, name, request):
    arguments = [*RUN, f"image={picture}", "steps=20"]
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    assert run_train(*arguments, f"hydra.run.dir={unbroken}").status == 0
    number = getattr(signal, name)
    told = f"+callbacks.told={{_target_:tests.dying.SignalsAt,step:7,number:{int(number)}}}"
    # What is started in the background may ignore Ctrl-C, and so would the run.
    handler = signal.default_int_handler if name == "SIGINT" else signal.getsignal(number)
    before = signal.signal(number, handler)
    request.addfinalizer(lambda: signal.signal(number, before))
    if name == "SIGINT":
        finished = run_train(*arguments, f"hydra.run.dir={broken}", told)
        assert finished.status == 130
        assert "SIGINT: saved at step 8; the same command with resume=auto goes on" in finished.out
    else:
        with pytest.raises(SystemExit) as ended:
            run_train(*arguments, f"hydra.run.dir={broken}", told)
        assert ended.value.code == 128 + number
    assert signal.getsignal(number) is handler
    assert not (broken / "metrics.json").exists()
    assert steps_done(broken / "checkpoints" / "last.ckpt") == 8
    finished = run_train(*arguments, f"hydra.run.dir={broken}", "resume=auto")
    assert finished.status == 0
    assert (broken / "drawing.svg").read_bytes() == (unbroken / "drawing.svg").read_bytes()
    assert (broken / "metrics.csv").read_bytes() == (unbroken / "metrics.csv").read_bytes()


def test_dice_fall_as_in_the_unbroken_run(run_train, picture, tmp_path):
    dice = "+callbacks.dice._target_=tests.dying.ThrowsDice"
    arguments = [*RUN, *SCHEDULE, f"image={picture}", "steps=16", dice]
    assert run_train(*arguments, f"hydra.run.dir={tmp_path / 'unbroken'}").status == 0
    told = "+callbacks.told={_target_:tests.dying.InterruptsAt,step:13}"
    assert run_train(*arguments, f"hydra.run.dir={tmp_path / 'broken'}", told).status == 130
    assert run_train(*arguments, f"hydra.run.dir={tmp_path / 'broken'}", "resume=auto").status == 0
    drawings = [(tmp_path / name / "drawing.svg").read_bytes() for name in ("unbroken", "broken")]
    assert drawings[0] == drawings[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", RECIPES)
def test_every_experiment_goes_on_to_the_same_result(run_train, tmp_path, name, tiny_weights, monkeypatch):
    """Killed by SIGKILL in the middle, in a process of its own, then resumed."""
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    common = [f"experiment={name}", *extra(name), "debug=few_steps", "steps=8"]
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
    results = [each.relative_to(unbroken) for each in unbroken.rglob("*")]
    results = [each for each in results if each.suffix in (".svg", ".safetensors")]
    assert results
    for result in results:
        assert (killed / result).read_bytes() == (unbroken / result).read_bytes(), f"{result} differs"
