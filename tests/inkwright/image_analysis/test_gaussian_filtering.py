from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from inkwright.image_analysis.filters.gaussian_filtering import gaussian


@pytest.mark.parametrize("order", [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (0, 2)])
@pytest.mark.parametrize("shape", [(30, 44), (5, 7), (1, 1), (9, 40, 3), (40, 9, 2)])
def test_is_the_filter_of_scipy(shape, order):
    maps = np.random.default_rng(0).random(shape).astype(np.float32)
    for sigma in (0.6, 1.4, 4.7):
        still = (0,) * (len(shape) - 2)
        wanted = ndimage.gaussian_filter(maps, (sigma, sigma, *still), order=(*order, *still), mode="nearest")
        np.testing.assert_allclose(gaussian(maps, sigma, order), wanted, atol=2e-6)


def test_no_width_changes_nothing():
    maps = np.random.default_rng(0).random((4, 5)).astype(np.float32)
    np.testing.assert_array_equal(gaussian(maps, 0.0), maps)


def test_views_of_larger_maps_are_filtered_as_they_are_seen():
    maps = np.random.default_rng(0).random((20, 30, 2)).astype(np.float32)
    np.testing.assert_array_equal(gaussian(maps[::2, ::3, 0], 1.5), gaussian(maps[::2, ::3, 0].copy(), 1.5))
