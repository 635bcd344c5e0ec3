"""Small scenes for the Triton kernels, and what a backend makes of them.

As a script it paints all of them with the backend triton and saves what it finds; TRITON_INTERPRET=1 must be
set before Triton is imported, so tests run it as a process of its own.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

import torch

from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.gradient_fills import GradientFills
from inkwright.vector_graphics.rasterizer import load_backend


@dataclass(frozen=True)
class Scene:
    drawing: Drawing
    size: tuple[int, int]  # rows, columns
    filter_width: float = 1.0


def scenes():
    return {
        "mixed": Scene(_mixed(torch.float64), (18, 22)),
        "mixed in float32": Scene(_mixed(torch.float32), (18, 22)),
        "branches": Scene(_branches(), (14, 14)),
        "holes, wide filter": Scene(_holes(), (12, 18), 2.5),
        "gradients": Scene(_gradients(), (12, 18)),
        "batch": Scene(_batch(), (12, 12)),
        "awkward": Scene(_awkward(), (12, 12)),
        "on pixel borders": Scene(_on_borders(), (20, 24)),
    }


def result_of(scene, backend, device="cpu", dtype=None, canvases=slice(None)):
    """The picture and the gradients of a random linear loss by everything that may be trained.

    ``canvases`` are those that the scene has of a batch.
    """
    drawing = scene.drawing.to(device, dtype)
    generator = torch.Generator().manual_seed(1)
    weight = torch.randn(3, 3, *scene.size, generator=generator, dtype=torch.float64)[canvases]
    background = torch.rand(3, 3, generator=generator, dtype=torch.float64)[canvases]
    weight, background = weight[: drawing.num_canvases], background[: drawing.num_canvases]
    weight, background = weight.to(drawing.points), background.to(drawing.points).requires_grad_()
    names = ("points", "width", "stroke", "fill")
    leaves = {name: getattr(drawing, name).detach().clone().requires_grad_() for name in names}
    drawing = drawing.replace(**leaves)
    leaves["background"] = background
    if drawing.gradients is not None:
        for name in ("frame", "stop_color", "stop_position"):
            leaves[name] = getattr(drawing.gradients, name).detach().clone().requires_grad_()
        trained = {name: leaves[name] for name in ("frame", "stop_color", "stop_position")}
        drawing = drawing.replace(gradients=replace(drawing.gradients, **trained))
    paint = load_backend(backend) if isinstance(backend, str) else backend
    picture = paint(drawing, *scene.size, background, scene.filter_width)
    found = torch.autograd.grad((picture * weight).sum(), list(leaves.values()), allow_unused=True)
    blank = [
        torch.zeros_like(leaf) if each is None else each
        for each, leaf in zip(found, leaves.values(), strict=True)
    ]
    return {"picture": picture.detach(), **dict(zip(leaves, blank, strict=True))}


def _mixed(dtype):
    """Strokes, blobs, a shape that has both and a dead one, in mixed order, over a tile's border."""
    generator = torch.Generator().manual_seed(4)

    def random(*shape):
        return torch.rand(*shape, generator=generator, dtype=torch.float64).to(dtype)

    canvas = (44.0, 36.0)  # two canvas units to a pixel
    strokes = Drawing.from_strokes(random(2, 4, 2) * 36, 2 + random(2) * 8, random(2, 4), canvas)
    blobs = Drawing.from_fills(random(2, 1, 2) * 20 + random(2, 6, 2) * 18, random(2, 4), canvas)
    both = Drawing.from_fills(8 + random(1, 3, 2) * 26, random(1, 4), canvas)
    both = both.replace(stroked=~both.stroked, stroke=random(1, 4), width=both.width + 3)
    dead = strokes.select(torch.tensor([0])).replace(alive=torch.tensor([False]))
    joined = Drawing.concat(strokes, blobs, both, dead)
    return joined.replace(order=torch.tensor([3, 0, 1, 4, 2, 5]))


