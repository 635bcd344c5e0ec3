from __future__ import annotations

import pytest
import torch

from inkwright.vector_graphics.curves import bezier
from inkwright.vector_graphics.curves.bernstein import FLATNESS, MAX_CHORDS


def on_curve(cubic, count):
    """Vertices of ``count`` chords of equal parameter length, on the curve."""
    return bezier.evaluate(cubic[None], torch.arange(count + 1, dtype=cubic.dtype) / count)


@pytest.fixture
def cubics():
    return torch.randn(7, 4, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(3)) * 20


def test_evaluate_passes_through_the_end_points_exactly():
    cubics = torch.randn(50, 4, 2)
    assert torch.equal(bezier.evaluate(cubics, torch.zeros(50)), cubics[:, 0])
    assert torch.equal(bezier.evaluate(cubics, torch.ones(50)), cubics[:, 3])


def test_evaluate_is_the_bernstein_polynomial(cubics):
    t = 0.3
    weights = torch.tensor([0.7**3, 3 * 0.7**2 * t, 3 * 0.7 * t**2, t**3], dtype=torch.float64)
    expected = torch.einsum("k,nkd->nd", weights, cubics)
    torch.testing.assert_close(bezier.evaluate(cubics, torch.tensor(t, dtype=torch.float64)), expected)


def test_second_derivative_is_that_of_evaluate(cubics):
    t = torch.linspace(0, 1, 7, dtype=torch.float64, requires_grad=True)
    for axis in (0, 1):
        (first,) = torch.autograd.grad(bezier.evaluate(cubics, t)[:, axis].sum(), t, create_graph=True)
        (second,) = torch.autograd.grad(first.sum(), t)
        torch.testing.assert_close(bezier.second_derivative(cubics, t)[:, axis], second)


def test_split_parts_are_the_curve(cubics):
    cut = torch.rand(7, dtype=torch.float64)
    left, right = bezier.split(cubics, cut)
    t = torch.tensor(0.37, dtype=torch.float64)
    torch.testing.assert_close(bezier.evaluate(left, t), bezier.evaluate(cubics, cut * t))
    torch.testing.assert_close(bezier.evaluate(right, t), bezier.evaluate(cubics, cut + (1 - cut) * t))
    assert torch.equal(left[:, 0], cubics[:, 0])
    assert torch.equal(right[:, 3], cubics[:, 3])
    assert torch.equal(left[:, 3], right[:, 0])


def test_split_broadcasts_one_curve_over_many_parameters(cubics):
    left, right = bezier.split(cubics[:1], torch.rand(5, dtype=torch.float64))
    assert left.shape == right.shape == (5, 4, 2)


@pytest.mark.parametrize("tolerance", [0.5, 0.05])
def test_chords_stay_within_the_tolerance(cubics, tolerance):
    counts = bezier.chord_counts(cubics, tolerance, most=1000)
    for cubic, count in zip(cubics, counts.tolist(), strict=True):
        middles = bezier.evaluate(cubic, (torch.arange(count, dtype=torch.float64) + 0.5) / count)
        vertices = on_curve(cubic, count)
        gap = (middles - (vertices[:-1] + vertices[1:]) / 2).norm(dim=1).max()
        assert tolerance / 2 <= float(gap) <= tolerance  # exact enough, and not far more chords than needed


def test_chord_counts_follow_the_bound_and_its_limits():
    bend = torch.tensor([[0.0, 0.0], [0.0, 0.0], [8.0, 6.0], [16.0, 12.0]])  # |P0 - 2 P1 + P2| = 10
    assert bezier.chord_counts(bend, 0.05).item() == 13  # ceil(sqrt(0.75 * 10 / 0.05)) = ceil(12.25)
    assert bezier.chord_counts(bend * 1e6).item() == MAX_CHORDS
    assert bezier.chord_counts(bend * 0).item() == 1
    # On the bound itself rounding does not add a chord: 0.75 * 15 / 0.05 = 15^2.
    exact = torch.tensor([[0.0, 0.0], [0.0, 0.0], [15.0, 0.0], [30.0, 0.0]])
    assert bezier.chord_counts(exact, 0.05).item() == 15


def test_flatten_gives_chains_of_chords(cubics):
    starts, ends, rows = bezier.flatten(cubics)
    counts = bezier.chord_counts(cubics)
    assert torch.equal(torch.bincount(rows), counts)
    for row, count in enumerate(counts.tolist()):
        mine = rows == row
        vertices = torch.cat([starts[mine], ends[mine][-1:]])
        plain = on_curve(cubics[row], count)
        torch.testing.assert_close(vertices, plain, atol=FLATNESS, rtol=0)
        assert torch.equal(vertices[[0, -1]], plain[[0, -1]])
        assert torch.equal(starts[mine][1:], ends[mine][:-1])


def test_flatten_keeps_the_area_under_a_curve(cubics):
    """Far better than chords between points of the curve, which lie on its inner side."""

    def area(vertices):
        return float((vertices[:-1, 0] * vertices[1:, 1] - vertices[:-1, 1] * vertices[1:, 0]).sum() / 2)

    found_error, plain_error = 0.0, 0.0
    for cubic in cubics:
        starts, ends, _ = bezier.flatten(cubic[None])
        exact = area(on_curve(cubic, 100_000))
        found_error += abs(area(torch.cat([starts, ends[-1:]])) - exact)
        plain_error += abs(area(on_curve(cubic, len(starts))) - exact)
    assert found_error < 0.1 * plain_error


def test_flatten_hands_gradients_to_the_control_points(cubics):
    def vertices(points):
        return torch.cat(bezier.flatten(points)[:2])

    assert torch.autograd.gradcheck(vertices, (cubics[:2].clone().requires_grad_(),))


def test_bounding_box_is_tight(cubics):
    t = torch.linspace(0, 1, 20001, dtype=torch.float64)
    dense = bezier.evaluate(cubics[:, None], t)
    expected = torch.cat([dense.amin(1), dense.amax(1)], dim=-1)
    torch.testing.assert_close(bezier.bounding_box(cubics), expected, atol=1e-5, rtol=0)


def test_bounding_box_of_lines_quadratics_and_points():
    line = torch.tensor([[3.0, 5.0], [1.0, 9.0]])[[0, 0, 1, 1]]
    assert bezier.bounding_box(line).tolist() == pytest.approx([1, 5, 3, 9])
    arch = torch.tensor([[0.0, 0.0], [4 / 3, 8 / 3], [8 / 3, 8 / 3], [4.0, 0.0]])  # a raised parabola
    assert bezier.bounding_box(arch).tolist() == pytest.approx([0, 0, 4, 2], abs=1e-6)
    assert bezier.bounding_box(torch.full((4, 2), 7.0)).tolist() == [7, 7, 7, 7]


def test_bounding_box_hands_gradients_to_the_extremes(cubics):
    assert torch.autograd.gradcheck(bezier.bounding_box, (cubics.clone().requires_grad_(),))
