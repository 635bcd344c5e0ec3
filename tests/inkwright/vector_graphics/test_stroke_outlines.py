from __future__ import annotations

import math

import pytest
import torch
from torch.testing import assert_close

from benchmarks.rasterization.svg_renderers import render_resvg
from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.curves.circle import circle_points
from inkwright.vector_graphics.curves.stroke_outlines import outline_styled
from inkwright.vector_graphics.stroke_styles import StrokeStyles
from inkwright.vector_graphics.svg.writing.writer import svg_text


def chain(*corners):
    """[1, 3S + 1, 2] an open path of straight segments."""
    points = torch.tensor(corners, dtype=torch.float64)
    steps = torch.arange(3, dtype=torch.float64)[None, :, None] / 3
    lines = (points[:-1, None] + steps * (points[1:] - points[:-1])[:, None]).reshape(-1, 2)
    return torch.cat([lines, points[-1:]])[None]


def stroke(points, width, canvas=(40.0, 40.0), **styles):
    color = torch.tensor([[0.0, 0.0, 0.0, 1.0]], dtype=points.dtype)
    drawing = Drawing.from_strokes(points, torch.tensor([width], dtype=points.dtype), color, canvas)
    return drawing.replace(styles=StrokeStyles.uniform(1, **styles))


def area(drawing):
    """The ink of a black drawing in square units."""
    return float((1 - rasterize(drawing, backend="numba")[0, 0]).sum())


@pytest.mark.parametrize(("cap", "added"), [("butt", 0.0), ("square", 6.0), ("round", 9 * math.pi)])
def test_caps_add_their_area(cap, added):
    added = 36.0 if cap == "square" else added
    drawing = stroke(chain([10, 12], [30, 27]), 6.0, cap=cap, join="bevel")
    assert area(drawing) == pytest.approx(25 * 6 + added, rel=2e-3)


@pytest.mark.parametrize(("join", "added"), [("bevel", 2.0), ("miter", 4.0), ("round", math.pi)])
def test_joins_fill_the_corner(join, added):
    """Arms of 20 units and width 4 at a right angle: two bands less their common square, and a join."""
    drawing = stroke(chain([10, 30], [10, 10], [30, 10]), 4.0, cap="butt", join=join)
    assert area(drawing) == pytest.approx(2 * 20 * 4 - 4 + added, rel=2e-3)


@pytest.mark.parametrize(("limit", "miter"), [(1.99, False), (2.01, True)])
def test_a_miter_is_cut_beyond_its_limit(limit, miter):
    """Arms at 60 degrees have a miter of two widths."""
    end = [20 + 16 * math.cos(math.radians(60)), 35 - 16 * math.sin(math.radians(60))]
    start = [20 - 16 * math.cos(math.radians(60)), end[1]]
    sharp = stroke(chain(start, [20, 35], end), 3.0, cap="butt", join="miter", miter_limit=limit)
    bevel = stroke(chain(start, [20, 35], end), 3.0, cap="butt", join="bevel")
    assert (area(sharp) > area(bevel) + 1) == miter


@pytest.mark.parametrize("cap", ["butt", "square", "round"])
@pytest.mark.parametrize("join", ["bevel", "miter", "round"])
def test_caps_and_joins_are_those_of_resvg(cap, join):
    points = chain([8, 10], [30, 12], [12, 22], [33, 24], [20, 34])
    drawing = stroke(points.float(), 4.5, cap=cap, join=join)
    ours = rasterize(drawing, 160, backend="numba")[0].permute(1, 2, 0).double().numpy()
    off = abs(ours - render_resvg(svg_text(drawing), 160, 160)) * 255
    assert off.mean() < 0.3
    assert off.max() < 40


def test_closed_paths_have_joins_and_no_caps():
    square = chain([10, 10], [30, 10], [30, 30], [10, 30], [10, 10])[:, :-1]
    color = torch.tensor([[0.0, 0.0, 0.0, 1.0]], dtype=torch.float64)
    filled = Drawing.from_fills(square, color, (40.0, 40.0))
    flags = {
        "stroked": filled.filled,
        "filled": filled.stroked,
        "stroke": color,
        "width": torch.ones(1).double() * 4,
    }
    frame = filled.replace(**flags, styles=StrokeStyles.uniform(1, "square", "miter"))
    assert area(frame) == pytest.approx(24**2 - 16**2, rel=1e-4)


def test_a_taper_has_the_area_of_its_trapezoids():
    profile = torch.tensor([[0.0, 1.0, 0.5]], dtype=torch.float64)
    drawing = stroke(chain([5, 20], [35, 20]), 8.0, cap="butt", profile=profile)
    assert area(drawing) == pytest.approx(15 * 8 * 0.5 + 15 * 8 * 0.75, rel=5e-3)


@pytest.mark.parametrize(("cap", "join"), [("butt", "miter"), ("square", "bevel"), ("round", "round")])
def test_many_strokes_are_outlined_as_each_alone(cap, join):
    """Open and closed paths, shapes of several paths, one without a length, thin and thick."""
    generator = torch.Generator().manual_seed(3)
    points = torch.rand(5, 10, 2, generator=generator, dtype=torch.float64) * 36 + 2
    points[2] = points[2, :1]
    color = torch.eye(4, dtype=torch.float64)[3].repeat(5, 1)
    width = torch.tensor([0.4, 3.0, 2.0, 9.0, 1.0], dtype=torch.float64)
    many = Drawing.from_strokes(points, width, color, (40.0, 40.0))
    closed = many.closed.clone()
    closed[3] = True
    lengths = torch.tensor([10, 10, 10, 9, 10])
    kept = torch.arange(50) != 39
    many = many.replace(
        points=many.points[kept],
        closed=closed,
        path_offsets=torch.cat([torch.zeros(1).long(), lengths.cumsum(0)]),
    )
    profile = torch.tensor([[1.0, 0.5, 1.5, 0.7]], dtype=torch.float64).repeat(5, 1)
    many = many.replace(
        styles=StrokeStyles.uniform(5, cap, join, profile=profile if cap == "round" else None)
    )
    together = outline_styled(many, 2.0)
    for row in range(5):
        alone = outline_styled(many.select(torch.tensor([row])), 2.0)
        assert_close(together.select(torch.tensor([5 + row])).points, alone.select(torch.tensor([1])).points)


