from __future__ import annotations

import pytest
import torch

from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.curves.circle import circle_points
from inkwright.vector_graphics.shape_penalties import crossing, folding

STRAIGHT = [[0.0, 0], [10, 0], [20, 0], [30, 0]]
BENT = [[0.0, 0], [0, 10], [10, 10], [10, 0]]
HOOK = [[0.0, 0], [20, 0], [10, 0], [30, 0]]


def _strokes(*points: list[list[float]]) -> Drawing:
    count = len(points)
    return Drawing.from_strokes(torch.tensor(points), torch.ones(count), torch.ones(count, 4), (32.0, 32.0))


def test_straight_and_bent_strokes_cost_nothing():
    assert folding(_strokes(STRAIGHT, BENT)) == 0


def test_a_hook_costs_its_share():
    torch.testing.assert_close(folding(_strokes(HOOK)), torch.tensor([1.0]))
    torch.testing.assert_close(folding(_strokes(HOOK, STRAIGHT)), torch.tensor([0.5]))


def test_every_canvas_pays_for_itself():
    batch = Drawing.batch([_strokes(STRAIGHT), _strokes(HOOK), Drawing.empty((32.0, 32.0))])
    torch.testing.assert_close(folding(batch), torch.tensor([0.0, 1.0, 0.0]))


def test_does_not_depend_on_size():
    small = _strokes([[0.0, 0], [20, 0], [12, 5], [30, 0]])
    large = small.replace(points=small.points * 7)
    torch.testing.assert_close(folding(small), folding(large))


def test_closed_paths_end_where_they_begin():
    points = torch.tensor([[[0.0, 0], [10, 0], [10, 10], [0, 10], [0, 8], [0, 4]]])
    assert folding(Drawing.from_fills(points, torch.ones(1, 4), (32.0, 32.0))) == 0


def test_gradients_open_the_fold_and_stay_finite():
    drawing = _strokes(HOOK, [[5.0, 5]] * 4)
    points = drawing.points.clone().requires_grad_()
    folding(drawing.replace(points=points)).sum().backward()
    assert torch.isfinite(points.grad).all()
    moved = (drawing.points - points.grad * 1e3).detach()
    assert folding(drawing.replace(points=moved)) <= folding(drawing)


def test_several_segments_of_one_stroke_share_the_cost():
    both = [*STRAIGHT, [50.0, 0], [40, 0], [60, 0]]
    assert folding(_strokes(both)).item() == pytest.approx(0.5)


def test_crossing_costs_and_circles_do_not():
    circle = Drawing.from_fills(8 * circle_points(4)[None] + 16, torch.ones(1, 4), (32, 32))
    assert float(crossing(circle)) == 0
    loop = torch.tensor([[[4.0, 20], [28, 4], [4, 4], [28, 20]]])
    crossed = Drawing.from_strokes(loop, torch.ones(1), torch.ones(1, 4), (32, 32))
    assert float(crossing(crossed)) > 0.1


def test_circle_points_lie_on_the_circle():
    points = circle_points(5)
    assert points.shape == (15, 2)
    torch.testing.assert_close(points[::3].norm(dim=1), torch.ones(5))
