"""Loss map and losses against the obvious way to compute them."""

from __future__ import annotations

import math

import pytest
import torch

from inkwright.simplification.line_losses import line_disagreement, loss_map, same_bin_share, weighted_error


def _naive_share(picture: torch.Tensor, radius: int = 2) -> torch.Tensor:
    height, width = picture.shape
    bins = (picture * 10).floor().clamp(0, 9)
    share = torch.zeros_like(picture)
    for row in range(height):
        for column in range(width):
            around = bins[
                max(row - radius, 0) : row + radius + 1, max(column - radius, 0) : column + radius + 1
            ]
            share[row, column] = (around == bins[row, column]).double().mean()
    return share


@pytest.mark.parametrize("kind", ["two greys", "three greys", "all greys", "one grey"])
def test_fast_share_equals_the_double_loop(kind):
    torch.manual_seed(1)
    values = torch.rand(17, 23, dtype=torch.float64)
    picture = {
        "two greys": (values > 0.2).double(),
        "three greys": (values * 3).floor() / 3,
        "all greys": values,
        "one grey": torch.full_like(values, 0.3),
    }[kind]
    assert (same_bin_share(picture[None, None])[0, 0] - _naive_share(picture)).abs().max() < 1e-6


@pytest.mark.parametrize(("height", "width", "radius"), [(1, 9, 2), (2, 2, 2), (6, 1, 4), (12, 11, 9)])
def test_windows_wider_than_the_picture_and_batches(height, width, radius):
    torch.manual_seed(2)
    pictures = torch.rand(2, 1, height, width, dtype=torch.float64)
    found = same_bin_share(pictures, radius)
    for one, picture in zip(found, pictures, strict=True):
        assert (one[0] - _naive_share(picture[0], radius)).abs().max() < 1e-6


@pytest.mark.parametrize(
    ("width", "weights"), [(1, [1]), (3, [1, 1, 1]), (4, [1, 0.70, 0.70, 1]), (5, [1, 0.70, 0.21, 0.70, 1])]
)
def test_paper_map_across_a_black_line(width, weights):
    picture = torch.ones(1, 1, 21, 21)
    picture[..., 8 : 8 + width] = 0
    found = loss_map(picture, "paper")[0, 0, 10, 8 : 8 + width]
    assert torch.allclose(found, torch.tensor(weights, dtype=torch.float32), atol=0.006)


def test_code_map_across_a_black_line_and_white_counts_fully():
    picture = torch.ones(1, 1, 21, 21)
    picture[..., 10] = 0
    assert loss_map(picture, "code")[0, 0, 10, 10] == pytest.approx(math.exp(-0.2) + 0.5)
    assert (loss_map(picture, "paper")[picture == 1] == 1).all()
    assert (loss_map(picture, "none") == 1).all()


def test_map_stands_inside_the_square_and_carries_no_gradient():
    target = torch.zeros(1, 1, 9, 9)
    cleaned = torch.full_like(target, 0.5, requires_grad=True)
    weight = 6 * math.exp(-1) - 2
    assert weighted_error(cleaned, target, "paper").item() == pytest.approx(0.25 * weight**2, rel=1e-5)
    assert weighted_error(cleaned, target, "paper", 1).item() == pytest.approx(0.25 * weight, rel=1e-5)
    assert not loss_map(target.requires_grad_(), "paper").requires_grad


def test_unknown_map_and_power_are_refused():
    with pytest.raises(ValueError, match="loss_map is 'seed'; there is none, code, paper"):
        loss_map(torch.ones(1, 1, 4, 4), "seed")
    with pytest.raises(ValueError, match="map_power is 3"):
        weighted_error(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 4, 4), "none", 3)
    with pytest.raises(ValueError, match="tolerance is -1"):
        line_disagreement(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 4, 4), -1)


def test_lines_agree_within_the_tolerance_and_no_farther():
    target = torch.ones(1, 1, 40, 40)
    target[..., 20] = 0
    assert float(line_disagreement(target, target)) == pytest.approx(0, abs=1e-3)
    assert float(line_disagreement(torch.roll(target, 2, -1), target, 2)) == pytest.approx(0, abs=1e-3)
    assert float(line_disagreement(torch.roll(target, 6, -1), target, 2)) > 0.9


def test_gray_clouds_and_missing_lines_both_cost():
    target = torch.ones(1, 1, 40, 40)
    target[..., 20] = 0
    cloud = target.clone()
    cloud[..., :14] = 0.8
    assert float(line_disagreement(cloud, target)) > 0.3
    assert float(line_disagreement(torch.ones_like(target), target)) > 0.7
