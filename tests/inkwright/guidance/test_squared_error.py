"""Squared error, summed."""

from __future__ import annotations

import torch

from inkwright.guidance.squared_error import SquaredErrorTerm
from inkwright.guidance.targets import Targets


def test_sum_over_pixels_and_channels_of_each_canvas():
    term = SquaredErrorTerm(2.0)
    term.prepare(Targets(torch.zeros(1, 3, 4, 5)))
    images = torch.stack([torch.full((3, 4, 5), 0.5), torch.ones(3, 4, 5)])
    assert term(images, 0.0)["squared_error"].tolist() == [15, 60]
