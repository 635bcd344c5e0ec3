"""Regions become shapes: the best ones, in their colors, without cracks between them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inkwright.initialization.region_shapes.calm_regions import CalmRegions
from inkwright.initialization.region_shapes.mask_shapes import structure_shapes
from inkwright.initialization.region_shapes.structure import choose_structure
from inkwright.optimization.objectives.layer_masks_loss import LayerMasksLoss
from inkwright.vector_graphics import rasterize

Y, X = np.mgrid[0:32, 0:48] + 0.5
LEFT, RIGHT, DOT = X < 24, X > 24, np.hypot(X - 12, Y - 16) < 6
RED, BLUE, YELLOW = (0.8, 0.1, 0.1), (0.1, 0.1, 0.8), (0.9, 0.9, 0.1)


def flag() -> np.ndarray:
    picture = np.zeros((32, 48, 3), np.float32)
    picture[LEFT], picture[RIGHT], picture[DOT] = RED, BLUE, YELLOW
    return picture


def test_flat_regions_are_taken_beyond_the_budget_in_the_color_of_what_is_seen():
    found = choose_structure(flag(), [[LEFT, RIGHT], [DOT]], budget=1, most=9)
    assert found.layers == [1, 1, 2]
    np.testing.assert_allclose(found.colors, [RED, BLUE, YELLOW], atol=1e-6)
    assert len(choose_structure(flag(), [[LEFT, RIGHT], [DOT]], budget=1, most=2).masks) == 2


def test_others_only_within_it():
    noisy = np.clip(flag() + np.random.default_rng(0).normal(0, 0.1, (32, 48, 3)), 0, 1).astype(np.float32)
    found = choose_structure(noisy, [[LEFT, RIGHT], [DOT]], budget=2, most=9)
    assert len(found.masks) == 2
    assert found.layers[0] == 1


def test_no_paper_shows_between_neighbors():
    drawing, _ = structure_shapes(
        choose_structure(flag(), [[LEFT, RIGHT], [DOT]], budget=3, most=9), (48, 32)
    )
    assert drawing.layer.tolist() == [1, 1, 2]
    on_white, on_black = (rasterize(drawing, background=[shade] * 3) for shade in (1.0, 0.0))
    torch.testing.assert_close(on_white, on_black, atol=0.02, rtol=0)
    assert float((on_white[0].permute(1, 2, 0).numpy() - flag()).__abs__().mean()) < 0.03


def test_a_layer_pays_for_leaving_its_masks_and_for_overlap():
    structure = choose_structure(flag(), [[LEFT, RIGHT], [DOT]], budget=3, most=9)
    drawing, kept = structure_shapes(structure, (48, 32))
    loss = LayerMasksLoss(kept.masks, kept.layers, weight=1.0, overlap=0.0)
    overlap = LayerMasksLoss(kept.masks, kept.layers, weight=0.0, overlap=1.0)
    moved = drawing.replace(points=drawing.points + 8 * (drawing.point_shape() == 0)[:, None])
    assert loss(moved, 0.0) > 5 * loss(drawing, 0.0)
    assert float(overlap(drawing, 0.0)) == pytest.approx(0, abs=1e-4)
    assert float(overlap(moved, 0.0)) > 1


def test_calm_regions_are_few_and_pale():
    picture = torch.from_numpy(flag()).permute(2, 0, 1)
    drawing = CalmRegions(count=2, paleness=0.5).of_picture(picture)
    assert 1 <= drawing.num_shapes <= 2
    assert float(drawing.fill[:, :3].min()) > 0.5
    with pytest.raises(ValueError, match="num_regions is 0"):
        CalmRegions(count=0)
