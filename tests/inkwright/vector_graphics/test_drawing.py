from __future__ import annotations

import subprocess
import sys

import pytest
import torch

import inkwright.vector_graphics
from inkwright.vector_graphics import Drawing


def strokes(count=3, segments=1, seed=0, canvas=(20.0, 10.0), **options):
    generator = torch.Generator().manual_seed(seed)
    points = torch.rand(count, 3 * segments + 1, 2, generator=generator) * 10
    return Drawing.from_strokes(
        points,
        torch.rand(count, generator=generator) * 3,
        torch.rand(count, 4, generator=generator),
        canvas,
        **options,
    )


def fills(count=2, segments=2, seed=1, canvas=(20.0, 10.0), **options):
    generator = torch.Generator().manual_seed(seed)
    points = torch.rand(count, 3 * segments, 2, generator=generator) * 10
    return Drawing.from_fills(points, torch.rand(count, 4, generator=generator), canvas, **options)


def tensors_of(drawing):
    return {name: value for name, value in vars(drawing).items() if isinstance(value, torch.Tensor)}


def test_strokes_are_open_paths_in_the_order_given():
    drawing = strokes(3, segments=2)
    assert (drawing.num_shapes, drawing.num_paths, drawing.num_canvases) == (3, 3, 1)
    assert len(drawing.cubics()) == 6
    assert drawing.points.shape == (21, 2)
    assert drawing.path_offsets.tolist() == [0, 7, 14, 21]
    assert drawing.closed.tolist() == drawing.filled.tolist() == [False] * 3
    assert drawing.stroked.all()
    assert drawing.alive.all()
    assert drawing.paint_order().tolist() == [0, 1, 2]


def test_fills_are_closed_paths():
    drawing = fills(2, segments=4, fill_rule="evenodd", layer=5)
    assert len(drawing.cubics()) == 8
    assert drawing.closed.all()
    assert drawing.filled.all()
    assert not drawing.stroked.any()
    assert drawing.fill_rule.tolist() == [1, 1]
    assert drawing.layer.tolist() == [5, 5]


def test_points_keep_their_gradient():
    points = torch.rand(2, 4, 2, requires_grad=True)
    drawing = Drawing.from_strokes(points, torch.ones(2), torch.ones(2, 4), (8, 8))
    drawing.points.sum().backward()
    assert torch.equal(points.grad, torch.ones(2, 4, 2))
    assert not drawing.detach().points.requires_grad


def test_every_point_knows_its_shape():
    drawing = Drawing.concat(strokes(2), fills(1))
    assert drawing.point_shape().tolist() == [0] * 4 + [1] * 4 + [2] * 6
    two_paths = Drawing(**{**vars(drawing), **_merged_first_two(drawing), "cache": {}})
    assert two_paths.path_shape().tolist() == [0, 0, 1]
    assert two_paths.point_shape().tolist() == [0] * 8 + [1] * 6


def _merged_first_two(drawing):
    """The first two shapes as two paths of one shape."""
    per_shape = ("width", "stroke", "fill", "stroked", "filled", "fill_rule", "canvas_index")
    merged = {name: getattr(drawing, name)[1:] for name in (*per_shape, "layer", "order", "alive")}
    return merged | {"shape_offsets": torch.tensor([0, 2, 3])}


def test_concat_paints_later_drawings_over_earlier_ones():
    below, above = strokes(3, seed=0), fills(2, seed=1)
    below = below.replace(order=torch.tensor([7, 5, 6]))
    above = above.replace(order=torch.tensor([1, 0]))
    joined = Drawing.concat(below, above)
    assert joined.paint_order().tolist() == [1, 2, 0, 4, 3]
    assert torch.equal(joined.points, torch.cat([below.points, above.points]))
    assert joined.filled.tolist() == [False] * 3 + [True] * 2


def test_concat_with_an_empty_drawing_changes_nothing():
    drawing, empty = strokes(3), Drawing.empty((20.0, 10.0))
    joined = Drawing.concat(empty, drawing, empty)
    for name, value in tensors_of(drawing).items():
        assert torch.equal(getattr(joined, name), value), name


