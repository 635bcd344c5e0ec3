from __future__ import annotations

import pytest
import torch

from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.curves.bernstein import FILL_FLATNESS
from inkwright.vector_graphics.curves.bezier import flatten
from inkwright.vector_graphics.rasterizers.reference.fills import fill_coverage, mean_winding
from inkwright.vector_graphics.rasterizers.reference.rasterizer import paint
from tests.inkwright.vector_graphics.pictures import F64, coverage_of, polygon, polygonal_line, tensor


def outline(points):
    """[E, 2] vertices of the chords of a closed path [1, 3S, 2]."""
    closed = torch.cat([points[0], points[0, :1]]).unfold(0, 4, 3).transpose(1, 2)
    return flatten(closed, FILL_FLATNESS)[0]


def clipped_areas(points, size):
    """Area of every pixel inside of a shape that does not cross itself (Sutherland, Hodgman 1974), exact."""
    areas = torch.zeros(size, size, dtype=F64)
    for row in range(size):
        for column in range(size):
            polygon = outline(points).tolist()
            for axis, sign, limit in ((0, 1, column), (0, -1, column + 1), (1, 1, row), (1, -1, row + 1)):
                polygon = clipped(polygon, axis, sign, limit)
            following = polygon[1:] + polygon[:1]
            areas[row, column] = (
                sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(polygon, following, strict=True)) / 2
            )
    return areas.abs()


def clipped(polygon, axis, sign, limit):
    kept = []
    for a, b in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        depth_a, depth_b = sign * (a[axis] - limit), sign * (b[axis] - limit)
        if depth_a >= 0:
            kept.append(a)
        if depth_a * depth_b < 0:
            kept.append([a[k] + (b[k] - a[k]) * depth_a / (depth_a - depth_b) for k in (0, 1)])
    return kept


def supersampled(points, size, rule, samples=64):
    """Share of samples x samples places in every pixel that are inside, by winding numbers."""
    starts = outline(points)
    place = (torch.arange(size * samples, dtype=F64) + 0.5) / samples
    winding = torch.zeros(size * samples, size * samples, dtype=torch.int8)
    for (ax, ay), (bx, by) in zip(starts.tolist(), starts.roll(-1, 0).tolist(), strict=True):
        rows = (place >= min(ay, by)) & (place < max(ay, by))
        if rows.any():
            edge = ax + (place[rows] - ay) * ((bx - ax) / (by - ay))
            winding[rows] += (place > edge[:, None]).to(torch.int8) * (1 if by > ay else -1)
    inside = winding != 0 if rule == "nonzero" else winding % 2 != 0
    return inside.to(F64).reshape(size, samples, size, samples).mean((1, 3))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rule", ["nonzero", "evenodd"])
def test_fill_coverage_is_the_exact_area(seed, rule):
    generator = torch.Generator().manual_seed(seed)
    angle = torch.arange(12, dtype=F64) * (6.283185307 / 12)
    radius = 4 + 3 * torch.rand(12, dtype=F64, generator=generator)
    blob = (8.3 + radius[:, None] * torch.stack([angle.cos(), angle.sin()], dim=-1))[None]
    cover = coverage_of(blob, 16, rule)
    torch.testing.assert_close(cover, clipped_areas(blob, 16), atol=1e-9, rtol=0)
    assert float((cover - supersampled(blob, 16, rule)).abs().mean()) < 1e-3


def test_sliver_coverage_is_the_exact_area():
    sliver = polygon(tensor([1.2, 2.1], [14.7, 9.3], [14.5, 9.45]))
    torch.testing.assert_close(coverage_of(sliver, 16), clipped_areas(sliver, 16), atol=1e-9, rtol=0)


@pytest.mark.parametrize("rule", ["nonzero", "evenodd"])
def test_self_crossing_star_is_close_to_supersampling(rule):
    angle = torch.arange(5, dtype=F64) * (6.283185307 * 2 / 5) + 0.3
    star = polygon(16 + 14 * torch.stack([angle.cos(), angle.sin()], dim=-1))
    error = (coverage_of(star, 32, rule) - supersampled(star, 32, rule)).abs()
    assert (
        float(error.max()) < 0.3
    )  # in the few pixels where edges cross, several winding numbers are averaged
    assert int((error > 0.01).sum()) <= 10
    assert float(coverage_of(star, 32, rule)[16, 16]) == (1.0 if rule == "nonzero" else 0.0)


