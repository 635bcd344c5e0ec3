"""Outlines of clean rasters, by either tracer."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vectorization.outline_tracing import trace_outlines

ROWS, COLUMNS = np.mgrid[0:90, 0:120]
RING = (np.abs(np.hypot(ROWS - 40, COLUMNS - 50) - 25) > 3).astype(np.float32)
TRACERS = {"vtracer": "vtracer", "potrace": "potrace"}


@pytest.mark.parametrize("tracer", TRACERS)
def test_outlines_paint_the_same_picture(tracer):
    pytest.importorskip(TRACERS[tracer])
    drawing = trace_outlines(RING, tracer=tracer)
    assert drawing.canvas == (120, 90)
    painted = rasterize(drawing, 90, 120)[0, 0].numpy()
    assert np.abs(painted - RING).mean() < 0.03
    assert painted[40, 50] > 0.99  # the hole


@pytest.mark.parametrize("tracer", TRACERS)
def test_specks_and_blank_pages_give_nothing(tracer):
    pytest.importorskip(TRACERS[tracer])
    blank = np.ones((20, 30), np.float32)
    assert trace_outlines(blank, tracer=tracer).num_shapes == 0
    blank[5, 5] = 0
    assert trace_outlines(blank, tracer=tracer).num_shapes == 0


@pytest.mark.parametrize(
    ("tracer", "message"),
    [
        ("vtracer", "vector=outline needs vtracer, which is not installed: pip install vtracer"),
        ("potrace", r"vector=potrace needs potracer \(GPL\), which is not installed: pip install potracer"),
    ],
)
def test_a_tracer_that_is_missing_is_named(monkeypatch, tracer, message):
    monkeypatch.setitem(sys.modules, TRACERS[tracer], None)
    with pytest.raises(ValueError, match=message):
        trace_outlines(RING, tracer=tracer)
