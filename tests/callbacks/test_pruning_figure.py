"""Figures of pruning: the heat map, its panels, the counts over time."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from PIL import Image

from callbacks.soft_obr.figure import PruningFigure, difference_map, save_panels
from callbacks.soft_obr.histogram import BINS, OpacityHistogram
from inkwright.vector_graphics import Drawing
from tests.callbacks.drawing_run import DrawingStub


def test_difference_runs_from_black_over_red_and_yellow_to_white():
    first = torch.zeros(3, 1, 4)
    second = torch.tensor([0.0, 1 / 15, 2 / 15, 0.9]).expand(3, 1, 4)
    heat = difference_map(first, second, gain=5.0)[:, 0].T
    torch.testing.assert_close(heat, torch.tensor([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]]))


def test_panels_become_one_wide_picture(tmp_path):
    save_panels({"a": torch.zeros(3, 20, 30), "b": torch.ones(3, 20, 30)}, tmp_path / "two.png", "both")
    size = Image.open(tmp_path / "two.png").size
    assert size[0] > 1.5 * size[1]


def test_counts_are_of_the_living_and_survive_a_restart(tmp_path):
    color = torch.tensor([[0.0, 0, 0, opacity] for opacity in (0.0, 0.5, 1.0, 1.0)])
    drawing = Drawing.from_strokes(torch.zeros(4, 4, 2), torch.ones(4), color, (9, 9))
    module = DrawingStub()
    module.run.source.drawing = lambda: drawing.replace(alive=torch.tensor([True, True, True, False]))
    histogram = OpacityHistogram(str(tmp_path), every_n_steps=5)
    histogram.on_train_batch_start(SimpleNamespace(global_step=3, loggers=[]), module, None, 0)
    assert histogram.counts == {}
    histogram.on_train_batch_start(SimpleNamespace(global_step=5, loggers=[]), module, None, 0)
    wanted = [0] * BINS
    wanted[0] = wanted[12] = wanted[-1] = 1
    assert histogram.counts == {5: wanted}
    later = OpacityHistogram(str(tmp_path))
    later.load_state_dict(histogram.state_dict())
    later.on_fit_end(SimpleNamespace(global_step=9, loggers=[]), module)
    assert sorted(later.counts) == [5, 9]
    assert (tmp_path / "opacity_histogram.png").stat().st_size > 2000


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: PruningFigure(folder, gain=0), "gain is 0"),
        (lambda folder: PruningFigure(folder, side=8), "side is 8"),
        (lambda folder: OpacityHistogram(folder, every_n_steps=0), "every_n_steps is 0"),
    ],
)
def test_numbers_out_of_range_are_refused(tmp_path, make, message):
    with pytest.raises(ValueError, match=message):
        make(str(tmp_path))
