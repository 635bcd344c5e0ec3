"""Run folders of any age and completeness are read; what is wrong with one is said, and the rest goes on."""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path

import pytest

from inkwright.reports import run_files
from inkwright.reports.comparison import write_comparison
from inkwright.reports.matrix_sheet import write_sheet
from inkwright.reports.run_folder import find_runs, read_curves, read_run
from tests.inkwright.reports.hostile_runs import DAMAGES, ODD_NAMES
from tests.inkwright.reports.made_runs import write_run, write_sweep


def test_settings_numbers_and_names(tmp_path):
    runs = find_runs([write_sweep(tmp_path / "sweep")])
    assert [run.name for run in runs] == [
        "cat,num_strokes=8",
        "cat,num_strokes=16",
        "dog,num_strokes=8",
        "dog,num_strokes=16",
    ]
    first = runs[0]
    assert first.state == "done"
    assert first.settings == {
        "experiment": "sketch",
        "image": "cat",
        "num_strokes": 8,
        "seed": 0,
        "steps": 100,
    }
    assert first.numbers["loss"] == pytest.approx(1 - first.numbers["edge_f1"])
    assert first.numbers["steps_done"] == 100
    assert isinstance(first.numbers["shapes"], int)


def test_single_run_and_several_folders(tmp_path):
    write_run(tmp_path / "one", "cat", 8, 0)
    write_sweep(tmp_path / "more", ("dog",), (8,))
    assert [run.name for run in find_runs([tmp_path / "one"])] == ["one"]
    names = [run.name for run in find_runs([tmp_path / "one", tmp_path / "more"])]
    assert names == ["more/dog,num_strokes=8", "one"]


def test_folder_named_twice_counts_once(tmp_path):
    write_sweep(tmp_path / "sweep", ("cat",), (8,))
    assert len(find_runs([tmp_path / "sweep", tmp_path / "sweep" / "cat,num_strokes=8"])) == 1


def test_failed_job_says_why_and_what_it_was_told(tmp_path):
    note = {
        "error": "seed=-1: no",
        "overrides": ["image='a/b/cat.jpg'", "seed=-1", "resume=auto"],
        "traceback": "T",
    }
    (tmp_path / "job").mkdir()
    (tmp_path / "job" / "failure.json").write_text(json.dumps(note))
    run = read_run(tmp_path / "job")
    assert (run.state, run.error, run.traceback) == ("failed", "seed=-1: no", "T")
    assert run.settings == {"image": "cat", "seed": -1}


@pytest.mark.parametrize("damage", ["", "{", '{"losses": 3, "metrics": [], "shapes": "many"', "\x00\xff"])
def test_half_written_metrics_are_unfinished(tmp_path, damage):
    write_run(tmp_path / "run", "cat", 8, 0)
    (tmp_path / "run" / "metrics.json").write_text(damage, encoding="latin-1")
    run = read_run(tmp_path / "run")
    assert (run.state, run.error) == ("unfinished", "metrics.json is damaged")
    assert run.settings["num_strokes"] == 8


def test_killed_run_is_unfinished(tmp_path):
    write_run(tmp_path / "run", "cat", 8, 0)
    (tmp_path / "run" / "metrics.json").unlink()
    assert read_run(tmp_path / "run").error == "running, or ended without a word"


def test_old_and_odd_values_are_left_out(tmp_path):
    write_run(tmp_path / "run", "cat", 8, 0)
    (tmp_path / "run" / "run.json").unlink()
    odd = {"losses": {"a": None, "b": 2.0}, "metrics": {"edge_f1": "nan"}, "seconds": None}
    (tmp_path / "run" / "metrics.json").write_text(json.dumps(odd))
    run = read_run(tmp_path / "run")
    assert run.state == "done"
    assert run.numbers == {"loss": 2.0, "b": 2.0}


def test_missing_drawing_of_a_drawing_run_is_said(tmp_path):
    write_run(tmp_path / "run", "cat", 8, 0)
    (tmp_path / "run" / "drawing.svg").unlink()
    assert read_run(tmp_path / "run").error == "drawing.svg is missing"


def test_half_written_drawing_is_said(tmp_path):
    write_run(tmp_path / "run", "cat", 8, 0)
    (tmp_path / "run" / "drawing.svg").write_text("<svg><path d=")
    run = read_run(tmp_path / "run")
    assert (run.state, run.error, run.drawing) == ("unfinished", "drawing.svg is damaged", None)
    assert run.numbers["edge_f1"] == 0.5


def test_run_that_trains_shows_its_newest_sample(tmp_path):
    write_run(tmp_path / "run", "cat", 8, 0)
    for name in ("drawing.svg", "drawing.png", "target.jpg"):
        (tmp_path / "run" / name).unlink()
    (tmp_path / "run" / "metrics.json").write_text('{"losses": {"error": 1.0}, "metrics": {"t1/f1": 0.5}}')
    (tmp_path / "run" / "samples").mkdir()
    for step in (10, 5):
        (tmp_path / "run" / "samples" / f"step_{step:08d}.png").write_bytes(b"")
    run = read_run(tmp_path / "run")
    assert (run.state, run.error, run.drawing) == ("done", "", None)
    assert run.picture == tmp_path / "run" / "samples" / "step_00000010.png"


def test_folder_of_pictures_is_its_pictures(tmp_path):
    write_sweep(tmp_path / "photos", ("cat", "dog"), (8,))
    (tmp_path / "photos" / "config").mkdir()
    (tmp_path / "photos" / "config" / "config.yaml").write_text("num_strokes: 8\n")
    assert [run.name for run in find_runs([tmp_path / "photos"])] == [
        "cat,num_strokes=8",
        "dog,num_strokes=8",
    ]
    (tmp_path / "photos" / "failure.json").write_text('{"error": "no memory"}')
    assert find_runs([tmp_path / "photos"])[-1].error == "no memory"