def test_batch_stacks_ragged_canvases():
    batch = Drawing.batch([strokes(3, seed=0), Drawing.empty((20.0, 10.0)), fills(2), strokes(1, seed=4)])
    assert batch.num_canvases == 4
    assert batch.canvas_index.tolist() == [0, 0, 0, 2, 2, 3]
    again = batch.canvas_drawing(2)
    for name, value in tensors_of(fills(2)).items():
        assert torch.equal(getattr(again, name), value), name
    assert batch.canvas_drawing(1).num_shapes == 0


def test_paint_order_sorts_by_canvas_then_order_then_row():
    batch = Drawing.batch([strokes(2), strokes(3)])
    batch = batch.replace(canvas_index=torch.tensor([1, 0, 1, 0, 1]), order=torch.tensor([3, 9, 1, 9, 1]))
    assert batch.paint_order().tolist() == [1, 3, 2, 4, 0]


def test_select_by_mask_and_by_rows():
    drawing = Drawing.concat(strokes(2, segments=2), fills(2))
    picked = drawing.select(torch.tensor([False, True, True, False]))
    assert picked.path_offsets.tolist() == [0, 7, 13]
    assert torch.equal(picked.points, drawing.points[7:20])
    assert picked.order.tolist() == [1, 2]
    turned = drawing.select(torch.tensor([2, 1]))
    assert turned.paint_order().tolist() == [1, 0]
    assert torch.equal(turned.points, torch.cat([drawing.points[14:20], drawing.points[7:14]]))
    assert drawing.select(torch.zeros(4, dtype=torch.bool)).num_shapes == 0


def test_only_alive_drops_the_dead():
    drawing = strokes(3).replace(alive=torch.tensor([True, False, True]))
    assert torch.equal(drawing.only_alive().width, drawing.width[[0, 2]])


def test_scaled_enlarges_canvas_points_and_widths():
    drawing = strokes(2)
    big = drawing.scaled(4, 9)
    assert big.canvas == (80, 90)
    torch.testing.assert_close(big.points, drawing.points * torch.tensor([4.0, 9.0]))
    torch.testing.assert_close(big.width, drawing.width * 6)


def test_to_changes_the_type_of_parameters_only():
    drawing = strokes(2).to(dtype=torch.float64)
    assert {tensor.dtype for tensor in tensors_of(drawing).values()} == {
        torch.float64,
        torch.bool,
        torch.int64,
    }
    assert drawing.width.dtype == torch.float64


def test_replace_shares_its_cache_only_while_the_structure_stays():
    drawing = strokes(2)
    assert drawing.replace(points=drawing.points + 1).cache is drawing.cache
    assert drawing.replace(alive=~drawing.alive).cache is not drawing.cache
    assert drawing.replace(order=drawing.order.flip(0)).cache is not drawing.cache


def test_replace_refuses_another_type_or_size():
    drawing = strokes(2)
    with pytest.raises(ValueError, match=r"width is torch.float64; with points of torch.float32"):
        drawing.replace(width=drawing.width.double())
    with pytest.raises(ValueError, match=r"layer has shape \[5\]; it must be \[2\]"):
        drawing.replace(layer=torch.zeros(5, dtype=torch.int64))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"points": torch.zeros(2, 5, 2)},
            r"points has 5 control points per path; it must be \[N, 3S \+ 1, 2\]",
        ),
        ({"points": torch.zeros(2, 4, 3)}, r"points has shape \[2, 4, 3\]"),
        ({"points": torch.zeros(4, 2)}, r"points has shape \[4, 2\]"),
        ({"points": torch.full((2, 4, 2), float("nan"))}, r"points\[0\] is \[nan, nan\]; it must be finite"),
        ({"points": torch.full((2, 4, 2), float("inf"))}, r"points\[0\] is \[inf, inf\]; it must be finite"),
        ({"points": torch.zeros(2, 4, 2, dtype=torch.int64)}, r"points are torch.int64"),
        ({"width": torch.tensor([1.0, -2.0])}, r"width\[1\] is -2.0; it must be finite and >= 0"),
        ({"width": torch.tensor([1.0, float("nan")])}, r"width\[1\] is nan"),
        ({"width": torch.ones(3)}, r"width has shape \[3\]; it must be \[2\]"),
        ({"width": torch.tensor(1.0)}, r"width has shape \[\]; it must be \[2\]"),
        ({"width": torch.ones(2, device="meta")}, r"width is on meta; it must be on cpu"),
        (
            {"color": torch.full((2, 4), 1.5)},
            r"stroke\[0\] is \[1.5, 1.5, 1.5, 1.5\]; it must be finite and in \[0, 1\]",
        ),
        ({"color": torch.full((2, 4), -0.5)}, r"stroke\[0\] is .*; it must be finite and in \[0, 1\]"),
        ({"color": torch.ones(2, 3)}, r"color has shape \[2, 3\]; it must be \[2, 4\]"),
        ({"color": torch.ones(2, 4, dtype=torch.float64)}, r"stroke is torch.float64"),
        ({"canvas": (0, 5)}, r"canvas is \(0, 5\); it must be \(width, height\), both finite and above 0"),
        ({"canvas": (5, float("nan"))}, r"canvas is \(5, nan\)"),
        ({"canvas": (5, 5, 5)}, r"canvas is \(5, 5, 5\)"),
    ],
)
def test_bad_strokes_are_refused_by_name(arguments, message):
    good = {
        "points": torch.zeros(2, 4, 2),
        "width": torch.ones(2),
        "color": torch.ones(2, 4),
        "canvas": (5, 5),
    }
    with pytest.raises(ValueError, match=message):
        Drawing.from_strokes(**{**good, **arguments})