def test_two_shapes_that_share_an_edge_sum_to_one():
    edge = tensor([6.1, -3.0], [9.8, 4.0], [2.3, 9.0], [8.7, 19.0])
    left = torch.cat(
        [
            edge,
            polygonal_line(edge[3].tolist(), [-4.0, 19.0])[1:],
            polygonal_line([-4.0, 19.0], [-4.0, -3.0])[1:],
        ]
    )
    right = torch.cat(
        [
            edge,
            polygonal_line(edge[3].tolist(), [24.0, 19.0])[1:],
            polygonal_line([24.0, 19.0], [24.0, -3.0])[1:],
        ]
    )
    closing = [polygonal_line(path[-1].tolist(), edge[0].tolist())[1:3] for path in (left, right)]
    covers = [
        coverage_of(torch.cat([path, rest])[None], 16)
        for path, rest in zip((left, right), closing, strict=True)
    ]
    torch.testing.assert_close(covers[0] + covers[1], torch.ones(16, 16, dtype=F64), atol=1e-12, rtol=0)


@pytest.mark.parametrize("filter_width", [1.0, 3.0])
def test_area_and_its_gradient_are_the_shoelace_formula(filter_width):
    vertices = tensor([4.2, 4.1], [11.7, 5.3], [9.9, 11.2], [5.1, 10.4]).requires_grad_()
    (found,) = torch.autograd.grad(
        area := coverage_of(polygon(vertices), 16, "nonzero", filter_width).sum(), vertices
    )
    following = vertices.roll(-1, 0)
    shoelace = 0.5 * (vertices[:, 0] * following[:, 1] - vertices[:, 1] * following[:, 0]).sum()
    (expected,) = torch.autograd.grad(shoelace, vertices)
    assert area.item() == pytest.approx(shoelace.item(), rel=1e-9)
    torch.testing.assert_close(found, expected, atol=1e-9, rtol=0)


@pytest.mark.parametrize("rule", ["nonzero", "evenodd"])
@pytest.mark.parametrize("turn", [torch.clone, lambda corners: corners.flip(0)], ids=["clockwise", "counter"])
def test_edges_on_pixel_borders_feel_what_the_pixels_inside_feel(rule, turn):
    vertices = turn(tensor([3.0, 2.0], [11.0, 2.0], [11.0, 9.0], [3.0, 9.0])).requires_grad_()
    cover = coverage_of(polygon(vertices), 16, rule)
    assert sorted(set(cover.flatten().tolist())) == [0, 1]
    (found,) = torch.autograd.grad(cover.sum(), vertices)
    expected = turn(tensor([-3.5, -4.0], [3.5, -4.0], [3.5, 4.0], [-3.5, 4.0]))  # half an edge each
    torch.testing.assert_close(found, expected, atol=1e-9, rtol=0)


def test_orientation_does_not_matter_but_counts():
    square = polygon(tensor([2.0, 2.0], [6.0, 2.0], [6.0, 6.0], [2.0, 6.0]))
    torch.testing.assert_close(coverage_of(square, 8), coverage_of(square.roll(-1, 1).flip(1), 8))
    centre = tensor(4.5, 4.5)[None]
    starts, ends = square[0, ::3], square[0, ::3].roll(-1, 0)
    assert float(mean_winding(centre, starts, ends, 1.0)) == pytest.approx(1)
    assert float(mean_winding(centre, ends, starts, 1.0)) == pytest.approx(-1)


def test_a_hole_by_a_second_path_and_by_the_even_odd_rule():
    outer, inner = (
        tensor([1.0, 1.0], [7.0, 1.0], [7.0, 7.0], [1.0, 7.0]),
        tensor([3.0, 3.0], [5.0, 3.0], [5.0, 5.0], [3.0, 5.0]),
    )
    centre = tensor(4.5, 4.5)[None]
    same = (torch.cat([outer, inner]), torch.cat([outer.roll(-1, 0), inner.roll(-1, 0)]))
    opposite = (torch.cat([outer, inner.roll(-1, 0)]), torch.cat([outer.roll(-1, 0), inner]))
    assert float(fill_coverage(centre, *same, "nonzero", 1.0)) == 1
    assert float(fill_coverage(centre, *same, "evenodd", 1.0)) == 0
    assert float(fill_coverage(centre, *opposite, "nonzero", 1.0)) == 0


def test_an_open_path_is_closed_by_a_line_for_its_fill():
    arch = tensor([2.3, 6.1], [2.3, 1.0], [5.9, 1.0], [5.9, 6.1])
    drawing = Drawing.from_strokes(arch[None], tensor(0.0), tensor(0, 0, 0, 1)[None], (8, 8))
    filled = drawing.replace(filled=drawing.stroked, stroked=drawing.filled, fill=drawing.stroke)
    picture = paint(filled, 8, 8, torch.ones(1, 3, dtype=F64), 1.0)[0, 0]
    closed = torch.cat([arch, polygonal_line(arch[3].tolist(), arch[0].tolist())[1:3]])[None]
    torch.testing.assert_close(1 - picture, coverage_of(closed, 8))
