"""A stroke runs along the middle of what it is to cover, and gains what it says."""

from __future__ import annotations

import numpy as np
import pytest

from inkwright.initialization.residual_shapes.grown_shapes import GrownShapes
from inkwright.initialization.residual_shapes.seeds import find_seeds
from inkwright.initialization.residual_shapes.spines import best_spine, middle_line
from inkwright.vector_graphics import rasterize

Y, X = np.mgrid[0:48, 0:64] + 0.5
ARCH = abs(np.hypot(X - 32, Y - 56) - 40) < 4  # a band that bends


@pytest.mark.parametrize(("mask", "width", "length"), [(ARCH & (Y < 40), 8, 66), (abs(Y - 20) < 3, 6, 64)])
def test_the_middle_line_follows_a_band_that_bends(mask, width, length):
    spine = middle_line(mask)
    assert spine.width == pytest.approx(width, rel=0.3)
    steps = np.hypot(*np.diff(spine.line, axis=0).T)
    assert steps.sum() + spine.width == pytest.approx(length, rel=0.15)
    inside = mask[spine.line[:, 1].astype(int), spine.line[:, 0].astype(int)]
    assert inside.mean() > 0.9


def test_a_pixel_has_a_line_of_its_own():
    spine = middle_line((X == 10.5) & (Y == 7.5))
    assert spine.width >= 0.75
    np.testing.assert_allclose(spine.line.mean(0), (10.5, 7.5), atol=0.6)


def test_the_stroke_is_the_one_that_gains_most():
    picture = np.zeros((48, 64, 3), np.float32)
    picture[ARCH] = 1
    wide = abs(np.hypot(X - 32, Y - 56) - 40) < 7  # too much of it
    spine, covered = best_spine(picture, np.zeros_like(picture), wide & (Y < 40))
    assert spine.width < middle_line(wide & (Y < 40)).width
    assert (covered & ARCH).sum() > 0.6 * covered.sum()


def test_seeds_of_strokes_promise_what_strokes_gain():
    picture = np.full((48, 64, 3), 0.5, np.float32)
    picture[ARCH & (Y < 40)] = (0.9, 0.1, 0.1)
    drawn = np.full_like(picture, 0.5)
    (seed,) = find_seeds(picture, drawn, 1, segments=8, usual_radius=16.0, strokes=True)
    stroke = GrownShapes("none", segments=6).shapes([seed], (64.0, 48.0), layer=1)
    image = rasterize(stroke, background=[0.5] * 3)[0].permute(1, 2, 0).numpy()
    before, after = (float(((each - picture) ** 2).sum()) for each in (drawn, image))
    assert before - after == pytest.approx(seed.gain, rel=0.15)
    assert after < 0.5 * before
