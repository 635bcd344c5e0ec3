from __future__ import annotations

import numpy as np
from skimage.color import rgb2lab

from inkwright.image_analysis.filters.lab_color import principal_channels, srgb_to_lab


def test_agrees_with_scikit_image():
    image = np.random.default_rng(0).random((9, 7, 3)).astype(np.float32)
    np.testing.assert_allclose(srgb_to_lab(image), rgb2lab(image) / 100, atol=2e-4)


def test_principal_channels_keep_every_difference_of_a_gray_picture_in_one_channel():
    image = np.random.default_rng(0).random((20, 20, 1)).astype(np.float32).repeat(3, axis=2)
    lab = srgb_to_lab(image)
    channels, lightness = principal_channels(lab)
    assert channels.shape == (20, 20, 1)
    np.testing.assert_allclose(
        np.abs(np.diff(channels[..., 0], axis=0)), np.abs(np.diff(lab[..., 0], axis=0)), atol=1e-3
    )
    np.testing.assert_allclose(channels @ lightness, lab[..., 0], atol=1e-2)


def test_principal_channels_keep_distances_between_colors():
    lab = srgb_to_lab(np.random.default_rng(0).random((20, 20, 3)).astype(np.float32))
    channels, _ = principal_channels(lab)
    np.testing.assert_allclose(
        np.linalg.norm(channels[0, 0] - channels[5, 7]), np.linalg.norm(lab[0, 0] - lab[5, 7]), rtol=1e-4
    )


def test_a_flat_picture_has_one_channel():
    assert principal_channels(np.full((4, 4, 3), 0.5, np.float32))[0].shape[-1] >= 1
