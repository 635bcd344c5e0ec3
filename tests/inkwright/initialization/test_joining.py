"""Shapes of one color that touch become one, where nothing is lost by it."""

from __future__ import annotations

import pytest
import torch

from inkwright.guidance.pixel import PixelTerm
from inkwright.initialization.residual_shapes.joining import TouchingShapes
from inkwright.optimization.objective import Objective
from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.shape_sources.shape_blocks import ShapeBlocks
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.optimization.stage import Stage
from inkwright.optimization.staged_run import StagedRun
from inkwright.vector_graphics import Drawing, rasterize

CANVAS = (48.0, 32.0)
RED, NEARLY, BLUE = (0.8, 0.1, 0.1), (0.82, 0.12, 0.1), (0.1, 0.1, 0.8)


def boxes(*given, layer=1) -> Drawing:
    points, colors = [], []
    for left, top, right, bottom, color in given:
        corners = torch.tensor(
            [[left, top], [right, top], [right, bottom], [left, bottom]], dtype=torch.float32
        )
        ahead = corners.roll(-1, 0) - corners
        points.append(torch.stack([corners, corners + ahead / 3, corners + 2 * ahead / 3], 1).reshape(-1, 2))
        colors.append([*color, 1.0])
    return Drawing.from_fills(torch.stack(points), torch.tensor(colors), CANVAS, layer=layer)


def joined(*blocks: Drawing) -> Drawing:
    """What is left of blocks of shapes once those of layer 1 are joined; the picture is what they paint."""
    source = ShapeBlocks(
        {f"block-{k}": ShapeParameters(each, trained=("points", "rgb")) for k, each in enumerate(blocks)}
    )
    picture = rasterize(source.drawing().detach())[0]
    run = StagedRun(source, [Stage("one", OptimizationSettings(steps=1), Objective({"pixel": PixelTerm()}))])
    TouchingShapes(picture).join(range(1, 2), run)
    after = source.drawing().detach()
    assert float((rasterize(after)[0] - picture).abs().mean()) < 0.01
    return after


def test_two_of_one_color_that_touch_become_one_also_across_blocks():
    left, right, other = (4, 8, 16, 20, RED), (15, 8, 30, 20, NEARLY), (34, 8, 44, 20, BLUE)
    for blocks in ([boxes(left, right, other)], [boxes(left), boxes(other, right)]):
        after = joined(*blocks)
        assert after.num_shapes == 2
        red = after.fill[after.fill[:, 0] > 0.5][0, :3]
        torch.testing.assert_close(red, torch.tensor([0.81, 0.11, 0.1]), atol=0.015, rtol=0)


@pytest.mark.parametrize(
    "pair",
    [((4, 8, 16, 20, RED), (20, 8, 30, 20, RED)), ((4, 8, 16, 20, RED), (15, 8, 30, 20, BLUE))],
    ids=["apart", "of two colors"],
)
def test_others_stay(pair):
    assert joined(boxes(*pair)).num_shapes == 2


def test_what_lies_between_is_not_covered_and_other_layers_stay():
    below, between, above = (4, 4, 30, 28, RED), (10, 4, 20, 28, BLUE), (14, 8, 30, 20, RED)
    assert joined(boxes(below, between, above)).num_shapes == 3
    apart = joined(boxes((4, 8, 16, 20, RED), layer=2), boxes((15, 8, 30, 20, RED)))
    assert apart.num_shapes == 2
