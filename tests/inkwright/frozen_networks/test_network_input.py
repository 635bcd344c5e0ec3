from __future__ import annotations

import torch

from inkwright.frozen_networks.network_input import clean_view, imagenet_normalized, on_square


def test_the_clean_view_keeps_everything_on_white():
    black = torch.zeros(1, 3, 30, 60)
    square = on_square(black)
    assert square.shape == (1, 3, 60, 60)
    assert square.sum() == 3 * 30 * 60
    assert square[..., :15, :].min() == 1
    assert square[..., 15:45, :].max() == 0
    assert clean_view(black, 32).shape == (1, 3, 32, 32)
    ground = torch.tensor([0.2, 0.4, 0.6])[:, None, None]
    assert torch.equal(on_square(black, ground[None])[0, :, :1, :1], ground)
    picture = torch.rand(1, 3, 32, 32)
    assert clean_view(picture, 32) is picture


def test_the_mean_color_of_imagenet_is_zero_and_its_deviation_one():
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    pixels = torch.stack([mean, mean + std])[..., None, None]
    found = imagenet_normalized(pixels).flatten(1)
    torch.testing.assert_close(found, torch.tensor([[0.0] * 3, [1.0] * 3]), atol=1e-6, rtol=0)
