from __future__ import annotations

import numpy as np

from inkwright.image_analysis.flow.flow_sampling import nearest, sample, smooth_along_flow


def test_sample_is_bilinear_and_clamped():
    maps = np.arange(12, dtype=np.float32).reshape(3, 4)
    x, y = np.array([0, 1.5, 99], np.float32), np.array([0, 0.5, -5], np.float32)
    np.testing.assert_allclose(sample(maps, x, y), [0, 3.5, 3])
    np.testing.assert_allclose(sample(np.stack([maps, -maps], -1), x, y)[:, 1], [0, -3.5, -3])
    np.testing.assert_allclose(nearest(maps, x, y), [0, 2, 3])


def test_sample_of_one_pixel():
    assert sample(np.full((1, 1), 7, np.float32), np.array([3.0]), np.array([-2.0])) == 7


def _upward(height: int, width: int, signs: np.random.Generator) -> np.ndarray:
    flow = np.zeros((height, width, 2), np.float32)
    flow[..., 1] = signs.choice([-1, 1], (height, width))
    return flow


def test_a_constant_stays_whatever_the_signs_of_the_flow_are():
    flow = _upward(20, 20, np.random.default_rng(0))
    signed = flow[..., 1:]
    both = smooth_along_flow(
        np.concatenate([signed, np.ones_like(signed)], -1), flow, 3.0, np.array([True, False])
    )
    np.testing.assert_allclose(both[..., 0], signed[..., 0], atol=1e-5)
    np.testing.assert_allclose(both[..., 1], 1, atol=1e-5)


def test_averages_along_the_flow_and_not_across():
    maps = np.zeros((31, 31, 1), np.float32)
    maps[15, 15] = 1
    smooth = smooth_along_flow(maps, _upward(31, 31, np.random.default_rng(1)), 3.0, np.array([False]))[
        ..., 0
    ]
    assert smooth[12, 15] > 0.05
    assert smooth[:, 14].max() == 0
    assert abs(smooth[:, 15].sum() - 1) < 0.02
