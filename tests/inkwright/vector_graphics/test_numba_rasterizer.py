from __future__ import annotations

import numba
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.rasterizer import load_backend
from inkwright.vector_graphics.rasterizers.cpu import coverage, layout, shape_gradient
from inkwright.vector_graphics.rasterizers.cpu import rasterizer as numba_rasterizer
from tests.inkwright.vector_graphics.random_scenes import (
    KINDS,
    PARAMETERS,
    SMOOTH,
    drawings,
    picture_and_gradients,
    picture_of,
)
from tests.inkwright.vector_graphics.triton_scenes import scenes

FUZZ = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
FILTERS = st.sampled_from([1.0, 1.0, 2.5])


def mixed_scene(count=12, size=48.0, dtype=torch.float32, seed=0):
    """Strokes of two segments and blobs of four, in one random paint order."""
    generator = torch.Generator().manual_seed(seed)

    def random(*shape):
        return torch.rand(*shape, generator=generator, dtype=torch.float64).to(dtype)

    canvas = (size, size)
    strokes = Drawing.from_strokes(random(count, 7, 2) * size, random(count) * 4, random(count, 4), canvas)
    blobs = random(count, 1, 2) * size + random(count, 12, 2) * size / 4
    joined = Drawing.concat(strokes, Drawing.from_fills(blobs, random(count, 4), canvas))
    return joined.replace(order=torch.randperm(2 * count, generator=generator))


def assert_close(found, expected, tolerance):
    for name in (*PARAMETERS, "background"):
        if expected[name].numel():
            scale = max(float(expected[name].abs().max()), 1.0)
            error = float((found[name] - expected[name]).abs().max()) / scale
            assert error < tolerance, f"gradient of {name} is off by {error:.1e} of its largest entry"


@FUZZ
@given(drawing=drawings(KINDS), filter_width=FILTERS)
def test_picture_is_the_reference_and_gradients_are_finite(drawing, filter_width):
    found, gradients = picture_and_gradients("numba", drawing, 16, 16, filter_width)
    expected = picture_of("torch", drawing, 16, 16, filter_width)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)
    assert all(torch.isfinite(gradient).all() for gradient in gradients.values())


@FUZZ
@given(drawing=drawings(SMOOTH), filter_width=FILTERS)
def test_gradients_are_the_reference(drawing, filter_width):
    _, found = picture_and_gradients("numba", drawing, 16, 16, filter_width)
    _, expected = picture_and_gradients("torch", drawing, 16, 16, filter_width)
    assert_close(found, expected, 1e-5)


@pytest.mark.parametrize("size", [(48, 48), (96, 96), (31, 31)])
def test_a_crowded_scene_at_any_size_is_the_reference(size):
    drawing = mixed_scene(dtype=torch.float64)
    found, found_gradients = picture_and_gradients("numba", drawing, *size)
    expected, expected_gradients = picture_and_gradients("torch", drawing, *size)
    torch.testing.assert_close(found, expected, atol=1e-9, rtol=0)
    assert_close(found_gradients, expected_gradients, 1e-7)


def test_edges_on_pixel_borders_are_the_reference():
    drawing = scenes()["on pixel borders"].drawing
    found, found_gradients = picture_and_gradients("numba", drawing, 20, 24)
    expected, expected_gradients = picture_and_gradients("torch", drawing, 20, 24)
    torch.testing.assert_close(found, expected, atol=1e-12, rtol=0)
    assert float(expected_gradients["points"].abs().max()) > 0
    assert_close(found_gradients, expected_gradients, 1e-9)


def test_float32_is_close_to_the_reference_in_float64():
    """As a vector, too: relative norm, direction, and no bias."""
    drawing = mixed_scene(count=24, size=64.0)
    found, found_gradients = picture_and_gradients("numba", drawing, 64, 64)
    expected, expected_gradients = picture_and_gradients("torch", drawing.to(dtype=torch.float64), 64, 64)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found.double(), expected, atol=1e-5, rtol=0)
    for name, gradient in expected_gradients.items():
        off = found_gradients[name].double() - gradient
        assert float(off.norm() / gradient.norm()) < 1e-4, name
        assert abs(float(off.sum() / gradient.abs().sum())) < 1e-5, name


def test_kernels_of_kinds_that_are_not_drawn_are_not_asked_for(monkeypatch):
    """So that nobody waits for their compilation."""
    drawing = mixed_scene(count=2, size=12.0)
    for kind, modules in {
        "stroked": {coverage: ("cover_fills",), shape_gradient: ("fills_gradient",)},
        "filled": {coverage: ("cover_strokes",), shape_gradient: ("strokes_gradient",)},
    }.items():
        with monkeypatch.context() as patch:
            for module, names in modules.items():
                for name in names:
                    patch.setattr(module, name, None)
            patch.setattr(shape_gradient, "outlines_gradient", None)
            for name in ("count_outlines", "lay_outline_paths", "lay_outlines"):
                patch.setattr(layout, name, None)
            only = drawing.replace(alive=getattr(drawing, kind))
            _, gradients = picture_and_gradients("numba", only, 12, 12)
        assert float(gradients["points"].abs().max()) > 0


