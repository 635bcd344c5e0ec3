from __future__ import annotations

import dataclasses

import pytest
import torch
from torch.testing import assert_close

from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.gradient_fills import GradientFills

CANVAS = (12.0, 9.0)


def triangle():
    corners = torch.tensor([[1.3, 1.1], [10.7, 2.2], [4.1, 7.9]], dtype=torch.float64)
    steps = torch.roll(corners, -1, 0) - corners
    points = torch.stack([corners, corners + steps / 3, corners + steps * 2 / 3], dim=1).reshape(1, 9, 2)
    return Drawing.from_fills(points, torch.tensor([[0.0, 0.0, 0.0, 0.7]], dtype=torch.float64), CANVAS)


def fills(radial, frame=None, position=None, color=None):
    if frame is None:
        frame = torch.tensor([[[3.0, 2.5], [9.0, 4.0], [1.5, 8.0]]], dtype=torch.float64)
    if position is None:
        position = torch.tensor([0.1, 0.45, 0.9], dtype=torch.float64)
    if color is None:
        color = torch.tensor([[0.9, 0.2, 0.1, 0.8], [0.1, 0.7, 0.3, 0.4], [0.2, 0.1, 0.8, 0.9]]).double()
    return GradientFills(
        torch.tensor([0]), torch.tensor([radial]), frame, torch.tensor([0, 3]), position, color
    )


@pytest.mark.parametrize("radial", [False, True])
@pytest.mark.parametrize("name", ["frame", "position", "color", "fill"])
def test_derivatives_are_those_of_finite_differences(radial, name):
    drawing, plain = triangle(), fills(radial)
    values = {
        "frame": plain.frame,
        "position": plain.stop_position,
        "color": plain.stop_color,
        "fill": drawing.fill,
    }
    value = values[name].clone().requires_grad_()

    def paint(changed):
        if name == "fill":  # of the fill only the alpha counts
            return rasterize(drawing.replace(gradients=plain, fill=changed), 9, backend="numba")
        return rasterize(drawing.replace(gradients=fills(radial, **{name: changed})), 9, backend="numba")

    assert torch.autograd.gradcheck(paint, (value,), eps=1e-6, atol=1e-6, rtol=1e-4)


def test_a_linear_gradient_has_its_colours_along_its_axis():
    color = torch.tensor([[[1.0, 0, 0, 1], [0, 0, 1, 0]]])
    one = GradientFills.linear(
        torch.tensor([0]), torch.tensor([[2.0, 1]]), torch.tensor([[6.0, 1]]), torch.tensor([[0.0, 1]]), color
    )
    points = torch.tensor([[0.0, 5], [3, -7], [4, 1], [9, 0]])
    wanted = torch.tensor([[1, 0, 0, 1], [0.75, 0, 0.25, 0.75], [0.5, 0, 0.5, 0.5], [0, 0, 1, 0]])
    assert_close(one.color_at(0, points), wanted)


def test_a_radial_gradient_has_its_colours_around_its_centre():
    color = torch.tensor([[[1.0, 0, 0, 1], [0, 0, 1, 0]]])
    one = GradientFills.circular(
        torch.tensor([0]), torch.tensor([[2.0, 1]]), torch.tensor([4.0]), torch.tensor([[0.0, 1]]), color
    )
    points = torch.tensor([[2.0, 1], [2, 3], [0, 1], [2, 99]])
    share = torch.tensor([0, 0.5, 0.5, 1])
    assert_close(one.color_at(0, points)[:, 2], share, atol=1e-5, rtol=0)


def focal(focus):
    return dataclasses.replace(fills(True), focus=focus)


def test_a_focal_gradient_grows_from_its_focal_circle_to_its_circle():
    focus = torch.tensor([[0.5, -0.2, 0.1]], dtype=torch.float64)
    frame = torch.tensor([[[0.0, 0], [10, 0], [0, 10]]], dtype=torch.float64)
    ramp = torch.tensor([[0.0, 0, 0, 1], [0.5, 0, 0, 1], [1, 0, 0, 1]]).double()
    one = dataclasses.replace(fills(True, frame, torch.tensor([0, 0.5, 1.0]).double(), ramp), focus=focus)
    angle, t = torch.linspace(0, 6, 7).double()[:, None], torch.linspace(0, 0.95, 5).double()[None, :, None]
    way = torch.stack([torch.cos(angle), torch.sin(angle)], dim=-1)
    points = 10 * ((1 - t) * focus[:, None, :2] + (0.1 + 0.9 * t) * way)  # the circle at t
    found = one.color_at(0, points.reshape(-1, 2))[:, 0].reshape(7, 5)
    assert_close(found, t[..., 0].expand(7, 5), atol=1e-5, rtol=0)
    at_center = dataclasses.replace(one, focus=torch.zeros(1, 3).double())
    away = torch.tensor([[3.0, 4], [-9, 2], [30, 1]]).double()
    plain = dataclasses.replace(one, focus=None)
    assert_close(at_center.color_at(0, away), plain.color_at(0, away))