@pytest.mark.parametrize("backend", ["numba", "exact"])
@pytest.mark.parametrize("radius", [0.5, 1.0, 2.0])
def test_a_half_turn_that_is_tighter_than_the_stroke_is_wide_sweeps_two_half_discs(radius, backend):
    """One as far as the outer edge goes, the other on the far side of the middle."""
    points = circle_points(4)[:7].double() * radius + 20
    drawing = stroke(points[None], 8.0, cap="butt", join="bevel")
    covered = float((1 - rasterize(drawing, backend=backend)[0, 0]).sum())
    assert covered == pytest.approx(math.pi / 2 * ((4 + radius) ** 2 + (4 - radius) ** 2), rel=2e-3)


def test_plain_strokes_are_not_outlined():
    drawing = stroke(chain([5, 20], [35, 20]), 8.0)
    assert outline_styled(drawing).num_shapes == 1
    assert bool(outline_styled(drawing).stroked.all())


def test_outlines_stay_in_paint_order():
    under = stroke(chain([5, 20], [35, 20]), 20.0, cap="butt")
    over = Drawing.from_strokes(
        chain([20, 5], [20, 35]),
        torch.tensor([9.0]).double(),
        torch.tensor([[1.0, 0, 0, 1]]).double(),
        (40, 40),
    )
    image = rasterize(Drawing.concat(under, over), backend="numba")[0]
    assert image[:, 20, 20].tolist() == pytest.approx([1, 0, 0])
    image = rasterize(Drawing.concat(over, under), backend="numba")[0]
    assert image[:, 20, 20].tolist() == pytest.approx([0, 0, 0])


@pytest.mark.parametrize("cap", ["butt", "square", "round"])
@pytest.mark.parametrize("join", ["bevel", "miter", "round"])
@pytest.mark.parametrize("name", ["points", "width", "profile"])
def test_derivatives_are_those_of_finite_differences(cap, join, name):
    """Summed over soft random weights: the outline of a straight chain moves smoothly with its parameters."""
    points = chain([3.1, 3.2], [8.7, 4.1], [5.2, 8.9])
    profile = torch.tensor([[0.8, 1.2, 0.5]], dtype=torch.float64)
    base = stroke(points, 2.3, (12.0, 12.0), cap=cap, join=join, profile=profile)
    weights = torch.rand(3, 12, 12, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    values = {"points": base.points[[0, 3, 6]], "width": base.width, "profile": profile}

    def paint(value):
        if name == "profile":
            styles = StrokeStyles.uniform(1, cap, join, profile=value)
            drawing = base.replace(styles=styles)
        elif name == "points":
            thirds = [value[k] + (value[k + 1] - value[k]) * (step / 3) for k in (0, 1) for step in range(3)]
            drawing = base.replace(points=torch.stack([*thirds, value[2]]))
        else:
            drawing = base.replace(width=value)
        return (rasterize(drawing, 12, backend="numba", filter_width=2.0)[0] * weights).sum()

    value = values[name].clone().requires_grad_()
    assert torch.autograd.gradcheck(paint, (value,), eps=1e-6, atol=1e-5, rtol=1e-3)


@pytest.mark.parametrize("profile", [None, [0.8, 1.2, 0.5]])
@pytest.mark.parametrize("name", ["points", "width"])
def test_derivatives_of_tight_bends_are_those_of_finite_differences(name, profile):
    """A hook, a loop and an all but sharp turn, all tighter than the stroke is wide, with ends in them."""
    hooks = [
        [[3.0, 9.0], [4.0, 4.0], [6.5, 3.2], [6.0, 5.3]],
        [[4.0, 8.0], [11.5, 3.0], [1.0, 3.4], [7.7, 8.2]],
        [[5.0, 9.0], [7.1, 1.0], [6.0, 1.2], [7.3, 8.6]],
    ]
    profile = None if profile is None else torch.tensor([profile], dtype=torch.float64)
    weights = torch.rand(3, 12, 12, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    for hook in hooks:
        points = torch.tensor([hook], dtype=torch.float64)
        base = stroke(points, 3.1, (12.0, 12.0), cap="butt", join="miter", profile=profile)

        def paint(value, base=base):
            return (
                rasterize(base.replace(**{name: value}), backend="exact", filter_width=2.0)[0] * weights
            ).sum()

        value = getattr(base, name).clone().requires_grad_()
        assert torch.autograd.gradcheck(paint, (value,), eps=1e-6, atol=1e-5, rtol=1e-3)


def test_a_stroke_with_a_profile_of_ones_in_float64_equals_the_plain_one():
    profile = torch.ones(1, 3, dtype=torch.float64)
    points = chain([5, 10], [30, 20], [12, 33])
    plain, even = stroke(points, 5.0), stroke(points, 5.0, profile=profile)
    assert_close(rasterize(even, backend="numba"), rasterize(plain, backend="numba"))
