"""The scripts around the simplifier: what they measure is what they say."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

from benchmarks.simplification import pair_sheet, simplifier_speed
from benchmarks.simplification.centerlines import measure, summary
from benchmarks.simplification.hand_sketches import SIDE, SKETCHES, draw, spline
from benchmarks.simplification.simplifier import adaptive_threshold, thresholded_skeleton
from benchmarks.simplification.sketch_ceiling import ceiling
from inkwright.synthetic_drawings.clean_drawing import CleanDrawing, ellipse, straight
from inkwright.synthetic_drawings.redrawn_lines import PencilHabits


def test_perfect_lines_are_traced_within_half_a_pixel():
    drawing = CleanDrawing((straight((200, 300), (800, 420)), ellipse((500, 700), (200, 150))), 1024.0)
    row = measure(drawing, 0)
    assert row["hausdorff"] < 0.8
    assert row["paths"] == 1
    assert measure(drawing, 3)["mean"] < 0.3
    assert summary([row])["hausdorff_within_1.5"] == 1


@pytest.mark.parametrize("name", sorted(SKETCHES))
def test_hand_sketches_are_sketches(name):
    line = spline(SKETCHES[name][0])
    assert ((line > 0) & (line < SIDE)).all()
    if name == "boat":
        page = draw(name)
        assert page.shape == (SIDE, SIDE)
        assert np.array_equal(page, draw(name))
        assert 0.01 < (page < np.median(page) - 60).mean() < 0.2


def test_baselines_find_a_dark_line_on_gray_paper():
    page = np.full((60, 60), 0.7, np.float32)
    page[28:32, 5:55] = 0.3
    ink = adaptive_threshold(page) < 0.5
    assert ink[28:32, 5:55].all()
    assert not ink[:20].any()
    assert 0 < (thresholded_skeleton(page) < 0.5).sum() < ink.sum() / 2


def test_sheet_of_pairs_is_written(tmp_path, monkeypatch):
    path = tmp_path / "pairs.png"
    arguments = ["--rows", "1", "--columns", "2", "--side", "64", "--output", str(path)]
    monkeypatch.setattr(sys, "argv", ["pair_sheet", *arguments])
    pair_sheet.main()
    from PIL import Image

    assert Image.open(path).size == (256, 64)


def test_speed_is_measured_and_written(tmp_path, monkeypatch):
    path = tmp_path / "speed.json"
    monkeypatch.setattr(
        simplifier_speed,
        "NETWORKS",
        {"small": {"channels": (4,), "encoder_blocks": (1,), "decoder_blocks": ()}},
    )
    monkeypatch.setattr(simplifier_speed, "pairs", lambda side, count: float(count))
    monkeypatch.setattr(sys, "argv", ["speed", "--side", "32", "--repeats", "2", "--output", str(path)])
    simplifier_speed.main()
    record = json.loads(path.read_text())
    assert set(record["loss_map_424_ms"]) == {"two grays", "antialiased", "all grays"}
    assert all(times["least"] <= times["median"] for times in record["step_ms"].values())


def test_what_strokes_tell_of_their_lines_is_more_where_they_surround_them():
    amid, beside = (ceiling(PencilHabits(looseness=(1.9, 1.9), surround=each), 2) for each in (40.0, 0.0))
    assert amid["f1"] > beside["f1"] + 0.03
