"""A sketch whose lines were drawn many times, cleaned."""

from __future__ import annotations

import numpy as np
import pytest

from inkwright.simplification import sketch_cleaning
from inkwright.simplification.sketch_cleaning import CleaningSettings, clean_sketch
from inkwright.simplification.weights_file import SHIPPED, load_weights
from inkwright.vector_graphics import rasterize


@pytest.fixture(scope="module")
def network():
    return load_weights(SHIPPED)


def page(*centers):
    """[200, 300] circles of radius 60, 2 pixels wide."""
    y, x = np.mgrid[:200, :300]
    away = [np.abs(np.hypot(x - left, y - top) - 60) for left, top in centers]
    return np.clip(np.min(away, axis=0) - 0.5, 0, 1).astype(np.float32)


TWICE, ONCE = page((145, 98), (154, 103)), page((148, 100))


def test_a_line_that_was_drawn_twice_becomes_one(network):
    settings = CleaningSettings(flatten="never")
    found = clean_sketch(TWICE, network, settings)
    assert found.repeated > 0
    assert found.drawing.num_shapes == 1
    own = rasterize(found.drawing, 200, 300)[0, 0].numpy()
    assert np.abs(own - found.lines).max() < 1e-6
    rows, columns = np.nonzero(found.lines < 0.5)
    away = np.hypot(columns - 149.5, rows - 100.5)
    assert away.min() > 52
    assert away.max() < 66


@pytest.mark.parametrize(("given", "consolidate"), [(TWICE, "never"), (ONCE, "auto"), (ONCE, "always")])
def test_other_strokes_are_refined_onto_the_raster(network, monkeypatch, given, consolidate):
    steps = []
    monkeypatch.setattr(
        sketch_cleaning, "refined_strokes", lambda strokes, _, given, *more: steps.append(given) or strokes
    )
    settings = CleaningSettings(flatten="never", consolidate=consolidate, refine_steps=7)
    assert clean_sketch(given, network, settings).repeated == 0
    assert steps == [7]


def test_outlines_and_rasters_are_left_as_the_network_draws_them(network):
    settings = CleaningSettings(flatten="never", vector="none", consolidate="always")
    found = clean_sketch(TWICE, network, settings)
    assert (found.drawing, found.repeated) == (None, 0)


@pytest.mark.parametrize("scale", ["auto", "0.5", -1, 0, 0.04, 2.0, float("nan"), None])
def test_a_scale_that_is_none_is_refused(scale):
    with pytest.raises(ValueError, match=r"^scale is .*; it must be a number in \[0\.05, 1\]$"):
        CleaningSettings(scale=scale)


@pytest.mark.parametrize("scale", [0.05, 1, np.float32(0.5)])
def test_every_scale_that_is_one_is_taken(scale):
    assert CleaningSettings(scale=scale).scale == scale
