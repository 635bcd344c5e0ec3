"""What loggers keep of a run, read back from what they wrote."""

from __future__ import annotations

import json
import sqlite3

import numpy as np
import pytest
import torch

from inkwright.loggers.shown_media import Svg, flat, pixels
from tests.conftest import RANDOM_SKETCH
from tests.inkwright.loggers.wandb_file import logged
from tests.lightning_modules.test_sketch_simplifier import SMALL

TINY = (*RANDOM_SKETCH, "num_strokes=4", "image_size=48", "steps=4", "trainer.log_every_n_steps=2")


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    monkeypatch.delenv("WANDB_MODE", raising=False)


def test_wandb_offline_keeps_config_curves_pictures_drawing_and_result(run_train, picture, tmp_path):
    finished = run_train(
        *TINY, f"image={picture}", "seed=3", f"hydra.run.dir={tmp_path / 'run'}", "logger=wandb"
    )
    assert finished.status == 0, finished.out
    assert "failed" not in finished.out
    kept = logged(tmp_path / "run")
    assert (kept["run"].display_name, kept["run"].run_group) == ("run", "sketch")
    assert sorted(kept["run"].tags) == ["disc", "sketch"]
    assert kept["config"]["num_strokes"] == 4
    assert kept["config"]["lightning_module"]["optimization"]["steps"] == 4
    losses = [row["loss"] for row in kept["history"] if "loss" in row]
    assert len(losses) == 2
    (shown,) = [row for row in kept["history"] if any(key.startswith("svg") for key in row)]
    assert shown["trainer/global_step"] == 4
    record = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert kept["summary"]["edge_f1"] == pytest.approx(record["metrics"]["edge_f1"])
    assert kept["summary"]["shapes"] == 4
    (media,) = tmp_path.glob("run/wandb/offline-run-*/files/media/html/svg*.html")
    assert media.read_text() == (tmp_path / "run" / "drawing.svg").read_text()
    (artifact,) = [each for each in kept["artifacts"] if each.type == "drawing"]
    assert [entry.path for entry in artifact.manifest.contents] == ["drawing.svg"]
    assert kept["exit"] == 0


def test_wandb_run_is_closed_on_failure_too(run_train, picture, tmp_path):
    dies = "+callbacks.stops={_target_:tests.dying.FailsAt,step:2}"
    with pytest.raises(ZeroDivisionError):
        run_train(*TINY, f"image={picture}", f"hydra.run.dir={tmp_path / 'run'}", "logger=wandb", dies)
    assert logged(tmp_path / "run")["exit"] == 1


def test_resumed_offline_run_stays_one_run(run_train, picture, tmp_path):
    arguments = [*TINY, f"image={picture}", f"hydra.run.dir={tmp_path / 'run'}", "logger=wandb"]
    for more in ((), ("resume=auto", "steps=6")):
        assert run_train(*arguments, *more).status == 0
    folders = sorted(tmp_path.glob("run/wandb/offline-run-*"))
    assert len(folders) == 2
    # offline-run-TIME-ID, with a number behind it where two runs of one name begin within a second.
    assert len({folder.name.split("-")[3] for folder in folders}) == 1
    assert run_train(*arguments).status == 0
    ids = {folder.name.split("-")[3] for folder in tmp_path.glob("run/wandb/offline-run-*")}
    assert len(ids) == 2


def test_jobs_of_a_sweep_are_runs_of_one_group_with_a_table(run_train, picture, tmp_path):
    sweep = tmp_path / "my-sweep"
    finished = run_train(
        "-m", *TINY, f"image={picture}", "seed=0,1", f"hydra.sweep.dir={sweep}", "logger=wandb"
    )
    assert finished.status == 0, finished.err
    jobs = [logged(sweep / f"seed={seed}") for seed in (0, 1)]
    assert {job["run"].run_group for job in jobs} == {"my-sweep"}
    assert jobs[0]["run"].run_id != jobs[1]["run"].run_id
    assert [job["config"]["seed"] for job in jobs] == [0, 1]
    table = logged(sweep)
    assert (table["run"].job_type, table["run"].run_group) == ("sweep", "my-sweep")
    (file,) = sweep.glob("wandb/offline-run-*/files/media/table/results*.json")
    content = json.loads(file.read_text())
    assert [row[0] for row in content["data"]] == ["seed=0", "seed=1"]
    assert "edge_f1" in content["columns"]


