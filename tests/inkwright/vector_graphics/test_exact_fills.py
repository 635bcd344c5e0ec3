"""Coverage where edges of one fill coincide, touch or cross within a pixel, forward and backward."""

from __future__ import annotations

import pytest
import torch

from benchmarks.rasterization.coverage_error import coverage, random_shape
from benchmarks.rasterization.sampled_coverage import sampled_coverage
from inkwright.vector_graphics import Drawing, rasterize
from tests.inkwright.vector_graphics.pictures import F64, polygon

SIZE = 12
# Boxes (left, top, right, bottom), and whether each goes the other way round.
BOXES = {
    "twice": [(2.5, 2.5, 8.25, 8.5, False), (2.5, 2.5, 8.25, 8.5, False)],
    "there and back": [(2.5, 2.5, 8.25, 8.5, False), (2.5, 2.5, 8.25, 8.5, True)],
    "a cross": [(3.25, 1.5, 5.5, 9.75, False), (1.25, 4.5, 9.75, 6.75, False)],
    "a thin cross": [(3.25, 1.5, 3.5, 9.75, False), (1.25, 4.5, 9.75, 4.75, True)],
    "side by side": [(2.25, 1.5, 4.5, 7.25, False), (4.5, 1.5, 7.75, 7.25, False)],
    "a corner on an edge": [(2.25, 1.5, 4.5, 7.25, False), (3.5, 3.25, 4.5, 9.5, True)],
    "thrice in a pixel": [(3.1, 3.1, 3.9, 3.9, False), (3.2, 3.2, 3.8, 3.8, False), (3.3, 3.3, 3.7, 3.7, True)],  # noqa: E501
}  # fmt: skip


