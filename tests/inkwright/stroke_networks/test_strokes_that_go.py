"""Which strokes are missed least, and which become one."""

import numpy as np
import torch

from inkwright.stroke_networks.stroke_importance import stroke_inks, vanishing_order
from inkwright.stroke_networks.stroke_joining import best_joint
from inkwright.vector_graphics.curves.bezier import split
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import rasterize

WAVE = torch.tensor([[4.0, 30.0], [20.0, 0.0], [40.0, 50.0], [60.0, 20.0]])


def level(x, y, length):
    return torch.tensor([[x + length * k / 3, float(y)] for k in range(4)])


def drawn(*strokes) -> Drawing:
    points = torch.stack(strokes)
    return Drawing.from_strokes(
        points, torch.full((len(points),), 2.0), torch.tensor([0.0, 0, 0, 1]).expand(len(points), 4), (64, 64)
    )


def order_of(drawing, emphasis=None):
    wanted = 1 - rasterize(drawing, 64, 64)[0].mean(0)
    return vanishing_order(drawing, wanted, torch.ones(64, 64) if emphasis is None else emphasis).tolist()


def test_a_twin_goes_first_and_the_one_that_is_left_then_counts():
    order = order_of(drawn(level(6, 10, 50), level(6, 10.5, 50), level(6, 30, 20), level(6, 50, 8)))
    assert order[0] in (0, 1)
    assert order[1:3] == [3, 2]


def test_what_is_emphasized_stays_longer():
    drawing = drawn(level(6, 10, 20), level(6, 50, 24))
    assert order_of(drawing) == [0, 1]
    emphasis = torch.ones(64, 64)
    emphasis[:30] = 5
    assert order_of(drawing, emphasis) == [1, 0]


def test_the_dead_are_not_counted():
    drawing = drawn(level(6, 10, 50), level(6, 30, 20))
    assert order_of(drawing.replace(alive=torch.tensor([False, True]))) == [1]
    assert order_of(drawing.replace(alive=torch.tensor([False, False]))) == []


def test_inks_are_of_each_stroke_alone():
    inks = stroke_inks(drawn(level(6, 10, 50), level(6, 30, 20)), (32, 32))
    assert inks.shape == (2, 32, 32)
    assert inks[0, 5].max() >= 0.5
    assert inks[0, 15].max() == 0


def joint_of(*strokes, gap=3.0, tolerance=1.0, rows=None):
    points = torch.stack(strokes).double().numpy()
    return best_joint(points, np.arange(len(points)) if rows is None else np.array(rows), gap, tolerance)


def test_halves_of_a_cubic_become_it_again_in_any_direction():
    left, right = split(WAVE, torch.tensor(0.4))
    for first in (left, left.flip(0)):
        for second in (right, right.flip(0)):
            joint = joint_of(first, second, level(4, 60, 5))
            assert joint is not None
            assert (joint.stays, joint.goes) == (1, 0)
            ends = torch.tensor(joint.points[[0, 3]]).float()
            assert (
                min(
                    float((ends - WAVE[[0, 3]]).abs().max()), float((ends.flip(0) - WAVE[[0, 3]]).abs().max())
                )
                < 0.1
            )
            assert joint.error < 0.8


def test_corners_far_ends_and_bad_fits_are_left():
    left, right = split(WAVE, torch.tensor(0.5))
    corner = torch.stack([torch.full((4,), 26.0), 10 + torch.arange(4.0) * 5], dim=1)
    assert joint_of(level(6, 10, 20), corner) is None
    assert joint_of(left, right + 4.0) is None
    assert joint_of(left, right, rows=[0]) is None
    s_shaped = torch.tensor([[56.0, 10.0], [76.0, -10.0], [60.0, 40.0], [80.0, 20.0]])
    assert joint_of(level(6, 10, 50), s_shaped, tolerance=0.2) is None
