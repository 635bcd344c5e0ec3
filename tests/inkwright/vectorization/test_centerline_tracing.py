"""Tracing drawings whose true lines are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from inkwright.synthetic_drawings.clean_drawing import ellipse, evenly, straight
from inkwright.synthetic_drawings.stroke_painting import Window, paint_lines
from inkwright.vectorization.centerline_tracing import CenterlineSettings, trace_centerlines, traced_strokes
from inkwright.vectorization.skeleton.line_mask import line_mask
from inkwright.vectorization.traced_stroke import TracedStroke

SIDE = 128
SPIRAL = np.stack(
    [
        64 + np.linspace(6, 50, 300) * np.cos(np.linspace(0, 9, 300)),
        64 + np.linspace(6, 50, 300) * np.sin(np.linspace(0, 9, 300)),
    ],
    axis=1,
)
ZIGZAG = np.concatenate(
    [straight((20, 20), (100, 30)), straight((100, 30), (30, 70)), straight((30, 70), (110, 100))]
)


def _painted(*curves: np.ndarray, width: float = 2.0) -> np.ndarray:
    return paint_lines(list(curves), Window.whole(SIDE, SIDE), width)


def _traced(gray: np.ndarray, **settings) -> list[TracedStroke]:
    return traced_strokes(gray, CenterlineSettings(**settings))


def _hausdorff(strokes: list[TracedStroke], *curves: np.ndarray) -> float:
    true = np.concatenate([evenly(curve, 0.3) for curve in curves])
    found = np.concatenate([stroke.sampled(0.3) for stroke in strokes])
    return max(cKDTree(found).query(true)[0].max(), cKDTree(true).query(found)[0].max())


@pytest.mark.parametrize(
    ("curves", "limit"),
    [
        ([straight((10, 20), (110, 90))], 0.5),
        ([SPIRAL], 0.8),
        ([ellipse((60, 64), (40, 25), 0.4)], 0.8),
        ([ZIGZAG], 2.0),
        ([straight((10, 64), (118, 60)), straight((60, 10), (64, 118))], 1.0),
        ([straight((10, 64), (118, 64)), straight((64, 64), (64, 10))], 1.0),
        ([ellipse((50, 64), (30, 30)), ellipse((80, 64), (30, 30))], 1.5),
    ],
    ids=["line", "spiral", "ellipse", "zigzag", "cross", "fork", "circles"],
)
def test_strokes_lie_on_the_lines_and_are_no_more_than_they(curves, limit):
    strokes = _traced(_painted(*curves))
    assert _hausdorff(strokes, *curves) < limit
    assert len(strokes) == len(curves)


def test_a_ring_is_closed_and_smooth_and_a_line_open():
    (ring,) = _traced(_painted(ellipse((60, 64), (40, 25))))
    assert ring.closed
    assert len(ring.control) % 3 == 0
    ahead, behind = ring.control[1] - ring.control[0], ring.control[0] - ring.control[-1]
    assert ahead @ behind > 0.99 * np.hypot(*ahead) * np.hypot(*behind)
    (line,) = _traced(_painted(straight((10, 20), (110, 90))))
    assert not line.closed
    assert len(line.control) == 4


def test_a_fork_ends_exactly_on_the_line_it_meets():
    bar, stem = straight((10, 64), (118, 64)), straight((64, 64), (64, 10))
    strokes = sorted(_traced(_painted(bar, stem)), key=lambda stroke: -np.ptp(stroke.control[:, 0]))
    ends = strokes[1].control[[0, -1]]
    nearest = cKDTree(strokes[0].sampled(0.05)).query(ends)[0]
    assert nearest.min() < 0.05
    assert sorted(strokes[1].held) == [False, True]


def test_gaps_are_bridged_and_wide_ones_stay():
    near = [straight((10, 64), (55, 64)), straight((63, 64), (118, 64))]
    far = [straight((10, 64), (45, 64)), straight((70, 64), (118, 64))]
    assert [len(_traced(_painted(*curves))) for curves in (near, far)] == [1, 2]
    assert len(_traced(_painted(*near), gap=0.0)) == 2
    corner = [straight((10, 64), (55, 64)), straight((59, 70), (59, 118))]
    assert len(_traced(_painted(*corner))) == 2


def test_spurs_and_specks_are_dropped():
    twig = [straight((10, 64), (118, 64)), straight((60, 64), (62, 60)), straight((20, 20), (22, 21))]
    assert len(_traced(_painted(*twig), spur=6.0, smallest=12)) == 1
    assert len(_traced(_painted(*twig), spur=6.0, smallest=0)) == 2
    assert len(_traced(_painted(*twig), spur=2.0, smallest=12)) == 2


@pytest.mark.parametrize(("apart", "limit"), [(3.0, 1.5), (3.5, 1.0)])
@pytest.mark.parametrize("slope", [0.0, 0.3, 1.0])
def test_lines_near_each_other_are_told_apart(apart, limit, slope):
    way = np.array([1.0, slope]) / np.hypot(1.0, slope)
    across = apart * np.array([-way[1], way[0]])
    one = straight((14.0, 20.4), 90 * way + (14.0, 20.4))
    gray = _painted(one, one + across)
    strokes = _traced(gray)
    assert len(strokes) == 2
    assert _hausdorff(strokes, one, one + across) < limit


def test_only_valleys_tell_lines_apart_that_the_raster_nearly_fuses():
    pair = [straight((14.0, 20.4), (110.0, 45.0)), straight((14.0, 23.2), (110.0, 47.8))]
    assert len(_traced(_painted(*pair), gap=0.0)) == 2
    assert len(_traced(_painted(*pair), gap=0.0, valley=1.0)) == 1


@pytest.mark.parametrize("degrees", [0, 30, 45, 90, 135])
def test_no_direction_is_eaten_away(degrees):
    way = 45 * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    line = straight((64.0, 64.5) - way, (64.0, 64.5) + way)
    (stroke,) = _traced(_painted(line))
    assert _hausdorff([stroke], line) < 0.6


def test_a_finer_mask_covers_the_same_ink():
    gray = _painted(ZIGZAG)
    coarse, fine = line_mask(gray), line_mask(gray, finer=2)
    assert fine.shape == (2 * SIDE, 2 * SIDE)
    assert fine.sum() / 4 == pytest.approx(coarse.sum(), rel=0.1)
    darkest = 1 - gray > 0.9
    assert fine.reshape(SIDE, 2, SIDE, 2).any((1, 3))[darkest].all()
    assert (fine & ~line_mask(gray, finer=2, valley=0.05)).sum() < 0.05 * fine.sum()


def test_acute_corners_keep_their_tips():
    wedge = np.concatenate([straight((20, 30), (100, 50)), straight((100, 50), (20, 70))])
    strokes = _traced(_painted(wedge))
    assert cKDTree(np.concatenate([each.sampled() for each in strokes])).query([100, 50])[0] < 1.5


@pytest.mark.parametrize("width", [1.5, 2.0, 3.5, 6.0])
def test_widths_are_measured(width):
    (stroke,) = _traced(_painted(straight((10, 20), (110, 90)), width=width))
    assert stroke.width == pytest.approx(width, rel=0.12)
    (fixed,) = _traced(_painted(straight((10, 20), (110, 90)), width=width), width=2.5)
    assert fixed.width == 2.5


def test_a_blank_page_gives_an_empty_drawing():
    assert trace_centerlines(np.ones((20, 30), np.float32)).num_shapes == 0
    assert trace_centerlines(np.zeros((1, 1), np.float32)).canvas == (1, 1)


def test_all_black_and_noise_are_survived():
    trace_centerlines(np.zeros((40, 50), np.float32))
    trace_centerlines(np.random.default_rng(0).random((60, 60)).astype(np.float32))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: CenterlineSettings(threshold=1.0), "threshold is 1.0"),
        (lambda: CenterlineSettings(tolerance=0.0), "tolerance is 0.0"),
        (lambda: CenterlineSettings(width=-1.0), "line width is -1.0"),
        (lambda: CenterlineSettings(gap=-1.0), "gap is -1.0"),
        (lambda: CenterlineSettings(valley=-0.1), "valley is -0.1"),
        (lambda: line_mask(np.ones(5)), r"gray has shape \(5,\)"),
        (lambda: line_mask(np.ones((5, 5)), 1.5), "threshold is 1.5"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
