"""The rule of Soft-OBR: running mean, one-sidedness, coming back, options."""

from __future__ import annotations

import pytest
import torch

from callbacks.soft_obr.rule import PruningRule


def threshold(rule: PruningRule, candidates: int = 1) -> torch.Tensor:
    return torch.full((candidates,), rule.threshold)


def dead_of(rule: PruningRule, mean: torch.Tensor, were: torch.Tensor, limit: torch.Tensor) -> torch.Tensor:
    """[K, N] of [K, N]: the rule itself knows rows and their canvases."""
    canvas = torch.arange(len(mean)).repeat_interleave(mean.shape[1])
    return rule.dead(mean.flatten(), were.flatten(), limit, canvas).reshape(mean.shape)


def penalty_of(rule: PruningRule, *values: torch.Tensor) -> torch.Tensor:
    """[K] of opacity, mean, dead [K, N] and threshold [K]."""
    *rows, limit = values
    canvas = torch.arange(len(rows[0])).repeat_interleave(rows[0].shape[1])
    return rule.penalty(*(each.flatten() for each in rows), limit, canvas)


def test_running_mean_has_its_closed_form_on_a_ramp():
    rule = PruningRule(beta=0.9)
    mean, slope = torch.ones(1, 1), 0.01
    for step in range(1, 51):
        mean = rule.updated_mean(mean, torch.full((1, 1), 1 - slope * step))
    # mean(t) = 1 - slope (t - beta (1 - beta^t) / (1 - beta)): on a ramp it trails by 9 steps.
    wanted = 1 - slope * (50 - 0.9 * (1 - 0.9**50) / 0.1)
    torch.testing.assert_close(mean.item(), wanted, atol=1e-6, rtol=1e-6)


def test_only_the_dead_are_pulled():
    rule = PruningRule(weight=10.0)
    opacity = torch.tensor([[0.015, 0.5, 0.01, 1.0]], requires_grad=True)
    mean = torch.tensor([[0.01, 0.5, 0.03, 0.02]])
    dead = dead_of(rule, mean, torch.zeros(1, 4, dtype=torch.bool), threshold(rule))
    assert dead.tolist() == [[True, False, False, False]]
    penalty_of(rule, opacity, mean, dead, threshold(rule)).sum().backward()
    torch.testing.assert_close(opacity.grad, torch.tensor([[2 * 10 * 0.015, 0.0, 0.0, 0.0]]))


def test_mean_over_the_dead_is_what_the_formula_says():
    rule = PruningRule(weight=3.0)
    opacity = torch.tensor([[0.01, 0.02, 0.9], [0.3, 0.4, 0.5]])
    dead = torch.tensor([[True, True, False], [False, False, False]])
    value = penalty_of(rule, opacity, opacity, dead, threshold(rule, 2))
    torch.testing.assert_close(value, torch.tensor([3 * (0.01**2 + 0.02**2) / 2, 0.0]))


def test_pull_of_mean_all_does_not_depend_on_how_many_are_dead():
    pulls = []
    for dead in ([True, False, False], [True, True, True]):
        rule = PruningRule(weight=6.0, power=1.0, reduction="mean_all")
        opacity = torch.full((1, 3), 0.01, requires_grad=True)
        penalty_of(rule, opacity, opacity.detach(), torch.tensor([dead]), threshold(rule)).sum().backward()
        pulls.append(opacity.grad[0, 0].item())
    assert pulls == pytest.approx([2.0, 2.0])


def test_stroke_that_rises_leaves_the_dead_and_hysteresis_keeps_it_longer():
    were = torch.tensor([[True, True]])
    mean = torch.tensor([[0.03, 0.05]])
    assert dead_of(PruningRule(), mean, were, torch.tensor([0.02])).tolist() == [[False, False]]
    late = PruningRule(hysteresis=2.0)
    assert dead_of(late, mean, were, torch.tensor([0.02])).tolist() == [[True, False]]
    assert dead_of(late, mean, ~were, torch.tensor([0.02])).tolist() == [[False, False]]


def test_at_most_a_share_is_dead_and_the_least_worthy_come_first():
    rule = PruningRule(max_fraction=0.5, threshold=1.0)
    mean = torch.tensor([[0.3, 0.1, 0.4, 0.2], [0.1, 5.0, 5.0, 5.0]])
    dead = dead_of(rule, mean, torch.zeros(2, 4, dtype=torch.bool), threshold(rule, 2))
    assert dead.tolist() == [[False, True, False, True], [True, False, False, False]]


def test_soft_mode_pays_by_the_distance_to_the_threshold():
    rule = PruningRule(weight=1.0, power=1.0, mode="soft", reduction="mean_all", threshold=0.02)
    mean = torch.tensor([[0.0, 0.01]])
    opacity = torch.tensor([[0.5, 0.5]], requires_grad=True)
    penalty_of(rule, opacity, mean, mean < 0.02, threshold(rule)).sum().backward()
    torch.testing.assert_close(opacity.grad, torch.tensor([[0.5, 0.25]]))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weight": -1.0}, r"weight is -1.0; it must be in \[0, inf\)"),
        ({"threshold": 0.0}, r"threshold is 0.0; it must be in \(0, inf\)"),
        ({"beta": 1.0}, r"beta is 1.0; it must be in \[0, 1\)"),
        ({"power": 0.0}, "power is 0.0"),
        ({"hysteresis": 0.5}, "hysteresis is 0.5"),
        ({"max_fraction": 1.5}, r"max_fraction is 1.5; it must be in \[0, 1\]"),
        ({"weight": float("nan")}, "weight is nan"),
        ({"mode": "firm"}, "mode is 'firm'; it must be hard or soft"),
        ({"reduction": "sum"}, "reduction is 'sum'; it must be mean_dead or mean_all"),
    ],
)
def test_numbers_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        PruningRule(**options)
