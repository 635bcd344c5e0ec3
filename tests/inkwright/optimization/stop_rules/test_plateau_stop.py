"""The stop rule: when it waits, when it ends a run."""

from __future__ import annotations

import pytest
import torch

from inkwright.optimization.stop_rules.plateau_stop import PlateauStop


def ended_at(rule: PlateauStop, scores: list[list[float]], every: int = 10) -> int | None:
    for number, score in enumerate(scores):
        if rule.update(torch.tensor(score), number * every):
            return number * every
    return None


def test_run_that_improves_goes_on():
    scores = [[0.98**n] for n in range(50)]
    assert ended_at(PlateauStop(1, patience=30, min_improvement=0.01), scores) is None


def test_run_ends_patience_steps_after_its_last_improvement():
    scores = [[1.0], [0.5], *[[0.499]] * 20]
    assert ended_at(PlateauStop(1, patience=30, min_improvement=0.01), scores) == 40


def test_one_candidate_that_improves_keeps_all_going():
    scores = [[1.0, 0.98**n] for n in range(30)]
    assert ended_at(PlateauStop(2, patience=20, min_improvement=0.01), scores) is None


def test_creeping_improvement_counts_in_sum():
    scores = [[0.996**n] for n in range(60)]
    assert ended_at(PlateauStop(1, patience=50, min_improvement=0.01), scores) is None


def test_zero_patience_never_ends():
    assert ended_at(PlateauStop(1, patience=0, min_improvement=0.01), [[1.0]] * 500) is None


def test_score_that_is_not_finite_is_no_improvement():
    scores = [[1.0], *[[float("inf")], [float("nan")]] * 5]
    assert ended_at(PlateauStop(1, patience=30, min_improvement=0.01), scores) == 30


def test_state_survives_a_checkpoint():
    first, second = (PlateauStop(1, patience=20, min_improvement=0.01) for _ in range(2))
    first.update(torch.tensor([1.0]), 0)
    first.update(torch.tensor([1.0]), 10)
    second.load_state_dict(first.state_dict())
    assert second.update(torch.tensor([1.0]), 20)
    assert bool(second.stopped)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"patience": -1, "min_improvement": 0.1}, "patience is -1"),
        ({"patience": 1, "min_improvement": 1.0}, "min_improvement is 1.0"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        PlateauStop(1, **options)