def boxes_drawing(boxes, rule):
    paths = []
    for left, top, right, bottom, back in boxes:
        corners = torch.tensor([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=F64)
        paths.append(polygon(corners.flip(0) if back else corners)[0])
    return shape_of(paths, rule)


def shape_of(paths, rule, points=None):
    """One black shape of several closed paths."""
    one = Drawing.from_fills(torch.zeros(1, 3, 2, dtype=F64), torch.eye(4, dtype=F64)[3:], (SIZE, SIZE))
    lengths = torch.tensor([0, *(len(path) for path in paths)])
    return one.replace(
        points=torch.cat(paths) if points is None else points,
        path_offsets=lengths.cumsum(0),
        shape_offsets=torch.tensor([0, len(paths)]),
        closed=torch.ones(len(paths), dtype=torch.bool),
        fill_rule=torch.tensor([rule]),
    )


def area_of_boxes(boxes, rule):
    """[H, W] exact coverage of upright boxes: the plane is cut along all of their sides."""
    cuts = [
        sorted({*range(SIZE + 1), *(box[k] for box in boxes), *(box[k + 2] for box in boxes)}) for k in (0, 1)
    ]
    area = torch.zeros(SIZE, SIZE, dtype=F64)
    for x0, x1 in zip(cuts[0], cuts[0][1:], strict=False):
        for y0, y1 in zip(cuts[1], cuts[1][1:], strict=False):
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            turns = sum(1 - 2 * b[4] for b in boxes if b[0] < x < b[2] and b[1] < y < b[3])
            if turns % 2 if rule else turns:
                area[int(y), int(x)] += (x1 - x0) * (y1 - y0)
    return area


@pytest.mark.parametrize("backend", ["numba", "torch"])
@pytest.mark.parametrize("rule", [0, 1])
@pytest.mark.parametrize("name", BOXES)
def test_boxes_that_share_pixels_have_their_exact_area(name, rule, backend):
    picture = rasterize(boxes_drawing(BOXES[name], rule), backend=backend)
    torch.testing.assert_close(1 - picture[0, 0], area_of_boxes(BOXES[name], rule), atol=1e-12, rtol=0)


def test_an_edge_of_two_equal_boxes_is_half_covered():
    """Sums of areas would make its pixels full."""
    picture = rasterize(boxes_drawing(BOXES["twice"], 0).to(dtype=torch.float32))
    assert float(picture[0, 0, 5, 2]) == pytest.approx(0.5)


@pytest.mark.parametrize("kind", ["fills, nonzero", "fills, even-odd"])
def test_random_shapes_cover_what_many_samples_find(kind):
    off = [
        abs(coverage(shape, 24, 24) - sampled_coverage(shape, 24, 24))
        for shape in (random_shape(kind, seed) for seed in range(20))
    ]
    assert max(each.max() for each in off) < 0.02
    assert sum(each.mean() for each in off) / len(off) < 1.2e-4


@pytest.mark.parametrize("filter_width", [1.0, 2.5])
@pytest.mark.parametrize("seed", range(4))
def test_gradients_where_edges_cross_are_finite_differences(seed, filter_width):
    """Two loops, one a moved copy of the other, so that edges cross within pixels all along."""
    generator = torch.Generator().manual_seed(seed)
    loop = torch.rand(6, 2, generator=generator, dtype=F64) * (8 if seed % 2 else 3) + 2
    moved = loop + torch.rand(6, 2, generator=generator, dtype=F64) * 0.6
    weight = torch.rand(SIZE, SIZE, generator=generator, dtype=F64)
    points = torch.cat([loop, moved])

    def loss(values):
        shape = shape_of([loop, moved], seed // 2, values)
        return (rasterize(shape, filter_width=filter_width)[0, 0] * weight).sum()

    leaf = points.clone().requires_grad_()
    loss(leaf).backward()
    step, found = 1e-5, torch.zeros_like(points)
    for row in range(12):
        for axis in range(2):
            shift = torch.zeros_like(points)
            shift[row, axis] = step
            found[row, axis] = (loss(points + shift) - loss(points - shift)) / (2 * step)
    torch.testing.assert_close(leaf.grad, found, atol=1e-4, rtol=0)


@pytest.mark.parametrize("rule", [0, 1])
@pytest.mark.parametrize("left", [1.5, 2.2])
def test_an_edge_on_the_border_of_pixels_acts_on_its_inner_side(left, rule):
    drawing = boxes_drawing([(3, 1, 6, 8, False), (left, 3.1, 2.6, 5.7, False)], rule)
    points = drawing.points.clone().requires_grad_()
    covered = 1 - rasterize(drawing.replace(points=points), SIZE, SIZE)[0, 0]
    outer, inner = (torch.autograd.grad(covered[:, k].sum(), points, retain_graph=True)[0] for k in (2, 3))
    assert outer[:12, 0].abs().max() == 0.0  # of the box that begins at x = 3
    assert inner[:12, 0].sum().item() == pytest.approx(-7.0)


def along_each_other(seed, apart):
    """Two boxes, aslant, one of which lies along a part of the other's side but for so many pixels."""
    draw = torch.Generator().manual_seed(seed)
    (start, end), (first, last) = torch.rand(2, 2, generator=draw, dtype=F64) * 6 + 3, (0.2, 0.7)
    along = (end - start) / (end - start).norm()
    across = torch.stack([-along[1], along[0]])
    off = apart * (2 * torch.rand(2, 1, generator=draw, dtype=F64) - 1) * across
    near = start + (end - start) * torch.tensor([[first], [last]], dtype=F64) + off
    side = across if seed % 2 else -across
    other = torch.cat([near, near.flip(0) + 2 * side])
    paths = [torch.stack([start, end, end + 2 * across, start + 2 * across]), other]
    return [polygon(path.flip(0) if seed % 3 == 0 and path is other else path)[0] for path in paths]


@pytest.mark.parametrize("rule", [0, 1])
@pytest.mark.parametrize("apart", [0.0, 1e-9, 1e-7, 1e-6, 1e-5, 1e-3])
def test_edges_that_coincide_but_for_rounding_are_the_reference(apart, rule):
    """As those of SVG files do, and of drawings in float32; where they cross they hardly turn."""
    for seed in range(12):
        paths, pictures = along_each_other(seed, apart), []
        for backend in ("numba", "torch"):
            points = torch.cat(paths).requires_grad_()
            picture = rasterize(shape_of(paths, rule, points), backend=backend)[0, 0]
            (picture * torch.arange(SIZE * SIZE, dtype=F64).view(SIZE, SIZE) / SIZE).sum().backward()
            pictures.append((picture.detach(), points.grad))
        assert float((pictures[0][0] - pictures[1][0]).abs().max()) < 1e-5, seed
        if apart > 1e-5:  # of closer ones the reference lets each give a share
            torch.testing.assert_close(pictures[0][1], pictures[1][1], atol=1e-4, rtol=1e-4)
