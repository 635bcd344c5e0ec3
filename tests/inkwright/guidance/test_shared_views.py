from __future__ import annotations

import pytest
import torch

from inkwright.guidance.shared_views import SharedViews


def _pictures(count: int = 3, height: int = 48, width: int = 64) -> torch.Tensor:
    return torch.rand(count, 3, height, width, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_all_pictures_get_the_identical_draw(noise):
    one = _pictures(1)
    views = SharedViews(noise=noise).augmented(torch.cat([one, one]), 32, 0.25)
    assert views.shape == (4, 2, 3, 32, 32)
    assert torch.equal(views[:, 0], views[:, 1])
    assert not torch.equal(views[0, 0], views[1, 0])


def test_the_draw_depends_on_seed_and_progress_alone():
    pictures, views = _pictures(), SharedViews(seed=5)
    first = views.augmented(pictures, 32, 0.25)
    torch.rand(7)
    assert torch.equal(first, SharedViews(seed=5).augmented(pictures, 32, 0.25))
    assert torch.equal(first[:, :1], views.augmented(pictures[:1], 32, 0.25))
    for other in (SharedViews(seed=6).augmented(pictures, 32, 0.25), views.augmented(pictures, 32, 0.5)):
        assert not torch.allclose(first, other, atol=0.05)


def test_looking_leaves_the_random_numbers_alone():
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    SharedViews(noise=0.1).augmented(_pictures(), 32, 0.25)
    assert torch.equal(torch.rand(2), expected)


@pytest.mark.parametrize("fill", [0.0, 0.3, 1.0])
def test_beyond_the_edge_there_is_the_fill(fill):
    grey = torch.full((1, 3, 64, 64), fill)
    torch.testing.assert_close(
        SharedViews(fill=fill).augmented(grey, 32, 0.1), torch.full((4, 1, 3, 32, 32), fill)
    )
    other = SharedViews(fill=fill, crop=(1, 1)).augmented(torch.full((1, 3, 64, 64), 0.6), 64, 0.1)
    corners = other[..., [0, 0, -1, -1], [0, -1, 0, -1]]
    assert (corners - fill).abs().amin() < 1e-5


@pytest.mark.parametrize("fill", [0.0, 1.0])
def test_gradients_are_those_of_a_linear_map(fill):
    """Views are affine in the picture: the gradient predicts any change exactly."""
    views = SharedViews(2, fill=fill)
    picture = _pictures(1).double().requires_grad_()
    weights = torch.rand(2, 1, 3, 32, 32, dtype=torch.double, generator=torch.Generator().manual_seed(1))
    value = (weights * views.augmented(picture, 32, 0.5)).sum()
    (gradient,) = torch.autograd.grad(value, picture)
    change = 0.1 * _pictures(1).flip(-1).double()
    after = (weights * views.augmented(picture.detach() + change, 32, 0.5)).sum()
    torch.testing.assert_close(after - value, (gradient * change).sum(), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"num_augmented": -1}, "num_augmented is -1"),
        ({"num_augmented": 0, "clean": False}, "without the clean view"),
        ({"distortion": 1.5}, "distortion is 1.5"),
        ({"crop": (0.9, 0.8)}, r"crop is \[0.9, 0.8\]"),
        ({"fill": 2.0}, "fill is 2.0"),
        ({"noise": -0.1}, "noise is -0.1"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_wrong_numbers_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        SharedViews(**wrong)
