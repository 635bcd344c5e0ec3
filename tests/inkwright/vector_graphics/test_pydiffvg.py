"""The interface of diffvg on our rasteriser: what its programs call, and what is refused by name."""

from __future__ import annotations

import math
import sys

import pytest
import torch

import inkwright.pydiffvg as pydiffvg
from inkwright.pydiffvg import RenderFunction
from inkwright.pydiffvg.__main__ import main
from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.pydiffvg.device import _CHOSEN

SIZE = 32
GREEN = torch.tensor([0.2, 0.6, 0.4, 1.0])
CURVE = torch.tensor([[4.0, 20], [10, 2], [22, 30], [28, 8]])


@pytest.fixture(autouse=True)
def on_the_cpu():
    pydiffvg.set_use_gpu(False)
    yield
    _CHOSEN.clear()


def render(shapes, groups, background=None, size=SIZE, **options):
    scene = RenderFunction.serialize_scene(SIZE, SIZE, shapes, groups, **options)
    return RenderFunction.apply(size, size, 2, 2, 0, background, *scene)


def group(fill=None, stroke=None, ids=(0,), **options):
    return pydiffvg.ShapeGroup(torch.tensor(ids), fill, stroke_color=stroke, **options)


def stroke(points=CURVE, width=1.5, controls=(2,)):
    return pydiffvg.Path(torch.tensor(controls), points, False, torch.tensor(width))


def test_a_stroke_is_that_of_a_drawing_of_twice_the_half_width():
    found = render([stroke()], [group(stroke=GREEN)])
    drawing = Drawing.from_strokes(CURVE[None], torch.tensor([3.0]), GREEN[None], (SIZE, SIZE))
    exact, quick = (
        rasterize(drawing, backend=backend, background=(0, 0, 0))[0].permute(1, 2, 0)
        for backend in ("exact", "auto")
    )
    torch.testing.assert_close(found[..., :3], exact)
    assert float((exact - quick).abs().max()) > 1e-3
    pydiffvg.set_exact(False)
    try:
        torch.testing.assert_close(render([stroke()], [group(stroke=GREEN)])[..., :3], quick)
    finally:
        pydiffvg.set_exact(True)
    torch.testing.assert_close(found[..., 3], exact[..., 1] / 0.6, atol=1e-6, rtol=0)


def test_colors_are_straight_inside_and_fade_with_coverage_at_edges():
    """Of a half transparent box that half covers a column: as diffvg's mean of straight samples."""
    box = pydiffvg.Rect(torch.tensor([4.0, 4.0]), torch.tensor([10.5, 12.0]))
    picture = render([box], [group(torch.tensor([0.8, 0.4, 0.2, 0.5]))])
    torch.testing.assert_close(picture[6, 6], torch.tensor([0.8, 0.4, 0.2, 0.5]))
    torch.testing.assert_close(picture[6, 10], torch.tensor([0.4, 0.2, 0.1, 0.25]))
    assert not picture[20, 20].any()


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        (pydiffvg.Circle(torch.tensor(7.0), torch.tensor([15.0, 16.0])), math.pi * 49),
        (pydiffvg.Ellipse(torch.tensor([9.0, 4.0]), torch.tensor([15.0, 16.0])), math.pi * 36),
        (pydiffvg.Rect(torch.tensor([3.2, 4.0]), torch.tensor([9.5, 12.3])), 6.3 * 8.3),
        (pydiffvg.Polygon(torch.tensor([[2.0, 2], [30, 4], [11, 28]]), True), 355.0),
        (pydiffvg.Path(torch.tensor([0, 1]), torch.tensor([[4.0, 4], [24, 4], [14, 24]]), True), 400 / 3),
    ],
)
def test_every_shape_has_its_area(shape, area):
    assert float(render([shape], [group(GREEN)])[..., 3].sum()) == pytest.approx(area, rel=1e-3)


