"""Masks become closed paths, and tangled paths become plain ones."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inkwright.initialization.region_shapes.mask_shapes import fills_of_paths
from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vectorization.masks import uncrossing
from inkwright.vectorization.masks.closed_paths import mask_paths
from inkwright.vectorization.masks.uncrossing import crosses_itself, crossing_shapes, uncrossed

SIZE = 48
Y, X = np.mgrid[0:SIZE, 0:SIZE] + 0.5
BLACK = np.array([[0.0, 0, 0, 1]])


def painted(paths) -> np.ndarray:
    drawing = fills_of_paths([paths], BLACK, [1], (SIZE, SIZE))
    return 1 - rasterize(drawing)[0, 0].numpy()


@pytest.mark.parametrize(
    ("mask", "paths", "most"),
    [
        (np.hypot(X - 24, Y - 24) < 15, 1, 6),
        ((np.hypot(X - 24, Y - 24) < 18) & (np.hypot(X - 24, Y - 24) > 8), 2, 10),
        ((abs(X - 24) < 13) & (abs(Y - 22) < 9), 1, 8),
        ((abs(X - 12) < 6) | (abs(X - 36) < 6), 2, 12),
    ],
    ids=["disc", "ring", "rectangle", "two bars"],
)
def test_paths_cover_the_mask_with_few_curves(mask, paths, most):
    found = mask_paths(mask, tolerance=0.5)
    assert len(found) == paths
    assert sum(len(path) // 3 for path in found) <= most
    assert np.abs(painted(found) - mask).sum() < 0.05 * mask.sum() + 6


def test_a_rectangle_keeps_its_corners_and_a_disc_has_none():
    (rectangle,) = mask_paths((abs(X - 24) < 13) & (abs(Y - 22) < 9))
    corners = np.array([[11, 13], [37, 13], [37, 31], [11, 31]])
    joints = rectangle[::3]
    assert all(np.hypot(*(joints - corner).T).min() < 1.5 for corner in corners)
    (disc,) = mask_paths(np.hypot(X - 24, Y - 24) < 15)
    before, after = disc[::3] - np.roll(disc, 1, 0)[::3], disc[1::3] - disc[::3]
    cosine = (before * after).sum(1) / np.hypot(*before.T) / np.hypot(*after.T)
    assert cosine.min() > 0.95


def test_what_touches_the_border_goes_on_beyond_it():
    (path,) = mask_paths(Y < 20)
    assert path[:, 0].min() < -1
    assert path[:, 0].max() > SIZE + 1
    assert path[:, 1].min() < -1


def eight() -> Drawing:
    """A figure of eight, and a triangle."""
    corners = torch.tensor([[[8.0, 8], [40, 40], [40, 8], [8, 40]], [[4, 4], [44, 4], [24, 30], [4, 4]]])
    step = corners.roll(-1, 1) - corners
    points = torch.stack([corners, corners + step / 3, corners + 2 * step / 3], dim=2).reshape(2, 12, 2)
    return Drawing.from_fills(points, torch.tensor([[0.0, 0, 0, 1]] * 2), (SIZE, SIZE))


def test_a_figure_of_eight_is_told_and_mended():
    drawing = eight()
    assert crossing_shapes(drawing).tolist() == [True, False]
    plain = uncrossed(drawing)
    assert not crossing_shapes(plain).any()
    assert plain.num_shapes == 2
    assert plain.num_paths == 3
    torch.testing.assert_close(plain.points[-12:], drawing.points[-12:])
    one = torch.tensor([0])
    before, after = (rasterize(each.select(one)) for each in (drawing, plain))
    assert float((before - after).abs().mean()) < 0.01


def test_what_crosses_again_once_it_is_traced_is_traced_again(monkeypatch):
    drawing, masks = eight(), []

    def first_a_tangle(mask, **options):
        masks.append(mask)
        tangle = drawing.points[:12].numpy() * (len(mask) / SIZE)
        return [tangle] if len(masks) == 1 else mask_paths(mask, **options)

    monkeypatch.setattr(uncrossing, "mask_paths", first_a_tangle)
    assert not crossing_shapes(uncrossed(drawing)).any()
    assert len(masks) == 2


def test_paths_without_crossings_are_left_alone():
    assert not crosses_itself(eight().select(torch.tensor([1])).cubics().numpy())