@pytest.mark.parametrize("backend", ["numba", "exact"])
def test_nothing_depends_on_the_number_of_threads_or_on_the_run(monkeypatch, backend):
    monkeypatch.setattr(numba_rasterizer, "ROOM_OF_A_THREAD", 1)
    monkeypatch.setattr(layout, "SEGMENTS_OF_A_THREAD", 1)
    drawing = mixed_scene(count=40)
    before = numba.get_num_threads()
    results = []
    try:
        for threads in (1, numba.config.NUMBA_NUM_THREADS, 1, numba.config.NUMBA_NUM_THREADS):
            numba.set_num_threads(threads)
            results.append(picture_and_gradients(backend, drawing, 48, 48))
    finally:
        numba.set_num_threads(before)
    for picture, gradients in results[1:]:
        assert torch.equal(picture, results[0][0])
        assert all(torch.equal(gradients[name], each) for name, each in results[0][1].items())


def test_a_batch_has_the_gradients_of_its_canvases_one_by_one():
    drawings_ = [mixed_scene(count, seed=count) for count in (1, 5, 3)]
    batch = Drawing.batch(drawings_)
    generator = torch.Generator().manual_seed(0)
    weight = torch.rand(3, 3, 48, 48, generator=generator)

    def gradient(drawing, weight):

        points = drawing.points.clone().requires_grad_()
        (rasterize(drawing.replace(points=points), backend="numba") * weight).sum().backward()
        return points.grad

    alone = [gradient(each, weight[k : k + 1]) for k, each in enumerate(drawings_)]
    assert torch.equal(gradient(batch, weight), torch.cat(alone))


@pytest.mark.parametrize("turn", [(0, 1), (0, -1), (1, 0), (-1, 0)])
def test_straight_strokes_far_from_the_origin_have_no_holes(turn):
    """A line across an upright chord is as steep as numbers allow."""
    along = (
        torch.tensor(turn, dtype=torch.float64)
        * torch.linspace(-27.0, 27.0, 25, dtype=torch.float64)[:, None]
    )
    points = (torch.tensor([1002.3, 1010.2], dtype=torch.float64) + along)[None]
    drawing = Drawing.from_strokes(
        points, torch.tensor([2.0]).double(), torch.eye(4).double()[3:], (1040.0, 1040.0)
    )
    found = rasterize(drawing, backend="numba")
    torch.testing.assert_close(found, rasterize(drawing, backend="torch"), atol=1e-9, rtol=0)
    assert float((1 - found[0, 0]).sum()) == pytest.approx(54 * 2 + torch.pi, rel=0.01)


@pytest.mark.parametrize("width", [0.0, 1e-3, 40.0, 300.0])
def test_extreme_widths_are_the_reference(width):
    drawing = mixed_scene(count=6, dtype=torch.float64)
    drawing = drawing.replace(width=torch.full_like(drawing.width, width))
    found, found_gradients = picture_and_gradients("numba", drawing, 48, 48)
    expected, expected_gradients = picture_and_gradients("torch", drawing, 48, 48)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)
    assert_close(found_gradients, expected_gradients, 1e-5)


@pytest.mark.parametrize("reach", [1e3, 1e6, 1e9])
def test_giant_shapes_are_finite_and_close_to_the_reference(reach):
    drawing = mixed_scene(count=6, dtype=torch.float64)
    drawing = drawing.replace(points=(drawing.points - 24) * reach + 24)
    found, gradients = picture_and_gradients("numba", drawing, 48, 48)
    expected, _ = picture_and_gradients("torch", drawing, 48, 48)
    assert float((found - expected).abs().mean()) < 1e-6
    assert all(torch.isfinite(gradient).all() for gradient in gradients.values())


@pytest.mark.parametrize("steps", [1_500, pytest.param(10_000, marks=pytest.mark.slow)])
def test_thousands_of_steps_of_a_wandering_drawing_stay_finite(steps):
    """Random steps through all kinds of drawings; a kernel that writes out of bounds would not survive."""
    generator = torch.Generator().manual_seed(0)
    drawing = mixed_scene(count=2, size=12.0)
    points, width = drawing.points, drawing.width
    for step in range(steps):
        points = points + torch.randn(points.shape, generator=generator)
        if step % 50 == 0:
            points = drawing.points * float(torch.randn(1, generator=generator)) * 3
        width = (width + 0.3 * torch.randn(width.shape, generator=generator)).clamp(0, 12)
        leaf = points.clone().requires_grad_()
        moved = drawing.replace(points=leaf, width=width)
        picture = load_backend("numba")(moved, 12, 12, torch.ones(1, 3), 1.0)
        picture.sum().backward()
        assert torch.isfinite(leaf.grad).all()
        assert 0 <= float(picture.detach().min()) <= float(picture.detach().max()) <= 1 + 1e-6
