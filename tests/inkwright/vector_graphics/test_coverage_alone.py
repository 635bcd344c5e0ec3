"""What each shape covers alone, whatever lies over it."""

import torch
from torch.testing import assert_close

from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.curves.circle import circle_points
from inkwright.vector_graphics.shape_measures import coverage_alone, measure_shapes


def test_it_adds_up_to_the_areas_and_knows_nothing_of_colors():
    points = torch.stack([5 * circle_points(4) + 10, 7 * circle_points(4) + 12])
    discs = Drawing.from_fills(points, torch.rand(2, 4), (24.0, 20.0))
    stroke = Drawing.from_strokes(points[:1, :4], torch.tensor([2.0]), torch.rand(1, 4), (24.0, 20.0))
    drawing = Drawing.concat(discs, stroke)
    alone = coverage_alone(drawing, 20, 24)
    assert alone.shape == (3, 20, 24)
    assert_close(alone.sum((1, 2)), measure_shapes(drawing, 20, 24).area, atol=1e-3, rtol=1e-4)
    assert coverage_alone(Drawing.empty((24.0, 20.0)), 20, 24).shape == (0, 20, 24)
