from __future__ import annotations

import numpy as np
import pytest
import torch

from inkwright.metrics.boundary_map import boundary_map, boundary_strength


def disc(size=96, radius=30, inside=(0.1, 0.2, 0.7), outside=(0.9, 0.8, 0.3)):
    y, x = torch.meshgrid(torch.arange(size) + 0.5, torch.arange(size) + 0.5, indexing="ij")
    distance = ((x - size / 2) ** 2 + (y - size / 2) ** 2).sqrt()
    cover = (radius + 0.5 - distance).clamp(0, 1)
    colors = [torch.tensor(color)[:, None, None] for color in (inside, outside)]
    return cover * colors[0] + (1 - cover) * colors[1], distance.numpy()


def test_the_boundary_of_a_disc_is_one_thin_closed_circle():
    from scipy import ndimage

    image, distance = disc()
    found = boundary_map(image)
    assert np.abs(distance[found] - 30).max() < 1.6
    assert ndimage.label(found, structure=np.ones((3, 3)))[1] == 1
    assert 0.8 < found.sum() / (2 * np.pi * 30) < 1.3
    interior = ndimage.binary_fill_holes(ndimage.binary_dilation(found))
    assert interior[48, 48]


def test_color_alone_is_a_boundary():
    # Equal luminance, different hue.
    image, distance = disc(inside=(0.75, 0.35, 0.35), outside=(0.2, 0.535, 0.5))
    found = boundary_map(image)
    assert found.sum() > 150
    assert np.abs(distance[found] - 30).max() < 2


@pytest.mark.parametrize(("angle", "direction"), [(0, 0), (45, 2), (90, 4), (135, 6)])
def test_direction_is_that_of_the_boundary(angle, direction):
    y, x = torch.meshgrid(torch.arange(41.0) - 20, torch.arange(41.0) - 20, indexing="ij")
    turn = torch.deg2rad(torch.tensor(float(angle)))
    image = (torch.cos(turn) * y - torch.sin(turn) * x > 0).float().expand(3, 41, 41)
    strength = boundary_strength(image)[:, 20, 20]
    assert abs((int(strength.argmax()) - direction + 4) % 8 - 4) <= 1
    assert strength.argmin() == (direction + 4) % 8 or strength[(direction + 4) % 8] < 0.35 * strength.max()


def test_texture_cancels_and_plain_surfaces_are_empty():
    noise = 0.5 + 0.12 * torch.randn(1, 96, 96, generator=torch.Generator().manual_seed(0)).expand(3, 96, 96)
    assert boundary_map(noise.clamp(0, 1)).mean() < 0.02
    assert not boundary_map(torch.full((3, 40, 50), 0.4)).any()


def test_strength_does_not_depend_on_which_side_is_darker():
    image, _ = disc()
    torch.testing.assert_close(boundary_strength(image), boundary_strength(image.flip(1, 2)).flip(1, 2))


@pytest.mark.parametrize("shape", [(1, 1), (2, 9), (33, 47)])
def test_any_size(shape):
    assert boundary_map(torch.rand(3, *shape)).shape == shape