def test_drawings_on_the_way_are_sent_once_and_the_picture_once_in_all(run_train, picture, tmp_path):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    on_the_way = "callbacks.picture_log.every_n_steps=2"
    run_train(*TINY, f"image={picture}", f"hydra.run.dir={tmp_path}", "logger=tensorboard", on_the_way)
    events = accumulator.EventAccumulator(str(tmp_path / "tensorboard"), size_guidance={"images": 0}).Reload()
    assert [each.step for each in events.Images("drawing")] == [2, 4]
    assert [each.step for each in events.Images("target")] == [2]


def test_pages_of_the_simplifier_reach_tensorboard(run_train, tmp_path):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    finished = run_train(
        *SMALL, "steps=1", "trainer.val_check_interval=1", f"hydra.run.dir={tmp_path}", "logger=tensorboard"
    )
    assert finished.status == 0, finished.err
    events = accumulator.EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    (shown,) = events.Images("rough, cleaned, clean")
    assert (shown.step, shown.width) == (1, 3 * 128)


def test_pages_of_the_simplifier_reach_wandb(run_train, tmp_path):
    finished = run_train(
        *SMALL, "steps=1", "trainer.val_check_interval=1", f"hydra.run.dir={tmp_path}", "logger=wandb"
    )
    assert finished.status == 0, finished.err
    (shown,) = tmp_path.glob("wandb/offline-run-*/files/media/images/rough, cleaned, clean*.png")
    (written,) = tmp_path.glob("samples/*.png")
    assert np.array_equal(pixels(shown), pixels(written))


def test_tensorboard_keeps_curves_and_pictures(run_train, picture, tmp_path):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    run_train(*TINY, f"image={picture}", f"hydra.run.dir={tmp_path}", "logger=tensorboard")
    events = accumulator.EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    assert [each.step for each in events.Scalars("loss")] == [2, 4]
    assert "result/edge_f1" in events.Tags()["scalars"]
    assert set(events.Tags()["images"]) == {"target", "drawing"}
    assert (tmp_path / "metrics.csv").is_file()


def test_trackio_keeps_curves_pictures_and_drawing(run_train, picture, tmp_path, dashboard_folder):
    finished = run_train(*TINY, f"image={picture}", f"hydra.run.dir={tmp_path / 'run'}", "logger=trackio")
    assert finished.status == 0
    assert "failed" not in finished.out
    (database,) = dashboard_folder.rglob("*.db")
    with sqlite3.connect(database) as opened:
        rows = [json.loads(row[0]) for row in opened.execute("select metrics from metrics")]
        steps = [row[0] for row in opened.execute("select distinct step from metrics order by step")]
    assert sum("loss" in row for row in rows) == 2
    assert any("result/edge_f1" in row for row in rows)
    assert steps == [2, 4]
    files = [path for path in dashboard_folder.rglob("*") if path.suffix in (".html", ".png", ".webp")]
    (html,) = [path.read_text() for path in files if path.suffix == ".html"]
    assert (tmp_path / "run" / "drawing.svg").read_text() in html
    assert any(path.suffix != ".html" for path in files)


def test_pictures_become_pixels(tmp_path):
    from PIL import Image

    Image.new("RGB", (3, 2), (255, 0, 0)).save(tmp_path / "red.png")
    from_file = pixels(tmp_path / "red.png")
    from_tensor = pixels(torch.tensor([1.0, 0, 0])[:, None, None].expand(3, 2, 3))
    assert np.array_equal(from_file, from_tensor)


def test_settings_are_flattened():
    assert flat({"a": {"b": 1, "c": [1, 2]}, "d": None}) == {"a.b": 1, "a.c": "[1, 2]", "d": "None"}
    assert Svg("x").text == "x"
