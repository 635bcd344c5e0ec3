"""Hard deletion: what is exported."""

from __future__ import annotations

import re

import pytest
import torch

from callbacks.soft_obr.export_filter import ExportFilter
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.svg.writing.writer import svg_text


def drawing(opacity: list[float], lengths: list[float] | None = None) -> Drawing:
    count = len(opacity)
    reach = torch.tensor(lengths or [9.0] * count)
    x = torch.arange(4)[None] / 3 * reach[:, None]
    points = torch.stack([x, torch.arange(count)[:, None].expand(count, 4).float()], -1)
    color = torch.zeros(count, 4)
    color[:, 3] = torch.tensor(opacity)
    return Drawing.from_strokes(points, torch.ones(count), color, (40, 40))


def test_invisible_strokes_go_and_the_order_stays():
    strokes = drawing([0.5, 0.005, 1.0, 0.01, 0.011])
    keep = ExportFilter(min_strokes=0)(strokes)
    assert keep.tolist() == [True, False, True, False, True]
    heights = re.findall(r"[Mm]0[ ,](\d)", svg_text(strokes.replace(alive=keep)))
    assert heights == ["0", "2", "4"]


def test_each_canvas_keeps_its_least_number_those_with_most_ink():
    batch = Drawing.batch(
        [drawing([0.001, 0.002, 0.003], [30, 9, 1]), drawing([0.5, 0.5, 0.0]), drawing([0.0, 0.0, 0.9])]
    )
    keep = ExportFilter(min_strokes=2)(batch).reshape(3, 3)
    assert keep.tolist() == [[True, True, False], [True, True, False], [True, False, True]]


def test_the_dead_do_not_come_back():
    strokes = drawing([1.0, 1.0, 0.0])
    strokes = strokes.replace(alive=torch.tensor([True, False, True]))
    assert ExportFilter(min_strokes=3)(strokes).tolist() == [True, False, True]


def test_unwanted_strokes_go_however_well_they_are_seen():
    wanted = torch.tensor([False, True, True])
    assert ExportFilter(min_strokes=1)(drawing([1.0, 0.0, 0.3]), wanted).tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("options", "message"),
    [({"min_opacity": 1.0}, "export_alpha is 1.0"), ({"min_strokes": -1}, "min_strokes is -1")],
)
def test_numbers_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        ExportFilter(**options)
