from __future__ import annotations

import math

import pytest
import torch

from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.rasterizer import image_size, load_backend, resolve_backend

BACKENDS = ["torch", "numba", "exact"]


def scene(count=4, canvas=(12.0, 8.0), seed=0, dtype=torch.float32):
    """Strokes over fills, reaching over the border of the canvas."""
    generator = torch.Generator().manual_seed(seed)

    def random(*shape):
        return torch.rand(*shape, dtype=dtype, generator=generator)

    fills = Drawing.from_fills(random(count, 6, 2) * 14 - 2, random(count, 4), canvas)
    strokes = Drawing.from_strokes(random(count, 4, 2) * 14 - 2, random(count) * 3, random(count, 4), canvas)
    return Drawing.concat(fills, strokes)


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_empty_drawing_is_the_background(backend):
    picture = rasterize(Drawing.empty((5, 3), num_canvases=2), backend=backend, background=(0.2, 0.4, 0.6))
    assert picture.shape == (2, 3, 3, 5)
    assert torch.equal(picture, torch.tensor([0.2, 0.4, 0.6])[None, :, None, None].expand(2, 3, 3, 5))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_type_and_size_follow_the_drawing(backend, dtype):
    picture = rasterize(scene(dtype=dtype), backend=backend)
    assert picture.shape == (1, 3, 8, 12)
    assert picture.dtype == dtype
    assert float(picture.min()) >= 0
    assert float(picture.max()) <= 1


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_batch_is_its_canvases_one_by_one(backend):
    drawings = [scene(4, seed=1), Drawing.empty((12.0, 8.0)), scene(1, seed=2), scene(7, seed=3)]
    backgrounds = torch.rand(4, 3, generator=torch.Generator().manual_seed(0))
    together = rasterize(Drawing.batch(drawings), backend=backend, background=backgrounds)
    for row, drawing in enumerate(drawings):
        alone = rasterize(drawing, backend=backend, background=backgrounds[row])
        assert torch.equal(together[row], alone[0])


@pytest.mark.parametrize("backend", BACKENDS)
def test_paint_order_is_order_not_row(backend):
    drawing = scene(3)
    turned = drawing.select(torch.arange(drawing.num_shapes - 1, -1, -1))
    assert torch.equal(rasterize(turned, backend=backend), rasterize(drawing, backend=backend))
    reordered = drawing.replace(order=drawing.order.flip(0))
    assert not torch.equal(rasterize(reordered, backend=backend), rasterize(drawing, backend=backend))


@pytest.mark.parametrize("backend", BACKENDS)
def test_layers_do_not_change_the_picture(backend):
    drawing = scene(3)
    layered = drawing.replace(layer=torch.arange(drawing.num_shapes).flip(0))
    assert torch.equal(rasterize(layered, backend=backend), rasterize(drawing, backend=backend))


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_parameter_and_the_background_get_gradients(backend):
    base = scene(3)
    names = ("points", "width", "stroke", "fill")
    leaves = {name: getattr(base, name).clone().requires_grad_() for name in names}
    background = torch.full((1, 3), 0.5, requires_grad=True)
    picture = rasterize(base.replace(**leaves), 16, 24, backend=backend, background=background)
    picture.square().sum().backward()
    for name, leaf in (*leaves.items(), ("background", background)):
        assert torch.isfinite(leaf.grad).all(), name
        assert leaf.grad.abs().max() > 0, name


@pytest.mark.parametrize("backend", BACKENDS)
def test_dead_shapes_get_no_gradient(backend):
    base = scene(2)
    alive = torch.tensor([True, False, True, False])
    points = base.points.clone().requires_grad_()
    rasterize(base.replace(points=points, alive=alive), backend=backend).sum().backward()
    moved = points.grad.abs().sum(1) > 0
    assert not moved[~alive[base.point_shape()]].any()
    assert moved.any()


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_picture_without_gradient_has_no_graph(backend):
    assert not rasterize(scene(), backend=backend).requires_grad


@pytest.mark.parametrize(
    ("canvas", "height", "width", "expected"),
    [
        ((20.0, 10.0), None, None, (10, 20)),
        ((20.0, 10.0), 5, None, (5, 10)),
        ((20.0, 10.0), None, 7, (4, 7)),
        ((20.0, 10.0), 33, 65, (33, 65)),
        ((0.2, 0.1), None, None, (1, 2)),
        ((1000.0, 1.0), None, 3, (1, 3)),
    ],
)
def test_image_size(canvas, height, width, expected):
    assert image_size(Drawing.empty(canvas), height, width) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"height": 0}, "height is 0; it must be a whole number of pixels, at least 1"),
        ({"width": -3}, "width is -3; it must be"),
        ({"height": 2.5}, "height is 2.5; it must be a whole number"),
        ({"height": 8, "width": 8}, r"height, width are 8, 8; the canvas 12 x 8 would be squashed"),
        ({"filter_width": 0.5}, "filter_width is 0.5; it must be finite and at least 1 pixel"),
        ({"filter_width": float("nan")}, "filter_width is nan"),
        ({"backend": "opengl"}, "backend is 'opengl'; allowed are auto, "),
        ({"background": (1.0, 1.0)}, r"background has shape \[2\]; it must be \[3\] or \[1, 3\]"),
        ({"background": torch.ones(2, 3)}, r"background has shape \[2, 3\]"),
        ({"background": (0.0, 0.0, 1.5)}, r"background is \[0.0, 0.0, 1.5\]; it must be in \[0, 1\]"),
        ({"background": (0.0, 0.0, float("nan"))}, "background is .*nan.*; it must be in"),
    ],
)
def test_bad_arguments_are_refused_by_name(arguments, message):
    with pytest.raises(ValueError, match=message):
        rasterize(scene(), **arguments)


@pytest.mark.parametrize(("name", "value"), [("points", math.nan), ("width", math.inf), ("stroke", math.nan)])
def test_parameters_that_became_infinite_are_refused(name, value):
    """An optimiser can write anything into a drawing's tensors after they were checked."""
    drawing = scene()
    broken = getattr(drawing, name).clone()
    broken[1] = value
    with pytest.raises(ValueError, match=rf"{name}\[1\] is .*; it must be finite"):
        rasterize(drawing.replace(**{name: broken}))


def test_auto_is_numba_on_the_cpu():
    assert resolve_backend("auto", scene()) == "numba"
    drawing = scene()
    assert torch.equal(rasterize(drawing), load_backend("numba")(drawing, 8, 12, torch.ones(1, 3), 1.0))


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_lies_off_the_canvas_has_gradients_of_zero(backend):
    points = (torch.rand(2, 4, 2) + 500).requires_grad_()
    drawing = Drawing.from_strokes(points, torch.ones(2), torch.ones(2, 4), (10.0, 10.0))
    rasterize(drawing, 10, backend=backend).sum().backward()
    assert float(points.grad.abs().max()) == 0
