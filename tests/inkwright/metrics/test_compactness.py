"""Shapes that belong to one thing, and shapes that don't."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inkwright.metrics.compactness import vector_compactness
from inkwright.vector_graphics import Drawing

SIZE = 40
LEFT, ALL = np.zeros((SIZE, SIZE), bool), np.ones((SIZE, SIZE), bool)
LEFT[:, :20] = True


def squares(*boxes: tuple[float, float, float, float]) -> Drawing:
    points = []
    for left, top, right, bottom in boxes:
        corners = torch.tensor([[left, top], [right, top], [right, bottom], [left, bottom]])
        ahead = corners.roll(-1, 0) - corners
        points.append(torch.stack([corners, corners + ahead / 3, corners + 2 * ahead / 3], 1).reshape(-1, 2))
    return Drawing.from_fills(torch.stack(points), torch.rand(len(boxes), 4), (SIZE, SIZE))


@pytest.mark.parametrize(
    ("box", "belongs"),
    [
        ((2, 2, 12, 12), 1),
        ((11, 2, 21, 12), 1),
        ((12, 2, 22, 12), 0),
        ((-30, 2, 12, 12), 1),
        ((25, 2, 30, 9), 0),
    ],
    ids=["within", "nine tenths", "eight tenths", "from beyond the canvas", "outside"],
)
def test_a_shape_belongs_to_the_thing_that_it_lies_in(box, belongs):
    assert vector_compactness(squares(box), [LEFT, ALL]) == belongs


def test_it_is_a_share_and_what_is_hidden_counts():
    hidden, hiding, across = (4.0, 4.0, 8.0, 8.0), (2.0, 2.0, 12.0, 12.0), (12.0, 2.0, 30.0, 12.0)
    drawing = squares(hidden, hiding, across, across)
    assert vector_compactness(drawing, [LEFT]) == 0.5
    assert vector_compactness(drawing, [ALL]) == 0
    assert vector_compactness(drawing, [LEFT, ~LEFT], inside=0.5) == 1


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="masks is empty"):
        vector_compactness(squares((0, 0, 9, 9)), [])
    with pytest.raises(ValueError, match="inside is 2"):
        vector_compactness(squares((0, 0, 9, 9)), [LEFT], inside=2)
