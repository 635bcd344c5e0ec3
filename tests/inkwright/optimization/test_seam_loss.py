"""Shapes that only just meet are to overlap; gaps that are meant to be there are left alone."""

from __future__ import annotations

import pytest
import torch

from inkwright.optimization.objectives.seam_loss import SeamLoss
from inkwright.vector_graphics import Drawing, rasterize

SIZE = 32.0


def boxes(*spans: tuple[float, float], layer: int = 1) -> Drawing:
    """Boxes from top to bottom that reach from left to right, each over those before it."""
    points = torch.stack([box(left, right) for left, right in spans])
    return Drawing.from_fills(points, torch.ones(len(spans), 4), (SIZE, SIZE), layer=layer)


def box(left: float, right: float) -> torch.Tensor:
    corners = torch.tensor([[left, -2], [right, -2], [right, SIZE + 2], [left, SIZE + 2]])
    ahead = corners.roll(-1, 0) - corners
    return torch.stack([corners, corners + ahead / 3, corners + 2 * ahead / 3], dim=1).reshape(-1, 2)


def loss(drawing: Drawing, progress: float = 0.0) -> float:
    return float(SeamLoss(range(1, 2), weight=1.0)(drawing, progress))


def test_only_shapes_that_meet_without_an_overlap_cost_something():
    meeting = loss(boxes((-2, 16), (16, 34)))
    assert meeting > 0.02 * SIZE
    assert loss(boxes((-2, 16.3), (16.3, 34))) == pytest.approx(meeting, rel=0.3)  # wherever they meet
    assert loss(boxes((-2, 17.5), (16, 34))) < 0.1 * meeting
    assert loss(boxes((-2, 15.5), (16, 34))) > meeting  # a crack


def test_a_wide_gap_is_meant_to_be_there():
    assert loss(boxes((-2, 12), (20, 34))) < 0.02
    assert loss(boxes((-2, 12), (20, 34), layer=3)) == 0  # other layers are not looked at


def test_the_lower_shape_goes_on_below_the_upper_one_and_what_is_seen_stays():
    drawing = boxes((-2, 16), (16, 34))
    colors = torch.tensor([[1.0, 0, 0, 1], [0, 0, 1, 1]])
    picture = torch.zeros(1, 3, int(SIZE), int(SIZE))
    picture[:, 0, :, :16], picture[:, 2, :, 16:] = 1, 1
    points = drawing.points.clone().requires_grad_()
    seams, optimizer = SeamLoss(range(1, 2), weight=1.0), torch.optim.Adam([points], 0.1)
    for _ in range(25):
        now = drawing.replace(points=points, fill=colors)
        optimizer.zero_grad()
        (seams(now, 0.0).sum() + (rasterize(now) - picture).square().sum()).backward()
        optimizer.step()
    ended = drawing.replace(points=points.detach(), fill=colors)
    assert float(ended.points[:12, 0].max()) > 16.8  # the lower one has gone on below
    assert loss(ended) < 0.1 * loss(drawing)
    assert float((rasterize(ended) - picture).abs().max()) < 0.1


def test_another_region_is_not_to_shine_through_either():
    drawing = boxes((-2, 34), (-2, 16), (16, 34))
    losses = [loss(drawing, k / 50) for k in range(50)]
    assert min(losses) < 0.01  # the ground is hidden by the lowest one
    assert sum(each > 0.02 * SIZE for each in losses) >= 5  # which is taken away by turns
