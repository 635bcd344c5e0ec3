from __future__ import annotations

import numpy as np

from inkwright.vector_graphics.curves.fitting import bernstein, fit_cubics, resample


def test_bernstein_polynomials_sum_to_one():
    np.testing.assert_allclose(bernstein(np.linspace(0, 1, 7)).sum(-1), 1)


def test_recovers_cubics_from_their_points():
    control = np.random.default_rng(0).uniform(0, 100, (5, 4, 2))
    control[:, 1] = control[:, 0] + [20, 10]
    control[:, 2] = control[:, 3] + [-15, 12]
    points = bernstein(np.linspace(0, 1, 40)) @ control
    _, error = fit_cubics(points, reparametrisations=30)
    assert error.max() < 0.5


def test_a_quarter_circle_fits_closely():
    angle = np.linspace(0, np.pi / 2, 30)
    points = 100 * np.stack([np.cos(angle), np.sin(angle)], -1)[None]
    control, error = fit_cubics(points)
    assert error[0] < 0.25
    assert fit_cubics(points, 40)[1][0] < 0.06
    np.testing.assert_allclose(control[0, [0, 3]], [[100, 0], [0, 100]], atol=1e-9)


def test_a_straight_row_gives_a_straight_line():
    points = np.linspace([0, 0], [30, 15], 12)[None]
    control, error = fit_cubics(points)
    assert error[0] < 1e-3
    np.testing.assert_allclose(control[0], np.linspace([0, 0], [30, 15], 4), atol=0.2)


def test_reparametrising_helps():
    t = np.linspace(0, 1, 25) ** 2
    points = (bernstein(t) @ np.array([[0, 0], [10, 60], [80, 60], [90, 0.0]]))[None]
    assert fit_cubics(points, 4)[1][0] < 0.5 * fit_cubics(points, 0)[1][0]


def test_equal_points_give_a_point():
    control, error = fit_cubics(np.full((2, 5, 2), 3.0))
    np.testing.assert_allclose(control, 3, atol=1e-6)
    assert error.max() < 1e-6


def test_resample_is_even_by_index():
    points = np.stack([np.arange(10.0), np.zeros(10)], -1)[None]
    np.testing.assert_allclose(resample(points, np.array([2]), np.array([8]), 4)[0, :, 0], [2, 4, 6, 8])
