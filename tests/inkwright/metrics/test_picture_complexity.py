"""Complexity: flat pictures have none, busier pictures have more, constants belong to a size."""

from __future__ import annotations

import pytest
import torch

from inkwright.metrics.picture_complexity import edge_density, picture_complexity, spectral_entropy
from inkwright.pictures.target_image import load_target


def test_flat_picture_is_as_simple_as_can_be():
    measured = picture_complexity(torch.full((3, 50, 70), 0.4))
    assert (measured.edge_density, measured.spectral_entropy, measured.complexity) == (0.0, 0.0, 0.0)


def test_white_noise_has_nearly_the_greatest_entropy():
    noise = torch.rand(224, 224, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert 0.93 < spectral_entropy(noise) < 1
    wave = 0.5 + 0.4 * torch.sin(torch.arange(224, dtype=torch.float64) / 4).expand(224, 224)
    assert spectral_entropy(wave) < 0.2


def test_edges_are_counted_where_the_slope_is():
    step = torch.zeros(100, 100, dtype=torch.float64)
    step[:, 50:] = 0.5
    # Sobel / 8 gives half of the step of a blurred edge per pixel: visible within some 2 pixels of it.
    assert 0.03 < edge_density(step) < 0.07
    ramp = (0.015 * torch.arange(60, dtype=torch.float64)).expand(60, 60)
    assert edge_density(ramp) == 0.0
    # away from the rims, where the mirror halves the slope, a slope of 0.03 shows everywhere
    assert edge_density(2 * ramp) > 0.9


def test_bundled_pictures_are_ordered_as_one_sees_them():
    horse, dahlia = (picture_complexity(load_target(name, 224).image) for name in ("horse", "dahlia"))
    assert horse.complexity < dahlia.complexity
    assert 0 <= horse.complexity <= dahlia.complexity <= 1


def test_what_is_no_picture_is_refused():
    with pytest.raises(ValueError, match="picture"):
        picture_complexity(torch.zeros(4, 4))
