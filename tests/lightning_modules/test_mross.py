"""Scenes in rounds: strokes are added region by region, and a broken run ends in the same bytes."""

from __future__ import annotations

import json

import pytest
import torch
from PIL import Image

from callbacks.sheets.round_pictures import strip
from inkwright.guidance.structure import StructureTerm
from inkwright.initialization.edge_strokes.edge_start import EdgeStart
from inkwright.initialization.edge_strokes.regions_of_interest import RegionsOfInterest
from inkwright.run_folder.checkpoint import steps_done
from inkwright.vector_graphics import read_svg
from lightning_modules.mross import Mross, Rounds
from tests.lightning_modules.test_drawing_optimization import fitted

BOXES = "16,10,46,40;2,2,30,30"
FEW = ("num_strokes=9", "image_size=48", "steps=12", "num_sketches=2")


def sketched(picture, rounds=None, regions=BOXES, **options) -> Mross:
    return fitted(
        picture,
        term=StructureTerm(),
        module=Mross,
        rounds=rounds or Rounds(),
        regions=RegionsOfInterest(str(picture), regions),
        **{"steps": 12, "num_sketches": 2} | options,
    )


def points_after(module: Mross, number: int, layer: int) -> torch.Tensor:
    drawing = module.kept.drawings[f"round-{number}"]
    return drawing.points[(drawing.layer == layer)[drawing.point_shape()]]


def test_each_round_adds_its_share_and_the_total_stays(picture):
    module = sketched(picture, start=EdgeStart(least=1))
    assert sum(module.starts.shares) == 6
    drawings = [module.kept.drawings[f"round-{k}"] for k in (1, 2, 3)]
    assert [each.num_shapes // 2 for each in drawings] == torch.tensor(module.starts.shares).cumsum(
        0
    ).tolist()
    final = module.run.best_drawing()
    assert final.num_shapes == 6
    assert torch.bincount(final.layer)[1:].tolist() == module.starts.shares
    assert module.global_step == 12


class Watched(Mross):
    """Remembers where strokes were when a round began."""

    def _grow(self, number, run):
        self.before = run.source.drawing().detach().points.clone()
        super()._grow(number, run)


@pytest.mark.parametrize(
    ("rounds", "moves"), [(Rounds(earlier_rate=1.0), True), (Rounds(freeze_previous=True), False)]
)
def test_earlier_strokes_move_or_stay(picture, rounds, moves):
    options = {"rounds": rounds, "regions": RegionsOfInterest(str(picture), BOXES), "num_sketches": 2}
    module = fitted(picture, term=StructureTerm(), module=Watched, steps=12, **options)
    ended = module.run.source.drawing().points[: len(module.before)]
    assert torch.equal(module.before, ended) != moves


def test_new_strokes_of_a_region_start_in_it(picture):
    module = sketched(picture, settings={"lr_points": 0.0}, regions="0,0,32,48")
    points = points_after(module, 2, 2).reshape(-1, 4, 2)
    assert (points[..., 0].amin(1) < 48 / 2 + 1).all()


def test_emphasis_reaches_the_objective(picture):
    plain, loud = (sketched(picture, Rounds(emphasis=value), steps=3) for value in (1.0, 5.0))
    assert plain.target.emphasis is None
    assert loud.target.emphasis.max() > 2 * loud.target.emphasis.min()
    blank = torch.ones_like(loud.target.image)[None]
    speck = blank.clone()
    speck[..., 2:5, -5:-2] = 0  # outside of all regions
    rise = [
        float((m.guidance["pixels"](speck, 1.0)["ink"] - m.guidance["pixels"](blank, 1.0)["ink"]).sum())
        for m in (plain, loud)
    ]
    assert abs(rise[1]) < 0.8 * abs(rise[0])


def test_winner_is_the_candidate_of_lowest_loss_and_all_are_kept(picture):
    module = sketched(picture)
    named = module.named_drawings()
    assert {"round-1", "round-2", "round-3", "candidate-0", "candidate-1"} <= set(named)
    losses = [float(module.objective.scores(module.run.best.canvases)[k]) for k in range(2)]
    winner = min(range(2), key=losses.__getitem__)
    assert torch.equal(module.run.best_drawing().points, named[f"candidate-{winner}"].points)
    assert torch.equal(named["round-3"].points, named[f"candidate-{winner}"].points)


def test_candidate_k_is_what_its_seed_draws_alone(picture):
    together, alone = sketched(picture, seed=3), sketched(picture, seed=4, num_sketches=1)
    torch.testing.assert_close(
        together.run.best.drawing(1).points, alone.run.best.drawing(0).points, atol=1e-3, rtol=1e-4
    )


def test_tiny_and_blank_pictures_are_drawn(tmp_path):
    Image.new("RGB", (40, 20), "white").save(tmp_path / "blank.png")
    module = sketched(tmp_path / "blank.png", regions="", steps=3)
    assert module.regions == []
    assert module.run.best_drawing().canvas == (48.0, 24.0)
    for along in ("lines", "edge", "walk"):
        module = sketched(tmp_path / "blank.png", regions="0,0,20,20", steps=3, start=EdgeStart(along))
        assert torch.isfinite(module.run.best_drawing().points).all()


