"""Fitting chains of cubics."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from inkwright.vectorization.schneider import fit_chain
from inkwright.vectorization.traced_stroke import TracedStroke


def _wave(count: int = 400) -> np.ndarray:
    x = np.linspace(0, 200, count)
    return np.stack([x, 30 * np.sin(x / 20)], axis=1)


@pytest.mark.parametrize("tolerance", [0.2, 1.0, 3.0])
def test_chain_stays_within_the_tolerance(tolerance):
    control = fit_chain(_wave(), tolerance)
    found = TracedStroke(control, closed=False, width=1.0, held=(False, False)).sampled(0.05)
    assert cKDTree(found).query(_wave())[0].max() <= 1.05 * tolerance


def test_coarse_chains_have_fewer_cubics():
    counts = [(len(fit_chain(_wave(), tolerance)) - 1) // 3 for tolerance in (0.1, 1.0, 5.0)]
    assert counts[0] > counts[1] > counts[2] >= 1


def test_ends_are_kept_and_joints_are_smooth():
    control = fit_chain(_wave(), 0.3)
    assert (control[[0, -1]] == _wave()[[0, -1]]).all()
    for joint in range(3, len(control) - 1, 3):
        back, ahead = control[joint] - control[joint - 1], control[joint + 1] - control[joint]
        assert back @ ahead > 0.999 * np.hypot(*back) * np.hypot(*ahead)


def test_two_points_and_equal_points_give_a_line():
    straight = fit_chain(np.array([[0.0, 0.0], [9.0, 3.0]]))
    assert np.allclose(straight, [[0, 0], [3, 1], [6, 2], [9, 3]])
    assert np.allclose(fit_chain(np.zeros((5, 2))), 0)


def test_given_tangents_are_taken():
    way = np.array([0.0, 1.0])
    control = fit_chain(_wave()[:40], 5.0, (way, -way))
    assert abs(control[1, 0] - control[0, 0]) < 1e-9


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="points has 1 rows"):
        fit_chain(np.zeros((1, 2)))
    with pytest.raises(ValueError, match="tolerance is 0"):
        fit_chain(_wave(), 0)
