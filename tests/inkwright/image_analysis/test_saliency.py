from __future__ import annotations

import numpy as np

from inkwright.image_analysis.filters.lab_color import srgb_to_lab
from inkwright.image_analysis.saliency.contrast import border_contrast, center_prior, normalized, saliency_map
from tests.inkwright.image_analysis.synthetic_pictures import disc


def test_a_disc_stands_out_from_its_paper():
    saliency = saliency_map(srgb_to_lab(disc(50)))
    assert saliency.shape == (224, 224)
    assert saliency.min() >= 0
    assert saliency.max() <= 1
    assert saliency[112, 112] > 0.7 > 0.2 > saliency[:20].max()


def test_what_touches_one_side_still_differs_from_the_border():
    picture = np.ones((100, 100, 3), np.float32)
    picture[50:, 35:65] = (0.8, 0.1, 0.1)
    contrast = border_contrast(srgb_to_lab(picture))
    assert contrast[75, 50] > 0.9 > 0.1 > contrast[20, 20]


def test_a_mask_silences_what_is_not_the_subject():
    mask = np.zeros((224, 224), np.float32)
    mask[:, :112] = 1
    saliency = saliency_map(srgb_to_lab(disc(50)), mask)
    assert saliency[112, 90] > 0.5 > 0.01 > saliency[112, 140]


def test_an_empty_picture_has_none():
    assert saliency_map(srgb_to_lab(np.ones((30, 40, 3), np.float32))).max() == 0


def test_the_center_counts_most():
    prior = center_prior(11, 21)
    assert prior[5, 10] == prior.max() == 1
    np.testing.assert_allclose(prior, prior[::-1, ::-1], rtol=1e-5)


def test_normalized_leaves_zeros_alone():
    np.testing.assert_array_equal(normalized(np.zeros((3, 3), np.float32)), 0)
    assert normalized(np.arange(100, dtype=np.float32)).max() == 1
