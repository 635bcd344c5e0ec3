"""A photograph becomes a sketch: strokes start on its lines, are pulled to them, and stay in their ranges."""

from __future__ import annotations

import pytest
import torch

from inkwright.guidance.structure import StructureTerm
from inkwright.initialization.traced_strokes.pen_style import PenStyle
from inkwright.optimization.settings import OptimizationSettings
from inkwright.pictures.target_image import load_target
from lightning_modules.image_sketch import ImageSketch
from tests.lightning_modules.test_drawing_optimization import fitted
from tests.random_sketch import candidates

SETTLED = {"lr_points": 0.12, "lr_width": 0.02}


def _sketch(**options) -> ImageSketch:
    return ImageSketch({"structure": StructureTerm()}, OptimizationSettings(), **options)


def planned(target, **options):
    sketch = _sketch(**options)
    return sketch.source(sketch.look_at(target))


def test_fitting_makes_the_drawing_agree_better_with_the_lines(picture):
    options = {"term": StructureTerm(), "module": ImageSketch}
    sketch = fitted(picture, steps=60, settings=SETTLED, **options)
    start = fitted(
        picture, steps=1, settings={"lr_points": 0.0, "lr_width": 0.0, "lr_opacity": 0.0}, **options
    )
    assert float(sketch.run.best.score.min()) < 0.9 * float(start.run.best.score.min())


def test_displaced_strokes_come_back(picture):
    class Displaced(ImageSketch):
        def source(self, target):
            strokes = super().source(target)
            with torch.no_grad():
                strokes.points += torch.tensor([3.0, -2.0])
            return strokes

    options = {"term": StructureTerm()}
    frozen = {"lr_points": 0.0, "lr_width": 0.0, "lr_opacity": 0.0}
    back = fitted(picture, steps=150, module=Displaced, settings={"lr_points": 0.3}, **options)
    start, away = (
        float(fitted(picture, steps=1, module=module, settings=frozen, **options).run.best.score)
        for module in (ImageSketch, Displaced)
    )
    assert away > 2 * start
    assert float(back.run.best.score) < 1.1 * start


def test_ranges_hold_after_fitting(picture):
    sketch = fitted(picture, steps=40, term=StructureTerm(), module=ImageSketch, settings={"lr_width": 1.0})
    width = PenStyle().width_for(6, 48)
    strokes = sketch.run.source
    assert strokes.width.min() >= 0.4 * width - 1e-6
    assert strokes.width.max() <= 1.7 * width + 1e-6
    assert strokes.opacity.max() <= 1


def test_idle_strokes_are_invisible(tmp_path):
    from PIL import Image

    Image.new("RGB", (40, 40), "white").save(tmp_path / "blank.png")
    strokes = planned(load_target(tmp_path / "blank.png", 40), num_strokes=9)
    assert strokes.opacity.max() == 0
    assert candidates(strokes).points.shape == (1, 9, 4, 2)


@pytest.mark.parametrize("size", [(1, 1), (3, 40), (40, 3)])
def test_tiny_pictures_are_drawn(tmp_path, size):
    from PIL import Image

    Image.new("RGB", size, "black").save(tmp_path / "tiny.png")
    sketch = fitted(
        tmp_path / "tiny.png", steps=3, term=StructureTerm(tone=1.0, color=1.0), module=ImageSketch
    )
    assert torch.isfinite(sketch.run.best_drawing().points).all()


def test_color_is_trained_only_if_asked_for(picture):
    target = load_target(picture, 64)
    assert "rgb" not in planned(target).trained
    assert "rgb" in planned(target, pen=PenStyle(color=True)).trained


def test_candidate_k_depends_on_seed_plus_k_alone(picture):
    target = load_target(picture, 64)
    three = candidates(planned(target, num_strokes=8, num_sketches=3, seed=4))
    last = candidates(planned(target, num_strokes=8, seed=6))
    torch.testing.assert_close(three.points[2], last.points[0])


def test_the_structure_term_is_aimed_at_the_traced_lines(picture):
    sketch = fitted(picture, steps=1, term=StructureTerm(), module=ImageSketch)
    blank = torch.ones_like(sketch.target.image)[None]
    assert sketch.guidance["pixels"](blank, 1.0)["ink"] == pytest.approx(1, abs=1e-4)
    assert sketch.best_losses()["pixels/ink"] < 0.8


def test_folded_strokes_are_penalised(picture):
    sketch = fitted(picture, steps=1, term=StructureTerm(), module=ImageSketch)
    assert "penalty/folding" in sketch.objective.losses(sketch.run.source.drawing(), 0.5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_strokes": 0}, "num_strokes is 0; it must be >= 1"),
        ({"folding_weight": -1.0}, "folding_weight is -1.0; it must be >= 0"),
    ],
)
def test_impossible_numbers_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        _sketch(**options)


def test_abstraction_frees_the_hand_and_none_is_what_it_was(picture):
    options = {"term": StructureTerm(), "module": ImageSketch, "steps": 5, "settings": SETTLED}
    plain, none, free = (
        fitted(picture, **options, **more) for more in ({}, {"abstraction": 0.0}, {"abstraction": 1.0})
    )
    assert torch.equal(plain.run.best_drawing().points, none.run.best_drawing().points)
    assert "penalty/unevenness" not in none.best_losses()
    assert free.run.best_drawing().num_shapes == plain.run.best_drawing().num_shapes
    assert free.targets(free.target).tolerance.item() > 0
    assert "penalty/unevenness" in free.best_losses()
    with pytest.raises(ValueError, match="abstraction is 2"):
        _sketch(abstraction=2)
