"""Paths that are circles, ellipses and rectangles become elements of these names; others stay paths."""

from __future__ import annotations

import math

import pytest
import torch
from torch.testing import assert_close

from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.curves.circle import circle_points
from inkwright.vector_graphics.gradient_fills import GradientFills
from inkwright.vector_graphics.svg.reading.reader import parse_svg
from inkwright.vector_graphics.svg.writing.primitives import with_primitives
from inkwright.vector_graphics.svg.writing.writer import svg_text


def turned(points, degrees, center=(20.0, 20.0)):
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return points @ torch.tensor([[c, s], [-s, c]]) + torch.tensor(center)


def rectangle(width, height):
    corners = torch.tensor([[-1.0, -1], [1, -1], [1, 1], [-1, 1]]) * torch.tensor([width / 2, height / 2])
    ahead = corners.roll(-1, 0) - corners
    return torch.stack([corners, corners + ahead / 3, corners + 2 * ahead / 3], 1).reshape(-1, 2)


def drawing(points):
    color = torch.tensor([[0.8, 0.2, 0.1, 0.7]])
    return Drawing.from_fills(points[None], color, (40.0, 40.0))


OVAL = circle_points(8) * torch.tensor([14.0, 6.0])
SHAPES = {
    "circle": turned(9 * circle_points(8), 10),
    "ellipse": turned(OVAL, 0),
    "ellipse turned": turned(OVAL, 35),
    "rect": turned(rectangle(20, 9), 0),
    "rect turned": turned(rectangle(20, 9), -25),
    "rect square": turned(rectangle(14, 14), 45),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_primitive_is_written_as_such_and_looks_the_same(name):
    made = drawing(
        SHAPES[name] + 0.05 * torch.randn(SHAPES[name].shape, generator=torch.Generator().manual_seed(1))
    )
    text = with_primitives(svg_text(made), 0.4)
    assert f"<{name.split()[0]} " in text
    assert "<path" not in text
    assert ("rotate" in text) == ("turned" in name or "square" in name)
    assert_close(rasterize(parse_svg(text)), rasterize(made), atol=0.12, rtol=0)


@pytest.mark.parametrize(
    "points",
    [
        turned(9 * circle_points(4) + 4 * torch.eye(12)[:, :2], 0),
        turned(rectangle(20, 9), 0) + 5 * torch.eye(12)[:, :2],
        turned(rectangle(20, 9)[[0, 1, 2, 9, 10, 11, 6, 7, 8, 3, 4, 5]], 0),
    ],
    ids=["dented circle", "moved corner", "crossed"],
)
def test_what_is_none_stays_a_path(points):
    text = svg_text(drawing(points))
    assert with_primitives(text, 0.4) == text


def test_holes_gradients_and_no_tolerance_stay():
    made = drawing(SHAPES["ellipse turned"])
    assert with_primitives(svg_text(made), 0.0) == svg_text(made)
    ring = svg_text(made).replace("Z", "ZM10 10h5v5h-5Z")
    assert with_primitives(ring, 0.4) == ring
    ends = torch.tensor([[0.0, 0.0]]), torch.tensor([[40.0, 0.0]])
    ramp = GradientFills.linear(torch.tensor([0]), *ends, torch.tensor([[0.0, 1.0]]), torch.rand(1, 2, 4))
    assert "<path" in with_primitives(svg_text(made.replace(gradients=ramp)), 0.4)
    upright = drawing(SHAPES["rect"]).replace(gradients=ramp)
    text = with_primitives(svg_text(upright), 0.4)
    assert "<rect" in text
    assert_close(rasterize(parse_svg(text)), rasterize(upright), atol=0.05, rtol=0)
