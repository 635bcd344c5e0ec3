"""Shapes as parameters: ranges, groups, the drawing they make, states of any size."""

from __future__ import annotations

import pytest
import torch

from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.gradient_fills import GradientFills
from inkwright.vector_graphics.rasterizer import rasterize
from tests.random_sketch import candidates


def strokes(k: int = 2, n: int = 3, **options) -> ShapeParameters:
    points = torch.rand(k, n, 4, 2, generator=torch.Generator().manual_seed(0)) * 40
    color = torch.full((k, n, 4), 0.5)
    return ShapeParameters.of_strokes(points, torch.full((k, n), 2.0), color, (40, 30), **options)


def test_drawing_has_a_canvas_for_each_candidate():
    parameters = strokes()
    drawing = parameters.drawing()
    assert drawing.num_canvases == 2
    assert drawing.num_shapes == 6
    for k in range(2):
        one = drawing.canvas_drawing(k)
        torch.testing.assert_close(one.points, candidates(parameters).points[k].reshape(-1, 2))


def test_drawing_is_connected_to_what_is_trained():
    parameters = strokes(trained=("points", "rgb"))
    drawing = parameters.drawing()
    (drawing.points.sum() + drawing.stroke.sum() + drawing.width.detach().sum()).backward()
    assert parameters.points.grad is not None
    assert parameters.rgb.grad is not None
    assert parameters.width.grad is None
    assert parameters.opacity.grad is None


def test_drawing_follows_the_parameters_without_being_built_anew():
    parameters = strokes()
    before = parameters.drawing()
    with torch.no_grad():
        parameters.points += 1
    after = parameters.drawing()
    torch.testing.assert_close(after.points, before.points.detach(), atol=1.1, rtol=0)
    assert after.path_offsets is before.path_offsets


def test_groups_name_only_what_is_trained():
    rates = OptimizationSettings(lr_points=1.0, lr_width=0.1, lr_rgb=0.01, lr_opacity=0.02)
    groups = strokes(trained=("opacity", "points")).parameter_groups(rates)
    assert [(group["name"], group["lr"]) for group in groups] == [("points", 1.0), ("opacity", 0.02)]


def test_projection_brings_every_value_back():
    parameters = strokes(width_range=(1.0, 3.0), opacity_range=(0.2, 0.9), margin=0.25)
    with torch.no_grad():
        parameters.points[0] = torch.tensor([-1000.0, 1000.0])
        parameters.width[:2] = torch.tensor([0.0, 99.0])
        parameters.rgb[0] = torch.tensor([-1.0, 0.5, 2.0])
        parameters.opacity[:2] = torch.tensor([0.0, 1.0])
    parameters.project_()
    assert parameters.points[0].tolist() == [-10, 40]
    assert parameters.width[:2].tolist() == [1, 3]
    assert parameters.rgb[0].tolist() == [0, 0.5, 1]
    torch.testing.assert_close(parameters.opacity[:2], torch.tensor([0.2, 0.9]))


def test_dead_strokes_are_dead_in_the_drawing():
    parameters = strokes()
    parameters.set_alive(torch.tensor([True] * 5 + [False]))
    assert parameters.drawing().alive.tolist() == [True] * 5 + [False]


def fills(count: int = 2) -> Drawing:
    """Closed shapes of 2, 3, ... segments, the first one with a gradient."""
    generator = torch.Generator().manual_seed(count)
    shapes = [
        Drawing.from_fills(
            30 * torch.rand(1, 3 * (2 + k), 2, generator=generator), torch.full((1, 4), 0.5), canvas=(40, 30)
        )
        for k in range(count)
    ]
    gradients = GradientFills.linear(
        torch.tensor([0]),
        torch.tensor([[0.0, 0.0]]),
        torch.tensor([[20.0, 10.0]]),
        torch.tensor([[0.0, 1.0]]),
        torch.rand(1, 2, 4, generator=generator),
    )
    return Drawing.concat(*shapes).replace(gradients=gradients)


def test_fills_gradients_and_strokes_of_any_length_are_trained_together():
    lines = Drawing.from_strokes(
        torch.rand(2, 7, 2) * 30, torch.full((2,), 2.0), torch.full((2, 4), 0.6), (40, 30)
    )
    parameters = ShapeParameters(
        Drawing.concat(fills(3), lines), trained=("points", "width", "rgb", "opacity")
    )
    rasterize(parameters.drawing()).square().mean().backward()
    groups = parameters.parameter_groups(OptimizationSettings())
    names = [group["name"] for group in groups]
    assert names == [
        *("points", "gradient_frame", "width", "rgb", "fill_rgb", "gradient_rgb"),
        *("opacity", "fill_opacity", "gradient_opacity"),
    ]
    for group in groups:
        assert group["params"][0].grad.abs().sum() > 0, group["name"]
    for name in names:
        rows = parameters.canvas_of_rows(name)
        assert rows.shape == getattr(parameters, name).shape[:1]
        assert rows.unique().tolist() == [0]


def test_a_state_of_another_size_is_taken_up():
    large = ShapeParameters(fills(4), trained=("points", "rgb"))
    with torch.no_grad():
        large.points += 1
    small = ShapeParameters(fills(2), trained=("points", "rgb"))
    small.load_state_dict(large.state_dict())
    assert torch.equal(rasterize(small.drawing()), rasterize(large.drawing()))
    assert small.points.requires_grad
    assert not small.fill_opacity.requires_grad


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"points": torch.zeros(2, 3, 5, 2)}, "points has 5 control points per path"),
        ({"points": torch.zeros(2, 3, 1, 2)}, "points has shape"),
        ({"points": torch.zeros(3, 4, 2)}, r"points has shape \[3, 4, 2\]; it must be \[K, N, 3S \+ 1, 2\]"),
        ({"width": torch.zeros(2, 4)}, r"width has shape \[4\]"),
        ({"color": torch.zeros(2, 3, 3)}, r"color has shape \[3, 3\]"),
        ({"trained": ("colour",)}, r"trained is \['colour'\]; it must name one or more of points"),
        ({"trained": ()}, "trained is"),
        ({"width_range": (3.0, 1.0)}, "width_range is"),
        ({"opacity_range": (0.0, 2.0)}, "opacity_range is"),
        ({"margin": -1.0}, "margin is -1.0"),
    ],
)
def test_what_does_not_fit_is_refused(changes, message):
    arguments = {"points": torch.zeros(2, 3, 4, 2), "width": torch.ones(2, 3), "color": torch.ones(2, 3, 4)}
    with pytest.raises(ValueError, match=message):
        ShapeParameters.of_strokes(**(arguments | {"canvas": (40, 30)} | changes))


def test_a_state_of_fewer_shapes_is_trained_though_a_drawing_of_more_is_about():
    source, fewer = strokes(n=3), strokes(n=2)
    before = source.drawing()
    source.load_state_dict(fewer.state_dict())
    source.drawing().points.sum().backward()
    assert source.points.grad.shape == fewer.points.shape
    assert before.num_shapes == 6
