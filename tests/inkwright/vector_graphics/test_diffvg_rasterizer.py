"""What the adapter hands to diffvg, recorded by a stand-in for its Python package."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest
import torch

from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.gradient_fills import GradientFills
from inkwright.vector_graphics.rasterizer import load_backend

CANVAS = (10.0, 8.0)


@pytest.fixture
def diffvg(monkeypatch):
    """A module that keeps the scenes it is given, and paints the mean of all numbers of a scene."""
    module = ModuleType("pydiffvg")
    module.calls = []

    def serialize(width, height, shapes, groups):
        return [SimpleNamespace(width=width, height=height, shapes=shapes, groups=groups)]

    def apply(width, height, samples_x, samples_y, seed, background, scene):
        module.calls.append(
            SimpleNamespace(**vars(scene), samples=(samples_x, samples_y), background=background)
        )
        numbers = [shape.points.mean() + 3 * shape.stroke_width for shape in scene.shapes]
        for group in scene.groups:
            color = group.fill_color if group.stroke_color is None else group.stroke_color
            numbers.append((color if isinstance(color, torch.Tensor) else color.stop_colors).sum())
        return background * 0.5 + torch.stack(numbers).sum()

    module.RenderFunction = SimpleNamespace(serialize_scene=serialize, apply=apply)
    module.Path, module.ShapeGroup = path, shape_group
    module.LinearGradient = lambda begin, end, offsets, stop_colors: recorded("LinearGradient", locals())
    module.RadialGradient = lambda center, radius, offsets, stop_colors: recorded("RadialGradient", locals())
    monkeypatch.setitem(sys.modules, "pydiffvg", module)
    return module


# The signatures of pydiffvg; it refuses tensors that are not contiguous.


def path(num_control_points, points, is_closed, stroke_width=1.0, id="", use_distance_approx=False):
    return recorded("Path", locals())


def shape_group(
    shape_ids, fill_color, use_even_odd_rule=True, stroke_color=None, shape_to_canvas=None, id=""
):
    return recorded("ShapeGroup", locals())


def recorded(kind, arguments):
    assert all(each.is_contiguous() for each in arguments.values() if isinstance(each, torch.Tensor))
    return SimpleNamespace(kind=kind, **arguments)


def strokes(count=1, width=2.0, points=None):
    if points is None:
        points = torch.rand(count, 4, 2, generator=torch.Generator().manual_seed(0)) * 8
    color = torch.rand(count, 4, generator=torch.Generator().manual_seed(1))
    return Drawing.from_strokes(points, torch.full((count,), width), color, CANVAS)


def fills(count=1, fill_rule="nonzero"):
    points = torch.rand(count, 6, 2, generator=torch.Generator().manual_seed(2)) * 8
    color = torch.rand(count, 4, generator=torch.Generator().manual_seed(3))
    return Drawing.from_fills(points, color, CANVAS, fill_rule)


def test_without_pydiffvg_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pydiffvg", None)
    with pytest.raises(ValueError, match="needs the Python package pydiffvg.*github.com/BachiLi/diffvg"):
        rasterize(strokes(), backend="diffvg")


def test_a_stroke_is_a_path_of_half_its_width_in_pixels(diffvg):
    drawing = strokes()
    rasterize(drawing, 16, 20, backend="diffvg")
    (call,) = diffvg.calls
    (path,) = call.shapes
    assert (call.width, call.height, call.samples) == (20, 16, (2, 2))
    torch.testing.assert_close(path.points, drawing.points * 2)
    assert float(path.stroke_width) == pytest.approx(2.0)
    assert path.num_control_points.tolist() == [2]
    assert path.num_control_points.dtype == torch.int32
    assert not path.is_closed
    assert call.groups[0].fill_color is None
    assert torch.equal(call.groups[0].stroke_color, drawing.stroke[0])


def test_gradients_reach_every_parameter_and_widths_get_half(diffvg):
    base = Drawing.concat(strokes(), fills())
    leaves = {
        name: getattr(base, name).clone().requires_grad_() for name in ("points", "width", "stroke", "fill")
    }
    background = torch.full((1, 3), 0.5, requires_grad=True)
    picture = rasterize(base.replace(**leaves), backend="diffvg", background=background)
    picture.mean().backward()
    assert picture.shape == (1, 3, 8, 10)
    torch.testing.assert_close(leaves["width"].grad, torch.tensor([1.5, 0.0]))
    torch.testing.assert_close(leaves["points"].grad[:4], torch.full((4, 2), 1 / 8))
    assert torch.equal(leaves["stroke"].grad, torch.tensor([[1.0] * 4, [0.0] * 4]))
    assert torch.equal(leaves["fill"].grad, torch.tensor([[0.0] * 4, [1.0] * 4]))
    torch.testing.assert_close(background.grad, torch.full((1, 3), 0.5 / 3))


def test_the_stroke_of_a_shape_is_painted_over_its_fill(diffvg):
    drawing = fills().replace(
        stroked=torch.tensor([True]), width=torch.ones(1), stroke=torch.full((1, 4), 0.25)
    )
    rasterize(drawing, backend="diffvg")
    (call,) = diffvg.calls
    fill, stroke = call.groups
    assert torch.equal(fill.fill_color, drawing.fill[0])
    assert fill.stroke_color is None
    assert stroke.fill_color is None
    assert torch.equal(stroke.stroke_color, drawing.stroke[0])
    assert (fill.shape_ids.tolist(), stroke.shape_ids.tolist()) == ([0], [1])
    assert torch.equal(call.shapes[0].points, call.shapes[1].points)
    assert [float(shape.stroke_width) for shape in call.shapes] == [0.0, 0.5]


def test_an_open_path_is_filled_as_if_a_line_closed_it_and_stroked_open(diffvg):
    flag = torch.tensor([True])
    drawing = strokes().replace(filled=flag, fill=torch.full((1, 4), 0.5))
    rasterize(drawing, backend="diffvg")
    fill, stroke = diffvg.calls[0].shapes
    assert (fill.is_closed, fill.num_control_points.tolist()) == (True, [2, 0])
    assert (stroke.is_closed, stroke.num_control_points.tolist()) == (False, [2])


@pytest.mark.parametrize(("rule", "even_odd"), [("nonzero", False), ("evenodd", True)])
def test_fills_are_closed_paths_with_their_rule(diffvg, rule, even_odd):
    rasterize(fills(fill_rule=rule), backend="diffvg")
    (call,) = diffvg.calls
    assert call.shapes[0].is_closed
    assert call.shapes[0].points.shape == (6, 2)
    assert call.shapes[0].num_control_points.tolist() == [2, 2]
    assert call.groups[0].use_even_odd_rule is even_odd


def test_sub_paths_of_a_shape_are_one_group(diffvg):
    one = fills(2).select(torch.tensor([0, 1]))
    drawing = fills().replace(
        points=one.points,
        path_offsets=one.path_offsets,
        shape_offsets=torch.tensor([0, 2]),
        closed=one.closed,
    )
    rasterize(drawing, backend="diffvg")
    assert diffvg.calls[0].groups[0].shape_ids.tolist() == [0, 1]


def test_paint_order_dead_shapes_and_canvases_are_those_of_the_drawing(diffvg):
    first = strokes(3).replace(order=torch.tensor([2, 0, 1]), alive=torch.tensor([True, True, False]))
    batch = Drawing.batch([first, Drawing.empty(CANVAS), strokes(1)])
    colors = torch.tensor([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]])
    picture = rasterize(batch, backend="diffvg", background=colors)
    assert picture.shape == (3, 3, 8, 10)
    assert [len(call.shapes) for call in diffvg.calls] == [2, 1]
    assert torch.equal(diffvg.calls[0].groups[0].stroke_color, batch.stroke[1])
    assert torch.equal(diffvg.calls[0].groups[1].stroke_color, batch.stroke[0])
    assert torch.equal(diffvg.calls[1].background[0, 0], torch.tensor([0.7, 0.8, 0.9, 1.0]))
    assert diffvg.calls[1].background.shape == (8, 10, 4)


def test_an_empty_canvas_is_the_background_and_diffvg_is_not_asked(diffvg):
    invisible = strokes(width=0.0)
    for drawing in (Drawing.empty(CANVAS), invisible):
        picture = rasterize(drawing, backend="diffvg", background=(0.2, 0.4, 0.6))
        assert torch.equal(picture[0, :, 3, 3], torch.tensor([0.2, 0.4, 0.6]))
    assert diffvg.calls == []


@pytest.mark.parametrize("closed", [False, True])
def test_segments_without_a_cubic_term_are_jittered_by_a_thousandth_of_a_pixel(diffvg, closed):
    line = torch.tensor([[1.0, 1], [2, 2], [3, 3], [4, 4], [5.5, 1], [6, 7], [7, 4]])
    points = line[None, :6] if closed else line[None]
    make = Drawing.from_fills(points, torch.ones(1, 4), CANVAS) if closed else strokes(points=points)
    rasterize(make, backend="diffvg")
    found = diffvg.calls[0].shapes[0].points
    moved = (found - points[0]).abs()
    assert 5e-4 < float(moved[1].min()) <= float(moved[1].max()) < 2e-3
    assert float(moved[[0, 2, 3, 4, 5]].max()) == 0
    term = -found[0] + 3 * found[1] - 3 * found[2] + found[3]
    assert float(term.abs().min()) > 1e-3


def test_more_shapes_than_diffvg_survives_are_warned_about(diffvg):
    with pytest.warns(UserWarning, match="257 fills and strokes on one canvas: diffvg aborts the process"):
        rasterize(strokes(257), backend="diffvg")


def test_what_is_not_finite_is_refused_before_diffvg_sees_it(diffvg):
    drawing = strokes()
    points = drawing.points.clone()
    points[2, 1] = float("nan")
    with pytest.raises(ValueError, match=r"points\[2\] is .*nan.*; it must be finite"):
        load_backend("diffvg")(drawing.replace(points=points), 8, 10, torch.ones(1, 3), 1.0)
    with pytest.raises(ValueError, match=r"width\[0\] is -1.0; it must be finite and >= 0"):
        load_backend("diffvg")(drawing.replace(width=-torch.ones(1)), 8, 10, torch.ones(1, 3), 1.0)
    assert diffvg.calls == []


def test_a_wide_filter_is_refused(diffvg):
    with pytest.raises(ValueError, match=r"filter_width is 2.0; backend diffvg has 1 pixel only"):
        rasterize(strokes(), backend="diffvg", filter_width=2.0)


def test_gradient_fills_become_diffvgs_own(diffvg):
    position = torch.tensor([[0.0, 1.0]])
    colors = torch.rand(1, 2, 4, generator=torch.Generator().manual_seed(4))
    center, radius = torch.tensor([[4.0, 3.0]]), torch.tensor([2.5])
    radial = GradientFills.circular(torch.tensor([0]), center, radius, position, colors)
    linear = GradientFills.linear(torch.tensor([0]), center, torch.tensor([[7.0, 5.0]]), position, colors)
    for gradients in (radial, linear):
        rasterize(fills().replace(gradients=gradients), 16, 20, backend="diffvg")
    alpha = torch.tensor([1, 1, 1, float(fills().fill[0, 3])])
    radial, linear = (call.groups[0].fill_color for call in diffvg.calls)
    assert (radial.kind, linear.kind) == ("RadialGradient", "LinearGradient")
    torch.testing.assert_close(radial.center, center[0] * 2)
    torch.testing.assert_close(radial.radius, torch.tensor([5.0, 5.0]))
    torch.testing.assert_close(radial.stop_colors, colors[0] * alpha)
    torch.testing.assert_close(linear.begin, torch.tensor([8.0, 6.0]))
    torch.testing.assert_close(linear.end, torch.tensor([14.0, 10.0]))
    assert torch.equal(linear.offsets, position[0])


def test_a_turned_radial_gradient_is_refused(diffvg):
    gradients = GradientFills.circular(
        torch.tensor([0]), torch.zeros(1, 2), torch.ones(1), torch.zeros(1, 1), torch.ones(1, 1, 4)
    )
    turned = torch.tensor([[[0.0, 0.0], [1.0, 1.0], [-1.0, 1.0]]])
    gradients = GradientFills(**{**vars(gradients), "frame": turned})
    with pytest.raises(ValueError, match=r"gradient frame\[0\] is turned"):
        rasterize(fills().replace(gradients=gradients), backend="diffvg")
