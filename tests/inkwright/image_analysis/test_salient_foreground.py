from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from inkwright.image_analysis.subject.salient_foreground import salient_foreground
from tests.conftest import ROOT


def _overlap(mask: np.ndarray, truth: np.ndarray) -> float:
    return (mask * truth).sum() / np.maximum(mask, truth).sum()


@pytest.mark.parametrize("size", [(120, 160), (448, 300)])
def test_a_thing_on_a_noisy_ground_is_cut_out(size):
    height, width = size
    rows, columns = np.mgrid[0:height, 0:width]
    truth = ((rows / height - 0.5) ** 2 / 0.06 + (columns / width - 0.45) ** 2 / 0.04 < 1).astype(np.float32)
    noise = np.random.default_rng(0).normal(0, 0.03, (height, width, 3))
    ground, thing = np.array([0.3, 0.5, 0.3]), np.array([0.8, 0.3, 0.2])
    picture = ground + truth[..., None] * (thing - ground) + noise
    mask = salient_foreground(np.clip(picture, 0, 1).astype(np.float32))
    assert mask.shape == size
    assert _overlap(mask, truth) > 0.93


def test_the_same_picture_has_the_same_mask_whatever_was_cut_before():
    picture = np.asarray(Image.open(ROOT / "assets/examples/dahlia.jpg").convert("RGB").resize((160, 160)))
    picture = picture.astype(np.float32) / 255
    first = salient_foreground(picture)
    salient_foreground(picture[::-1].copy())
    assert np.array_equal(first, salient_foreground(picture))
    assert 0.3 < first.mean() < 0.6


def test_nothing_stands_out_of_a_flat_picture():
    assert not salient_foreground(np.full((50, 40, 3), 0.7, np.float32)).any()
