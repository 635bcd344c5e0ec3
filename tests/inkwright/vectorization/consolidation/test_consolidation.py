"""Strokes that were drawn for one line become that line."""

from __future__ import annotations

import numpy as np
import pytest

from inkwright.vectorization.consolidation import clusters
from inkwright.vectorization.consolidation.clusters import meant_lines
from inkwright.vectorization.consolidation.middle import middles_of
from inkwright.vectorization.consolidation.overlaps import overlaps_of, scatter_of
from inkwright.vectorization.consolidation.strokes import consolidated_strokes
from inkwright.vectorization.schneider import fit_chain
from inkwright.vectorization.traced_stroke import TracedStroke

REACH = 60.0


def arc(start, end, radius=100.0, center=(200.0, 200.0)):
    turn = np.linspace(start, end, 200)
    return np.stack([center[0] + radius * np.cos(turn), center[1] + radius * np.sin(turn)], axis=1)


def wave(offset=0.0, start=0.0, end=400.0):
    x = np.linspace(start, end, 300)
    return np.stack([x, 200 + 60 * np.sin(x / 80) + offset], axis=1)


def straight(x0, y0, x1, y1):
    return np.linspace((x0, y0), (x1, y1), 400)


def farthest(points, line):
    return np.hypot(*(points[:, None] - line[None]).transpose(2, 0, 1)).min(1).max()


def test_the_middle_of_strokes_lies_between_them():
    (found,) = middles_of([wave(-4), wave(4)[::-1], wave(0, 50, 300)], REACH)
    assert not found.closed
    assert found.lines == (0, 1, 2)
    assert found.agreement == 1
    assert farthest(found.points, wave(0, -10, 410)) < 1
    assert farthest(wave(), found.points) < 6


def test_a_stroke_alone_is_its_own_middle():
    (found,) = middles_of([wave()], REACH)
    assert farthest(found.points, wave()) < 1
    assert farthest(wave(), found.points) < 2


def test_a_line_goes_on_where_one_stroke_ends_beside_the_next():
    (found,) = middles_of([wave(0, 0, 250), wave(6, 200, 400)], REACH)
    assert np.ptp(found.points[:, 0]) > 390
    steps = np.diff(found.points, axis=0)
    turns = np.abs(steps[1:, 0] * steps[:-1, 1] - steps[1:, 1] * steps[:-1, 0]).max()
    assert turns < 0.3 * 3**2  # no jump from the one to the other


@pytest.mark.parametrize("strokes", [
    [arc(0, 2.5), arc(2.2, 4.6), arc(4.3, 6.9)],
    [arc(0, 7.0, 97), arc(3, 10.0, 103)],
    [arc(0, 2.5)[::-1], arc(2.2, 4.6), arc(4.3, 6.9)[::-1]],
])  # fmt: skip
def test_a_line_that_comes_back_to_its_beginning_closes(strokes):
    (found,) = middles_of(strokes, REACH)
    assert found.closed
    radius = np.hypot(*(found.points - 200).T)
    assert radius.min() > 95
    assert radius.max() < 105
    assert len(found.points) * 3 == pytest.approx(2 * np.pi * 100, rel=0.05)
    assert (found.ring()[0] == found.ring()[-1]).all()


def test_a_spiral_does_not_close():
    turn = np.linspace(0, 15, 900)
    one = np.stack([300 + (60 + 14 * turn) * np.cos(turn), 300 + (60 + 14 * turn) * np.sin(turn)], axis=1)
    (found,) = middles_of([one, one[200:700] + 3], REACH)
    assert not found.closed
    assert farthest(found.points, one + 1.5) < 4
    assert farthest(one, found.points) < 5


def test_a_figure_of_eight_is_one_closed_line():
    turn = np.linspace(0, 6.8, 500)
    eight = np.stack([300 + 200 * np.sin(turn), 300 + 90 * np.sin(2 * turn)], axis=1)
    (found,) = middles_of([eight, eight[100:400] + 4], REACH)
    assert found.closed
    assert farthest(found.points, eight) < 6


def test_strokes_far_from_each_other_are_strips_of_their_own():
    found = middles_of([wave(), wave(300)], REACH)
    assert [middle.lines for middle in found] == [(0,), (1,)]


def test_strokes_that_touch_beside_each_other_were_drawn_for_one_line():
    crossing = [straight(0, 100, 400, 108), straight(0, 108, 400, 100), wave(200)]
    first, second = sorted(meant_lines(crossing), key=lambda line: len(line.strokes))
    assert second.strokes == (0, 1)
    assert farthest(second.points, straight(0, 104, 400, 104)) < 1.5
    assert first.strokes == (2,)
    assert (first.points == crossing[2]).all()


def test_lines_that_keep_their_distance_are_meant_to():
    parallels = [straight(0, 40 * row, 400, 40 * row) for row in range(5)]
    assert [line.strokes for line in meant_lines(parallels)] == [(row,) for row in range(5)]