def test_derivatives_of_a_focus_are_those_of_finite_differences():
    focus = torch.tensor([[0.3, -0.2, 0.1]], dtype=torch.float64, requires_grad=True)
    points = torch.tensor([[4.0, 3], [6, 4], [3, 6]], dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda changed: focal(changed).color_at(0, points), (focus,))


def test_a_focus_goes_where_its_gradient_goes():
    drawing = triangle().replace(gradients=focal(torch.tensor([[0.25, 0, 0]]).double()))
    plain = triangle().replace(gradients=fills(True))
    joined = Drawing.concat(plain, drawing)
    assert joined.gradients.focus.tolist() == [[0, 0, 0], [0.25, 0, 0]]
    assert joined.select(torch.tensor([1])).gradients.focus.tolist() == [[0.25, 0, 0]]
    assert joined.to(dtype=torch.float32).detach().gradients.focus.dtype == torch.float32
    with pytest.raises(ValueError, match="gradient focus is .* within the unit circle"):
        focal(torch.tensor([[0.9, 0, 0.2]]).double())


def test_before_stops_that_coincide_the_first_holds():
    color = torch.tensor([[[1.0, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 1]]])
    start, end, position = torch.tensor([[0.0, 0]]), torch.tensor([[1.0, 0]]), torch.tensor([[0.0, 0, 1]])
    one = GradientFills.linear(torch.tensor([0]), start, end, position, color)
    found = one.color_at(0, torch.tensor([[-3.0, 0], [0, 0]]))
    assert_close(found[:, :2], torch.tensor([[1.0, 0], [0, 1]]))


def test_of_coinciding_stops_the_later_one_holds_from_there_on():
    position, color = torch.tensor([[0.5, 0.5]]), torch.tensor([[[1.0, 0, 0, 1], [0, 0, 1, 1]]])
    start, end = torch.tensor([[0.0, 0]]), torch.tensor([[1.0, 0]])
    one = GradientFills.linear(torch.tensor([0]), start, end, position, color)
    blue = one.color_at(0, torch.tensor([[0.499, 0], [0.5, 0], [0.501, 0]]))[:, 2]
    assert blue.tolist() == [0, 1, 1]


def test_the_alpha_of_the_fill_multiplies_the_gradient():
    drawing = triangle().replace(gradients=fills(False), fill=torch.zeros(1, 4, dtype=torch.float64))
    assert float((rasterize(drawing, 9) - 1).abs().max()) == 0


def test_a_scaled_drawing_looks_the_same():
    drawing = triangle().replace(gradients=fills(True))
    assert_close(rasterize(drawing.scaled(3.0), 18), rasterize(drawing, 18))


def test_select_and_batch_keep_gradients_with_their_shapes():
    drawing = triangle()
    painted = Drawing.concat(drawing, drawing.replace(gradients=fills(False)), drawing)
    assert painted.gradients.shape.tolist() == [1]
    assert painted.select(torch.tensor([2, 1])).gradients.shape.tolist() == [1]
    assert painted.select(torch.tensor([0, 2])).gradients is None
    batch = Drawing.batch([drawing, drawing.replace(gradients=fills(True))])
    alone = rasterize(drawing.replace(gradients=fills(True)), 9)
    assert torch.equal(rasterize(batch, 9)[1:], alone)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"frame": torch.zeros(1, 3, 2)}, "parallel or infinite axes"),
        ({"position": torch.tensor([0.0, 1.5, 1.0])}, r"stop_position\[1\] is 1.5; it must be in \[0, 1\]"),
        ({"color": torch.full((3, 4), -1.0)}, r"stop_color\[0\] is"),
        ({"color": torch.zeros(2, 4)}, r"stop_color has shape \[2, 4\]"),
    ],
)
def test_bad_gradients_are_refused(changes, match):
    with pytest.raises(ValueError, match=match):
        fills(False, **changes)
