"""Strokes as parameters: shapes, ranges, groups, the drawing they make."""

from __future__ import annotations

import pytest
import torch

from inkwright.optimization.stroke_parameters import StrokeParameters


def strokes(k: int = 2, n: int = 3, **options) -> StrokeParameters:
    points = torch.rand(k, n, 4, 2, generator=torch.Generator().manual_seed(0)) * 40
    color = torch.full((k, n, 4), 0.5)
    return StrokeParameters(points, torch.full((k, n), 2.0), color, (40, 30), **options)


def test_drawing_has_a_canvas_for_each_candidate():
    parameters = strokes()
    drawing = parameters.drawing()
    assert drawing.num_canvases == 2
    assert drawing.num_shapes == 6
    for k in range(2):
        one = drawing.canvas_drawing(k)
        torch.testing.assert_close(one.points, parameters.points[k].reshape(-1, 2))


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
    torch.testing.assert_close(after.points, before.points.detach().reshape(-1, 2), atol=1.1, rtol=0)
    assert after.path_offsets is before.path_offsets


def test_groups_name_only_what_is_trained():
    groups = strokes(trained=("opacity", "points")).parameter_groups(
        lr_points=1.0, lr_width=0.1, lr_rgb=0.01, lr_opacity=0.02
    )
    assert [(group["name"], group["lr"]) for group in groups] == [("points", 1.0), ("opacity", 0.02)]


def test_clamp_brings_every_value_back():
    parameters = strokes(width_range=(1.0, 3.0), opacity_range=(0.2, 0.9), margin=0.25)
    with torch.no_grad():
        parameters.points[0, 0, 0] = torch.tensor([-1000.0, 1000.0])
        parameters.width[0, :2] = torch.tensor([0.0, 99.0])
        parameters.rgb[0, 0] = torch.tensor([-1.0, 0.5, 2.0])
        parameters.opacity[0, :2] = torch.tensor([0.0, 1.0])
    parameters.clamp_()
    assert parameters.points[0, 0, 0].tolist() == [-10, 40]
    assert parameters.width[0, :2].tolist() == [1, 3]
    assert parameters.rgb[0, 0].tolist() == [0, 0.5, 1]
    torch.testing.assert_close(parameters.opacity[0, :2], torch.tensor([0.2, 0.9]))


def test_dead_strokes_are_dead_in_the_drawing():
    parameters = strokes()
    parameters.alive[1, 2] = False
    parameters.restructure()
    assert parameters.drawing().alive.tolist() == [True] * 5 + [False]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"points": torch.zeros(2, 3, 5, 2)}, r"points has shape \[2, 3, 5, 2\]; it must be"),
        ({"points": torch.zeros(2, 3, 1, 2)}, "points has shape"),
        ({"width": torch.zeros(2, 4)}, r"width has shape \[2, 4\]; it must be \[2, 3\]"),
        ({"color": torch.zeros(2, 3, 3)}, r"color has shape \[2, 3, 3\]; it must be \[2, 3, 4\]"),
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
        StrokeParameters(**(arguments | {"canvas": (40, 30)} | changes))
