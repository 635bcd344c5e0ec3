"""Random drawings, with everything that is awkward for a rasteriser, and what a backend makes of them."""

from __future__ import annotations

import torch
from hypothesis import strategies as st

from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.rasterizer import load_backend

PARAMETERS = ("points", "width", "stroke", "fill")
SMOOTH = (
    "free",
    "free",
    "wide",
    "off",
    "point",
    "bent",
)  # hardly a pixel is equally close to two parts of a stroke
KINDS = (*SMOOTH, "line", "repeated", "grid")


@st.composite
def drawings(draw, kinds=KINDS, dtype=torch.float64, max_shapes=4, size=16.0):
    """One to three canvases with fills, strokes, both, shapes of several paths, and degenerate curves."""
    canvases = [draw(canvas_drawings(kinds, dtype, max_shapes, size)) for _ in range(draw(st.integers(1, 3)))]
    return Drawing.batch(canvases)


@st.composite
def canvas_drawings(draw, kinds, dtype, max_shapes, size):
    shapes = [draw(one_shape(kinds, dtype, size)) for _ in range(draw(st.integers(0, max_shapes)))]
    drawing = Drawing.concat(Drawing.empty((size, size)).to(dtype=dtype), *shapes)
    order = torch.tensor(draw(st.permutations(range(drawing.num_shapes))), dtype=torch.int64)
    return drawing.replace(order=order)


@st.composite
def one_shape(draw, kinds, dtype, size):
    seed = draw(st.integers(0, 2**31))
    generator = torch.Generator().manual_seed(seed)
    closed = [draw(st.booleans()) for _ in range(draw(st.integers(1, 2)))]
    paths = [draw(one_path(kinds, each, generator, dtype, size)) for each in closed]
    lengths = torch.tensor([len(path) for path in paths])
    filled = draw(st.booleans())
    alpha = draw(st.sampled_from([0.0, 0.3, 1.0]))
    color = torch.rand(2, 1, 4, generator=generator, dtype=dtype)
    color[..., 3] = alpha
    flag = torch.tensor([True])
    return Drawing(
        points=torch.cat(paths),
        path_offsets=torch.cat([torch.zeros(1, dtype=torch.int64), lengths.cumsum(0)]),
        shape_offsets=torch.tensor([0, len(paths)]),
        closed=torch.tensor(closed),
        width=torch.tensor([draw(st.sampled_from([0.0, 0.1, 0.9, 3.0, 9.0]))], dtype=dtype),
        stroke=color[0],
        fill=color[1],
        stroked=flag & (not filled or draw(st.booleans())),
        filled=flag & filled,
        fill_rule=torch.tensor([draw(st.integers(0, 1))]),
        canvas_index=torch.tensor([0]),
        layer=torch.tensor([0]),
        order=torch.tensor([0]),
        alive=flag & (draw(st.integers(0, 7)) > 0),
        canvas=(size, size),
    )


@st.composite
def one_path(draw, kinds, closed, generator, dtype, size):
    count = 3 * draw(st.integers(1, 3)) + (not closed)
    kind = draw(st.sampled_from(kinds))
    points = torch.rand(count, 2, generator=generator, dtype=dtype) * size
    if kind == "wide":
        points = (points - size / 2) * 20
    elif kind == "off":
        points = points + 3 * size
    elif kind == "point":
        points = points[:1].expand(count, 2).clone()
    elif kind == "line":
        points = points[0] + (points[1] - points[0]) * torch.linspace(0, 1, count, dtype=dtype)[:, None]
    elif kind == "repeated":
        points[1::3], points[2::3] = points[0].clone(), points[-1].clone()
    elif kind == "bent":
        points = points[0] + (points - points[0]) * 0.1
    elif kind == "grid":
        points = torch.round(points * 2) / 2 + 0.137
    return points


def picture_of(backend, drawing, height, width, filter_width=1.0, seed=0):
    """The picture alone: of the reference it costs a third of what its gradients do."""
    _, background = _loss_and_background(drawing, height, width, seed)
    with torch.no_grad():
        return load_backend(backend)(drawing, height, width, background, filter_width)


def picture_and_gradients(backend, drawing, height, width, filter_width=1.0, seed=0):
    """The picture and the gradients of a random linear loss, by name."""
    weight, background = _loss_and_background(drawing, height, width, seed)
    leaves = {name: getattr(drawing, name).detach().clone().requires_grad_() for name in PARAMETERS}
    leaves["background"] = background.requires_grad_()
    replaced = drawing.replace(**{name: leaves[name] for name in PARAMETERS})
    picture = load_backend(backend)(replaced, height, width, leaves["background"], filter_width)
    gradients = torch.autograd.grad((picture * weight).sum(), list(leaves.values()), allow_unused=True)
    zero = [torch.zeros_like(leaf) for leaf in leaves.values()]
    filled = [blank if each is None else each for each, blank in zip(gradients, zero, strict=True)]
    return picture.detach(), dict(zip(leaves, filled, strict=True))


def _loss_and_background(drawing, height, width, seed):
    """[K, 3, H, W] the weights of a linear loss, [K, 3] colors."""
    generator = torch.Generator().manual_seed(seed)
    shape = (drawing.num_canvases, 3, height, width)
    weight = torch.randn(shape, generator=generator, dtype=torch.float64)
    background = torch.rand(drawing.num_canvases, 3, generator=generator, dtype=torch.float64)
    return weight.to(drawing.points.dtype), background.to(drawing.points.dtype)
