"""A loose hand: arcs, ends that are run past, telling lines drawn again."""

import numpy as np
import pytest

from inkwright.image_analysis.lines.level_of_detail import LevelOfDetail
from inkwright.initialization.traced_strokes.loose_strokes import as_arcs, loose_strokes, overshot
from inkwright.vector_graphics.curves.fitting import sample_cubics

WAVE = np.array([[[0.0, 0.0], [20.0, 30.0], [40.0, -30.0], [60.0, 0.0]]])
LONG = np.array([[[0.0, y], [20.0, y], [40.0, y], [60.0, y]] for y in (0.0, 20.0, 40.0)])


def test_arcs_keep_their_ends_and_bend_one_way():
    arc = as_arcs(WAVE, 1.0, 100.0)
    assert np.array_equal(arc[:, [0, 3]], WAVE[:, [0, 3]])
    assert np.abs(np.diff(arc, n=3, axis=1)).max() < 1e-9
    moved = np.abs(sample_cubics(as_arcs(WAVE, 1.0, 2.0), 50) - sample_cubics(WAVE, 50))[..., 1].max()
    assert moved == pytest.approx(2.0, rel=0.05)


def test_ends_run_past_along_the_same_curve():
    longer = overshot(WAVE, 3.0)
    fine = sample_cubics(longer, 400)[0]
    distance = np.linalg.norm(fine[:, None] - sample_cubics(WAVE, 20)[0][None], axis=-1).min(0)
    assert distance.max() < 0.3
    assert longer[0, 0, 0] < -1
    assert longer[0, 3, 0] > 61
    assert np.allclose(overshot(WAVE, 0.0), WAVE)


def test_strongest_are_drawn_again_close_by_and_not_more_than_asked_for():
    points, strength = loose_strokes(LONG, np.array([0.2, 0.9, 0.5]), 4, 1.0, 1.0)
    assert points.shape == (4, 4, 2)
    assert abs(points[3, :, 1] - 20).max() < 5
    assert strength[3] < 0.9
    assert len(loose_strokes(LONG, np.ones(3), 64, 1.0, 1.0)[0]) == 9
    assert len(loose_strokes(LONG[:0], np.ones(0), 8, 1.0, 1.0)[0]) == 0


def test_level_of_detail_stays_at_0_and_coarsens():
    level = LevelOfDetail.for_strokes(64)
    assert level.loosened(0.0) == level
    assert level.loosened(1.0).coarseness == 1.0
    with pytest.raises(ValueError, match="abstraction is 2"):
        level.loosened(2)
