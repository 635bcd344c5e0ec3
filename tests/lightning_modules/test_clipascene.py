"""A matrix of sketches: strokes vanish downwards, it goes on where it was broken, bad input is one line."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import torch
from PIL import Image

from inkwright.run_folder.checkpoint import steps_done
from inkwright.vector_graphics import read_svg
from inkwright.vector_graphics.curves.bezier import evaluate

BOX = "regions=14,8,46,40"
FEW = ("num_strokes=8", "image_size=48", "columns=2", "levels=2", "rows=0,1,2", "steps=15")
SMALL = ("experiment=clipascene", *FEW, "lightning_module.networks.hidden=16")
CELLS = [f"row{row}_col{column}" for row in (1, 2, 3) for column in (1, 2)]


@pytest.fixture
def scene(tmp_path):
    """A dark disc on a light ground with a house behind it."""
    rows, columns = np.mgrid[0:48, 0:64]
    gray = np.full((48, 64), 220)
    gray[10:34, 48:60] = 120
    gray[38:41] = 60
    disc = (rows - 24) ** 2 + (columns - 30) ** 2
    gray[disc < 200] = 30
    gray[disc < 40] = 200
    path = tmp_path / "scene.png"
    Image.fromarray(np.stack([gray] * 3, -1).astype(np.uint8)).save(path)
    return path


def groups(path) -> list[str]:
    return [each.get("id", "") for each in ET.parse(path).getroot() if each.tag.endswith("g")]


def test_every_cell_is_there_and_strokes_fall_strictly(run_train, scene, tmp_path):
    run = tmp_path / "run"
    finished = run_train(*SMALL, f"image={scene}", BOX, "cell=[2,2]", f"hydra.run.dir={run}")
    assert finished.status == 0, finished.err
    for name in CELLS:
        assert read_svg(run / f"drawings/{name}.svg").num_shapes > 0
        assert (run / f"drawings/{name}.png").is_file()
        assert groups(run / f"drawings/{name}.svg") == ["background", "foreground"]
    chosen = (run / "drawings/row2_col2.svg").read_text()
    assert (run / "drawing.svg").read_text() == chosen.replace("scene row2_col2", "scene")
    sheet = ET.parse(run / "matrix.svg").getroot()
    assert len([each for each in sheet if each.tag.endswith("svg")]) == len(CELLS)
    assert (run / "matrix.png").is_file()
    cells = json.loads((run / "metrics.json").read_text())["drawings"]
    assert sorted(cells) == CELLS
    for column in (1, 2):
        for region in ("background", "foreground"):
            strokes = [cells[f"row{row}_col{column}"][f"{region}_strokes"] for row in (1, 2, 3)]
            assert strokes[0] > strokes[1] > strokes[2] > 0
    assert {"strokes", "foreground_loss", "edge_f1", "line_msssim"} <= set(cells["row1_col1"])


def test_background_stays_off_the_foreground(run_train, scene, tmp_path):
    assert run_train(*SMALL, f"image={scene}", BOX, f"hydra.run.dir={tmp_path / 'run'}").status == 0
    drawing = read_svg(tmp_path / "run/drawings/row1_col1.svg")
    behind = drawing.select(drawing.layer == drawing.layer.min())
    places = evaluate(behind.points.view(-1, 1, 4, 2), torch.linspace(0, 1, 9)) * 64 / 48
    inside = (places > torch.tensor([14.0, 8.0])) & (places < torch.tensor([46.0, 40.0]))
    assert not bool(inside.all(-1).any())


def test_broken_in_the_removal_of_any_level_it_ends_in_the_same_bytes(run_train, scene, tmp_path):
    arguments = [*SMALL, f"image={scene}", BOX, "callbacks.last_checkpoint.every_n_steps=1"]
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    assert run_train(*arguments, f"hydra.run.dir={unbroken}").status == 0
    for step, resume in ((4, "never"), (11, "auto")):
        stops = f"+callbacks.stops={{_target_:tests.dying.InterruptsAt,step:{step}}}"
        assert run_train(*arguments, f"hydra.run.dir={broken}", stops, f"resume={resume}").status == 130
        assert steps_done(broken / "checkpoints/last.ckpt") == step
    assert run_train(*arguments, f"hydra.run.dir={broken}", "resume=auto").status == 0
    for name in ("drawing.svg", *(f"drawings/{cell}.svg" for cell in CELLS)):
        assert (broken / name).read_bytes() == (unbroken / name).read_bytes(), name


def test_scene_as_a_whole_has_one_region(run_train, scene, tmp_path):
    assert run_train(*SMALL, f"image={scene}", "regions=one", f"hydra.run.dir={tmp_path / 'run'}").status == 0
    cells = json.loads((tmp_path / "run/metrics.json").read_text())["drawings"]
    assert cells["row1_col1"]["strokes"] == cells["row1_col1"]["scene_strokes"]


def test_published_recipe_runs_on_tiny_networks(run_train, scene, tmp_path, tiny_weights, monkeypatch):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    finished = run_train(
        "experiment=clipascene_clip",
        *(each for each in FEW if not each.startswith("columns")),
        "layers=[0,1]",
        "guidance.clip.also=''",
        "lightning_module.axis.extra=false",
        "lightning_module.networks.hidden=16",
        f"image={scene}",
        BOX,
        f"hydra.run.dir={tmp_path / 'run'}",
    )
    assert finished.status == 0, finished.err
    cells = json.loads((tmp_path / "run/metrics.json").read_text())["drawings"]
    assert sorted(cells) == CELLS
    assert cells["row1_col1"]["foreground_strokes"] == 8


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["num_strokes=2"], "num_strokes=2 with levels=2: every level removes a stroke"),
        (["rows=1,3"], "rows=1,3: they must rise, and be levels in [0, 2]"),
        (["cell=[4,1]"], "cell=[4,1]: it must be [row,column], in [1, 3] and [1, 2]"),
        (["cell=left"], "cell=left: it must be whole numbers"),
        (["steps=4"], "steps is 4; levels=2 needs 5 at least"),
        (["regions=0,0,90,90"], "regions=0,0,90,90 is no box within the picture"),
        (["mask={blank}"], "no foreground was found; give another mask=FILE"),
        (["mask={small}"], "is 20 x 20 pixels; it must be 64 x 48"),
        (["regions=both", "mask={white}"], "the foreground covers 100.0% of the picture"),
    ],
)
def test_bad_input_is_one_line(run_train, scene, tmp_path, overrides, message):
    files = {}
    for name, size, shade in (("blank", (64, 48), 0), ("small", (20, 20), 255), ("white", (64, 48), 255)):
        files[name] = tmp_path / f"{name}.png"
        Image.new("L", size, shade).save(files[name])
    given = [each.format(**files) for each in overrides]
    kept = [each for each in SMALL if each.partition("=")[0] not in {one.partition("=")[0] for one in given}]
    finished = run_train(*kept, f"image={scene}", *given, f"hydra.run.dir={tmp_path / 'run'}")
    assert finished.status == 2
    assert message in finished.err
    assert "Traceback" not in finished.err


def test_blank_picture_is_one_line(run_train, tmp_path):
    Image.new("RGB", (64, 48), "white").save(tmp_path / "blank.png")
    finished = run_train(*SMALL, f"image={tmp_path / 'blank.png'}", f"hydra.run.dir={tmp_path / 'run'}")
    assert finished.status == 2
    assert "only 0 strokes were found; levels=2 needs more" in finished.err