def _branches():
    """A hairpin whose legs share pixels, and a stroke that crosses itself."""
    hairpin = [[2, 4], [14, 3], [14, 6.5], [2.5, 5.2]]
    loop = [[3, 8], [16, 15], [0, 15], [11, 8.5]]
    points = torch.tensor([hairpin, loop], dtype=torch.float64)
    color = torch.tensor([[0.1, 0.2, 0.7, 0.8], [0.9, 0.4, 0.1, 1.0]], dtype=torch.float64)
    return Drawing.from_strokes(points, torch.tensor([0.9, 1.7], dtype=torch.float64), color, (14.0, 14.0))


def _path(corners):
    """A closed polygon as cubics with evenly spaced control points."""
    corners = torch.tensor(corners, dtype=torch.float64)
    ahead = corners.roll(-1, 0)
    return torch.stack(
        [corners, corners + (ahead - corners) / 3, corners + (ahead - corners) * 2 / 3], 1
    ).flatten(0, 1)


def _holes():
    """A ring of two sub-paths and a star that crosses itself, each under both rules; an open filled path."""
    ring = [_path([[1.3, 1.2], [16.6, 2.1], [15.2, 10.7], [2.4, 11.3]]), _path([[5, 4], [12, 4.3], [9, 9.2]])]
    star = [_path([[9.1, 0.7], [13.2, 11.4], [2.2, 4.3], [16.1, 4.8], [4.3, 11.2]])]
    cap = [torch.tensor([[1.0, 6.2], [4, -2], [14, -1], [17.2, 7.1]], dtype=torch.float64)]
    shapes = [
        _filled(ring, 0, [0.9, 0.2, 0.1, 1.0]), _filled(ring, 1, [0.1, 0.3, 0.8, 0.6]),
        _filled(star, 0, [0.2, 0.7, 0.3, 0.5]), _filled(star, 1, [0.3, 0.1, 0.9, 1.0]),
        _filled(cap, 0, [0.8, 0.8, 0.1, 0.4], closed=False),
    ]  # fmt: skip
    return Drawing.concat(*shapes)


def _filled(paths, rule, color, closed=True):
    lengths = torch.tensor([len(path) for path in paths])
    one = Drawing.from_fills(torch.zeros(1, 3, 2).double(), torch.tensor([color]).double(), (18.0, 12.0))
    return one.replace(
        points=torch.cat(paths),
        path_offsets=torch.cat([torch.zeros(1, dtype=torch.int64), lengths.cumsum(0)]),
        shape_offsets=torch.tensor([0, len(paths)]),
        closed=torch.tensor([closed] * len(paths)),
        fill_rule=torch.tensor([rule]),
    )


def _colors(count):
    return torch.rand(1, count, 4, generator=torch.Generator().manual_seed(count)).double()


def _gradients():
    """A linear and a radial gradient with a flat shape between them, half outside of the canvas."""
    paths = [
        [[-3, 1.2], [13.1, 2.3], [8.2, 14.7]],
        [[2, 6], [12, 3.1], [17.2, 11.4]],
        [[6.1, -2], [21, 3], [12, 10]],
    ]
    colors = [[0, 0, 0, 0.7], [0.2, 0.9, 0.4, 0.5], [0, 0, 0, 1.0]]
    shapes = [_filled([_path(path)], 0, color) for path, color in zip(paths, colors, strict=True)]
    linear = GradientFills.linear(
        torch.tensor([0]), torch.tensor([[1.0, 2]]).double(), torch.tensor([[12.0, 7]]).double(),
        torch.tensor([[0.1, 0.5, 0.9]]).double(), _colors(3),
    )  # fmt: skip
    radial = GradientFills.circular(
        torch.tensor([0]), torch.tensor([[12.3, 4.1]]).double(), torch.tensor([6.0]).double(),
        torch.tensor([[0.0, 1.0]]).double(), _colors(2),
    )  # fmt: skip
    return Drawing.concat(shapes[0].replace(gradients=linear), shapes[1], shapes[2].replace(gradients=radial))