def test_keys_that_the_experiment_does_not_use_are_left_out(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(
        "image: cat\nseed: 3\nsteps: 5\nnum_strokes: 64\nname: ''\ncallbacks:\n  record:\n    seed: ${seed}\n"
    )
    (tmp_path / "config" / "overrides.yaml").write_text("- steps=5\n- lightning_module.depth=2\n")
    assert read_run(tmp_path).settings == {"seed": 3, "steps": 5, "lightning_module.depth": 2}


def test_curves_are_thinned_and_keep_their_end(tmp_path):
    write_run(tmp_path / "run", "cat", 8, 0)
    rows = "".join(f"{step},{step / 10},\n" for step in range(1000))
    (tmp_path / "run" / "metrics.csv").write_text("step,loss,odd\n" + rows + "1000,nan,3\n100")
    curves = read_curves(read_run(tmp_path / "run"), points=50)
    assert 40 <= len(curves["loss"]) <= 52
    assert curves["loss"][0] == [0, 0.0]
    assert curves["loss"][-1] == [999, 99.9]
    assert curves["odd"] == [[1000, 3.0]]


def test_nothing_there_is_said(tmp_path):
    with pytest.raises(ValueError, match="there is no such folder"):
        find_runs([tmp_path / "none"])
    with pytest.raises(ValueError, match="no run in there"):
        find_runs([tmp_path])


@pytest.mark.parametrize("damage", DAMAGES)
def test_one_damaged_run_takes_nothing_else_down(tmp_path, damage):
    for name in ("bad", "good"):
        write_run(tmp_path / "runs" / name, "cat", 8, 0)
    DAMAGES[damage](tmp_path / "runs" / "bad")
    page = write_comparison([tmp_path / "runs"], tmp_path / "page").read_text("utf-8")
    assert page.endswith("</html>")
    write_sheet(find_runs([tmp_path / "runs"]), tmp_path / "page" / "sheet", rows="num_strokes")
    bad, good = find_runs([tmp_path / "runs"])
    assert (good.state, good.error) == ("done", "")
    assert (bad.name, bad.folder) == ("bad", tmp_path / "runs" / "bad")


@pytest.mark.parametrize("damage", ["pipe as metrics", "folder as metrics", "deep JSON"])
def test_what_can_not_be_read_is_damaged(tmp_path, damage):
    write_run(tmp_path / "run", "cat", 8, 0)
    DAMAGES[damage](tmp_path / "run")
    run = read_run(tmp_path / "run")
    assert (run.state, run.error, run.numbers) == ("unfinished", "metrics.json is damaged", {})


@pytest.mark.parametrize(
    "damage", ["pipe as drawing", "half a drawing", "drawing that is no XML", "deep drawing"]
)
def test_drawing_that_can_not_be_read_is_damaged(tmp_path, damage):
    write_run(tmp_path / "run", "cat", 8, 0)
    DAMAGES[damage](tmp_path / "run")
    run = read_run(tmp_path / "run")
    assert (run.state, run.error, run.drawing) == ("unfinished", "drawing.svg is damaged", None)


def test_numbers_that_no_table_holds_are_told_as_text(tmp_path):
    write_run(tmp_path / "run", "cat", 8, 0)
    DAMAGES["seed of 400 digits"](tmp_path / "run")
    assert read_run(tmp_path / "run").settings["seed"] == "9" * 400
    DAMAGES["seed is not a number"](tmp_path / "run")
    told = read_run(tmp_path / "run").settings
    assert [told[key] for key in ("seed", "lr", "rate")] == ["nan", "inf", "-inf"]


def test_a_file_beyond_the_limit_is_damaged(tmp_path, monkeypatch):
    monkeypatch.setattr(run_files, "MAX_BYTES", 10)
    write_run(tmp_path / "run", "cat", 8, 0)
    assert "metrics.json is damaged" in read_run(tmp_path / "run").error


def test_1200_nested_folders_end_somewhere(tmp_path):
    write_run(tmp_path / "good", "cat", 8, 0)
    at = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=at)
        outer, at = at, os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(outer)
    os.close(at)
    try:
        assert [run.name for run in find_runs([tmp_path])] == ["good"]
    finally:  # pytest's own clean-up is not up to it
        subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)


def test_folders_of_any_name_are_told_apart(tmp_path):
    root = os.fsencode(tmp_path / "runs")
    for name in ODD_NAMES:
        write_run(Path(os.fsdecode(os.path.join(root, name))), "cat", 8, 0)
    runs = find_runs([tmp_path / "runs"])
    assert len({run.name for run in runs}) == len(ODD_NAMES)
    assert {run.state for run in runs} == {"done"}
    write_comparison([tmp_path / "runs"], tmp_path / "page")
    write_comparison([runs[0].folder], Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff")))


def test_random_bytes_anywhere_are_survived(tmp_path):
    rng = random.Random(0)
    for trial in range(20):
        run = tmp_path / "runs" / str(trial)
        write_run(run, "cat", 8, 0)
        for path in sorted(run.rglob("*.*")):
            content = bytearray(path.read_bytes())
            for _ in range(3):
                at = rng.randrange(len(content))
                content[at : at + rng.randrange(3)] = rng.randbytes(rng.randrange(3))
            path.write_bytes(bytes(content))
    assert len(find_runs([tmp_path / "runs"])) == 20
    write_comparison([tmp_path / "runs"], tmp_path / "page")