def test_a_transform_moves_and_scales_a_shape_and_its_stroke():
    circle = pydiffvg.Circle(torch.tensor(6.0), torch.tensor([8.0, 8.0]), torch.tensor(1.0))
    matrix = torch.tensor([[0.0, -0.5, 20.0], [0.5, 0.0, 10.0], [0.0, 0.0, 1.0]])
    moved = pydiffvg.Circle(torch.tensor(3.0), torch.tensor([16.0, 14.0]), torch.tensor(0.5))
    found = render([circle], [group(stroke=GREEN, shape_to_canvas=matrix)])
    expected = render([moved], [group(stroke=GREEN)])
    torch.testing.assert_close(found, expected, atol=0.05, rtol=0)  # where it begins, a loop has two ends
    assert float((found - expected).abs().mean()) < 3e-4


def test_a_stroke_lies_under_its_fill_and_holes_are_even_odd_by_default():
    outer, inner = (pydiffvg.Circle(torch.tensor(r), torch.tensor([16.0, 16.0])) for r in (10.0, 5.0))
    black = torch.tensor([0.0, 0.0, 0.0, 1.0])
    ring = render([outer, inner], [group(GREEN, black, ids=(0, 1))])
    assert float(ring[16, 16, 3]) == 0
    torch.testing.assert_close(ring[16, 6 + 1], GREEN, atol=0.02, rtol=0)
    full = render([outer, inner], [group(GREEN, ids=(0, 1), use_even_odd_rule=False)])
    assert float(full[16, 16, 3]) == 1


def test_gradients_and_widths_along_a_path_are_painted():
    stops, colors = torch.tensor([0.0, 1.0]), torch.eye(4)[[0, 2]] + torch.eye(4)[3]
    gradient = pydiffvg.LinearGradient(torch.tensor([4.0, 0.0]), torch.tensor([28.0, 0.0]), stops, colors)
    box = pydiffvg.Rect(torch.tensor([4.0, 4.0]), torch.tensor([28.0, 28.0]))
    picture = render([box], [group(gradient)])
    torch.testing.assert_close(picture[16, 16, :3], torch.tensor([11.5, 0, 12.5]) / 24, atol=1e-4, rtol=0)
    line = torch.tensor([[4.0, 16], [12, 16], [20, 16], [28, 16]])
    tapered = pydiffvg.Path(torch.tensor([2]), line, False, torch.tensor([1.0, 1.0, 4.0, 4.0]))
    columns = render([tapered], [group(stroke=GREEN)])[..., 3].sum(0)
    assert float(columns[5]) == pytest.approx(2.0, abs=0.2)
    assert float(columns[26]) == pytest.approx(8.0, abs=0.3)


def test_gradients_reach_points_widths_colors_and_background():
    points, width = CURVE.clone().requires_grad_(), torch.tensor(1.5, requires_grad=True)
    color = torch.tensor([0.2, 1.3, 0.4, 0.7], requires_grad=True)  # out of range: counts as 1
    under = torch.ones(SIZE, SIZE, 4, requires_grad=True)
    shape = pydiffvg.Path(torch.tensor([2]), points, False, width)
    picture = render([shape], [group(stroke=color)], under)
    assert float(picture.detach().max()) <= 1 + 1e-6
    assert float(picture[..., 3].detach().min()) == pytest.approx(1)
    (picture[..., :3] * torch.rand(SIZE, SIZE, 3)).sum().backward()
    for each in (points, width, color, under):
        assert torch.isfinite(each.grad).all()
        assert float(each.grad.abs().sum()) > 0


def test_nothing_to_paint_is_a_clear_picture_of_any_size():
    assert render([], [], size=20).shape == (20, 20, 4)
    assert not render([], []).any()


