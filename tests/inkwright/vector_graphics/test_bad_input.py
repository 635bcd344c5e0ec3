"""Values that cannot be painted are named, by both interfaces; what can be painted has finite gradients."""

from __future__ import annotations

import math

import pytest
import torch

import inkwright.pydiffvg as pydiffvg
from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.rasterizers.cpu import rasterizer as cpu
from tests.inkwright.vector_graphics.random_scenes import picture_of

NAN, INF = float("nan"), float("inf")
CANVAS = (24.0, 24.0)
GREEN = torch.tensor([0.2, 0.6, 0.4, 0.8])
CURVE = torch.tensor([[4.0, 20], [10, 2], [22, 30], [20, 8]])


def drawing(**changes):
    strokes = Drawing.from_strokes(CURVE[None], torch.tensor([2.0]), GREEN[None], CANVAS)
    fills = Drawing.from_fills(CURVE[None, :3], GREEN[None], CANVAS)
    joined = Drawing.concat(strokes, fills)
    return joined.replace(**{name: change(getattr(joined, name)) for name, change in changes.items()})


def last(value):
    """A tensor with its last entry replaced."""

    def change(tensor):
        changed = tensor.clone()
        changed.reshape(-1)[-1] = value
        return changed

    return change


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("points", NAN, r"points\[6\] is \[22.0, nan\]; it must be finite"),
        ("points", -INF, r"points\[6\] is \[22.0, -inf\]; it must be finite"),
        ("width", -2.0, r"width\[1\] is -2.0; it must be finite and >= 0"),
        ("width", NAN, r"width\[1\] is nan"),
        ("fill", INF, r"fill\[1\] is \[.*, inf\]; it must be finite and in \[0, 1\]"),
        ("stroke", NAN, r"stroke\[1\] is \[.*, nan\]"),
        ("fill", -0.5, r"fill\[1\] is \[.*, -0.5\]"),
    ],
)
def test_a_drawing_names_the_row_its_value_and_what_is_allowed(name, value, message):
    with pytest.raises(ValueError, match=message):
        rasterize(drawing(**{name: last(value)}))


def group(fill=None, stroke=None, ids=(0,), **options):
    return pydiffvg.ShapeGroup(torch.tensor(ids), fill, stroke_color=stroke, **options)


def path(points=CURVE, width=1.5):
    return pydiffvg.Path(torch.tensor([2]), points, False, torch.tensor(width))


def gradient(**changes):
    values = {"offsets": torch.tensor([0.0, 1.0]), "stop_colors": torch.eye(4)[:2], **changes}
    return pydiffvg.LinearGradient(torch.tensor([0.0, 0.0]), torch.tensor([24.0, 0.0]), **values)


@pytest.mark.parametrize(
    ("shape", "paint", "message"),
    [
        (path(CURVE * NAN), group(GREEN), "points of shape 0 holds nan"),
        (path(width=INF), group(stroke=GREEN), "stroke_width of shape 0 holds inf"),
        (path(width=-1.0), group(stroke=GREEN), "stroke_width of shape 0 is -1; .* at least 0"),
        (path(width=[1.0, 1.0, -0.5, 1.0]), group(stroke=GREEN), "stroke_width of shape 0 is -0.5"),
        (path(), group(torch.tensor([0.1, INF, 0.2, 1.0])), "fill_color of group 0 holds inf"),
        (path(), group(stroke=torch.tensor([0.1, -INF, 0.2, 1.0])), "stroke_color of group 0 holds -inf"),
        (path(), group(gradient(offsets=torch.tensor([0.0, NAN]))), "offsets in fill_color of group 0"),
        (path(), group(GREEN, shape_to_canvas=torch.eye(3) * INF), "shape_to_canvas of group 0 holds"),
        (path(), group(GREEN, ids=(0, -1)), "shape_ids of group 0 names -1; there are 1 shapes"),
        (
            pydiffvg.Circle(torch.tensor(NAN), torch.tensor([4.0, 4.0])),
            group(GREEN),
            "radius of shape 0 holds nan",
        ),
    ],
)
def test_a_scene_of_diffvg_names_the_shape_or_group_and_its_value(shape, paint, message):
    scene = pydiffvg.RenderFunction.serialize_scene(24, 24, [shape], [paint])
    with pytest.raises(ValueError, match=message):
        pydiffvg.RenderFunction.apply(24, 24, 2, 2, 0, None, *scene)


@pytest.mark.parametrize(
    ("canvas", "size"), [((0, 24), (24, 24)), ((24, INF), (24, 24)), ((24, 24), (0, 24))]
)
def test_a_scene_of_diffvg_without_a_size_is_refused(canvas, size):
    scene = pydiffvg.RenderFunction.serialize_scene(*canvas, [path()], [group(GREEN)])
    with pytest.raises(ValueError, match=r"the (canvas|picture) is"):
        pydiffvg.RenderFunction.apply(*size, 2, 2, 0, None, *scene)


@pytest.mark.parametrize("backend", ["numba", "torch"])
@pytest.mark.parametrize("canvas", [(1.0, 400.0), (400.0, 1.0)])
def test_a_canvas_of_one_pixel_is_painted(canvas, backend):
    points = (torch.rand(2, 6, 2, generator=torch.Generator().manual_seed(0)) * 1.2 - 0.1).double()
    points = (points * torch.tensor(canvas)).requires_grad_()
    shapes = Drawing.from_fills(points, GREEN.double().expand(2, 4), canvas)
    image = rasterize(shapes, backend=backend)
    image.sum().backward()
    assert image.shape == (1, 3, int(canvas[1]), int(canvas[0]))
    assert torch.isfinite(points.grad).all()


