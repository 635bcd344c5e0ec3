"""A pen draws all lines, joined where they touch, and travels little between them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.paper.pen_paths import pen_paths, plotter_drawing
from inkwright.vector_graphics.svg.reading.reader import parse_svg
from inkwright.vector_graphics.svg.writing.writer import svg_text


def strokes(count, seed=0):
    generator = torch.Generator().manual_seed(seed)
    start = 100 * torch.rand(count, 1, 2, generator=generator)
    points = start + torch.linspace(0, 1, 4)[None, :, None] * 8 * torch.randn(
        count, 1, 2, generator=generator
    )
    color = torch.rand(count, 1, generator=generator).expand(count, 4) * torch.tensor([0.0, 0, 0, 1])
    return Drawing.from_strokes(points, 0.5 + torch.rand(count, generator=generator), color, (100.0, 100.0))


def ends_of(drawing):
    ends = drawing.points.reshape(-1, 4, 2)[:, [0, 3]].numpy().round(4).tolist()
    return {tuple(sorted(map(tuple, each))) for each in ends}


def test_every_line_is_drawn_once_opaque_and_of_one_width():
    drawing = strokes(40)
    plotted = plotter_drawing(drawing)
    assert plotted.stroke[:, 3].tolist() == [1] * plotted.num_shapes
    assert len(set(plotted.width.tolist())) == 1
    assert plotted.styles is None
    assert not plotted.filled.any()
    assert ends_of(plotted) == ends_of(drawing)
    assert plotter_drawing(drawing, 2.0).width[0] == 2


def test_touching_strokes_of_a_color_are_one_line_whatever_their_order_and_direction():
    body = '<path d="M20 0h10"/><path d="M50 50h5" stroke="red"/><path d="M10 0H0"/><path d="M20 0H10"/>'
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 60"><g fill="none" stroke="#000">'
    plotted = plotter_drawing(parse_svg(f"{svg}{body}</g></svg>"))
    assert plotted.layer.tolist() == [0, 1]
    assert plotted.points[:10:3, 0].tolist() == [0, 10, 20, 30]
    assert 'inkscape:groupmode="layer"' in svg_text(plotted)


def test_fills_are_drawn_along_their_outline():
    body = '<path d="M10 10h20v20h-20zM15 15v5h5z"/>'
    plotted = plotter_drawing(
        parse_svg(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 60">{body}</svg>')
    )
    assert plotted.num_shapes == 2
    assert not plotted.closed.any()
    assert plotted.points[0].tolist() == plotted.points[12].tolist()


@pytest.mark.parametrize("count", [150, 600])
def test_the_pen_travels_little(count):
    """Random points on a square of side L have a shortest tour of about 0.7124 sqrt(N) L."""
    generator = torch.Generator().manual_seed(1)
    points = (100 * torch.rand(count, 1, 2, generator=generator)).expand(count, 4, 2)
    black = torch.tensor([[0.0, 0, 0, 1]]).expand(count, 4)
    drawing = Drawing.from_strokes(points, torch.full((count,), 1e-3), black, (100.0, 100.0))
    (pen,) = pen_paths(drawing, 0.0)
    assert pen.travel < 1.2 * 71.24 * np.sqrt(count)


def test_what_cannot_be_plotted_is_said():
    with pytest.raises(ValueError, match="width is 0"):
        plotter_drawing(strokes(2), 0.0)
    assert plotter_drawing(Drawing.empty((9.0, 9.0))).num_shapes == 0
