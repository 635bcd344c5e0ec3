"""Paths grow where the drawing is wrong, and the exported SVG is what is measured."""

from __future__ import annotations

import pytest
import torch

from callbacks.fidelity import Fidelity
from inkwright.initialization.residual_shapes import growth
from inkwright.initialization.residual_shapes.seeds import find_seeds
from lightning_modules.path_fitting import GrowthPlan, PathFitting, round_totals
from tests.lightning_modules.fitted_fills import fitted_fills

PLAN = GrowthPlan(rounds=2, exchanges=2, segments=4, untangled=False)


def test_a_disc_on_a_ramp_is_found(picture):
    fidelity = Fidelity()
    system = fitted_fills(PathFitting, picture, num_paths=8, growth=PLAN, callbacks=[fidelity])
    numbers, best = fidelity.numbers(), system.run.best_drawing()
    assert numbers["paths"] == best.num_shapes == 8
    assert numbers["psnr"] > 25  # 16 dB of the background alone
    assert numbers["psnr"] == pytest.approx(numbers["own_psnr"], abs=0.5)
    assert numbers["points"] == 12 * 8
    assert bool((best.fill[:, 3] == 1).all())


def test_the_first_paths_are_the_picture_with_less_detail(picture):
    system = fitted_fills(PathFitting, picture, num_paths=8, growth=PLAN)
    (name, fewer), best = *system.named_drawings().items(), system.run.best_drawing()
    assert name == "first-4"
    torch.testing.assert_close(fewer.points, best.points[: len(fewer.points)])


def test_exchanges_add_the_paths_that_rounds_did_not_find(picture, monkeypatch):
    """A search gives up where one thing is much more wrong than all others."""

    def find_two(*given, **options):
        return find_seeds(*given, **options)[:2]

    monkeypatch.setattr(growth, "find_seeds", find_two)
    system = fitted_fills(PathFitting, picture, num_paths=8, growth=PLAN)
    assert system.run.best_drawing().num_shapes == 8


@pytest.mark.parametrize("fill", ["linear", "radial", "none"])
def test_paths_may_have_gradients_or_be_strokes(picture, fill):
    plan = GrowthPlan(rounds=2, exchanges=1, segments=3, fill=fill, translucent=True)
    fidelity = Fidelity()
    system = fitted_fills(PathFitting, picture, num_paths=8, growth=plan, callbacks=[fidelity])
    best, background = system.run.best_drawing(), 1
    assert fidelity.numbers()["psnr"] > 21
    assert best.num_shapes == 8
    assert int(best.stroked.sum()) == (8 - background if fill == "none" else 0)
    gradients = best.gradients
    assert (0 if gradients is None else len(gradients.shape)) == (0 if fill == "none" else 8 - background)
    assert float((best.fill + best.stroke)[1:, 3].min()) < 1  # trained
    if gradients is not None:
        start, end = gradients.stop_color.reshape(-1, 2, 4).unbind(1)
        assert bool((gradients.radial == (fill == "radial")).all())
        assert float((start - end).abs().max()) > 0.05


def test_one_path_is_the_background(picture):
    system = fitted_fills(PathFitting, picture, num_paths=1, steps=6)
    (color,) = system.run.best_drawing().fill[:, :3]
    torch.testing.assert_close(color, system.target.image.mean((1, 2)), atol=0.05, rtol=0)


def test_canvases_are_drawn_side_by_side(picture):
    system = fitted_fills(PathFitting, picture, num_paths=6, num_sketches=2, growth=PLAN)
    first, second = (system.run.drawing.canvas_drawing(k) for k in (0, 1))
    torch.testing.assert_close(first.points, second.points, atol=1e-2, rtol=0)


@pytest.mark.parametrize(
    ("count", "rounds", "totals"), [(512, 3, [128, 256, 512]), (1, 3, [1]), (5, 3, [1, 2, 5])]
)
def test_rounds_double_the_paths(count, rounds, totals):
    assert round_totals(count, rounds) == totals


def test_numbers_out_of_range_are_refused():
    with pytest.raises(ValueError, match=r"growth.share is 0"):
        GrowthPlan(share=0)
    with pytest.raises(ValueError, match=r"growth.rounds is 0"):
        GrowthPlan(rounds=0)