def test_a_drawing_of_nothing_is_its_background():
    image = rasterize(Drawing.empty((4000.0, 1.0)), background=(0.25, 0.5, 0.75))
    assert image.shape == (1, 3, 1, 4000)
    assert torch.equal(image[0, :, 0, 7], torch.tensor([0.25, 0.5, 0.75]))


@pytest.mark.parametrize("far", [1e3, 1e12, 3e38])
def test_shapes_that_reach_far_have_finite_gradients(far):
    shapes = drawing(
        points=lambda points: points + far * torch.tensor([[1.0], [0], [0], [-1], [0], [1], [0]])
    )
    values = {name: getattr(shapes, name).clone().requires_grad_() for name in ("points", "width", "fill")}
    image = rasterize(shapes.replace(**values))
    image.sum().backward()
    assert torch.isfinite(image).all()
    assert all(torch.isfinite(each.grad).all() for each in values.values())


@pytest.fixture
def covered(monkeypatch):
    """Coverage and room of each item, as (found, sizes) of every picture that is painted."""
    seen, original = [], cpu.cover

    def cover(*arguments, threads):
        original(*arguments, threads=threads)
        seen.append(arguments[3:5])

    monkeypatch.setattr(cpu, "cover", cover)
    return seen


def test_only_edges_of_fills_have_cells(covered):
    angle = torch.arange(12) * math.pi / 6
    round_ = 250 + 240 * torch.stack([angle.cos(), angle.sin()], dim=1)[None]
    rasterize(Drawing.from_fills(round_, GREEN[None], (500.0, 500.0)))
    found, _ = covered[0]
    assert found.cover.size < 8 * 2 * math.pi * 240
    spans = found.spans[: found.row_spans[found.item_y[0, 1] - found.item_y[0, 0]]]
    whole = spans[spans[:, 2] < 0]
    assert (whole[:, 1] - whole[:, 0]).sum() > 0.9 * math.pi * 225**2


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("filter_width", [1.0, 2.5])
def test_no_fill_outgrows_its_room(covered, seed, filter_width):
    """Of shapes that lie on pixel borders, beyond the canvas, or cross themselves many times."""
    generator = torch.Generator().manual_seed(seed)
    points = torch.rand(20, 30, 2, generator=generator) * 60 - 14
    points[::2] = (points[::2] / 2).round() * 2
    points[::5, :, seed % 2] = 7.0
    shapes = Drawing.from_fills(points, GREEN.expand(20, 4), (32.0, 32.0))
    rasterize(shapes, filter_width=filter_width)
    found, sizes = covered[0]
    for item in range(20):
        first = found.item_row[item]
        rows = found.row_spans[first : first + found.item_y[item, 1] - found.item_y[item, 0] + 1]
        spans = found.spans[rows[0] : rows[-1]]
        cells = (spans[:, 1] - spans[:, 0])[spans[:, 2] >= 0].sum()
        assert rows[-1] - rows[0] <= sizes[item + 1, 1] - sizes[item, 1] - 2
        assert cells < sizes[item + 1, 2] - sizes[item, 2]


def broad_strokes(seed):
    """Tangled strokes, half widths up to 20 pixels; one is a dot, one upright, one level."""
    generator = torch.Generator().manual_seed(seed)
    points = torch.rand(12, 7, 2, generator=generator, dtype=torch.float64) * 60 - 10
    points[0] = points[0, :1]
    points[1, :, 0], points[2, :, 1] = 20.25, 17.5
    widths = 40 * torch.rand(12, generator=generator, dtype=torch.float64)
    return Drawing.from_strokes(points, widths, GREEN.double().expand(12, 4), (40.0, 40.0))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("filter_width", [1.0, 2.5])
def test_no_stroke_outgrows_its_room(covered, seed, filter_width):
    picture_of("numba", broad_strokes(seed), 40, 40, filter_width)
    found, sizes = covered[0]
    whole = 0
    for item in range(12):
        first = found.item_row[item]
        rows = found.row_spans[first : first + found.item_y[item, 1] - found.item_y[item, 0] + 1]
        spans = found.spans[rows[0] : rows[-1]]
        lengths = spans[:, 1] - spans[:, 0]
        assert (lengths > 0).all()
        assert rows[-1] - rows[0] <= sizes[item + 1, 1] - sizes[item, 1]
        assert lengths[spans[:, 2] >= 0].sum() <= sizes[item + 1, 2] - sizes[item, 2]
        whole += lengths[spans[:, 2] < 0].sum()
    assert whole > 4000


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("filter_width", [1.0, 2.5])
def test_pixels_deep_in_a_stroke_are_whole_in_the_reference_too(seed, filter_width):
    drawing = broad_strokes(seed).replace(stroke=torch.rand(12, 4, dtype=torch.float64))
    fast, slow = (picture_of(each, drawing, 40, 40, filter_width) for each in ("numba", "torch"))
    torch.testing.assert_close(fast, slow, atol=1e-9, rtol=0)


def test_a_group_of_no_shapes_paints_nothing():
    nobody = torch.zeros(0, dtype=torch.int64)
    color = torch.ones(4)
    group = pydiffvg.ShapeGroup(nobody, color, False, color)
    scene = pydiffvg.RenderFunction.serialize_scene(8, 8, [], [group])
    picture = pydiffvg.RenderFunction.apply(8, 8, 2, 2, 0, None, *scene)
    torch.testing.assert_close(picture, torch.zeros(8, 8, 4))
