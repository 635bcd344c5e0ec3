"""Scores of line drawings with known answers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inkwright.metrics.line_agreement import LineAgreement, bootstrap_interval, line_agreement


def _line(column: int, side: int = 100) -> np.ndarray:
    page = np.ones((side, side))
    page[:, column] = 0
    return page


def test_a_drawing_agrees_with_itself():
    scores = line_agreement(_line(50), _line(50))
    assert [scores[name] for name in ("precision", "recall", "f1", "iou")] == [1, 1, 1, 1]
    assert [scores[name] for name in ("chamfer", "hausdorff", "hausdorff95", "blank")] == [0, 0, 0, 0]


def test_a_shifted_line_agrees_within_its_shift():
    assert line_agreement(_line(53), _line(50), permille=29)["f1"] == 0
    assert line_agreement(_line(53), _line(50), permille=30)["f1"] == 1
    assert line_agreement(_line(53), _line(50))["chamfer"] == pytest.approx(0.03)


def test_precision_and_recall_tell_too_much_from_too_little():
    both = np.minimum(_line(20), _line(80))
    much, little = line_agreement(both, _line(20)), line_agreement(_line(20), both)
    assert (much["precision"], much["recall"]) == (0.5, 1.0)
    assert (little["precision"], little["recall"]) == (1.0, 0.5)
    assert much["hausdorff"] == pytest.approx(0.6)


def test_ink_is_darker_than_a_quarter():
    faint = 1 - 0.2 * (1 - _line(50))
    assert line_agreement(faint, _line(50))["blank"] == 1


def test_blank_pages():
    white = np.ones((10, 10))
    assert line_agreement(white, white)["f1"] == 1
    missed = line_agreement(white, _line(5, 10))
    assert (missed["f1"], missed["chamfer"], missed["blank"]) == (0, 1, 1)
    assert line_agreement(_line(5, 10), white)["blank"] == 0


def test_metric_averages_over_images():
    metric = LineAgreement()
    pages = torch.from_numpy(np.stack([_line(50), _line(20)]))[:, None]
    metric.update(pages, torch.from_numpy(np.stack([_line(50), _line(80)]))[:, None])
    assert float(metric.compute()["f1"]) == pytest.approx(0.5)


def test_interval_holds_the_mean_and_narrows_with_more_images():
    rng = np.random.default_rng(0)
    few, many = rng.normal(0.8, 0.1, 8), rng.normal(0.8, 0.1, 800)
    low, high = bootstrap_interval(few)
    assert low < few.mean() < high
    narrow = bootstrap_interval(many)
    assert narrow[1] - narrow[0] < 0.3 * (high - low)


def test_errors_name_what_is_wrong():
    with pytest.raises(ValueError, match="both must be the same"):
        line_agreement(np.ones((3, 3)), np.ones((3, 4)))
    with pytest.raises(ValueError, match="permille is -1"):
        LineAgreement(-1)
    with pytest.raises(ValueError, match="values is empty"):
        bootstrap_interval(np.zeros(0))
