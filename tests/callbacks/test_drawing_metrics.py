"""Scores of the drawing reach metrics.json and the loggers."""

from __future__ import annotations

import json

import pytest

from callbacks.drawing_metrics import DrawingMetrics
from inkwright.loggers.metrics_csv import MetricsCsv
from inkwright.vector_graphics import rasterize
from tests.callbacks.drawing_run import DrawingStub, strokes, trainer_at


def test_drawing_of_itself_scores_better_than_of_something_else(tmp_path):
    scores = []
    for shift in (0.0, 9.0):
        module, callback = DrawingStub(), DrawingMetrics()
        module.target.image = rasterize(strokes())[0]
        module.best = strokes(shift)
        callback.on_fit_end(trainer_at(9), module)
        scores.append(callback.numbers())
    assert scores[0]["edge_f1"] > scores[1]["edge_f1"]
    assert scores[0]["gradient_correlation"] > scores[1]["gradient_correlation"]


def test_scores_are_logged_on_the_way_if_asked_for(tmp_path):
    log, callback = MetricsCsv(str(tmp_path / "m.csv")), DrawingMetrics(every_n_steps=5)
    for step in range(1, 11):
        callback.on_train_batch_end(trainer_at(step, loggers=[log]), DrawingStub(), None, None, 0)
    log.save()
    lines = (tmp_path / "m.csv").read_text().splitlines()
    assert "metrics/edge_f1" in lines[0]
    assert [line.split(",")[0] for line in lines[1:]] == ["5", "10"]


def test_any_guidance_term_may_be_a_metric_too(run_train, tmp_path):
    guidance = "{_target_: inkwright.guidance.ms_ssim.MsSsimTerm}"
    term = f"{{_target_: inkwright.metrics.term_metric.TermMetric, term: {guidance}}}"
    also = f"callbacks.drawing_metrics.also={{ms_ssim: {term}}}"
    finished = run_train("debug=few_steps", "image=cat", also, f"hydra.run.dir={tmp_path}")
    assert finished.status == 0, finished.err
    found = json.loads((tmp_path / "metrics.json").read_text())["metrics"]
    assert 0 < found["ms_ssim"] < 1
    assert "edge_f1" in found


def test_number_out_of_range_is_refused():
    with pytest.raises(ValueError, match="every_n_steps is -1"):
        DrawingMetrics(every_n_steps=-1)