@pytest.mark.parametrize(
    ("experiment", "steps"),
    [
        ("mross", (4,)),
        pytest.param("mross", (2, 7), marks=pytest.mark.slow),
        pytest.param("mross_published", (4,), marks=pytest.mark.slow),
    ],
)
def test_broken_in_any_round_it_ends_in_the_same_bytes(run_train, picture, tmp_path, steps, experiment):
    arguments = [
        f"experiment={experiment}",
        *FEW,
        f"image={picture}",
        f"regions={BOXES}",
        "callbacks=default",
        "callbacks.last_checkpoint.every_n_steps=1",
    ]
    unbroken = tmp_path / "unbroken"
    whole = run_train(*arguments, f"hydra.run.dir={unbroken}")
    assert whole.status == 0, whole.err
    for step in steps:
        broken = tmp_path / f"broken-{step}"
        stops = f"+callbacks.stops={{_target_:tests.dying.InterruptsAt,step:{step}}}"
        assert run_train(*arguments, f"hydra.run.dir={broken}", stops).status == 130
        assert steps_done(broken / "checkpoints/last.ckpt") == step
        assert run_train(*arguments, f"hydra.run.dir={broken}", "resume=auto").status == 0
        names = ["drawing.svg", *(f"drawings/round-{k}.svg" for k in (1, 2, 3)), "drawings/candidate-1.svg"]
        for name in names:
            assert (broken / name).read_bytes() == (unbroken / name).read_bytes(), name


def test_run_leaves_regions_rounds_and_both_moving_pictures(run_train, picture, tmp_path):
    finished = run_train(
        "experiment=mross", *FEW, f"image={picture}", f"regions={BOXES}", f"hydra.run.dir={tmp_path}"
    )
    assert finished.status == 0, finished.err
    for name in ("regions.png", "rounds.png", "process.gif", "process.svg", "drawings/round-2.png"):
        assert (tmp_path / name).is_file(), name
    with Image.open(tmp_path / "rounds.png") as sheet:
        assert sheet.size == (4 * 320 + 3 * 8, 240)
    assert read_svg(tmp_path / "drawing.svg").num_shapes == 9
    assert json.loads((tmp_path / "metrics.json").read_text())["steps"] == 12
    assert strip([torch.ones(10, 20, 3).numpy()]).size == (320, 160)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["num_strokes=5"], "num_strokes is 5; 3 rounds of at least 2 strokes need 6"),
        (["region_round=2"], "regions names 2 regions; region_round=2 draws 1"),
        (["regions=0,0,999,10"], "is no box within the picture"),
    ],
)
def test_mistakes_are_one_line(run_train, picture, tmp_path, arguments, message):
    common = [
        "experiment=mross",
        *FEW,
        f"image={picture}",
        f"regions={BOXES}",
        f"hydra.run.dir={tmp_path / 'run'}",
    ]
    finished = run_train(*common, *arguments)
    assert finished.status == 2
    (line,) = finished.err.splitlines()
    assert message in line


def test_region_files_are_inputs_never_written_on_and_compared_when_resumed(run_train, picture, tmp_path):
    run, beside = tmp_path / "run", picture.with_name(f"{picture.stem}_roi1.png")
    mask = Image.new("RGB", Image.open(picture).size, "white")
    mask.paste("black", (10, 10, 40, 40))
    mask.save(beside)
    run.mkdir()
    mask.save(run / "regions.png")
    arguments = ["experiment=mross", *FEW, "region_round=2", f"image={picture}", f"hydra.run.dir={run}"]
    before = (run / "regions.png").read_bytes()
    refused = run_train(*arguments, f"regions={run / 'regions.png'}")
    assert (refused.status, (run / "regions.png").read_bytes()) == (2, before)
    assert "the run would write over this file" in refused.err
    stops = "+callbacks.stops={_target_:tests.dying.InterruptsAt,step:4}"
    arguments.append("callbacks.last_checkpoint.every_n_steps=1")
    assert run_train(*arguments, "regions=roi", stops).status == 130
    mask.paste("black", (0, 0, 40, 40))
    mask.save(beside)
    resumed = run_train(*arguments, "regions=roi", "resume=auto")
    assert resumed.status == 2
    assert "another content" in resumed.err


def test_published_guidance_draws(run_train, picture, tmp_path, tiny_weights, monkeypatch):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    arguments = ["experiment=mross_published", "guidance=mross", *FEW, "steps=3", f"image={picture}"]
    finished = run_train(*arguments, f"regions={BOXES}", f"hydra.run.dir={tmp_path}")
    assert finished.status == 0, finished.err
    losses = json.loads((tmp_path / "metrics.json").read_text())["losses"]
    names = {"clip/layer2", "clip/layer3", "clip/fc", "vgg_directions/relu1_2", "vgg_directions/conv5_3"}
    assert names <= set(losses)