def _batch():
    """Canvases with much, nothing and little."""
    one = Drawing.from_strokes(
        torch.tensor([[[1, 2], [4, 9], [8, 8], [11, 3]], [[2, 11], [4, 8], [9, 6], [10, 1]]]).double(),
        torch.tensor([3.0, 1.0]).double(), _colors(2)[0], (12.0, 12.0),
    )  # fmt: skip
    two = Drawing.from_fills(
        torch.tensor([[[1, 1], [9, 2], [12, 6], [8, 11], [3, 10], [2, 5]]]).double(),
        torch.tensor([[0.5, 0.6, 0.1, 0.8]]).double(), (12.0, 12.0),
    )  # fmt: skip
    return Drawing.batch([one, Drawing.empty((12.0, 12.0)).to(dtype=torch.float64), two])


def _on_borders():
    """Rectangles whose edges lie on borders of pixels, tiles and canvas; with holes, and both ways round."""
    frame = [_path([[2, 1], [16, 1], [16, 16], [2, 16]]), _path([[5, 4], [5, 9], [12, 9], [12, 4]])]
    double = [_path([[4, 3], [20, 3], [20, 18], [4, 18]]), _path([[8, 8], [14, 8], [14, 12], [8, 12]])]
    whole = [_path([[0, 0], [24, 0], [24, 20], [0, 20]])]
    shapes = [
        _filled(whole, 0, [0.9, 0.8, 0.6, 1.0]), _filled(frame, 0, [0.2, 0.3, 0.8, 0.7]),
        _filled(double, 1, [0.8, 0.3, 0.1, 1.0]), _filled(double, 0, [0.1, 0.6, 0.2, 0.3]),
        _filled([frame[0].flip(0)], 0, [0.5, 0.1, 0.9, 0.5]),
    ]  # fmt: skip
    return Drawing.concat(*shapes).replace(canvas=(24.0, 20.0))


def _awkward():
    """No width, no length, no extent, far away, giant, closed, invisible, opaque."""
    paths = [
        [[2, 2], [5, 4], [7, 6], [10, 9]],
        [[4, 8], [4, 8], [4, 8], [4, 8]],
        [[30, 40], [31, 41], [32, 42], [33, 41]],
        [[-9e5, 3], [-3e5, 4.5], [3e5, 6.2], [9e5, 7.7]],
        [[6, 1], [8, 3], [10, 5], [12.5, 7]],
    ]
    color = torch.rand(5, 4, generator=torch.Generator().manual_seed(5)).double()
    color[:, 3] = torch.tensor([1.0, 1, 1, 0.6, 0])
    width = torch.tensor([0.0, 3, 2, 1.5, 2]).double()
    strokes = Drawing.from_strokes(torch.tensor(paths).double(), width, color, (12.0, 12.0))
    closed = Drawing.from_fills(torch.tensor([[[3, 3], [9, 4], [5, 10]]]).double(), color[:1], (12.0, 12.0))
    closed = closed.replace(
        stroked=~closed.stroked, filled=~closed.filled, stroke=color[1:2], width=width[1:2]
    )
    giant = Drawing.from_fills(
        torch.tensor([[[-1e6, -1e6], [1e6, -1e6], [6, 8]]]).double(), color[2:3], (12.0, 12.0)
    )
    return Drawing.concat(strokes, closed, giant)


if __name__ == "__main__":
    torch.set_num_threads(1)
    found = {name: result_of(scene, "triton") for name, scene in scenes().items()}
    small = scenes()["batch"]
    found["again"] = result_of(small, "triton")
    for index in range(3):
        alone = Scene(small.drawing.canvas_drawing(index), small.size)
        found[f"canvas {index}"] = result_of(alone, "triton", canvases=slice(index, index + 1))
    torch.save(found, sys.argv[1])