def test_crossings_and_corners_stay():
    corner = [straight(0, 0, 300, 0), straight(300, 0, 300, 300), straight(100, -100, 120, 200)]
    assert len(meant_lines(corner)) == 3


def test_a_page_on_which_little_repeats_stays_as_it_is():
    page = [
        straight(0, 100, 60, 103),
        straight(0, 103, 60, 100),
        *(straight(0, y, 900, y) for y in (300, 500)),
    ]
    assert len(meant_lines(page)) == 3
    assert len(meant_lines(page, 0.1)) == 4


def test_few_strokes_that_touch_are_strands_however_long():
    strands = [straight(300, 100, 220, 700), straight(300, 104, 210, 700)]
    details = [straight(500, y, 560, y) for y in range(100, 700, 60)]
    assert len(meant_lines(strands)) == 1
    assert len(meant_lines([*strands, *details], 0.1)) == 12
    assert len(meant_lines([*strands, *details[:1]], 0.1)) == 2


def test_lines_that_end_together_do_not_go_on_with_each_other():
    behind, together = straight(300, 306, 700, 306), straight(20, 306, 400, 306)
    (one,) = overlaps_of([straight(0, 300, 400, 300), behind])
    (other,) = overlaps_of([straight(0, 300, 400, 300), together[::-1]])
    assert (one.goes_on, other.goes_on) == (True, False)
    assert all(each.goes_on for each in overlaps_of([straight(0, 300, 400, 300)[::-1], behind]))


def test_what_the_hand_misses_says_how_far_apart_strokes_of_a_line_lie():
    pair = [straight(0, 100, 400, 110), straight(0, 110, 400, 100)]
    assert scatter_of(overlaps_of(pair)) == pytest.approx(5, abs=1)
    assert scatter_of(overlaps_of([wave(), wave(30)])) == 0
    # Apart by three times as much and no more: with the pair they are one line, alone they are two.
    beside = [straight(0, 300, 400, 300), straight(0, 312, 400, 312)]
    assert len(meant_lines(beside)) == 2
    assert len(meant_lines([*pair, *beside])) == 2


def test_short_remainders_within_a_line_go():
    repeated = [straight(0, 100, 400, 108), straight(0, 108, 400, 100)]
    assert len(meant_lines([*repeated, straight(200, 100, 204, 108)])) == 1
    assert len(meant_lines([*repeated, straight(200, 120, 204, 128)])) == 2


def test_what_would_spoil_a_line_stays_out(monkeypatch):
    lines = [straight(0, 100, 400, 108), straight(0, 108, 400, 100), straight(200, 90, 200, 300)]
    misled = overlaps_of(lines)
    misled.append(type(misled[0])(2, 0, 200.0, 5.0, 0.0, True, True))
    monkeypatch.setattr(clusters, "overlaps_of", lambda found: misled if len(found) == 3 else [])
    assert sorted(line.strokes for line in meant_lines(lines)) == [(0, 1), (2,)]


def test_the_order_and_direction_of_strokes_do_not_matter():
    strokes = [arc(0, 2.5), arc(2.2, 4.6), arc(4.3, 6.9), wave(250), wave(254)]
    found = meant_lines(strokes)
    turned = meant_lines([stroke[::-1] for stroke in strokes[::-1]])
    assert (
        sorted(len(line.strokes) for line in found) == sorted(len(line.strokes) for line in turned) == [2, 3]
    )


def traced(points, held=(False, False), width=2.0):
    return TracedStroke(fit_chain(points, 0.5), False, width, held)


def test_strokes_become_the_stroke_that_was_meant():
    ring = [
        traced(arc(0, 2.5), width=1.0),
        traced(arc(2.2, 4.6), width=3.0),
        traced(arc(4.3, 6.9), width=4.0),
    ]
    (found,) = consolidated_strokes(ring, 0.0)
    assert found.closed
    assert found.width == 3.0
    assert np.hypot(*(found.sampled() - 200).T).max() < 103


def test_what_ended_on_a_stroke_ends_on_the_line_that_took_its_place():
    strokes = [traced(straight(0, 100, 400, 108)), traced(straight(0, 108, 400, 100))]
    stem = traced(straight(200, 104, 200, 300)[::-1], held=(False, True))
    found = consolidated_strokes([*strokes, stem], 0.0)
    line = next(stroke for stroke in found if np.ptp(stroke.control[:, 0]) > 300)
    kept = next(stroke for stroke in found if np.ptp(stroke.control[:, 1]) > 150)
    assert len(found) == 2
    assert farthest(kept.control[-1:], line.sampled()) < 0.5


def test_without_repetition_strokes_are_the_very_same():
    strokes = [
        traced(straight(0, 0, 300, 0)),
        traced(straight(0, 80, 300, 80)),
        traced(straight(5, 5, 5.2, 5)),
    ]
    assert consolidated_strokes(strokes, 0.0) is strokes
    assert consolidated_strokes([], 0.0) == []