def test_what_is_missing_is_refused_by_name():
    shapes, groups = [stroke()], [group(stroke=GREEN)]
    with pytest.raises(ValueError, match="output_type is sdf"):
        render(shapes, groups, output_type=pydiffvg.OutputType.sdf)
    with pytest.raises(ValueError, match="filter is hann"):
        render(shapes, groups, filter=pydiffvg.PixelFilter(pydiffvg.FilterType.hann))
    with pytest.raises(ValueError, match="eval_positions"):
        render(shapes, groups, eval_positions=torch.zeros(3, 2))
    with pytest.raises(ValueError, match="shape_ids of group 0 names 3; there are 1"):
        render(shapes, [group(stroke=GREEN, ids=(3,))])
    with pytest.raises(ValueError, match="num_control_points is"):
        render([stroke(controls=(2, 2))], groups)
    with pytest.raises(ValueError, match="points"):
        render([stroke(CURVE * float("nan"))], groups)
    with pytest.raises(ValueError, match=r"background has shape \[8, 8, 4\]"):
        render(shapes, groups, torch.ones(8, 8, 4))
    with pytest.raises(ValueError, match="stroke_color is a gradient"):
        render(shapes, [group(stroke=pydiffvg.RadialGradient())])
    with pytest.raises(AttributeError, match="has no render_sdf, as diffvg's pydiffvg may have"):
        _ = pydiffvg.render_sdf


def test_a_transform_that_changes_nothing_yet_has_a_gradient():
    matrix = torch.eye(3).requires_grad_()
    render([stroke()], [group(stroke=GREEN, shape_to_canvas=matrix)]).square().sum().backward()
    assert float(matrix.grad[:2].abs().min()) > 0


def test_a_scene_survives_its_svg_file(tmp_path):
    shapes = [pydiffvg.Circle(torch.tensor(7.0), torch.tensor([15.0, 16.0])), stroke()]
    groups = [group(torch.tensor([0.9, 0.3, 0.2, 0.5])), group(stroke=GREEN, ids=(1,))]
    pydiffvg.save_svg(tmp_path / "deep" / "scene.svg", SIZE, SIZE, shapes, groups)
    width, height, *scene = pydiffvg.svg_to_scene(tmp_path / "deep" / "scene.svg")
    assert (width, height, len(scene[1])) == (SIZE, SIZE, 2)
    torch.testing.assert_close(render(*scene), render(shapes, groups), atol=5e-3, rtol=0)


def test_path_data_becomes_paths():
    line, loop = pydiffvg.from_svg_path("M1 2L7 2M1 1H5V4Z")
    assert (line.is_closed, loop.is_closed) == (False, True)
    twice = torch.diag(torch.tensor([2.0, 2.0, 1.0]))
    (closed,) = pydiffvg.from_svg_path("M2 2H10V9", twice, force_close=True)
    assert float(render([closed], [group(GREEN)])[..., 3].sum()) == pytest.approx(8 * 7 / 2 * 4)


def test_pictures_are_written_and_read(tmp_path):
    picture = torch.rand(5, 7, 3, generator=torch.Generator().manual_seed(0))
    pydiffvg.imwrite(picture, tmp_path / "new" / "a.png", gamma=1.0)
    torch.testing.assert_close(
        pydiffvg.imread(tmp_path / "new" / "a.png", gamma=1.0), picture, atol=1 / 255, rtol=0
    )


def test_a_program_finds_ours_under_the_name_of_diffvg(tmp_path, monkeypatch):
    script = tmp_path / "program.py"
    script.write_text(
        "import sys, diffvg, pydiffvg\nsys.found = pydiffvg, diffvg.FilterType.box, sys.argv[1:]\n"
    )
    for name in ("argv", "path"):
        monkeypatch.setattr(sys, name, list(getattr(sys, name)))
    for name in ("pydiffvg", "diffvg"):
        monkeypatch.setitem(sys.modules, name, None)
    main([str(script), "--steps", "3"])
    assert sys.found == (pydiffvg, 0, ["--steps", "3"])
    del sys.found


def test_a_script_that_is_not_there_is_one_line():
    with pytest.raises(SystemExit, match=r"^error: /no such\.py is no file; name the script to run$"):
        main(["/no such.py"])
