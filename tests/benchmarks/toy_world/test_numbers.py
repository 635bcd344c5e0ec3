"""The numbers of the studies in the small world."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from benchmarks.toy_world.attention import agreement
from benchmarks.toy_world.soft_obr import paired
from benchmarks.toy_world.starts import thing_of


def test_a_map_of_the_thing_agrees_and_a_flat_one_does_not():
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., :16, :] = 1
    cells = torch.nn.functional.avg_pool2d(mask, 8)
    assert agreement(cells, mask) == pytest.approx((4.0, 1.0))
    assert agreement(torch.ones_like(cells), mask) == pytest.approx((1.0, 0.0))
    assert agreement(1 - cells, mask) == pytest.approx((0.0, -1.0))


def test_differences_are_paired_by_prompt_and_seeds_are_no_prompts_of_their_own():
    values = {
        ("a", "C"): (1.0, 3.0),
        ("a", "B"): (1.0, 1.0),
        ("b", "C"): (13.0, 13.0),
        ("b", "B"): (10.0, 10.0),
    }
    rows = [
        {"prompt": prompt, "arm": arm, "score": score}
        for (prompt, arm), scores in values.items()
        for score in scores
    ]
    middle, half = paired(rows, "C", "B", "score")
    assert middle == pytest.approx(2.0)  # of 1 and 3
    assert half == pytest.approx(12.706, rel=1e-3)  # t of one degree of freedom, standard error 1


def test_the_thing_is_what_is_not_paper():
    picture = np.ones((4, 4, 3), np.float32)
    picture[0] = 0.9  # a shade of the paper
    picture[1, :2, 2] = 0.1  # yellow
    found = thing_of(picture)
    assert found[1, :2].all()
    assert found.sum() == 2
