"""A folder of pictures in one process: each drawing is what it would be alone."""

from __future__ import annotations

import json
import threading
import time

import numba
import pytest
import torch
from PIL import Image

from inkwright.command_line.folders.batch_size import _BESIDE, MOST, batch_size, free_bytes, picture_bytes
from inkwright.command_line.folders.picture_batches import held_networks, picture_batches
from inkwright.command_line.folders.picture_studies import study
from inkwright.command_line.keys.composition import compose_defaults
from inkwright.initialization.traced_strokes.pen_style import PenStyle
from inkwright.initialization.traced_strokes.sketch_plan import plan_sketches
from inkwright.pictures.picture_folder import pictures_in
from tests.conftest import RANDOM_SKETCH

FOLDERS = "inkwright.command_line.folders"
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
    for free in (10**8, 10**9, 2 * 10**9, 10**12):
        monkeypatch.setattr(f"{FOLDERS}.batch_size.free_bytes", lambda config, free=free: free)
        size = batch_size(config, 100)
        needed = _BESIDE + size * picture_bytes(config)
        assert needed <= free / 2 or size == 1
        assert size == MOST or needed + picture_bytes(config) > free / 2
        assert batch_size(config, 100, trial_bytes=free // 4) == 1
    assert batch_size(config, 3) == 3
    plain = picture_bytes(config)
    config.num_sketches = 3
    assert picture_bytes(config) == 3 * plain
    config.num_strokes *= 2
    assert picture_bytes(config) > 3 * plain


def test_limit_of_the_job_counts_where_it_is_lower_than_the_machine(monkeypatch, tmp_path):
    config = compose_defaults([])
    (tmp_path / "memory.max").write_text("700000000\n")
    (tmp_path / "memory.current").write_text("200000000\n")
    monkeypatch.setattr(f"{FOLDERS}.batch_size._CGROUPS", tmp_path)
    monkeypatch.setattr(f"{FOLDERS}.batch_size._free_in_machine", lambda: [10**12])
    assert free_bytes(config) == 500_000_000
    (tmp_path / "memory.max").write_text("max\n")
    assert free_bytes(config) == 10**12


def test_first_picture_is_tried_alone_where_networks_look(monkeypatch, tmp_path):
    config, names = compose_defaults([]), [f"{number}" for number in range(8)]
    monkeypatch.setattr(f"{FOLDERS}.batch_size.free_bytes", lambda config: 4 * 10**9)
    assert [len(batch) for batch in picture_batches(config, names, tmp_path)] == [8]
    monkeypatch.setattr(f"{FOLDERS}.picture_batches.held_networks", lambda config: [object()])
    monkeypatch.setattr(f"{FOLDERS}.picture_batches._memory_held", lambda config: 10**9)
    monkeypatch.setattr(f"{FOLDERS}.picture_batches._memory_peak", lambda config: 15 * 10**8)
    batches = list(picture_batches(config, names, tmp_path))
    assert [len(batch) for batch in batches] == [1, 3, 3, 1]
    assert sum(batches, []) == names
    monkeypatch.setattr(f"{FOLDERS}.picture_batches._memory_peak", lambda config: 10**12)
    assert [len(batch) for batch in picture_batches(config, names, tmp_path)] == [1] * 8
    (tmp_path / "size").write_text("3\n")
    config.resume = "auto"
    assert list(picture_batches(config, names, tmp_path)) == batches


def test_networks_of_the_guidance_are_found_and_held(tiny_weights, monkeypatch):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    assert not held_networks(compose_defaults([]))
    held = held_networks(compose_defaults(["guidance=lpips"]))
    assert held
    again = held_networks(compose_defaults(["guidance=lpips"]))
    assert [one.network for one in again] == [one.network for one in held]


class Studied:
    """A member whose study says in which thread it ran."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.threads: list[tuple[int, int, int]] = []

    def study(self) -> None:
        time.sleep(0.02)
        self.threads.append((threading.get_ident(), numba.get_num_threads(), torch.get_num_threads()))
        if self.error:
            raise self.error


@pytest.mark.parametrize("workers", [1, 3])
def test_pictures_are_studied_at_a_time_and_errors_stay_with_theirs(monkeypatch, workers):
    monkeypatch.setattr(f"{FOLDERS}.picture_studies.numba.get_num_threads", lambda: workers)
    members = [Studied(), Studied(ValueError("nothing there")), Studied(OSError("gone")), Studied()]
    errors = study(members)
    assert [str(error) for error in errors] == ["None", "nothing there", "gone", "None"]
    seen = {each for member in members for each in member.threads}
    assert len({thread for thread, *_ in seen}) == workers
    assert (threading.get_ident() in {thread for thread, *_ in seen}) is (workers == 1)
    assert not [each for each in threading.enumerate() if each.name.startswith("study")]
    with pytest.raises(ZeroDivisionError):
        study([Studied(), Studied(ZeroDivisionError()), Studied()])


def test_plans_are_the_same_in_however_many_threads(monkeypatch, picture):
    from inkwright.pictures.target_image import load_target

    found = []
    for workers in (1, 3):
        monkeypatch.setattr(
            f"{FOLDERS}.picture_studies.numba.get_num_threads",
            lambda workers=workers: workers,
        )
        plans = [Planned(load_target(picture, size)) for size in (48, 64, 56)]
        assert study(plans) == [None] * 3
        found.append(torch.cat([plan.plan.points for plan in plans]))
    assert torch.equal(*found)


class Planned:
    """A member that plans a sketch."""

    def __init__(self, target: object) -> None:
        self.target = target

    def study(self) -> None:
        self.plan = plan_sketches(self.target, 16, [0], PenStyle())


def test_picture_that_cannot_be_planned_does_not_stop_the_others(run_train, folder, tmp_path):
    fails = ("lightning_module._target_=tests.random_sketch.DislikesDisc",)
    arguments = [*TINY, *fails, f"image={folder}", f"hydra.run.dir={tmp_path / 'all'}"]
    finished = run_train(*arguments)
    assert finished.status == 2
    assert "1 of 3 pictures have no drawing" in finished.err
    assert "disc  " in finished.out
    assert "no discs, please" in finished.out
    assert sorted(drawn(tmp_path / "all")) == ["mirrored", "square"]


DICE = ("guidance.structure._target_=tests.random_sketch.NoisyDistance",)


def test_dice_of_one_picture_are_not_those_of_another(run_train, folder, tmp_path):
    arguments = [*TINY, *DICE, "callbacks.last_checkpoint.every_n_steps=2"]
    run_train(*arguments, f"image={folder}", f"hydra.run.dir={tmp_path / 'all'}")
    together = drawn(tmp_path / "all")
    for name, svg in together.items():
        alone = tmp_path / f"alone-{name}"
        run_train(*arguments, f"image={folder / name}.png", f"hydra.run.dir={alone}")
        assert svg == (alone / "drawing.svg").read_bytes(), name
    assert len(together) == 3
    stops = (
        "++callbacks.kernel_notice._target_=tests.dying.InterruptsAt",
        "++callbacks.kernel_notice.step=7",
    )
    out = (f"image={folder}", f"hydra.run.dir={tmp_path / 'broken'}")
    assert run_train(*arguments, *out, *stops).status == 130
    assert run_train(*arguments, *out, "resume=auto").status == 0
    assert drawn(tmp_path / "broken") == together


def test_pruning_works_side_by_side_and_is_resumed(run_train, folder, tmp_path):
    pruned = (
        "callbacks=soft_obr",
        "prune_start_step=2",
        "callbacks.soft_obr.look_every=1",
        "prune_ema_threshold=0.9",
    )
    arguments = [*TINY, *pruned, "num_strokes=12", "callbacks.last_checkpoint.every_n_steps=2"]
    run_train(*arguments, f"image={folder}", f"hydra.run.dir={tmp_path / 'all'}")
    together = drawn(tmp_path / "all")
    alone = tmp_path / "alone"
    run_train(*arguments, f"image={folder / 'disc.png'}", f"hydra.run.dir={alone}")
    assert together["disc"] == (alone / "drawing.svg").read_bytes()
    run_train(
        *TINY, "num_strokes=12", f"image={folder / 'disc.png'}", f"hydra.run.dir={tmp_path / 'unpruned'}"
    )
    assert together["disc"] != (tmp_path / "unpruned" / "drawing.svg").read_bytes()
    stops = ("+callbacks.kernel_notice.step=7", "callbacks.kernel_notice._target_=tests.dying.InterruptsAt")
    out = (f"image={folder}", f"hydra.run.dir={tmp_path / 'broken'}")
    assert run_train(*arguments, *out, *stops).status == 130
    assert run_train(*arguments, *out, "resume=auto").status == 0
    assert drawn(tmp_path / "broken") == together


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
