"""The best state of each canvas is kept, whatever happens later."""

from __future__ import annotations

import torch

from inkwright.optimization.best_state import BestState
from inkwright.vector_graphics.drawing import Drawing


def drawing(value: float, *counts: int) -> Drawing:
    """A canvas for each count of strokes, all points at one place."""
    canvases = [
        Drawing.from_strokes(torch.full((n, 4, 2), float(value)), torch.ones(n), torch.ones(n, 4), (10, 10))
        for n in counts or (2, 2, 2)
    ]
    return Drawing.batch(canvases)


def places(best: BestState) -> list[float]:
    return [best.drawing(k).points.unique().item() for k in range(3)]


def test_each_canvas_keeps_its_own_best():
    best = BestState(drawing(0))
    for step, (value, score) in enumerate([(1, [3.0, 2.0, 5.0]), (2, [2.0, 4.0, 4.0]), (3, [9.0, 9.0, 1.0])]):
        best.update(drawing(value), torch.tensor(score), step)
    assert places(best) == [2, 1, 3]
    assert best.step.tolist() == [1, 0, 2]
    assert best.winner() == 2
    assert best.drawing().points.unique().tolist() == [3]


def test_shapes_may_come_and_go_between_scores():
    best = BestState(drawing(0, 1, 2, 3))
    best.update(drawing(1, 4, 2, 1), torch.tensor([1.0, 1.0, 1.0]), 1)
    best.update(drawing(2, 5, 6, 0), torch.tensor([2.0, 0.5, 2.0]), 2)
    assert [best.drawing(k).num_shapes for k in range(3)] == [4, 6, 1]
    assert places(best) == [1, 2, 1]
    loaded = BestState(drawing(0))
    loaded.load_state_dict(best.state_dict())
    assert [loaded.drawing(k).num_shapes for k in range(3)] == [4, 6, 1]
    assert loaded.winner() == best.winner() == 1


def test_what_is_kept_does_not_follow_the_parameters():
    points = torch.zeros(2, 4, 2, requires_grad=True)
    best = BestState(drawing(0, 2))
    now = Drawing.from_strokes(points, torch.ones(2), torch.ones(2, 4), (10, 10))
    best.update(now, torch.tensor([1.0]), 1)
    with torch.no_grad():
        points += 5
    assert best.drawing().points.unique().tolist() == [0]
    assert not best.drawing().points.requires_grad


def test_ties_keep_the_earlier_state_and_the_lower_index():
    best = BestState(drawing(0))
    for step, value in enumerate((1, 2)):
        best.update(drawing(value), torch.tensor([1.0, 1.0, 1.0]), step)
    assert places(best) == [1, 1, 1]
    assert best.winner() == 0


def test_score_that_is_not_a_number_is_never_best():
    best = BestState(drawing(0))
    best.update(drawing(7), torch.tensor([torch.nan, torch.inf, 3.0]), 5)
    assert places(best) == [0, 0, 7]
    assert best.winner() == 2


def test_dead_strokes_stay_dead():
    dead = drawing(0).replace(alive=torch.tensor([True, False, True, True, True, True]))
    assert BestState(dead).drawing(0).only_alive().num_shapes == 1
