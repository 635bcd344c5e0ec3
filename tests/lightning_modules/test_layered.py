"""Layers of a picture: things first, then details; fewer paths where fewer do."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from PIL import Image

from benchmarks.fills.cartoon import regions, write_cartoon
from callbacks.compactness import Compactness
from callbacks.fidelity import Fidelity, drawing_fidelity
from callbacks.sheets.layer_strip import LayerStrip
from inkwright.initialization.residual_shapes.owners import is_detail, with_owners
from inkwright.vector_graphics import rasterize
from inkwright.vector_graphics.svg.reading.reader import parse_svg
from inkwright.vector_graphics.svg.writing.layer_names import named_layers
from inkwright.vector_graphics.svg.writing.writer import svg_text
from inkwright.vectorization.masks.uncrossing import crossing_shapes
from lightning_modules.layered import BACKGROUND, STRUCTURE, Layered, StructurePlan
from lightning_modules.live import Live, path_batches
from lightning_modules.path_fitting import GrowthPlan
from tests.lightning_modules.fitted_fills import fitted_fills

FEW = GrowthPlan(rounds=1, exchanges=1, segments=4)


@pytest.fixture
def cartoon(tmp_path):
    """Sky, ground, a house with a window, a sun."""
    y, x = np.mgrid[0:192, 0:256]
    picture = np.full((192, 256, 3), (120, 190, 240), np.uint8)
    picture[y > 120], picture[np.hypot(x - 210, y - 40) < 24] = (90, 160, 60), (250, 220, 60)
    picture[(abs(x - 100) < 50) & (y > 60) & (y < 160)] = (220, 200, 170)
    picture[(abs(x - 100) < 16) & (y > 100) & (y < 140)] = (90, 50, 30)
    path = tmp_path / "cartoon.png"
    Image.fromarray(picture).save(path)
    return path


def test_each_region_of_a_cartoon_is_one_path_and_no_more(cartoon, tmp_path):
    fidelity = Fidelity()
    system = fitted_fills(
        Layered, cartoon, steps=60, image_size=64, num_paths=16, growth=FEW,
        callbacks=[fidelity, LayerStrip(str(tmp_path))],
    )  # fmt: skip
    numbers, best = fidelity.numbers(), system.run.best_drawing()
    assert numbers["psnr"] > 33
    assert 5 <= numbers["paths"] <= 10
    assert not crossing_shapes(best).any()
    assert (tmp_path / "layers.png").is_file()
    names = system.named_drawings()
    assert {"layer-0", "layer-1", "level-1"} <= set(names)
    text = named_layers(svg_text(best), system.layer_names)
    labels = set(re.findall('label="([^"]+)"', text))
    assert {"background", "regions 1", "region 1"} <= labels


def test_a_thing_that_is_moved_away_leaves_no_hole(cartoon):
    system = fitted_fills(Layered, cartoon, steps=30, image_size=64, num_paths=12, growth=FEW)
    best = system.run.best_drawing()
    things = best.select(~is_detail(best.layer))
    brown, wall = (torch.tensor(color) / 255 for color in ([90, 50, 30], [220, 200, 170]))
    window = int((things.fill[:, :3] - brown).abs().sum(1).argmin())
    below = rasterize(things.select(torch.arange(things.num_shapes) != window))[0, :, 30, 25]
    torch.testing.assert_close(below, wall, atol=0.06, rtol=0)


def test_twelve_regions_become_a_path_each_but_what_is_cut_in_two_and_can_be_moved(tmp_path):
    path = write_cartoon(tmp_path / "twelve.png", 256, 192)
    fidelity, compactness = Fidelity(), Compactness()
    system = fitted_fills(
        Layered, path, steps=90, image_size=128, num_paths=20, growth=FEW, callbacks=[fidelity, compactness]
    )
    best = system.run.best_drawing()
    assert compactness.numbers()["vec"] > 0.8
    assert fidelity.numbers()["psnr"] >= 35
    assert best.num_shapes <= 20
    things = best.select((best.layer > 0) & ~is_detail(best.layer))
    found = {}
    for name, (_, color) in regions(8, 6).items():
        near = (things.fill[:, :3] - torch.tensor(color) / 255).abs().amax(1) < 0.03
        assert int(near.sum()) == 1 or ("hill" in name and near.any()) or name == "ground", name
        found[name] = int(near.nonzero()[0])
    for lower, upper in (("wall", "door"), ("wall", "window"), ("sky", "sun"), ("sky", "cloud")):
        assert found[lower] < found[upper]
    shown = [rasterize(best.select(best.layer > 0), background=[shade] * 3) for shade in (0.0, 1.0)]
    assert float(((shown[1] - shown[0]) > 0.1).float().mean()) < 0.005  # hardly a gap
    moved = rasterize(things.select(torch.arange(things.num_shapes) != found["door"]))[0]
    wall = torch.tensor(regions(8, 6)["wall"][1]) / 255
    torch.testing.assert_close(moved[:, 72, 40], wall, atol=0.06, rtol=0)


def test_details_lie_right_above_their_region_and_move_with_its_group(tmp_path):
    y, x = np.mgrid[0:64, 0:64]
    picture = np.full((64, 64, 3), (40, 90, 200), np.uint8)
    picture[:, :, 1] += (60 * (np.hypot(x - 12, y - 52) < 9)).astype(np.uint8)  # on the wall
    picture[(abs(x - 36) < 18) & (y > 10) & (y < 50)] = (230, 200, 60)
    picture[(np.hypot(x - 36, y - 30) < 7)] = (220, 150, 90)  # on the box
    path = tmp_path / "spots.png"
    Image.fromarray(picture).save(path)
    plan = StructurePlan(share=0.3)
    system = fitted_fills(Layered, path, steps=30, image_size=64, num_paths=8, growth=FEW, structure=plan)
    best = system.run.best_drawing()
    ordered = best.layer[best.paint_order()]
    assert ordered.tolist() == sorted(ordered.tolist())
    assert is_detail(best.layer).any()
    again = with_owners(best.select(is_detail(best.layer)), best)
    assert again.layer.tolist() == best.layer[is_detail(best.layer)].tolist()
    text = named_layers(svg_text(best), system.layer_names)
    groups = {each.get("id"): each for each in ElementTree.fromstring(text).iter() if each.tag.endswith("}g")}
    details = [name for name in groups if name.endswith(" details")]
    assert details
    assert all(name.removesuffix("details") + "shape" in groups for name in details)
    assert rasterize(parse_svg(text), 64, 64).sub(rasterize(best)).abs().max() < 0.02


@pytest.mark.parametrize("weight", [0.0, 2e-7])
def test_seams_count_from_the_exchanges_on(cartoon, weight):
    plan = StructurePlan(seams=weight)
    system = fitted_fills(Layered, cartoon, steps=9, image_size=64, num_paths=12, growth=FEW, structure=plan)
    drawing = system.run.best_drawing()
    found = {
        stage.name: "penalty/seams" in stage.objective.losses(drawing, 0.0, training=True)
        for stage in system.stages(system.target)
        if stage.name != "structure"  # which draws each region by itself
    }
    late = {name for name in found if name.startswith(("exchange", "polish"))}
    assert len(late) == 2
    assert {name for name, there in found.items() if there} == (late if weight else set())


def test_structure_can_be_frozen(cartoon):
    class Watched(Layered):
        def _soften(self, run):
            super()._soften(run)
            self.before = run.source.blocks[STRUCTURE].points.detach().clone()

    for frozen in (True, False):
        plan, growth = StructurePlan(frozen=frozen), GrowthPlan(rounds=1, exchanges=0, untangled=False)
        system = fitted_fills(Watched, cartoon, steps=20, num_paths=10, structure=plan, growth=growth)
        ended = system.run.source.blocks[STRUCTURE].points
        same = bool((system.before[:, None] == ended).all(2).any(0).all())  # some may have been taken out
        assert same == frozen
        assert BACKGROUND in system.run.source.blocks


def test_fewer_paths_than_layers(picture):
    for count in (1, 2):
        system = fitted_fills(Layered, picture, steps=9, num_paths=count, growth=FEW)
        assert system.run.best_drawing().num_shapes <= count


def test_live_adds_paths_where_the_drawing_is_wrong(picture):
    system = fitted_fills(Live, picture, steps=40, num_paths=8, error_weight=1e-3)
    best = system.run.best_drawing()
    assert best.layer.tolist() == [0, 1, 2, 2, 3, 3, 3, 3]
    assert set(system.named_drawings()) == {"level-0", "level-1", "level-2", "level-3"}
    alone = best.select(best.layer == 0)
    numbers = [drawing_fidelity(each, system.target.image)["own_psnr"] for each in (alone, best)]
    assert numbers[1] > numbers[0] + 3


def test_live_doubles_its_paths_up_to_a_limit():
    assert path_batches(127, 32) == [1, 2, 4, 8, 16, 32, 32, 32]
    assert path_batches(0, 32) == []


@pytest.mark.parametrize(
    ("experiment", "step"), [("layered", 22), pytest.param("live", 13, marks=pytest.mark.slow)]
)
def test_a_broken_run_ends_in_the_same_bytes(run_train, picture, tmp_path, experiment, step):
    few = ("num_paths=12", "image_size=32", "steps=30")
    every = "callbacks.last_checkpoint.every_n_steps=1"
    arguments = [f"experiment={experiment}", *few, f"image={picture}", "callbacks=fills", every]
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    assert run_train(*arguments, f"hydra.run.dir={unbroken}").status == 0
    stops = f"+callbacks.stops={{_target_:tests.dying.InterruptsAt,step:{step}}}"
    assert run_train(*arguments, f"hydra.run.dir={broken}", stops).status == 130
    assert run_train(*arguments, f"hydra.run.dir={broken}", "resume=auto").status == 0
    for name in ("drawing.svg", "drawings/level-1.svg"):
        assert (broken / name).read_bytes() == (unbroken / name).read_bytes(), name
    assert len(list((unbroken / "drawings").glob("*.svg"))) >= 3


def test_numbers_out_of_range_are_refused():
    for name in ("share", "tolerance", "seams"):
        with pytest.raises(ValueError, match=rf"structure.{name} is -1; it must be"):
            StructurePlan(**{name: -1})
