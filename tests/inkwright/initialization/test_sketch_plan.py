from __future__ import annotations

import pytest
import torch

from inkwright.initialization.traced_strokes.pen_style import PenStyle
from inkwright.initialization.traced_strokes.sketch_plan import plan_sketches
from inkwright.pictures.target_image import load_target


@pytest.fixture
def target(picture):
    return load_target(picture, 64)


def test_shapes_are_those_of_the_working_picture(target):
    plan = plan_sketches(target, 10, [3, 4, 5], PenStyle())
    assert plan.points.shape == (3, 10, 4, 2)
    assert plan.strength.shape == (3, 10)
    assert plan.color.shape == (3, 10, 3)
    assert plan.lines.shape == target.image.shape[1:] == (48, 64)
    assert plan.paint.shape == (3, 48, 64)


def test_strokes_start_on_the_disc_in_canvas_units(target):
    plan = plan_sketches(target, 4, [0], PenStyle())
    ends = plan.points[0, :, [0, 3]][plan.strength[0] > 0.3]
    radius = (ends - torch.tensor([30.5, 24.5])).norm(dim=-1)
    assert len(ends) >= 2
    assert (radius - 200**0.5).abs().max() < 2


def test_candidates_aim_at_the_same_lines_but_start_differently(target):
    first, second = (plan_sketches(target, 12, [seed], PenStyle(jitter=0.5)) for seed in (1, 2))
    torch.testing.assert_close(first.lines, second.lines)
    both = plan_sketches(target, 12, [1, 2], PenStyle(jitter=0.5))
    torch.testing.assert_close(both.points, torch.cat([first.points, second.points]))


def test_strokes_are_black_unless_asked_for_color(target):
    assert plan_sketches(target, 4, [0], PenStyle()).color.max() == 0
    assert plan_sketches(target, 4, [0], PenStyle(color=True)).color.max() > 0


def test_hatching_shades_the_disc_and_keeps_the_number_of_strokes(target):
    plan = plan_sketches(target, 30, [0], PenStyle(hatching=0.5))
    assert plan.points.shape[1] == 30
    inside = (plan.points[0].mean(1) - torch.tensor([30.5, 24.5])).norm(dim=-1) < 11
    assert (
        inside.sum()
        > plan_sketches(target, 30, [0], PenStyle())
        .points[0]
        .mean(1)
        .sub(torch.tensor([30.5, 24.5]))
        .norm(dim=-1)
        .lt(11)
        .sum()
    )
