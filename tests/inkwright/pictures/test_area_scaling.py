"""Scaling keeps means, directions and constants."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inkwright.pictures.area_scaling import axis_weights, scale_picture, working_size


@pytest.mark.parametrize(
    ("size", "long_side", "wanted"),
    [
        ((640, 480), 224, (224, 168)),
        ((480, 640), 224, (168, 224)),
        ((1, 1), 64, (64, 64)),
        ((1000, 1), 64, (64, 1)),
    ],
)
def test_working_size_keeps_the_aspect_ratio(size, long_side, wanted):
    assert working_size(*size, long_side) == wanted


def test_shrinking_by_a_whole_factor_is_the_mean_of_blocks():
    values = np.random.default_rng(0).random((12, 8, 3), dtype=np.float32)
    blocks = values.reshape(4, 3, 4, 2, 3).mean((1, 3))
    torch.testing.assert_close(scale_picture(values, 4, 4).permute(1, 2, 0), torch.from_numpy(blocks))


@pytest.mark.parametrize(("width", "height"), [(5, 3), (7, 11), (20, 31)])
def test_mean_is_kept_when_both_sides_shrink_and_constants_always(width, height):
    values = np.random.default_rng(1).random((31, 20, 1), dtype=np.float32)
    assert scale_picture(values, min(width, 20), min(height, 31)).mean().item() == pytest.approx(
        float(values.mean()), abs=1e-5
    )
    ones = scale_picture(np.ones((6, 9, 1), np.float32), width, height)
    torch.testing.assert_close(ones, torch.ones(1, height, width))


def test_enlarging_is_smooth_and_symmetric():
    weights = axis_weights(2, 8)
    torch.testing.assert_close(weights, weights.flip(0, 1))
    assert (weights[:, 1].diff() >= 0).all()
