"""A folder of pictures in one process: each drawing is what it would be alone."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from command_line.batch_size import MOST, batch_size
from command_line.composition import compose_defaults
from datamodules.picture_folder import pictures_in
from tests.conftest import RANDOM_SKETCH

TINY = (
    *RANDOM_SKETCH,
    "num_strokes=4",
    "image_size=48",
    "steps=12",
    "lightning_module.optimization.score_every=3",
)


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


@pytest.mark.parametrize("size", ["auto", "2"])
def test_every_drawing_is_as_if_alone(run_train, folder, tmp_path, size):
    finished = run_train(*TINY, f"image={folder}", f"hydra.run.dir={tmp_path / 'all'}", f"batch_size={size}")
    assert finished.status == 0, finished.err
    assert "3 pictures in" in finished.out
    together = drawn(tmp_path / "all")
    assert sorted(together) == ["disc", "mirrored", "square"]
    for name, svg in together.items():
        alone = tmp_path / f"alone-{name}"
        run_train(*TINY, f"image={folder / name}.png", f"hydra.run.dir={alone}")
        assert svg == (alone / "drawing.svg").read_bytes(), name
        rows = [(each / "metrics.csv").read_bytes() for each in (alone, tmp_path / "all" / name)]
        assert rows[0] == rows[1]
    assert (tmp_path / "all" / "index.html").is_file()


def test_system_that_stops_early_does_not_stop_the_others(run_train, folder, tmp_path):
    rule = ("lightning_module.optimization.patience=3", "lightning_module.optimization.min_improvement=0.2")
    run_train(*TINY, *rule, f"image={folder}", f"hydra.run.dir={tmp_path / 'all'}")
    steps = {
        name: json.loads((tmp_path / "all" / name / "metrics.json").read_text())["steps"]
        for name in ("disc", "mirrored", "square")
    }
    for name, count in steps.items():
        alone = tmp_path / f"alone-{name}"
        run_train(*TINY, *rule, f"image={folder / name}.png", f"hydra.run.dir={alone}")
        assert json.loads((alone / "metrics.json").read_text())["steps"] == count


def test_interrupted_batch_goes_on_to_the_same_drawings(run_train, folder, tmp_path):
    save = "callbacks.last_checkpoint.every_n_steps=2"
    arguments = [*TINY, save, f"image={folder}"]
    run_train(*arguments, f"hydra.run.dir={tmp_path / 'unbroken'}")
    # Named like a callback of the process, so that it sees the common loop.
    stops = (
        "++callbacks.kernel_notice._target_=tests.dying.InterruptsAt",
        "++callbacks.kernel_notice.step=7",
    )
    broken = run_train(*arguments, f"hydra.run.dir={tmp_path / 'broken'}", *stops)
    assert broken.status == 130
    assert not drawn(tmp_path / "broken")
    assert run_train(*arguments, f"hydra.run.dir={tmp_path / 'broken'}", "resume=auto").status == 0
    assert drawn(tmp_path / "broken") == drawn(tmp_path / "unbroken")


def test_done_pictures_stay_and_bad_ones_do_not_stop_the_rest(run_train, folder, tmp_path):
    (folder / "broken.png").write_bytes(b"no picture")
    arguments = [*TINY, f"image={folder}", f"hydra.run.dir={tmp_path / 'all'}", "batch_size=1", "resume=auto"]
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


def test_empty_folder_and_wrong_size_are_said(run_train, tmp_path, folder):
    (tmp_path / "empty").mkdir()
    assert "there is no picture in this folder" in run_train(*TINY, f"image={tmp_path / 'empty'}").err
    assert (
        "batch_size=many: it must be auto or a whole number above 0"
        in run_train(*TINY, f"image={folder}", "batch_size=many", f"hydra.run.dir={tmp_path / 'x'}").err
    )


def test_names_are_kept_apart(tmp_path):
    for name in ("a.png", "a.JPG", "b.png", ".hidden.png"):
        (tmp_path / name).touch()
    assert list(pictures_in(tmp_path)) == ["a.JPG", "a.png", "b"]


def test_size_of_a_batch_follows_memory(monkeypatch):
    config = compose_defaults([])
    monkeypatch.setattr("command_line.batch_size.free_bytes", lambda config: 500_000_000)
    small = batch_size(config, 100)
    assert 1 <= small < MOST
    monkeypatch.setattr("command_line.batch_size.free_bytes", lambda config: 10**11)
    assert (batch_size(config, 100), batch_size(config, 3)) == (MOST, 3)
    config.num_sketches = 200
    assert batch_size(config, 100) < MOST


def test_folder_in_a_sweep_is_done_when_its_pictures_are(run_train, folder, tmp_path):
    sweep = ("-m", *TINY, f"image={folder}", "seed=0,1", f"hydra.sweep.dir={tmp_path / 'sweep'}")
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
