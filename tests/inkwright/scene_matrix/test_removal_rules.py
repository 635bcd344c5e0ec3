"""Rules by which strokes vanish: presence, ratios, balance; against what was published."""

import pytest
import torch

from inkwright.scene_matrix.level_plan import LevelPlan
from inkwright.stroke_networks.gradient_balance import balance
from inkwright.stroke_networks.stroke_presence import presence, threshold_probability
from inkwright.stroke_networks.target_ratios import strokes_to_keep, target_ratio

# The authors' printed sequences for one background: step, then r of levels 1 to 8.
PRINTED = {
    0.35: (34.479, 27.052, 21.225, 16.652, 13.065, 10.251, 8.043, 6.310),
    0.45: (28.736, 21.036, 15.399, 11.273, 8.252, 6.041, 4.422, 3.237),
    0.5: (16.661, 11.781, 8.331, 5.891, 4.165, 2.945, 2.083, 1.473),
    0.9: (5.242, 2.809, 1.505, 0.807, 0.432, 0.232, 0.124, 0.067),
}


@pytest.mark.parametrize("step", PRINTED)
def test_ratios_are_the_printed_ones(step):
    start_loss = 1 / torch.tensor([PRINTED[step][0]], dtype=torch.float64)
    found = [float(target_ratio(start_loss, step, level)) for level in range(1, 9)]
    assert found == pytest.approx(PRINTED[step], abs=2e-3)


def test_level_below_1_is_refused():
    with pytest.raises(ValueError, match="level is 0"):
        target_ratio(torch.ones(1), 0.5, 0)


def test_strokes_fall_strictly_and_leave_enough_for_the_levels_to_come():
    before, start = torch.tensor([64, 64, 10, 3, 1, 0]), torch.tensor([64, 64, 64, 64, 64, 0])
    ratio, loss = torch.tensor([1.0, 9.0, 0.1, 0.0, 1.0, 1.0]), torch.tensor([0.5, 0.5, 0.5, 0.5, 1.0, 1.0])
    assert strokes_to_keep(ratio, loss, before, start, 4).tolist() == [32, 63, 5, 2, 1, 0]


def test_threshold_of_export():
    assert threshold_probability() == pytest.approx(0.5423, abs=1e-4)
    assert (presence(torch.tensor([0.543, 0.541])) > 0.7).tolist() == [True, False]


def test_noise_draws_strokes_as_often_as_published():
    noise = torch.rand(40_000, generator=torch.Generator().manual_seed(0))
    for p, share in ((0.3, 0.27), (0.5, 0.46), (0.7, 0.66), (0.9, 0.89)):
        drawn = presence(torch.full_like(noise, p), noise)
        assert float((drawn > 0.7).float().mean()) == pytest.approx(share, abs=0.02)


def test_balance_favors_the_smaller_gradient_and_sums_to_1():
    weights = balance(torch.tensor([[1.0, 0.0], [3.0, 2.0], [6.0, 0.0]]))
    torch.testing.assert_close(weights.sum(0), torch.ones(2))
    assert weights[0, 0] > weights[1, 0] > weights[2, 0]
    used = torch.tensor([[True, True], [True, False]])
    assert balance(torch.tensor([[1.0, 1.0], [3.0, 9.0]]), used)[:, 1].tolist() == [1.0, 0.0]
    with pytest.raises(ValueError, match="balancing needs 2 or more"):
        balance(torch.ones(1, 2))


def test_steps_of_a_plan_sum_up_and_every_stage_has_one():
    first, split = LevelPlan(levels=3).steps(60)
    assert first + sum(map(sum, split)) == 60
    assert LevelPlan(levels=3).steps(7) == (1, [(1, 1)] * 3)
    assert LevelPlan(levels=2, removal_share=1.0).steps(9)[1] == [(4, 0), (4, 0)]
    with pytest.raises(ValueError, match="steps is 6; levels=3 needs 7"):
        LevelPlan(levels=3).steps(6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"levels": 0}, "levels is 0"),
        ({"fidelity_share": 1.0}, "fidelity_share, removal_share"),
        ({"joined_share": 2.0}, "foresight, joined_share"),
        ({"keep": "all"}, "keep is 'all'"),
    ],
)
def test_impossible_plans_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        LevelPlan(**options)
