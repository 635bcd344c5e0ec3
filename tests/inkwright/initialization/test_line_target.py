from __future__ import annotations

import numpy as np
import pytest

from inkwright.image_analysis.picture_analysis import analyze_picture
from inkwright.initialization.traced_strokes.line_target import stroke_ink, target_ink
from inkwright.initialization.traced_strokes.stroke_tracing import trace_strokes
from tests.inkwright.image_analysis.synthetic_pictures import disc, grid, paper


def test_ink_lies_on_the_lines_that_were_traced():
    picture = disc(30, (60, 112)) * disc(30, (165, 112))
    analysis = analyze_picture(picture)
    traced = trace_strokes(analysis, 8)
    left = traced.points[traced.points[..., 0].mean(1) < 112]
    ink = target_ink(analysis, left, num_strokes=8, pen=2.0)
    x, y = grid(picture)
    rim = np.abs(np.hypot(x - 60, y - 112) - 30)
    assert ink[rim < 0.5].min() > 0.6
    assert ink[(rim > 5) & (x < 105)].max() < 0.05
    assert 0 < ink[:, 120:].max() < 0.1


def test_stroke_ink_has_the_width_asked_for():
    ink = stroke_ink(np.linspace([10, 20.5], [50, 20.5], 4)[None].astype(np.float32), (40, 60), 4.0)
    assert ink[:, 30].sum() == pytest.approx(4, abs=1)
    assert ink[20, 5] == ink[5, 30] == 0


def test_blank_paper_asks_for_no_ink():
    analysis = analyze_picture(paper(30, 30))
    assert target_ink(analysis, trace_strokes(analysis, 3).points, num_strokes=3, pen=2.0).max() == 0
    assert stroke_ink(np.zeros((0, 4, 2), np.float32), (5, 5), 2.0).max() == 0
