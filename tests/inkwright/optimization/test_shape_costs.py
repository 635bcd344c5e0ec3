"""What it costs to leave a shape out."""

from __future__ import annotations

import torch
from torch.testing import assert_close

from inkwright.optimization.shape_costs import leave_one_out
from inkwright.vector_graphics import Drawing, rasterize


def test_costs_are_those_of_drawings_without_the_shape():
    generator = torch.Generator().manual_seed(3)
    points = torch.rand(6, 12, 2, generator=generator, dtype=torch.float64) * 32
    color = torch.rand(6, 4, generator=generator, dtype=torch.float64)
    color[:3, 3] = 1
    target = torch.rand(1, 3, 32, 32, generator=generator, dtype=torch.float64)
    strokes = Drawing.from_strokes(points[4:, :4], 2 * color[4:, 0], color[4:], (32, 32))
    drawing = Drawing.concat(Drawing.from_fills(points[:4], color[:4], (32, 32)), strokes)

    def error(each: Drawing) -> torch.Tensor:
        return (rasterize(each) - target).square().sum()

    rows = torch.arange(6)
    brute = [error(drawing.select(rows != k)) - error(drawing) for k in range(6)]
    assert_close(leave_one_out(drawing, target), torch.stack(brute), atol=1e-8, rtol=1e-8)
