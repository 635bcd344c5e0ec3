"""Seeds become paths of one color, with gradients, or strokes; all of them start near the picture."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inkwright.initialization.residual_shapes.grown_shapes import FILLS, GrownShapes
from inkwright.initialization.residual_shapes.seeds import find_seeds
from inkwright.optimization.settings import OptimizationSettings
from inkwright.vector_graphics import Drawing, rasterize

GRAY = 0.5
Y, X = np.mgrid[0:40, 0:60] + 0.5


def picture() -> np.ndarray:
    """A tilted bar on gray that goes from red to yellow along itself."""
    along, across = (X - 30) * 0.8 + (Y - 20) * 0.6, (Y - 20) * 0.8 - (X - 30) * 0.6
    inside = (abs(along) < 20) & (abs(across) < 4)
    ramp = np.stack([np.full_like(X, 0.9), 0.5 + along / 50, np.full_like(X, 0.1)], axis=2)
    return np.where(inside[..., None], ramp, GRAY).astype(np.float32)


def error_after(fill: str) -> float:
    drawn = np.full_like(picture(), GRAY)
    seeds = find_seeds(picture(), drawn, 1, segments=8, usual_radius=12.0, strokes=fill == "none")
    shapes = GrownShapes(fill, segments=8).shapes(seeds, (60.0, 40.0), layer=3)
    assert shapes.layer.tolist() == [3]
    image = rasterize(shapes, background=[GRAY] * 3)[0].permute(1, 2, 0).numpy()
    return float(((image - picture()) ** 2).sum() / ((drawn - picture()) ** 2).sum())


def test_all_kinds_start_near_the_picture_and_a_gradient_nearest():
    errors = {fill: error_after(fill) for fill in FILLS}
    assert max(errors.values()) < 0.45
    assert errors["linear"] < 0.6 * errors["flat"]
    assert errors["radial"] == pytest.approx(errors["flat"], abs=0.05)


def test_a_stroke_has_the_length_and_the_width_of_the_bar():
    seeds = find_seeds(
        picture(), np.full_like(picture(), GRAY), 1, segments=8, usual_radius=12.0, strokes=True
    )
    stroke = GrownShapes("none", segments=2).shapes(seeds, (60.0, 40.0), layer=0)
    assert stroke.points.shape == (7, 2)
    assert float(stroke.width) == pytest.approx(8, abs=1.5)
    reach = (stroke.points[-1] - stroke.points[0]).norm() + stroke.width
    assert float(reach) == pytest.approx(40, abs=5)


@pytest.mark.parametrize("fill", FILLS)
def test_no_seed_is_no_shape(fill):
    shapes = GrownShapes(fill).shapes([], (60.0, 40.0), layer=0)
    assert isinstance(shapes, Drawing)
    assert shapes.num_shapes == 0
    assert torch.isfinite(shapes.points).all()


def test_what_is_trained_and_what_is_refused():
    assert GrownShapes().trained == ("points", "rgb")
    assert GrownShapes("none", translucent=True).trained == ("points", "rgb", "width", "opacity")
    with pytest.raises(ValueError, match="fill is 'plaid'; allowed are flat, linear, radial, none"):
        GrownShapes("plaid")
    with pytest.raises(ValueError, match="path_segments is 2; it must be >= 3"):
        GrownShapes(segments=2)


def test_widths_step_by_a_share_of_what_they_are():
    stage = OptimizationSettings(lr_points=3.0, lr_width=7.0, lr_rgb=0.2)
    canvas, points, color = (60.0, 40.0), torch.rand(3, 4, 2), torch.ones(3, 4)
    strokes = [Drawing.from_strokes(points, wide * torch.ones(3), color, canvas) for wide in (2.0, 20.0)]
    steps = [GrownShapes("none").step_sizes(each, stage) for each in strokes]
    assert steps[1].lr_width == pytest.approx(10 * steps[0].lr_width)
    assert 0 < steps[0].lr_width < 0.5 * 2
    assert (steps[0].lr_points, steps[0].lr_rgb) == (3.0, 0.2)
    assert GrownShapes("flat").step_sizes(Drawing.empty(canvas), stage) is None
