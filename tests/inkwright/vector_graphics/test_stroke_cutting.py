"""Strokes cut at the outline of an area."""

import numpy as np
import pytest
import torch

from inkwright.vector_graphics.curves.bezier import evaluate
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.shape_penalties import unevenness
from inkwright.vector_graphics.stroke_cutting import cut_strokes

AREA = np.zeros((32, 32), dtype=bool)
AREA[8:24, 12:20] = True


def level(y, x0=2.0, x1=30.0):
    return torch.tensor([[x0 + (x1 - x0) * k / 3, y] for k in range(4)])


def drawn(*strokes, side=32.0) -> Drawing:
    points = torch.stack(strokes)
    return Drawing.from_strokes(points, torch.ones(len(points)), torch.ones(len(points), 4), (side, side))


def test_what_crosses_is_in_two_pieces_and_ends_at_the_outline():
    cut = cut_strokes(drawn(level(16.0), level(2.0), level(16.0, 14.0, 18.0)), AREA)
    assert (cut.num_shapes, cut.num_paths) == (2, 3)
    ends = cut.points.view(-1, 4, 2)[:, [0, 3], 0]
    assert ends[0].tolist() == pytest.approx([2, 12], abs=0.1)
    assert ends[1].tolist() == pytest.approx([20, 30], abs=0.1)
    assert torch.equal(cut.points.view(-1, 4, 2)[2], level(2.0))


def test_pieces_lie_on_the_curve_at_any_size_of_the_area():
    wave = torch.tensor([[4.0, 60.0], [20.0, 0.0], [40.0, 60.0], [60.0, 10.0]])
    cut = cut_strokes(drawn(wave, side=64.0), AREA)
    on_it = evaluate(wave.expand(500, 4, 2), torch.linspace(0, 1, 500))
    for piece in cut.points.view(-1, 4, 2):
        places = evaluate(piece.expand(9, 4, 2), torch.linspace(0, 1, 9))
        assert float(torch.cdist(places, on_it).amin(1).max()) < 0.2
        inside = (places / 2 - 0.5).round().long().clamp(0, 31)
        assert AREA[inside[1:-1, 1], inside[1:-1, 0]].sum() == 0


def test_nothing_to_cut_and_nothing_left():
    drawing = drawn(level(16.0))
    assert cut_strokes(drawing, np.zeros((8, 8), dtype=bool)) is drawing
    assert cut_strokes(drawing, np.ones((8, 8), dtype=bool)).num_shapes == 0


def test_fills_are_refused():
    fill = Drawing.from_fills(torch.rand(1, 12, 2), torch.ones(1, 4), (32.0, 32.0))
    with pytest.raises(ValueError, match="no single cubics"):
        cut_strokes(fill, AREA)


def test_unevenness_is_none_for_a_parabola_and_does_not_make_strokes_grow():
    arc = torch.tensor([[0.0, 0.0], [10.0, 10.0], [20.0, 10.0], [30.0, 0.0]])
    wave = torch.tensor([[0.0, 0.0], [10.0, 20.0], [20.0, -20.0], [30.0, 0.0]])
    drawing = Drawing.batch([drawn(arc), drawn(wave)])
    assert unevenness(drawing).tolist() == pytest.approx([0, 1.6], abs=0.9)
    assert float(unevenness(drawing)[0]) < 1e-6
    points = wave[None].clone().requires_grad_()
    unevenness(Drawing.from_strokes(points, torch.ones(1), torch.ones(1, 4), (32, 32))).sum().backward()
    third = torch.diff(wave, n=3, dim=0)[0]
    assert torch.nn.functional.cosine_similarity(points.grad[0, 3], third, dim=0) > 0.999
