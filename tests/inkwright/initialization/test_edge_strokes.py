"""Strokes start on edges, far apart, more of them where there are more edges."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inkwright.image_analysis.picture_analysis import analyze_picture
from inkwright.initialization.edge_strokes.edge_points import canny_edges, find_edge_points
from inkwright.initialization.edge_strokes.edge_start import EdgeStart
from inkwright.initialization.edge_strokes.edge_tracing import EdgeTracer, cubics_along
from inkwright.initialization.edge_strokes.farthest_points import farthest_points
from inkwright.initialization.edge_strokes.region_lines import region_emphasis
from inkwright.initialization.edge_strokes.stroke_allocation import allocate_strokes
from inkwright.initialization.sampled_strokes.short_strokes import LooseStrokes
from inkwright.pictures.target_image import TargetImage
from inkwright.vector_graphics.curves.fitting import sample_cubics


def scene(height: int = 64, width: int = 96) -> np.ndarray:
    """A dark square on the left and a dark one on the right."""
    picture = np.ones((height, width, 3), dtype=np.float32)
    picture[20:44, 10:34] = 0.1
    picture[20:44, 60:84] = 0.1
    return picture


@pytest.mark.parametrize(
    ("counts", "shares"),
    [((4421, 3300), [27, 21]), ((3210, 2401, 739), [24, 18, 6]), ((4301, 3419), [27, 21])],
)
def test_published_scenes_get_their_published_shares(counts, shares):
    assert allocate_strokes(counts, 48) == shares


@pytest.mark.parametrize("counts", [(1, 1, 1), (0, 0, 0), (1000, 0, 1), (1, 1000, 5)])
@pytest.mark.parametrize("total", [6, 7, 10])
def test_shares_sum_up_and_nobody_gets_too_little(counts, total):
    shares = allocate_strokes(counts, total, 2)
    assert sum(shares) == total
    assert min(shares) >= 2


def test_more_regions_than_strokes_are_refused():
    with pytest.raises(ValueError, match="num_strokes is 5; 3 rounds of at least 2 strokes need 6"):
        allocate_strokes([5, 5, 5], 5, 2)


def test_outline_of_a_region_is_no_edge():
    picture = scene()
    region = np.zeros(picture.shape[:2], dtype=bool)
    region[5:60, 2:50] = True  # cut through white paper
    points = find_edge_points(picture, [region, ~region], (96.0, 64.0))
    whole, left, right = points.counts()
    assert left > 50
    assert left + right == whole
    assert points.places[points.within[0]][:, 0].max() < 40


def test_edges_of_a_region_whose_outline_is_an_edge_are_left_out():
    region = np.zeros((64, 96), dtype=bool)
    region[20:44, 10:34] = True
    points = find_edge_points(scene(), [region], (96.0, 64.0))
    assert points.counts()[1] < 0.2 * points.counts()[0]


def test_edge_points_are_in_canvas_units_whatever_the_size():
    points = find_edge_points(scene(), [], (960.0, 640.0))
    assert 90 < points.places[:, 0].min() < 110
    assert canny_edges(scene()).shape == (64, 96)


def test_farthest_points_come_ever_nearer_and_never_twice():
    places = np.random.default_rng(0).uniform(0, 100, (200, 2)).astype(np.float32)
    chosen = farthest_points(places, 30, np.random.default_rng(3))
    assert len(set(chosen.tolist())) == 30
    gaps = [
        np.linalg.norm(places[chosen[:k]] - places[chosen[k]], axis=1).min() for k in range(1, len(chosen))
    ]
    assert all(later <= earlier + 1e-4 for earlier, later in zip(gaps, gaps[1:], strict=False))
    assert chosen[0] == farthest_points(places, 1, np.random.default_rng(3))[0]


def test_more_points_than_places_takes_all_of_them_again():
    chosen = farthest_points(np.eye(3, 2, dtype=np.float32), 7, np.random.default_rng(0))
    assert sorted(set(chosen.tolist())) == [0, 1, 2]
    assert len(chosen) == 7


def test_points_keep_away_from_what_is_drawn():
    places = np.array([[0, 0], [50, 0], [100, 0]], dtype=np.float32)
    drawn = np.array([[0, 0], [40, 0]], dtype=np.float32)
    assert farthest_points(places, 1, np.random.default_rng(0), drawn=drawn).tolist() == [2]


def test_stroke_runs_along_its_line_and_not_over_another():
    tracer = EdgeTracer(analyze_picture(scene()), (96.0, 64.0), 16)
    places, worth = tracer.places(None)
    nothing = tracer.marked(np.zeros((0, 2, 2), np.float32))
    start = places[worth.argmax()]
    curve = tracer.trace(start, nothing)
    assert np.linalg.norm(curve[0] - curve[-1]) > 8
    x, y = curve.T
    on_rim = (np.abs(x - 10) < 2) | (np.abs(x - 34) < 2) | (np.abs(x - 60) < 2) | (np.abs(x - 84) < 2)
    assert (on_rim | (np.abs(y - 20) < 2) | (np.abs(y - 44) < 2)).all()
    tracer.mark(nothing, curve)
    again = tracer.trace(start, nothing)
    gaps = np.linalg.norm(again[:, None] - curve[None], axis=2).min(1)
    assert (gaps < 1).sum() < 0.3 * len(curve)
    ends = cubics_along([curve])[0][[0, 3]]
    torch.testing.assert_close(torch.from_numpy(ends), torch.from_numpy(curve[[0, -1]]), atol=0.1, rtol=0)


def test_chosen_lines_stay_in_their_region_and_off_what_is_drawn():
    tracer = EdgeTracer(analyze_picture(scene()), (96.0, 64.0), 16)
    left = np.zeros((64, 96), dtype=bool)
    left[:, :48] = True
    nothing = np.zeros((0, 48, 2), np.float32)
    first = sample_cubics(tracer.chosen(3, 0, left, nothing), 48).astype(np.float32)
    assert len(first) == 3
    assert first[..., 0].max() < 50
    assert np.linalg.norm(first[:, 0] - first[:, -1], axis=1).max() > 8
    more = sample_cubics(tracer.chosen(3, 0, None, first), 48).reshape(-1, 2)
    gaps = np.linalg.norm(more[:, None] - first.reshape(-1, 2)[None], axis=2).min(1)
    assert (gaps < 1).mean() < 0.2


@pytest.mark.parametrize("along", ["lines", "edge", "walk"])
@pytest.mark.parametrize("picture", [scene(), np.ones((64, 96, 3), np.float32)], ids=["scene", "blank"])
def test_every_round_has_its_share_of_strokes_even_where_lines_run_out(along, picture):
    region = np.zeros((64, 96), dtype=bool)
    region[16:48, 6:38] = True
    image = torch.from_numpy(picture).permute(2, 0, 1)
    target = TargetImage(image, None, (96, 64), "scene", image, None)
    starts = EdgeStart(along).look_at(target, [region], 60)
    if along != "walk":
        starts.follow(analyze_picture(picture), [region])
    scene_strokes = starts.strokes(0, 1, LooseStrokes(), np.zeros((0, 4, 2), np.float32))
    more = starts.strokes(1, 1, LooseStrokes(), scene_strokes.numpy())
    assert [len(scene_strokes), len(more)] == starts.shares
    assert sum(starts.shares) == 60
    assert torch.isfinite(more).all()


def test_emphasis_has_mean_one_and_the_wanted_ratio():
    region = np.zeros((10, 10), dtype=bool)
    region[:3] = True
    emphasis = region_emphasis((10, 10), [region], 4.0)
    assert emphasis.mean() == pytest.approx(1)
    assert emphasis[0, 0] / emphasis[9, 9] == pytest.approx(4)
