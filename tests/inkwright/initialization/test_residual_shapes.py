"""Shapes that start where a drawing is wrong: they lie there, and gain what they promise."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inkwright.initialization.residual_shapes.seeds import find_seeds
from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vectorization.masks.outlines import mask_outline


def blobs() -> np.ndarray:
    """A red ellipse and a smaller blue square on gray."""
    y, x = np.mgrid[0:40, 0:60] + 0.5
    picture = np.full((40, 60, 3), 0.5, np.float32)
    picture[((x - 20) / 9) ** 2 + ((y - 18) / 7) ** 2 < 1] = (0.9, 0.1, 0.1)
    picture[26:36, 42:52] = (0.1, 0.1, 0.8)
    return picture


@pytest.mark.parametrize("segments", [4, 8])
def test_an_outline_encloses_its_mask(segments):
    mask = blobs()[..., 0] > 0.8
    points = torch.from_numpy(mask_outline(mask, segments)).float()[None]
    assert points.shape[1] == 3 * segments
    drawing = Drawing.from_fills(points, torch.tensor([[0.0, 0, 0, 1]]), (60, 40))
    covered = 1 - rasterize(drawing)[0, 0].numpy()
    assert np.abs(covered - mask).sum() < 0.1 * mask.sum()


def test_hardly_a_pixel_has_no_outline():
    assert mask_outline(np.zeros((8, 8), bool), 4) is None


def test_seeds_are_the_shapes_of_the_picture_and_gain_what_they_say():
    picture = blobs()
    drawn = np.full_like(picture, 0.5)
    seeds = find_seeds(picture, drawn, 2, segments=8, usual_radius=10.0)
    truth = [((20, 18), (0.9, 0.1, 0.1)), ((47, 31), (0.1, 0.1, 0.8))]
    for seed, (place, color) in zip(seeds, truth, strict=True):
        np.testing.assert_allclose(seed.points.mean(0), place, atol=1)
        np.testing.assert_allclose(seed.color, color, atol=0.02)
        points = torch.from_numpy(seed.points).float()[None]
        fill = torch.tensor([[*seed.color.tolist(), 1.0]])
        image = rasterize(Drawing.from_fills(points, fill, (60, 40)), background=[0.5] * 3)
        after = ((image[0].permute(1, 2, 0).numpy() - picture) ** 2).sum()
        assert ((drawn - picture) ** 2).sum() - after == pytest.approx(seed.gain, rel=0.1)


def test_where_nothing_is_wrong_nothing_is_added():
    picture = blobs()
    assert find_seeds(picture, picture, 5, segments=4, usual_radius=8.0) == []