def test_bad_fills_are_refused_by_name():
    with pytest.raises(ValueError, match=r"points has 4 control points per path; it must be \[N, 3S, 2\]"):
        Drawing.from_fills(torch.zeros(1, 4, 2), torch.ones(1, 4), (5, 5))
    with pytest.raises(ValueError, match="fill_rule is 'winding'; allowed are nonzero, evenodd"):
        Drawing.from_fills(torch.zeros(1, 6, 2), torch.ones(1, 4), (5, 5), "winding")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"path_offsets": torch.tensor([0, 5, 8])}, r"path 0 5 control points; it must be 3S \+ 1"),
        (
            {"path_offsets": torch.tensor([0, 4, 11])},
            r"path_offsets runs from 0 to 11; it must run from 0 to 8",
        ),
        ({"closed": torch.tensor([False, True])}, r"path 1 4 control points; it must be 3S, S >= 1"),
        ({"shape_offsets": torch.tensor([0, 0, 2])}, r"shape_offsets gives shape 0 no path"),
        (
            {"shape_offsets": torch.tensor([0, 1, 3])},
            r"shape_offsets runs from 0 to 3; it must run from 0 to 2",
        ),
        ({"canvas_index": torch.tensor([0, 1])}, r"canvas_index holds \[0, 1\]; it must be in \[0, 1\)"),
        ({"canvas_index": torch.tensor([-1, 0])}, r"canvas_index holds \[-1, 0\]"),
        ({"fill_rule": torch.tensor([0, 2])}, r"fill_rule holds \[0, 2\]; it must be in \[0, 2\)"),
        ({"order": torch.tensor([0.0, 1.0])}, r"order is torch.float32; .* it must be torch.int64"),
        ({"alive": torch.tensor([1, 1])}, r"alive is torch.int64; .* it must be torch.bool"),
        ({"order": torch.zeros(2, dtype=torch.int64, device="meta")}, r"order is on meta"),
        ({"path_offsets": torch.tensor(0)}, r"path_offsets has shape \[\]"),
        ({"num_canvases": 0}, r"num_canvases is 0; it must be at least 1"),
        ({"canvas": (5.0, -1.0)}, r"canvas is \(5.0, -1.0\)"),
    ],
)
def test_bad_structure_is_refused_by_name(changes, message):
    with pytest.raises(ValueError, match=message):
        strokes(2).replace(**changes)


def test_joining_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"canvas of the drawings is \[\(5.0, 5.0\), \(20.0, 10.0\)\]"):
        Drawing.concat(strokes(1), Drawing.empty((5, 5)))
    with pytest.raises(ValueError, match=r"num_canvases of the drawings is \[1, 2\]"):
        Drawing.concat(strokes(1), Drawing.empty((20, 10), num_canvases=2))
    with pytest.raises(ValueError, match="drawings is empty"):
        Drawing.batch([])
    with pytest.raises(ValueError, match=r"index is 1; it must be in \[0, 1\)"):
        strokes(1).canvas_drawing(1)


def test_importing_the_package_does_not_import_torch():
    code = "import sys, inkwright.vector_graphics; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_unknown_name_of_the_package():

    with pytest.raises(AttributeError, match="has no attribute 'Canvas'"):
        _ = inkwright.vector_graphics.Canvas
