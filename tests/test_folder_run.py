"""A folder of pictures: each is drawn as if it were alone, by however many processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from PIL import Image

from inkwright.command_line.folders.picture_run import held_networks
from inkwright.command_line.keys.composition import compose_defaults
from inkwright.pictures.picture_folder import pictures_in
from tests.conftest import RANDOM_SKETCH, ROOT

TINY = (
    *RANDOM_SKETCH,
    "num_strokes=4",
    "image_size=48",
    "steps=12",
    "lightning_module.optimization.score_every=3",
)

DICE = ("guidance.structure._target_=tests.random_sketch.NoisyDistance",)


@pytest.fixture
def folder(picture, tmp_path):
    """Two pictures of one shape, and one of another."""
    made = tmp_path / "pictures"
    made.mkdir()
    with Image.open(picture) as disc:
        disc.save(made / "disc.png")
        disc.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(made / "mirrored.png")
        disc.crop((0, 0, 48, 48)).save(made / "square.png")
    (made / "notes.txt").write_text("no picture")
    return made


def drawn(out):
    return {path.parent.name: path.read_bytes() for path in out.glob("*/drawing.svg")}


def files_in(run):
    return {path.relative_to(run) for path in run.rglob("*")}


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_every_drawing_is_as_if_alone(run_train, folder, tmp_path, workers):
    for name in ("disc", "mirrored", "square"):
        alone = f"hydra.run.dir={tmp_path / 'alone' / name}"
        assert run_train(*TINY, *DICE, f"image={folder / name}.png", alone).status == 0
    out = tmp_path / "together"
    finished = run_train(*TINY, *DICE, f"image={folder}", f"hydra.run.dir={out}", f"workers={workers}")
    assert finished.status == 0, finished.err
    assert "3 pictures in" in finished.out
    assert f"by {workers} at a time" in finished.out
    assert finished.err.count("| picture") == len(finished.err.split("\r")) - 1
    assert drawn(out) == drawn(tmp_path / "alone")
    for name in ("disc", "mirrored", "square"):
        alone, together = tmp_path / "alone" / name, out / name
        assert (together / "metrics.csv").read_bytes() == (alone / "metrics.csv").read_bytes()
        assert files_in(together) == files_in(alone)
    assert (out / "index.html").is_file()


def test_default_recipe_in_two_processes_is_as_in_one(run_train, folder, tmp_path):
    arguments = ("num_strokes=6", "image_size=48", "steps=10", f"image={folder}")
    for workers in (1, 2):
        out = f"hydra.run.dir={tmp_path / str(workers)}"
        assert run_train(*arguments, f"workers={workers}", out).status == 0
    assert drawn(tmp_path / "1") == drawn(tmp_path / "2")
    assert len(drawn(tmp_path / "1")) == 3


def test_pruning_works_in_a_folder_as_alone(run_train, folder, tmp_path):
    pruned = (
        *TINY,
        "callbacks=soft_obr_budget",
        "callbacks.soft_obr.start_step=2",
        "callbacks.soft_obr.threshold=0.9",
        "callbacks.soft_obr.min_strokes=0",
    )
    assert run_train(*pruned, f"image={folder}", f"hydra.run.dir={tmp_path / 'all'}", "workers=1").status == 0
    picture = folder / "mirrored.png"
    assert run_train(*pruned, f"image={picture}", f"hydra.run.dir={tmp_path / 'alone'}").status == 0
    alone = (tmp_path / "alone" / "drawing.svg").read_bytes()
    assert drawn(tmp_path / "all")["mirrored"] == alone
    assert (tmp_path / "all" / "mirrored" / "pruning.png").is_file()


def test_run_of_a_picture_says_which_it_was(run_train, folder, tmp_path):
    run_train(*TINY, f"image={folder}", f"hydra.run.dir={tmp_path / 'all'}", "workers=1")
    record = json.loads((tmp_path / "all" / "disc" / "run.json").read_text())
    again = tmp_path / "again"
    assert run_train(*record["overrides"], f"hydra.run.dir={again}").status == 0
    assert (again / "drawing.svg").read_bytes() == drawn(tmp_path / "all")["disc"]
    assert json.loads((again / "run.json").read_text())["overrides"] == record["overrides"]


@pytest.mark.slow
def test_interrupted_folder_goes_on_to_the_same_drawings(run_train, folder, tmp_path):
    arguments = [*TINY, *DICE, f"image={folder}", "workers=2"]
    run_train(*arguments, f"hydra.run.dir={tmp_path / 'unbroken'}")
    slow = "+callbacks.slow={_target_:tests.dying.Dawdles,seconds:0.3}"
    command = [sys.executable, "train.py", *arguments, f"hydra.run.dir={tmp_path / 'broken'}", slow]
    started = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    begun = wait_for(lambda: list(tmp_path.glob("broken/*/pid")))
    started.send_signal(signal.SIGTERM)
    out, err = started.communicate(timeout=60)
    assert started.returncode == 128 + signal.SIGTERM, out + err
    assert "Traceback" not in out + err
    assert "saved at step" in out
    assert not drawn(tmp_path / "broken")
    assert all((path.parent / "checkpoints" / "last.ckpt").is_file() for path in begun)
    assert run_train(*arguments, f"hydra.run.dir={tmp_path / 'broken'}", "resume=auto").status == 0
    assert drawn(tmp_path / "broken") == drawn(tmp_path / "unbroken")


@pytest.mark.slow
def test_workers_do_not_outlive_a_killed_parent(folder, tmp_path):
    slow = "+callbacks.slow={_target_:tests.dying.Dawdles,seconds:0.3}"
    command = [sys.executable, "train.py", *TINY, "workers=2", f"image={folder}", slow]
    started = subprocess.Popen([*command, f"hydra.run.dir={tmp_path / 'all'}"], cwd=ROOT)
    wait_for(lambda: len(list(tmp_path.glob("all/*/pid"))) == 2)
    marks = list(tmp_path.glob("all/*/pid"))
    started.kill()
    started.wait()
    for mark in marks:
        wait_for(lambda mark=mark: not is_running(int(mark.read_text())))
    assert not drawn(tmp_path / "all")


@pytest.mark.slow
def test_picture_whose_process_is_killed_does_not_stop_the_others(run_train, folder, tmp_path):
    once = f"+callbacks.dies={{_target_:tests.dying.DiesOnce,step:2,mark:{tmp_path}/died}}"
    arguments = [*TINY, f"image={folder}", f"hydra.run.dir={tmp_path / 'all'}", "workers=2"]
    finished = run_train(*arguments, once)
    assert finished.status == 2
    assert "1 of 3 pictures have no drawing" in finished.err
    assert "its process was killed" in finished.out
    assert len(drawn(tmp_path / "all")) == 2
    assert run_train(*arguments, "resume=auto").status == 0
    assert len(drawn(tmp_path / "all")) == 3


def wait_for(condition, seconds=60):
    """What the condition gives once it is true."""
    for _ in range(10 * seconds):
        if found := condition():
            return found
        time.sleep(0.1)
    raise TimeoutError


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # Of one that nobody has waited for, nothing is left but its number.
    return "State:\tZ" not in open(f"/proc/{process}/status").read()


def test_done_pictures_stay_and_bad_ones_do_not_stop_the_rest(run_train, folder, tmp_path):
    (folder / "broken.png").write_bytes(b"no picture")
    arguments = [*TINY, f"image={folder}", f"hydra.run.dir={tmp_path / 'all'}", "workers=1", "resume=auto"]
    finished = run_train(*arguments)
    assert finished.status == 2
    assert "1 of 4 pictures have no drawing" in finished.err
    assert "broken  " in finished.out
    before = (tmp_path / "all" / "disc" / "metrics.json").stat().st_mtime_ns
    with Image.open(folder / "disc.png") as disc:
        disc.save(folder / "broken.png")
    assert run_train(*arguments).status == 0
    assert (tmp_path / "all" / "disc" / "metrics.json").stat().st_mtime_ns == before
    assert len(drawn(tmp_path / "all")) == 4


def test_networks_of_the_guidance_are_found_and_held(tiny_weights, monkeypatch):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    assert not held_networks(compose_defaults([]))
    held = held_networks(compose_defaults(["guidance=lpips"]))
    assert held
    again = held_networks(compose_defaults(["guidance=lpips"]))
    assert [one.network for one in again] == [one.network for one in held]


def test_changed_picture_is_drawn_again_and_other_settings_are_refused(run_train, folder, tmp_path):
    arguments = [*TINY, f"image={folder}", f"hydra.run.dir={tmp_path / 'all'}", "workers=1", "resume=auto"]
    assert run_train(*arguments).status == 0
    before = drawn(tmp_path / "all")
    assert "was begun with seed=0" in run_train(*arguments, "seed=1").err
    with Image.open(folder / "disc.png") as disc:
        disc.rotate(180).save(folder / "disc.png")
    assert run_train(*arguments).status == 0
    after = drawn(tmp_path / "all")
    assert {name for name in after if after[name] != before[name]} == {"disc"}
    assert run_train(*arguments, "steps=14").status == 0
    steps = [json.loads(path.read_text())["steps"] for path in (tmp_path / "all").glob("*/metrics.json")]
    assert steps == [14] * 3


def test_pictures_named_as_what_a_run_writes_lose_nothing(run_train, folder, tmp_path):
    (folder / "disc.png").rename(folder / "config.png")
    (folder / "mirrored.png").rename(folder / "drawing.png")
    arguments = [*TINY, f"image={folder}", "workers=1"]
    finished = run_train(*arguments, f"hydra.run.dir={tmp_path / 'all'}")
    assert finished.status == 0
    assert sorted(drawn(tmp_path / "all")) == ["config.png", "drawing", "square"]
    (tmp_path / "drawing").mkdir()
    inside = folder.rename(tmp_path / "drawing" / "x").rename(tmp_path / "all2")
    finished = run_train(*TINY, f"image={inside}", "workers=1", f"hydra.run.dir={tmp_path}")
    assert finished.status == 0
    taken = inside.rename(tmp_path / "square2")
    (taken / "config.png").rename(taken / "square2.png")
    finished = run_train(*TINY, f"image={taken}", "workers=1", f"hydra.run.dir={tmp_path}")
    assert finished.status == 2
    assert "drawing.png: the run would write over this file" in finished.err


def test_empty_folder_and_wrong_number_are_said(run_train, tmp_path, folder):
    (tmp_path / "empty").mkdir()
    assert "there is no picture in this folder" in run_train(*TINY, f"image={tmp_path / 'empty'}").err
    assert (
        "workers=many: it must be auto or a whole number above 0"
        in run_train(*TINY, f"image={folder}", "workers=many", f"hydra.run.dir={tmp_path / 'x'}").err
    )


def test_names_are_kept_apart(tmp_path):
    for name in ("a.png", "a.JPG", "b.png", ".hidden.png"):
        (tmp_path / name).touch()
    assert list(pictures_in(tmp_path)) == ["a.JPG", "a.png", "b"]


def test_picture_that_cannot_be_planned_does_not_stop_the_others(run_train, folder, tmp_path):
    fails = ("lightning_module._target_=tests.random_sketch.DislikesDisc",)
    arguments = [*TINY, *fails, f"image={folder}", f"hydra.run.dir={tmp_path / 'all'}", "workers=1"]
    finished = run_train(*arguments)
    assert finished.status == 2
    assert "1 of 3 pictures have no drawing" in finished.err
    assert "disc  " in finished.out
    assert "no discs, please" in finished.out
    assert sorted(drawn(tmp_path / "all")) == ["mirrored", "square"]


def test_bug_in_one_picture_is_noted_and_does_not_stop_the_others(run_train, folder, tmp_path):
    fails = "+callbacks.fails={_target_:tests.dying.FailsOnce,step:2,mark:" + f"{tmp_path}/failed}}"
    finished = run_train(*TINY, fails, f"image={folder}", f"hydra.run.dir={tmp_path / 'all'}", "workers=1")
    assert finished.status == 2
    assert "disc.png: ZeroDivisionError: a bug" in finished.out
    assert "Traceback" in (tmp_path / "all" / "disc" / "failure.json").read_text()
    assert sorted(drawn(tmp_path / "all")) == ["mirrored", "square"]


def test_folder_in_a_sweep_is_done_when_its_pictures_are(run_train, folder, tmp_path):
    sweep = ("-m", *TINY, f"image={folder}", "seed=0,1", "workers=1", f"hydra.sweep.dir={tmp_path / 'sweep'}")
    first = run_train(*sweep)
    assert first.status == 0, first.err
    again = run_train(*sweep)
    assert "Sweep of 2 jobs, 2 done before" in again.out
    with Image.open(folder / "disc.png") as disc:
        disc.save(folder / "later.png")
    more = run_train(*sweep)
    assert more.status == 0, more.err
    assert "Sweep of 2 jobs, 0 done before" in more.out
    assert (tmp_path / "sweep" / "seed=1" / "later" / "drawing.svg").is_file()
    rows = (tmp_path / "sweep" / "results.csv").read_text().splitlines()
    assert [row.partition(",")[0] for row in rows[1:]] == [
        f"seed={seed}/{name}" for seed in (0, 1) for name in ("disc", "later", "mirrored", "square")
    ]
