"""Details belong to the region in which most of them is seen."""

import torch

from inkwright.initialization.residual_shapes.owners import is_detail, with_owners
from inkwright.vector_graphics import Drawing


def boxes(*edges, layers):
    corners = torch.tensor([[[a, c], [b, c], [b, d], [a, d]] for a, b, c, d in edges], dtype=torch.float32)
    ahead = corners.roll(-1, 1) - corners
    points = torch.stack([corners, corners + ahead / 3, corners + 2 * ahead / 3], dim=2).flatten(1, 2)
    drawing = Drawing.from_fills(points, torch.rand(len(edges), 4), (32.0, 32.0))
    return drawing.replace(layer=torch.tensor(layers))


def test_a_detail_belongs_to_the_region_that_is_seen_there():
    ground, wall, door = (0, 32, 0, 32), (4, 28, 4, 32), (10, 18, 14, 32)
    drawing = boxes(ground, wall, door, (0, 32, 0, 32), layers=[0, 2, 4, 5])  # the last one is a detail
    details = boxes((12, 16, 16, 20), (20, 26, 6, 12), (0, 3, 0, 3), (8, 11, 14, 20), layers=[0] * 4)
    found = with_owners(details, drawing)
    assert found.layer.tolist() == [5, 3, 1, 3]
    assert torch.equal(found.points, details.points)
    assert is_detail(found.layer).all()
    assert not is_detail(drawing.layer[:3]).any()


def test_paint_order_counts_and_dead_regions_do_not():
    drawing = boxes((0, 20, 0, 20), (0, 32, 0, 32), layers=[4, 2]).replace(order=torch.tensor([1, 0]))
    detail = boxes((2, 8, 2, 8), layers=[0])
    assert with_owners(detail, drawing).layer.tolist() == [5]
    dead = drawing.replace(alive=torch.tensor([False, True]))
    assert with_owners(detail, dead).layer.tolist() == [3]
    assert with_owners(detail, drawing.select(torch.tensor([], dtype=torch.long))).layer.tolist() == [1]
    assert with_owners(Drawing.empty((32.0, 32.0)), drawing).num_shapes == 0
