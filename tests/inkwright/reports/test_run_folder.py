"""Run folders of any age and completeness are read; what is wrong with one is said, and the rest goes on."""

from __future__ import annotations

import json

import pytest

from inkwright.reports.run_folder import find_runs, read_curves, read_run
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
