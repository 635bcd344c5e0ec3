"""train.py from outside: what it leaves, what it says, that it repeats itself."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys

import pytest
from PIL import Image

from inkwright.command_line.keys.override_quoting import hydra_overrides
from inkwright.vector_graphics import read_svg
from tests.conftest import RANDOM_SKETCH, ROOT

FEW = ("debug=few_steps", *RANDOM_SKETCH)


def test_run_folder_holds_what_was_promised(run_train, picture, tmp_path):
    folder = tmp_path / "run"
    finished = run_train(*FEW, f"image={picture}", "seed=3", f"hydra.run.dir={folder}")
    assert finished.status == 0
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {
        "drawing.svg",
        "drawing.png",
        "metrics.json",
        "metrics.csv",
        "checkpoints/last.ckpt",
        "run.json",
        "target.jpg",
        "config/config.yaml",
        "config/inputs.json",
        ".lock",
        "config/hydra.yaml",
        "config/overrides.yaml",
    }
    drawing = read_svg(folder / "drawing.svg")
    assert drawing.num_shapes == 8
    assert drawing.canvas == (64, 48)
    assert Image.open(folder / "drawing.png").size == (1024, 768)
    record = json.loads((folder / "metrics.json").read_text())
    assert record["seed"] == 3
    assert record["steps"] == 4
    assert record["original_size"] == [64, 48]
    assert record["shapes"] == 8
    assert record["control_points"] == 32
    assert record["svg_bytes"] == (folder / "drawing.svg").stat().st_size
    assert record["losses"]["structure/squared_error"] > 0
    assert record["seconds"] > 0
    assert {"python", "torch", "pytorch-lightning"} <= set(record["versions"])
    assert 200 < record["peak_memory_mb"] < 1e5
    rows = list(csv.DictReader((folder / "metrics.csv").open()))
    assert [row["step"] for row in rows] == ["1", "2", "3", "4"]
    assert {"loss", "score", "structure/squared_error"} < set(rows[0])


def test_last_line_says_where_the_drawing_is_and_nothing_else_is_said(run_train, picture, tmp_path):
    finished = run_train(*FEW, f"image={picture}", f"hydra.run.dir={tmp_path / 'run'}")
    lines = [line for line in finished.out.splitlines() if not line.startswith("Compiling")]
    assert lines == [f"Drawing: {tmp_path / 'run' / 'drawing.svg'}"]
    noise = re.sub(r"drawing.*?left", "", finished.err).strip()
    assert noise == ""


def test_progress_bar_ends_with_loss_and_time_left(run_train, picture, tmp_path):
    finished = run_train(*FEW, f"image={picture}", f"hydra.run.dir={tmp_path / 'run'}")
    assert re.search(r"loss 0\.\d+.*step 4 of 4, 00:00 left", finished.err)


def test_same_seed_gives_the_same_bytes_and_another_seed_others(run_train, picture, tmp_path):
    drawings = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run_train(*FEW, f"image={picture}", f"seed={seed}", f"hydra.run.dir={tmp_path / name}")
        drawings.append((tmp_path / name / "drawing.svg").read_bytes())
    assert drawings[0] == drawings[1] != drawings[2]


def test_default_recipe_repeats_itself_byte_for_byte(run_train, tmp_path):
    arguments = ("image=coffee", "debug=few_steps", "num_sketches=2", "num_strokes=16", "image_size=96")
    drawings = []
    for name in ("a", "b"):
        assert run_train(*arguments, f"hydra.run.dir={tmp_path / name}").status == 0
        drawings.append((tmp_path / name / "drawing.svg").read_bytes())
    assert drawings[0] == drawings[1]


def test_an_odd_file_name_needs_no_quotes(run_train, picture, tmp_path):
    odd = picture.rename(tmp_path / "it's (a) holiday, [no] {joke}=1.png")
    assert run_train(*FEW, f"image={odd}", f"hydra.run.dir={tmp_path / 'my run, (1)'}").status == 0
    assert (tmp_path / "my run, (1)" / "drawing.svg").is_file()


NOTED = (
    "+callbacks.noted._target_=tests.noted_text.NotedText",
    "+callbacks.noted.text=${style_prompt}",
    "+callbacks.noted.folder=${hydra:runtime.output_dir}",
)
TEXTS = [
    "run_${seed}",
    "it's (a) 'toy', [no] {joke}=1 #2 50%",
    "1e5",
    "naïve, 李明",
    "${oc.env:HOME}",
    "a/b: $1 \\${x}",
]


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_reaches_the_run_and_names_its_folder(run_train, picture, tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    picture.rename(tmp_path / "a ${b} [é], it's.png")
    asked = ("image=a ${b} [é], it's.png", f"name={text}", f"style_prompt={text}", *NOTED)
    for _ in range(2):  # the second time into the same folder
        finished = run_train(*FEW, *asked, "logger=wandb")
        assert (finished.status, "failed" in finished.out) == (0, False), finished.err
    (folder,) = (path.parent for path in (tmp_path / "outputs").rglob("drawing.svg"))
    assert folder.parent == tmp_path / "outputs" / "sketch"
    assert (folder / "noted.txt").read_text() == text.replace("${seed}", "0")
    overrides = json.loads((folder / "run.json").read_text())["overrides"]
    assert hydra_overrides(asked[1:2])[0] in overrides
    assert hydra_overrides(overrides) == overrides


def test_texts_of_a_sweep_reach_their_jobs(run_train, picture, tmp_path):
    for name in ("größe", "it's, 1", "${b}"):
        (tmp_path / f"{name}.png").write_bytes(picture.read_bytes())
    picture.unlink()
    texts = ("a cat's toy", "李 ${seed}", "'x, y'")
    asked = (f"image=glob({tmp_path}/*.png)", f"style_prompt={','.join(texts)}", "name=of ${seed}", *NOTED)
    for said in ("0 done before", "9 done before"):
        finished = run_train("-m", *FEW, *asked, f"hydra.sweep.dir={tmp_path / 'the sweep'}")
        assert finished.status == 0, finished.out + finished.err
        assert said in finished.out
    found = sorted(path.read_text() for path in (tmp_path / "the sweep").rglob("noted.txt"))
    assert found == sorted(3 * ["a cat's toy", "李 0", "x, y"])


def test_default_folder_follows_from_what_was_asked_for(run_train, picture, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    finished = run_train(*FEW[:1], "image=disc.png", "steps=2", "num_strokes=5", *RANDOM_SKETCH)
    assert finished.status == 0, finished.err
    (drawing,) = (tmp_path / "outputs").rglob("drawing.svg")
    assert drawing.parent.name.startswith("disc-5-0,")
    assert "steps=2" in drawing.parent.name


def test_help_explains_every_key(run_train):
    out = run_train("--help").out
    for key in (
        "image",
        "num_strokes",
        "num_sketches",
        "steps",
        "image_size",
        "seed",
        "resume",
        "hydra.run.dir",
    ):
        assert re.search(rf"^  {re.escape(key)} +\w", out, re.MULTILINE), key
    assert "a whole number in [1, 10000]; default 64" in out
    assert "in pixels" in out


def test_help_needs_no_heavy_import():
    code = "import sys, train; sys.argv[1:] = ['--help']; train.main(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0


@pytest.mark.parametrize("asked", ["callbacks.svg_export.png_side=32", "callbacks.svg_export={png_side: 32}"])
def test_parameter_that_no_yaml_mentions_is_reached_by_its_path(run_train, picture, tmp_path, asked):
    folder = tmp_path / "run"
    assert run_train(*FEW, f"image={picture}", f"hydra.run.dir={folder}", asked).status == 0
    assert Image.open(folder / "drawing.png").size == (32, 24)


def test_logger_wandb_writes_offline_and_the_csv_all_the_same(run_train, picture, tmp_path):
    folder = tmp_path / "run"
    finished = run_train(*FEW, f"image={picture}", f"hydra.run.dir={folder}", "logger=wandb")
    assert finished.status == 0
    assert "failed" not in finished.out
    assert list(folder.glob("wandb/offline-run-*/run-*.wandb"))
    assert list(folder.glob("wandb/offline-run-*/files/media/html/svg*.html"))
    assert (folder / "metrics.csv").is_file()


def test_logger_that_fails_does_not_take_the_run_down(run_train, picture, tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "sideways")
    folder = tmp_path / "run"
    finished = run_train(*FEW, f"image={picture}", f"hydra.run.dir={folder}", "logger=wandb")
    assert finished.status == 0
    assert "logger start_wandb_run failed: mode is 'sideways'" in finished.out
    assert (folder / "drawing.svg").is_file()


@pytest.mark.parametrize("name", ["video"])
def test_video_callbacks_leave_a_gif(run_train, picture, tmp_path, name):
    folder = tmp_path / "run"
    arguments = (f"callbacks={name}", "callbacks.process_video.every_n_steps=2")
    run_train(*FEW, f"image={picture}", f"hydra.run.dir={folder}", *arguments)
    with Image.open(folder / "process.gif") as movie:
        assert movie.n_frames == 3


def test_several_runs_each_get_their_folder(run_train, picture, tmp_path):
    finished = run_train(*FEW, "-m", f"image={picture}", "seed=1,2", f"hydra.sweep.dir={tmp_path / 'runs'}")
    assert finished.status == 0
    folders = sorted(path.parent.name for path in (tmp_path / "runs").rglob("drawing.svg"))
    assert folders == ["seed=1", "seed=2"]
