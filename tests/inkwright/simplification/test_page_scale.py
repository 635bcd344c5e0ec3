"""The scale that a page asks for by what the network makes of it."""

from __future__ import annotations

import numpy as np
import pytest

from inkwright.simplification import sketch_cleaning
from inkwright.simplification.page_scale import BROAD, ONCE, REPEATED, fitting_scale
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.sketch_cleaning import CleaningSettings, clean_sketch

BLANK = np.ones((700, 700), np.float32)


def ruled(rows, width, side=700):
    page = np.ones((side, side), np.float32)
    for row in rows:
        page[row : row + width, 8:-8] = 0
    return page


DOUBLE, SINGLE = ruled([100, 110, 300, 400], 2), ruled([105, 300, 400], 2)


def test_lines_that_merge_were_drawn_many_times():
    assert fitting_scale(DOUBLE, DOUBLE, SINGLE) == REPEATED
    assert fitting_scale(ruled([100, 300], 5), DOUBLE, SINGLE) == pytest.approx(320 / 700)
    large = [np.tile(each, (2, 2)) for each in (ruled([100, 300], 5), DOUBLE, SINGLE)]
    assert fitting_scale(*large) == BROAD


@pytest.mark.parametrize(
    ("page", "lines", "small"),
    [
        (SINGLE, SINGLE, SINGLE),
        (ruled([100, 300], 5), SINGLE, SINGLE),  # broad lines that were drawn once
        (DOUBLE, DOUBLE, ruled([101, 300], 2)),  # less of them, but no other ones
        (BLANK, BLANK, BLANK),
        (SINGLE, SINGLE, BLANK),
        (BLANK, SINGLE, SINGLE),
    ],
)
def test_other_pages_are_seen_as_they_are(page, lines, small):
    assert fitting_scale(page, lines, small) == ONCE


def test_small_pages_are_not_seen_smaller():
    assert fitting_scale(*(each[:300, :300] for each in (DOUBLE, DOUBLE, ruled([105], 2)))) == ONCE


@pytest.fixture
def network():
    return SimplifierNetwork(channels=[4, 6], encoder_blocks=[1, 1], decoder_blocks=[1]).eval()


@pytest.mark.parametrize("scale", [0.25, 1.0])
def test_auto_is_the_scale_that_the_page_asks_for(monkeypatch, network, scale):
    monkeypatch.setattr(sketch_cleaning, "fitting_scale", lambda *seen: scale)
    page, common = ruled(range(8, 90, 20), 2, 96), {"keep_solids": False, "threshold": 0.9}
    found = clean_sketch(page, network, CleaningSettings(scale="auto", **common))
    steps = 10 if scale == 1 else 0
    told = clean_sketch(page, network, CleaningSettings(scale=scale, refine_steps=steps, **common))
    assert (found.scale, told.scale) == (scale, scale)
    assert found.page.shape == (96 * scale, 96 * scale)
    assert (found.lines == told.lines).all()
    assert found.drawing.points.tolist() == told.drawing.points.tolist()


@pytest.mark.parametrize(
    ("asked", "fitting", "sides"),
    [
        ("auto", ONCE, [96, 34]),
        ("auto", BROAD, [96, 34]),
        ("auto", REPEATED, [96, 34, 48]),
        (0.5, ONCE, [48]),
    ],
)
def test_each_scale_is_seen_once(monkeypatch, network, asked, fitting, sides):
    monkeypatch.setattr(sketch_cleaning, "fitting_scale", lambda *seen: fitting)
    calls = []
    network.register_forward_hook(lambda _, given, __: calls.append(given[0].shape[-1]))
    clean_sketch(ruled([40], 2, 96), network, CleaningSettings(scale=asked, vector="none"))
    assert calls == sides


@pytest.mark.parametrize(
    ("settings", "refined"),
    [
        (CleaningSettings(), 10),
        (CleaningSettings(scale=0.5), 10),
        (CleaningSettings(scale="auto"), 0),
        (CleaningSettings(scale="auto", refine_steps=3), 3),
        (CleaningSettings(scale=0.5, refine_steps=0), 0),
    ],
)
def test_steps_that_refine_are_those_that_were_given(monkeypatch, network, settings, refined):
    steps = []
    monkeypatch.setattr(sketch_cleaning, "fitting_scale", lambda *seen: REPEATED)
    monkeypatch.setattr(
        sketch_cleaning, "refined_strokes", lambda strokes, _, given, *more: steps.append(given) or strokes
    )
    clean_sketch(ruled([40], 2, 96), network, settings)
    assert steps == [refined]


@pytest.mark.parametrize("scale", ["foo", "0.5", -1, 0, 0.04, 2.0, float("nan"), None])
def test_a_scale_that_is_none_is_refused(scale):
    with pytest.raises(ValueError, match=r"^scale is .*; it must be 'auto', or a number in \[0\.05, 1\]$"):
        CleaningSettings(scale=scale)


@pytest.mark.parametrize("scale", ["auto", 0.05, 1, np.float32(0.5)])
def test_every_scale_that_is_one_is_taken(scale):
    assert CleaningSettings(scale=scale).scale == scale
