"""The exact backend: round strokes as exact as fills, by samples, the reference and finite differences."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from benchmarks.rasterization.coverage_error import SIDE, STYLES, random_errors, random_shape
from benchmarks.rasterization.sampled_coverage import sampled_coverage
from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.curves.stroke_outlines import outline_styled
from inkwright.vector_graphics.rasterizer import resolve_backend
from inkwright.vector_graphics.stroke_styles import StrokeStyles
from tests.inkwright.vector_graphics.pictures import F64

BLACK = torch.eye(4, dtype=F64)[3:]
SIZE = 24
# Control points of open paths, each of one or two cubics.
SHAPES = {
    "dot": [[11.3, 12.6]] * 4,
    "short dash": [[11.3, 12.6], [11.4, 12.6], [11.5, 12.7], [11.6, 12.7]],
    "line": [[4.2, 5.1], [9.0, 9.3], [13.8, 13.5], [18.6, 17.7]],
    "level line": [[4.25, 12.5], [9, 12.5], [14, 12.5], [19.5, 12.5]],
    "cusp": [[5.0, 18.0], [21.0, 4.0], [3.0, 4.0], [19.0, 18.0]],
    "there and back": [[5, 7], [10, 9], [15, 11], [20, 13], [15, 11], [10, 9], [5, 7]],
    "sharp corner": [[5, 18], [8, 14], [11, 9], [13, 4], [14, 9], [15, 14], [16, 19]],
    "loop": [[6, 18], [30, 2], [-6, 2], [18, 19]],
    "hairpin": [[10.0, 18.0], [10.5, -2.0], [12.5, -2.0], [12.2, 18.0]],
}


def stroke(points, width=2.0, closed=False):
    """One black stroke."""
    points = torch.as_tensor(points, dtype=F64)
    drawing = Drawing.from_strokes(points[None], torch.tensor([width], dtype=F64), BLACK, (SIZE, SIZE))
    if not closed:
        return drawing
    drawing = Drawing.from_fills(points[None, :-1], BLACK, (SIZE, SIZE))
    yes = torch.tensor([True])
    return drawing.replace(stroked=yes, filled=~yes, stroke=BLACK, width=torch.tensor([width], dtype=F64))


def covered(drawing, **options):
    """[H, W] what the exact backend says that a black drawing covers."""
    with torch.no_grad():
        return 1 - rasterize(drawing, backend="exact", **options)[0, 0].double().numpy()


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("width", [0.25, 0.9, 2.3, 7.0])
@pytest.mark.parametrize("name", SHAPES)
def test_strokes_cover_what_samples_say(name, width, closed):
    drawing = stroke(SHAPES[name], width, closed)
    off = np.abs(covered(drawing) - sampled_coverage(drawing, SIZE, SIZE))
    assert off.max() < 0.02
    assert off.mean() < 4e-4  # of level edges the samples are off by up to 1 / 128


@pytest.mark.parametrize("count", [15, pytest.param(200, marks=pytest.mark.slow)])
def test_random_strokes_cover_what_samples_say(count):
    """As `benchmarks.rasterization.coverage_error` draws them, one to five cubics, 0.3 to 8 pixels wide."""
    for seed in range(count):
        drawing = random_shape("strokes", seed)
        off = np.abs(covered(drawing) - sampled_coverage(drawing, SIDE, SIDE))
        assert off.max() < 0.02, seed


@pytest.mark.parametrize("kind", STYLES)
def test_random_strokes_of_every_style_cover_what_samples_say(kind):
    for errors, most in zip(random_errors(kind, 12, ("numba", "exact")), (0.03, 0.02), strict=True):
        mean, worst = np.array(errors).T
        assert mean.mean() < 1.2e-4
        assert worst.max() < most


# Where these end or have a corner they bend more tightly than half of their width.
TIGHT = {
    "butt strokes": (133, 179, 238, 250, 296, 299),
    "bevel strokes": (43, 117, 224, 237, 252),
    "tapered strokes": (27, 252, 297),
}


@pytest.mark.parametrize("kind", TIGHT)
def test_strokes_that_bend_more_tightly_than_they_are_wide_cover_what_samples_say(kind):
    for seed in TIGHT[kind]:
        drawing = random_shape(kind, seed)
        off = np.abs(covered(drawing) - sampled_coverage(drawing, SIDE, SIDE))
        assert off.max() < 0.02, seed


@pytest.mark.parametrize("width", [0.5, 3.0])
@pytest.mark.parametrize("name", SHAPES)
def test_wide_filters_average_what_samples_say(name, width):
    """A box of 2.5 pixels, as ten by ten quarters of pixels."""
    drawing = stroke(SHAPES[name], width)
    fine = np.pad(sampled_coverage(drawing, 4 * SIZE, 4 * SIZE), ((3, 3), (3, 3)))
    expected = np.lib.stride_tricks.sliding_window_view(fine, (10, 10))[::4, ::4].mean((2, 3))
    inner = slice(1, -1)  # of pixels whose box is within the canvas
    off = np.abs(covered(drawing, filter_width=2.5) - expected)[inner, inner]
    assert off.max() < 0.01


@pytest.mark.parametrize("name", SHAPES)
def test_pictures_and_gradients_are_those_of_the_reference(name):
    """Which fills outlines that torch has laid, and differentiates them by autograd."""
    weight = torch.rand(SIZE, SIZE, generator=torch.Generator().manual_seed(2), dtype=F64)

    def result(paint):
        drawing = stroke(SHAPES[name], 1.7)
        points, width = (each.clone().requires_grad_() for each in (drawing.points, drawing.width))
        picture = paint(drawing.replace(points=points, width=width))[0, 0]
        return [picture.detach(), *torch.autograd.grad((picture * weight).sum(), (points, width))]

    exact = result(lambda drawing: rasterize(drawing, backend="exact"))
    reference = result(lambda drawing: rasterize(outline_styled(drawing, every=True), backend="torch"))
    if name in ("dot", "there and back"):  # edges coincide: which of them moves is not to be told
        exact[1], reference[1] = exact[1].sum(0), reference[1].sum(0)
    for found, expected in zip(exact, reference, strict=True):
        assert_close(found, expected, atol=1e-9, rtol=0)


@pytest.mark.parametrize("side", [3, 9])
@pytest.mark.parametrize("backend", ["auto", "numba", "torch"])
@pytest.mark.parametrize("name", ["dot", "loop", "hairpin", "cusp"])
def test_what_a_wide_filter_sees_is_the_mean_of_so_many_pixels(name, backend, side):
    drawing = stroke(SHAPES[name], 2.3)
    pixels = rasterize(drawing, backend="exact")
    found = rasterize(drawing, backend=backend, filter_width=side)
    margin = side // 2
    inner = found[:, :, margin : SIZE - margin, margin : SIZE - margin]
    assert float(1 - inner.min()) > 0.01
    assert_close(inner, torch.nn.functional.avg_pool2d(pixels, side, 1), atol=1e-5, rtol=0)


@pytest.mark.parametrize("filter_width", [1.0, 2.5])
@pytest.mark.parametrize("name", ["dot", "line", "loop", "hairpin", "cusp"])
def test_gradients_are_those_of_finite_differences(name, filter_width):
    drawing = stroke(SHAPES[name], 2.3)
    points = drawing.points + torch.rand(
        drawing.points.shape, generator=torch.Generator().manual_seed(1), dtype=F64
    )
    points = drawing.points if name == "dot" else points
    weight = torch.rand(SIZE, SIZE, generator=torch.Generator().manual_seed(2), dtype=F64)

    def loss(points, width):
        changed = drawing.replace(points=points, width=width)
        return (rasterize(changed, backend="exact", filter_width=filter_width)[0, 0] * weight).sum()

    if name == "dot":  # moves as a whole: a longer stroke has another direction
        moved = torch.zeros(2, dtype=F64, requires_grad=True)
        inputs = moved, drawing.width.clone().requires_grad_()
        assert torch.autograd.gradcheck(
            lambda by, width: loss(points + by, width), inputs, atol=1e-5, rtol=1e-3
        )
        return
    inputs = points.clone().requires_grad_(), drawing.width.clone().requires_grad_()
    assert torch.autograd.gradcheck(loss, inputs, atol=1e-5, rtol=1e-3)


@pytest.mark.parametrize("tapered", [False, True])
@pytest.mark.parametrize("filter_width", [1.0, 2.5])
def test_tangles_are_those_of_the_reference(filter_width, tapered):
    """Broad and thin ones, partly beyond the canvas: deep in the ink edges do not count."""
    generator = torch.Generator().manual_seed(3)
    points = torch.rand(8, 10, 2, generator=generator, dtype=F64) * 50 - 13
    color = torch.rand(8, 4, generator=generator, dtype=F64)
    weight = torch.rand(3, SIZE, SIZE, generator=generator, dtype=F64)
    leaves = points, torch.tensor([0.0, 0.4, 1.1, 2.5, 4.0, 7.0, 12.0, 30.0], dtype=F64)
    profile = torch.tensor([[1.0, 0.7]], dtype=F64).repeat(8, 1) if tapered else None

    def result(paint):
        points, width = (each.clone().requires_grad_() for each in leaves)
        drawing = Drawing.from_strokes(points, width, color, (SIZE, SIZE))
        picture = paint(drawing.replace(styles=StrokeStyles.uniform(8, profile=profile)))[0]
        return [picture.detach(), *torch.autograd.grad((picture * weight).sum(), (points, width))]

    options = {"filter_width": filter_width}
    exact = result(lambda drawing: rasterize(drawing, backend="exact", **options))
    reference = result(
        lambda drawing: rasterize(outline_styled(drawing, every=True), backend="torch", **options)
    )
    for found, expected in zip(exact, reference, strict=True):
        assert_close(found, expected, atol=1e-7, rtol=1e-7)


def test_fills_and_styled_strokes_are_painted_beside():
    """In paint order; a fill alone is what it always is."""
    fill = Drawing.from_fills(torch.rand(1, 9, 2, dtype=F64) * SIZE, BLACK * 0.5, (SIZE, SIZE))
    assert torch.equal(rasterize(fill, backend="exact"), rasterize(fill))
    both = Drawing.concat(fill, stroke(SHAPES["loop"]))
    difference = (rasterize(both, backend="exact") - rasterize(both)).abs()
    assert 0 < float(difference.max()) < 0.3


def test_where_no_kernel_outlines_strokes_torch_does():
    elsewhere = SimpleNamespace(points=SimpleNamespace(device=torch.device("xpu")))
    assert resolve_backend("exact", elsewhere) == resolve_backend("auto", elsewhere) != "exact"
    every = outline_styled(stroke(SHAPES["loop"]), every=True)
    assert every.stroked.tolist() == [False, False]
