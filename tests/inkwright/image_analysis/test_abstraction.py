"""Pictures with less and less detail, their regions, and the layers of these."""

from __future__ import annotations

import numpy as np
import pytest

from inkwright.image_analysis.abstraction.gradient_smoothing import GradientSmoothing, smooth_gradients
from inkwright.image_analysis.abstraction.mask_layers import layer_masks
from inkwright.image_analysis.abstraction.merged_regions import MergedRegions, merge_regions, region_masks

Y, X = np.mgrid[0:48, 0:64] + 0.5
FACE = np.hypot(X - 32, Y - 24) < 16
EYE = np.hypot(X - 27, Y - 20) < 4


def face() -> np.ndarray:
    """A light disc with a dark one in it, on blue, with noise."""
    picture = np.full((48, 64, 3), (0.2, 0.3, 0.7), np.float32)
    picture[FACE], picture[EYE] = (0.9, 0.7, 0.5), (0.1, 0.1, 0.1)
    noise = np.random.default_rng(0).normal(0, 0.03, picture.shape)
    return np.clip(picture + noise, 0, 1).astype(np.float32)


def changes(picture: np.ndarray) -> int:
    return int((np.abs(np.diff(picture, axis=1)).sum(2) > 0.01).sum())


def test_smoothing_takes_noise_and_leaves_edges():
    picture = face()
    smooth = smooth_gradients(picture, 0.02)
    assert changes(smooth) < 0.2 * changes(picture)
    edge = np.abs(smooth[24, 46] - smooth[24, 50]).sum()
    assert edge > 0.8 * np.abs(picture[24, 46] - picture[24, 50]).sum()


def test_levels_have_less_and_less_detail():
    counts = [changes(level) for level in GradientSmoothing()(face())]
    assert len(counts) == 5
    assert counts == sorted(counts, reverse=True)
    with pytest.raises(ValueError, match="strengths"):
        GradientSmoothing([-1])


def test_regions_are_the_things_and_merge_to_one():
    labels = merge_regions(face(), 0.3)
    assert labels.max() == 2
    assert (merge_regions(face(), 1e6) == 0).all()
    masks = region_masks(labels, 0.001)
    for mask, truth in zip(masks, (np.ones_like(FACE), FACE, EYE), strict=True):
        assert (mask != truth).mean() < 0.02
    assert not region_masks(labels, 0.001, fill_holes=False)[0][FACE & ~EYE][100]


def test_layers_go_from_what_contains_to_what_is_contained():
    everything = np.ones_like(FACE)
    nearly = FACE.copy()
    nearly[20:22] = False
    fine, coarse = [everything, nearly, EYE], [everything, FACE]
    layers = layer_masks([fine, coarse])
    assert [len(layer) for layer in layers] == [1, 1, 1]
    assert layers[1][0] is nearly  # the finest of those that are nearly the same
    assert layers[2][0] is EYE
    assert layer_masks([]) == []


def test_what_was_found_late_goes_below_what_it_covers():
    fine, coarse = [FACE, np.ones_like(FACE)], [EYE]
    assert [
        [mask is each for mask in layer]
        for layer, each in zip(layer_masks([fine, coarse]), (fine[1], FACE, EYE), strict=True)
    ] == [[True], [True], [True]]


def test_a_mask_for_each_level():
    found = MergedRegions(strengths=(0.02, 1e6))([face(), face()])
    assert [len(level) for level in found] == [3, 1]
