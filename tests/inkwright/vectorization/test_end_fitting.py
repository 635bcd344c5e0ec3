"""Ends of strokes go where the ink ends, and strokes get joints where they lie on paper."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from benchmarks.simplification.centerlines import painted
from inkwright.synthetic_drawings.clean_drawing import ellipse, evenly, straight
from inkwright.synthetic_drawings.stroke_painting import Window, paint_lines
from inkwright.vectorization.centerline_tracing import CenterlineSettings, traced_strokes
from inkwright.vectorization.cubic_splitting import split_where_missed
from inkwright.vectorization.end_fitting import EndSearch, fitted_ends
from inkwright.vectorization.line_refinement import refined_strokes
from inkwright.vectorization.traced_stroke import TracedStroke

SIDE = 128


def _painted(*curves: np.ndarray, width: float = 2.0) -> np.ndarray:
    return paint_lines(list(curves), Window.whole(SIDE, SIDE), width)


def _stroke(*places: tuple[float, float], held: tuple[bool, bool] = (False, False)) -> TracedStroke:
    parts = [np.linspace(a, b, 4) for a, b in zip(places, places[1:], strict=False)]
    control = np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
    return TracedStroke(control, False, 2.0, held)


def _hausdorff(strokes: list[TracedStroke], *curves: np.ndarray) -> float:
    true = np.concatenate([evenly(curve, 0.3) for curve in curves])
    found = np.concatenate([stroke.sampled(0.3) for stroke in strokes])
    return max(cKDTree(found).query(true)[0].max(), cKDTree(true).query(found)[0].max())


def _refined(*curves: np.ndarray, rounds: int = 3) -> list[TracedStroke]:
    gray = _painted(*curves)
    return refined_strokes(traced_strokes(gray, CenterlineSettings(gap=0.0)), gray, 75, rounds=rounds)


@pytest.mark.parametrize("end", [90.0, 97.0, 100.0, 102.5, 106.0])
@pytest.mark.parametrize("last", [False, True])
def test_a_free_end_goes_where_the_ink_ends(end, last):
    gray = _painted(straight((20, 60), (100, 64)))
    places = ((20, 60), (end, 60 + 4 * (end - 20) / 80))
    (moved,) = fitted_ends(
        [_stroke(*(places if last else places[::-1]))], gray, EndSearch(back=12.0, ahead=12.0)
    )
    tip, start = moved.control[[-1, 0]] if last else moved.control[[0, -1]]
    assert np.hypot(*(tip - (100, 64))) < 0.4
    assert np.allclose(start, (20, 60))
    assert moved.held == (False, False)


def test_ends_move_no_farther_than_asked_and_not_without_gain():
    gray = _painted(straight((20, 60), (100, 64)))
    stroke = _stroke((20, 60), (90, 63.5))
    (moved,) = fitted_ends([stroke], gray, EndSearch(ahead=4.0))
    assert 93.5 < moved.control[-1, 0] < 94.5
    assert fitted_ends([stroke], gray, EndSearch(gain=1000.0))[0] is stroke
    ring = TracedStroke(stroke.control[:-1], True, 2.0, (False, False))
    assert fitted_ends([ring], gray)[0] is ring
    assert fitted_ends([], gray) == []


def test_a_held_end_grows_beyond_its_line_only_if_there_is_ink():
    bar, stem = straight((10, 64), (118, 64)), straight((60, 10), (62, 67))
    strokes = [_stroke((10, 64), (118, 64)), _stroke((60, 10), (61.9, 64), held=(False, True))]
    grown = fitted_ends(strokes, _painted(bar, stem))[1]
    assert np.hypot(*(grown.control[-1] - (62, 67))) < 0.5
    assert grown.held == (False, False)
    kept = fitted_ends(strokes, _painted(bar, straight((60, 10), (61.9, 64))))[1]
    assert kept is strokes[1]
    short = fitted_ends(strokes, _painted(bar, straight((60, 10), (61.8, 60))))[1]
    assert short is strokes[1]


def test_an_end_turns_while_it_grows():
    bend = np.concatenate([straight((20, 60), (80, 60)), straight((80, 60), (87, 62.9))])
    (moved,) = fitted_ends([_stroke((20, 60), (80, 60))], _painted(bend))
    assert np.hypot(*(moved.control[-1] - (87, 62.9))) < 0.8


def test_a_free_end_that_ran_into_a_neighbor_is_drawn_back():
    bar, stem = straight((10, 64), (118, 64)), straight((60, 10), (61, 61.2))
    strokes = [_stroke((10, 64), (118, 64)), _stroke((60, 10), (61, 64))]
    drawn_back = fitted_ends(strokes, _painted(bar, stem))[1]
    assert abs(drawn_back.control[-1, 1] - 61.2) < 0.3


@pytest.mark.parametrize(("slope", "past"), [(0.0, 1.5), (0.6, 1.5), (0.6, 2.0), (0.6, 2.5)])
def test_an_overshoot_keeps_its_end(slope, past):
    bar = straight((10, 64 - 54 * slope), (118, 64 + 54 * slope))
    stem = straight((50, 10), (64 + past * 14 / 54, 64 + past))
    strokes = _refined(bar, stem)
    assert len(strokes) == 2
    assert _hausdorff(strokes, bar, stem) < 0.6


def test_an_end_beside_a_neighbor_that_touches_it():
    curve = evenly(ellipse((64, 110), (70, 60)), 0.5)
    curve = curve[(curve[:, 1] < 80) & (curve[:, 0] > 10) & (curve[:, 0] < 118)]
    curve = curve[np.argsort(curve[:, 0])]
    away = curve - (64, 110)
    beside = (curve + 2.2 * away / np.hypot(*away.T)[:, None])[len(curve) // 2 :]
    assert _hausdorff(_refined(curve, beside), curve, beside) < 1.3


def test_lines_with_ragged_edges_get_no_twigs():
    rng = np.random.default_rng(3)
    bar = straight((10, 64), (118, 64))
    bumps = [
        straight((x, 64), (x, 64 + side))
        for x, side in zip(range(20, 110, 9), rng.choice([-1, 1], 10), strict=True)
    ]
    gray = _painted(bar, *bumps, width=2.0)
    strokes = refined_strokes(traced_strokes(gray, CenterlineSettings(spur=6.0)), gray, 30, rounds=3)
    assert len(strokes) == 1


def test_corners_that_bulge_are_followed():
    # What is painted bends beside a corner that lies between two of the points through which it is painted.
    legs = np.concatenate([straight((20, 30), (71, 100)), straight((71, 100), (66, 20))])
    assert _hausdorff(_refined(legs), painted(legs)) < 0.6


def test_strokes_are_split_where_they_lie_on_paper():
    stroke = _stroke((20, 64), (100, 64))
    bent = np.concatenate(
        [straight((20, 64), (55, 64)), straight((56, 65), (64, 65)), straight((65, 64), (100, 64))]
    )
    (split,) = split_where_missed([stroke], _painted(bent))
    joints = split.control[3:-3:3, 0]
    assert len(joints) >= 2
    assert (np.abs(joints - 60) < 12).all()
    assert np.abs(split.sampled()[:, 1] - 64).max() < 1e-9
    assert split_where_missed([stroke], _painted(straight((20, 64), (100, 64))))[0].control.shape == (4, 2)
    fat = _painted(straight((20, 64), (100, 64)), width=5.0)
    assert split_where_missed([stroke], fat)[0].control.shape == (4, 2)
    assert split_where_missed([], fat) == []


def test_closed_strokes_stay_closed_when_they_are_split():
    ring = traced_strokes(_painted(ellipse((60, 64), (40, 25))), CenterlineSettings())[0]
    (split,) = split_where_missed([ring], np.ones((SIDE, SIDE), np.float32))
    assert split.closed
    assert len(split.control) > len(ring.control)
    assert len(split.control) % 3 == 0
    one, other = ring.sampled(0.2), split.sampled(0.2)
    assert max(cKDTree(one).query(other)[0].max(), cKDTree(other).query(one)[0].max()) < 0.2


def test_no_round_is_refused():
    with pytest.raises(ValueError, match="rounds is 0; it must be at least 1"):
        refined_strokes([], np.ones((5, 5)), rounds=0)
