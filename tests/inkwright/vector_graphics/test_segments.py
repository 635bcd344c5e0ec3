from __future__ import annotations

import pytest
import torch

from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.shape_measures import polygon_lengths

CANVAS = (40.0, 30.0)


@pytest.fixture
def drawing():
    """A stroke of two segments, a ring of two, and a shape of an open path and a ring, on two canvases."""
    generator = torch.Generator().manual_seed(0)
    stroke = Drawing.from_strokes(
        torch.rand(1, 7, 2, generator=generator), torch.ones(1), torch.ones(1, 4), CANVAS
    )
    ring = Drawing.from_fills(torch.rand(1, 6, 2, generator=generator), torch.ones(1, 4), CANVAS)
    both = Drawing.concat(stroke, ring)
    joined = Drawing.batch([both, both])
    return joined.replace(
        shape_offsets=torch.tensor([0, 1, 2, 4]),
        **{
            name: getattr(joined, name)[[0, 1, 3]]
            for name in ("width", "stroke", "fill", "stroked", "filled", "fill_rule", "canvas_index")
            + ("layer", "order", "alive")
        },
    )


def test_every_path_is_cut_into_its_cubics_and_rings_close(drawing):
    table = drawing.segments()
    expected = []
    for path in range(drawing.num_paths):
        rows = list(range(int(drawing.path_offsets[path]), int(drawing.path_offsets[path + 1])))
        rows += rows[:1] * bool(drawing.closed[path])
        expected += [rows[start : start + 4] for start in range(0, len(rows) - 1, 3)]
    assert table.points.tolist() == expected
    assert table.path.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert table.shape.tolist() == [0, 0, 1, 1, 2, 2, 2, 2]
    assert table.canvas.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert table.offsets.tolist() == [0, 2, 4, 6, 8]
    assert len(drawing.cubics()) == 8
    assert torch.equal(drawing.cubics(), drawing.points[torch.tensor(expected)])


def test_joints_are_where_segments_of_a_path_meet(drawing):
    table = drawing.segments()
    before, after = table.joints(drawing.closed)
    assert list(zip(before.tolist(), after.tolist(), strict=True)) == [
        (0, 1), (2, 3), (3, 2), (4, 5), (6, 7), (7, 6),
    ]  # fmt: skip
    assert torch.equal(table.points[before, 3], table.points[after, 0])


def test_the_table_is_kept_while_points_move_and_made_anew_with_the_structure(drawing):
    table = drawing.segments()
    assert drawing.replace(points=drawing.points + 1).segments() is table
    moved = drawing.replace(canvas_index=1 - drawing.canvas_index)
    assert moved.segments().canvas.tolist() == [1, 1, 1, 1, 0, 0, 0, 0]
    assert drawing.select(torch.tensor([2])).segments().points.tolist()[0] == [0, 1, 2, 3]


def test_a_drawing_without_shapes_has_no_segments():
    empty = Drawing.empty(CANVAS)
    assert empty.segments().points.shape == (0, 4)
    assert empty.segments().offsets.tolist() == [0]
    assert [each.shape[0] for each in empty.segments().joints(empty.closed)] == [0, 0]


def test_polygon_lengths_are_summed_by_shape():
    points = torch.tensor([[[0.0, 0], [3, 4], [3, 5], [3, 6]], [[0.0, 0], [1, 0], [2, 0], [3, 0]]])
    strokes = Drawing.from_strokes(points, torch.ones(2), torch.ones(2, 4), CANVAS)
    assert polygon_lengths(strokes).tolist() == [7, 3]
    square = torch.tensor([[[0.0, 0], [1, 0], [1, 1]]])
    ring = Drawing.from_fills(square, torch.ones(1, 4), CANVAS)
    torch.testing.assert_close(polygon_lengths(ring), torch.tensor([2 + 2**0.5]))
