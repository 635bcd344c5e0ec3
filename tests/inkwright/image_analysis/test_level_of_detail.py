from __future__ import annotations

import dataclasses

import pytest

from inkwright.image_analysis.lines.level_of_detail import LevelOfDetail


def test_abstraction_runs_from_sixteen_strokes_to_two_hundred_and_fifty_six():
    levels = [LevelOfDetail.for_strokes(count).abstraction for count in (1, 16, 64, 256, 4096)]
    assert levels == [1, 1, 0.5, 0, 0]


def test_more_strokes_are_finer_in_every_way():
    few, many = LevelOfDetail.for_strokes(16), LevelOfDetail.for_strokes(256)
    for name in ("tolerance", "clearance", "reach", "largest_gap", "effort", "damping", "faces"):
        assert dataclasses.asdict(few)[name] > dataclasses.asdict(many)[name]
    assert few.background < many.background


def test_no_stroke_is_refused():
    with pytest.raises(ValueError, match="num_strokes is 0"):
        LevelOfDetail.for_strokes(0)
