from __future__ import annotations

import pytest
import torch
from torch.autograd import gradcheck

from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.rasterizers.reference.rasterizer import paint
from tests.inkwright.vector_graphics.pictures import (
    F64,
    coverage_of,
    fills_picture,
    polygon,
    random_points,
    stroke_coverage_of,
    strokes_picture,
    tensor,
)


# Every entry of the Jacobian where both shapes show through, a random mix of them (`fast_mode`) elsewhere.
@pytest.mark.parametrize("alpha", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("filter_width", [1.0, 2.5])
def test_gradients_of_strokes(alpha, filter_width):
    points = random_points(2, 7, 8, seed=1).requires_grad_()
    width = tensor(0.4, 3.0).requires_grad_()
    color = torch.rand(2, 4, dtype=F64, generator=torch.Generator().manual_seed(2))
    color[:, 3] = alpha
    background = tensor(0.9, 0.2, 0.5)[None].requires_grad_()

    def picture(*parameters):
        return strokes_picture(*parameters, filter_width=filter_width)

    parameters = (points, width, color.requires_grad_(), background)
    assert gradcheck(picture, parameters, fast_mode=alpha != 0.4)


@pytest.mark.parametrize("alpha", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("rule", ["nonzero", "evenodd"])
def test_gradients_of_fills(alpha, rule):
    points = random_points(2, 9, 8, seed=3).requires_grad_()
    color = torch.rand(2, 4, dtype=F64, generator=torch.Generator().manual_seed(4))
    color[:, 3] = alpha
    background = tensor(0.9, 0.2, 0.5)[None].requires_grad_()

    def picture(*parameters):
        return fills_picture(*parameters, rule=rule)

    parameters = (points, color.requires_grad_(), background)
    assert gradcheck(picture, parameters, fast_mode=alpha != 0.4)


def test_gradient_of_a_fill_with_level_and_upright_edges():
    points = polygon(tensor([1.3, 1.4], [6.2, 1.4], [6.2, 5.7], [1.3, 5.7])).requires_grad_()
    color, background = torch.ones(1, 4, dtype=F64), torch.zeros(1, 3, dtype=F64)
    assert gradcheck(lambda points: fills_picture(points, color, background), (points,))


def test_gradient_of_one_shape_with_fill_and_stroke():
    def picture(points, width, stroke, fill):
        drawing = Drawing.from_fills(points, fill, (8, 8))
        both = drawing.replace(stroked=~drawing.stroked, stroke=stroke, width=width)
        return paint(both, 8, 8, torch.ones(1, 3, dtype=F64), 1.0)

    points = random_points(1, 9, 8, seed=5).requires_grad_()
    colors = (torch.rand(1, 4, dtype=F64) * 0.8 + 0.1 for _ in range(2))
    assert gradcheck(picture, (points, tensor(1.2).requires_grad_(), *(c.requires_grad_() for c in colors)))


@pytest.mark.parametrize(
    "points",
    [
        torch.full((1, 4, 2), 4.3, dtype=F64),
        torch.full((1, 4, 2), 4.5, dtype=F64),
        tensor([2.4, 4.5], [2.4, 4.5], [6.3, 4.5], [6.3, 4.5])[None],
        tensor([2.4, 2.4], [4.5, 4.5], [4.5, 4.5], [6.3, 6.3])[None],
        tensor([2.0, 4.0], [6.0, 4.0], [6.0, 4.0], [2.0, 4.0])[None],
    ],
    ids=["point", "point-on-a-centre", "through-centres", "diagonal-through-centres", "there-and-back"],
)
def test_degenerate_strokes_have_finite_gradients_that_move_them(points):
    """Shifted as a whole even these are smooth but for kinks, and central differences average the kinks."""

    def loss(points, width):
        picture = strokes_picture(points, width, torch.ones(1, 4, dtype=F64), torch.zeros(1, 3, dtype=F64))
        return (picture[0, 0] * torch.arange(8, dtype=F64) ** 2).sum()

    points, width = points.clone().requires_grad_(), tensor(1.9).requires_grad_()
    gradient_points, gradient_width = torch.autograd.grad(loss(points, width), (points, width))
    assert torch.isfinite(gradient_points).all()
    shift = tensor(1e-5, 0.0)
    expected = (loss(points + shift, width) - loss(points - shift, width)).item() / 2e-5
    assert gradient_points[..., 0].sum().item() == pytest.approx(expected, rel=1e-3)
    expected = (loss(points, width + 1e-5) - loss(points, width - 1e-5)).item() / 2e-5
    assert gradient_width.item() == pytest.approx(expected, rel=1e-3)


def test_degenerate_fills_cover_nothing_and_have_finite_gradients():
    for points in (torch.full((1, 6, 2), 3.2, dtype=F64), polygon(tensor([1.5, 2.5], [6.5, 2.5]))):
        points = points.clone().requires_grad_()
        picture = fills_picture(points, torch.ones(1, 4, dtype=F64), torch.zeros(1, 3, dtype=F64))
        assert float(picture.detach().abs().max()) == pytest.approx(0, abs=1e-12)
        picture.sum().backward()
        assert torch.isfinite(points.grad).all()


def test_straight_alpha_in_paint_order():
    whole = polygon(tensor([-2.0, -2.0], [6.0, -2.0], [6.0, 6.0], [-2.0, 6.0])).expand(2, -1, -1)
    color = tensor([1.0, 0.0, 0.0, 0.5], [0.0, 1.0, 0.0, 0.25])
    picture = fills_picture(whole, color, tensor(0.0, 0.0, 1.0)[None], size=4)
    expected = tensor(0.375, 0.25, 0.375)  # ((blue + red) / 2) * 3/4 + green / 4
    torch.testing.assert_close(picture[0, :, 2, 2], expected)


def test_fill_is_painted_before_the_stroke():
    square = polygon(tensor([4.0, 4.0], [12.0, 4.0], [12.0, 12.0], [4.0, 12.0]))
    drawing = Drawing.from_fills(square, tensor(1.0, 0, 0, 1)[None], (16, 16))
    both = drawing.replace(stroked=drawing.filled, stroke=tensor(0, 0, 1.0, 1)[None], width=tensor(4.0))
    picture = paint(both, 16, 16, torch.ones(1, 3, dtype=F64), 1.0)[0]
    assert picture[:, 8, 8].tolist() == [1, 0, 0]
    assert picture[:, 8, 5].tolist() == [0, 0, 1]  # inside the fill and on the stroke


def test_dead_shapes_are_not_painted():
    points = random_points(2, 4, 8, seed=0)
    drawing = Drawing.from_strokes(points, tensor(2.0, 2.0), torch.zeros(2, 4, dtype=F64) + 0.5, (8, 8))
    white = torch.ones(1, 3, dtype=F64)
    alone = paint(drawing.select(torch.tensor([1])), 8, 8, white, 1.0)
    assert torch.equal(paint(drawing.replace(alive=torch.tensor([False, True])), 8, 8, white, 1.0), alone)


def test_translation_by_whole_pixels():
    for kind in ("stroke", "fill"):
        points = random_points(3, 7 if kind == "stroke" else 6, 8, seed=7) + 4
        color = torch.rand(3, 4, dtype=F64, generator=torch.Generator().manual_seed(1))
        grey = torch.full((1, 3), 0.5, dtype=F64)

        def picture(points, kind=kind, color=color, grey=grey):
            if kind == "fill":
                return fills_picture(points, color, grey, size=24)
            return strokes_picture(points, tensor(0.5, 2.0, 3.0), color, grey, size=24)

        moved = picture(points + tensor(5.0, 3.0))
        torch.testing.assert_close(moved[..., 3:, 5:], picture(points)[..., :-3, :-5])


def test_the_canvas_scales_to_the_picture():
    points, color = random_points(2, 4, 10, seed=2), torch.ones(2, 4, dtype=F64)
    drawing = Drawing.from_strokes(points, tensor(1.0, 2.0), color, (10, 20))
    black = torch.zeros(1, 3, dtype=F64)
    torch.testing.assert_close(
        paint(drawing, 60, 30, black, 1.0), paint(drawing.scaled(3), 60, 30, black, 1.0)
    )


def test_a_wide_filter_reaches_far_and_keeps_the_ink():
    points = tensor([-9.0, 12.2], [10.0, 14.2], [20.0, 16.2], [41.0, 18.8])[None]
    narrow, wide = (stroke_coverage_of(points, tensor(2.0), 32, f) for f in (1.0, 7.0))
    assert float(wide.sum()) == pytest.approx(float(narrow.sum()), rel=0.02)
    assert int((wide > 0).sum()) > 2 * int((narrow > 0).sum())
    square = polygon(tensor([12.0, 12.0], [20.0, 12.0], [20.0, 20.0], [12.0, 20.0]))
    mean = torch.nn.functional.avg_pool2d(coverage_of(square, 32)[None, None], 7, stride=1, padding=3)[0, 0]
    torch.testing.assert_close(
        coverage_of(square, 32, filter_width=7.0), mean
    )  # a box filter is a moving average


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_any_floating_point_type(dtype):
    points = random_points(2, 4, 8, seed=0).to(dtype)
    drawing = Drawing.from_strokes(points, torch.ones(2, dtype=dtype), torch.ones(2, 4, dtype=dtype), (8, 8))
    picture = paint(drawing, 8, 8, torch.zeros(1, 3, dtype=dtype), 1.0)
    assert picture.dtype == dtype
    assert torch.isfinite(picture).all()


def test_off_canvas_and_giant_shapes():
    far = tensor([-30.0, 4.0], [-25.0, 8.0], [-28.0, 0.0], [-20.0, 4.0])[None].requires_grad_()
    giant = tensor([-1e6, -2e6], [0.0, 4.0], [8.0, 4.0], [1e6, 1e6])[None].requires_grad_()
    half = polygon(tensor([-1e6, -1e6], [4.5, -1e6], [4.5, 1e6], [-1e6, 1e6])).requires_grad_()
    black, white = tensor(0, 0, 0, 1)[None], torch.ones(1, 3, dtype=F64)
    assert torch.equal(strokes_picture(far, tensor(3.0), black, white), torch.ones(1, 3, 8, 8, dtype=F64))
    for picture, points in (
        (strokes_picture(giant, tensor(3.0), black, white), giant),
        (strokes_picture(far, tensor(1e6), black, white), far),
        (fills_picture(half, black, white), half),
    ):
        assert torch.isfinite(picture).all()
        (gradient,) = torch.autograd.grad(picture.sum(), points)
        assert torch.isfinite(gradient).all()
    covered = 1 - fills_picture(half, black, white)[0, 0]
    torch.testing.assert_close(covered[0], tensor(1, 1, 1, 1, 0.5, 0, 0, 0), atol=1e-6, rtol=0)
