"""The best state of each candidate is kept, whatever happens later."""

from __future__ import annotations

import torch

from inkwright.optimization.best_state import BestCandidates
from inkwright.optimization.stroke_parameters import StrokeParameters


def strokes() -> StrokeParameters:
    return StrokeParameters(torch.zeros(3, 2, 4, 2), torch.ones(3, 2), torch.ones(3, 2, 4), (10, 10))


def move_to(parameters: StrokeParameters, value: float) -> None:
    with torch.no_grad():
        parameters.points.fill_(value)


def test_each_candidate_keeps_its_own_best():
    parameters = strokes()
    best = BestCandidates(parameters)
    for step, (value, score) in enumerate([(1, [3.0, 2.0, 5.0]), (2, [2.0, 4.0, 4.0]), (3, [9.0, 9.0, 1.0])]):
        move_to(parameters, value)
        best.update(parameters, torch.tensor(score), step)
    assert best.points[:, 0, 0, 0].tolist() == [2, 1, 3]
    assert best.step.tolist() == [1, 0, 2]
    assert best.winner() == 2
    assert best.drawing(parameters.canvas).points.unique().tolist() == [3]
    assert best.drawing(parameters.canvas, 1).points.unique().tolist() == [1]


def test_ties_keep_the_earlier_state_and_the_lower_index():
    parameters = strokes()
    best = BestCandidates(parameters)
    for step, value in enumerate((1, 2)):
        move_to(parameters, value)
        best.update(parameters, torch.tensor([1.0, 1.0, 1.0]), step)
    assert best.points.unique().tolist() == [1]
    assert best.winner() == 0


def test_score_that_is_not_a_number_is_never_best():
    parameters = strokes()
    best = BestCandidates(parameters)
    move_to(parameters, 7)
    best.update(parameters, torch.tensor([torch.nan, torch.inf, 3.0]), 5)
    assert best.points[:, 0, 0, 0].tolist() == [0, 0, 7]
    assert best.winner() == 2


def test_dead_strokes_stay_dead():
    parameters = strokes()
    parameters.alive[0, 1] = False
    best = BestCandidates(parameters)
    assert best.drawing(parameters.canvas, 0).only_alive().num_shapes == 1
