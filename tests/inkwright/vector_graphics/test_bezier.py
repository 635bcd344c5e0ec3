from __future__ import annotations

import doctest

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from inkwright.vector_graphics.curves import bezier
from inkwright.vector_graphics.curves import measures as bezier_measures
from inkwright.vector_graphics.curves.bernstein import FLATNESS, MAX_CHORDS


@pytest.fixture
def cubics():
    return torch.randn(7, 4, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(3)) * 20


def numpy_points(cubic, t):
    return np.array([float(x) for x in bezier.evaluate(cubic, torch.tensor(t, dtype=torch.float64))])


@pytest.mark.parametrize("module", [bezier, bezier_measures])
def test_examples_in_docstrings(module):
    assert doctest.testmod(module, extraglobs={"torch": torch}).failed == 0


def test_evaluate_passes_through_the_end_points_exactly():
    cubics = torch.randn(50, 4, 2)
    assert torch.equal(bezier.evaluate(cubics, torch.zeros(50)), cubics[:, 0])
    assert torch.equal(bezier.evaluate(cubics, torch.ones(50)), cubics[:, 3])


def test_evaluate_is_the_bernstein_polynomial(cubics):
    t = 0.3
    weights = torch.tensor([0.7**3, 3 * 0.7**2 * t, 3 * 0.7 * t**2, t**3], dtype=torch.float64)
    expected = torch.einsum("k,nkd->nd", weights, cubics)
    torch.testing.assert_close(bezier.evaluate(cubics, torch.tensor(t, dtype=torch.float64)), expected)


def test_derivatives_are_those_of_evaluate(cubics):
    t = torch.linspace(0, 1, 7, dtype=torch.float64, requires_grad=True)
    for axis in (0, 1):
        (first,) = torch.autograd.grad(bezier.evaluate(cubics, t)[:, axis].sum(), t, create_graph=True)
        (second,) = torch.autograd.grad(first.sum(), t)
        torch.testing.assert_close(bezier.derivative(cubics, t)[:, axis], first)
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
        vertices = bezier.flatten_uniform(cubic, count)
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
        on_curve = bezier.flatten_uniform(cubics[row], count)
        torch.testing.assert_close(vertices, on_curve, atol=FLATNESS, rtol=0)
        assert torch.equal(vertices[[0, -1]], on_curve[[0, -1]])
        assert torch.equal(starts[mine][1:], ends[mine][:-1])


def test_flatten_keeps_the_area_under_a_curve(cubics):
    """Far better than chords between points of the curve, which lie on its inner side."""

    def area(vertices):
        return float((vertices[:-1, 0] * vertices[1:, 1] - vertices[:-1, 1] * vertices[1:, 0]).sum() / 2)

    found_error, plain_error = 0.0, 0.0
    for cubic in cubics:
        starts, ends, _ = bezier.flatten(cubic[None])
        exact = area(bezier.flatten_uniform(cubic, 100_000))
        found_error += abs(area(torch.cat([starts, ends[-1:]])) - exact)
        plain_error += abs(area(bezier.flatten_uniform(cubic, len(starts))) - exact)
    assert found_error < 0.1 * plain_error


def test_flatten_hands_gradients_to_the_control_points(cubics):
    def vertices(points):
        return torch.cat(bezier.flatten(points)[:2])

    assert torch.autograd.gradcheck(vertices, (cubics[:2].clone().requires_grad_(),))


def test_flatten_uniform_refuses_no_chords(cubics):
    with pytest.raises(ValueError, match="count is 0; at least 1"):
        bezier.flatten_uniform(cubics, 0)


def test_length_is_the_arc_length(cubics):
    for cubic, found in zip(cubics, bezier_measures.length(cubics, pieces=64).tolist(), strict=True):

        def speed(t, cubic=cubic):
            return float(bezier.derivative(cubic, torch.tensor(t, dtype=torch.float64)).norm())

        assert found == pytest.approx(quad(speed, 0, 1)[0], rel=1e-7)
    torch.testing.assert_close(
        bezier_measures.length(cubics), bezier_measures.length(cubics, pieces=64), rtol=1e-4, atol=0
    )


def test_length_of_a_line_and_of_a_point():
    line = bezier.line_to_cubic(torch.tensor([1.0, 1.0]), torch.tensor([4.0, 5.0]))
    assert bezier_measures.length(line).item() == pytest.approx(5, rel=1e-6)
    point = torch.ones(4, 2, requires_grad=True)
    length = bezier_measures.length(point)
    length.backward()
    assert length.item() == 0
    assert torch.isfinite(point.grad).all()


def test_length_gradient():
    cubics = torch.randn(2, 4, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(bezier_measures.length, (cubics,))


def test_bounding_box_is_tight(cubics):
    t = torch.linspace(0, 1, 20001, dtype=torch.float64)
    dense = bezier.evaluate(cubics[:, None], t)
    expected = torch.cat([dense.amin(1), dense.amax(1)], dim=-1)
    torch.testing.assert_close(bezier_measures.bounding_box(cubics), expected, atol=1e-5, rtol=0)


def test_bounding_box_of_lines_quadratics_and_points():
    line = bezier.line_to_cubic(torch.tensor([3.0, 5.0]), torch.tensor([1.0, 9.0]))
    assert bezier_measures.bounding_box(line).tolist() == pytest.approx([1, 5, 3, 9])
    arch = bezier.quadratic_to_cubic(torch.tensor([[0.0, 0.0], [2.0, 4.0], [4.0, 0.0]]))
    assert bezier_measures.bounding_box(arch).tolist() == pytest.approx([0, 0, 4, 2], abs=1e-6)
    assert bezier_measures.bounding_box(torch.full((4, 2), 7.0)).tolist() == [7, 7, 7, 7]


def test_bounding_box_hands_gradients_to_the_extremes(cubics):
    assert torch.autograd.gradcheck(bezier_measures.bounding_box, (cubics.clone().requires_grad_(),))


def test_nearest_parameter_finds_the_global_minimum(cubics):
    queries = torch.randn(7, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(5)) * 30
    found = bezier_measures.nearest_parameter(cubics, queries, samples=64)
    for cubic, query, t in zip(cubics, queries.numpy(), found.tolist(), strict=True):

        def distance(t, cubic=cubic, query=query):
            return float(np.linalg.norm(numpy_points(cubic, t) - query))

        grid = np.linspace(0, 1, 201)
        start = grid[np.argmin([distance(s) for s in grid])]
        bounds = (max(start - 0.01, 0), min(start + 0.01, 1))
        best = minimize_scalar(distance, bounds=bounds, method="bounded", options={"xatol": 1e-9}).fun
        assert distance(t) <= best + 1e-6


def test_nearest_parameter_of_a_point_curve_is_finite():
    assert bezier_measures.nearest_parameter(torch.ones(4, 2), torch.zeros(2)).item() == 0


def test_line_and_quadratic_become_the_same_curve_as_cubics():
    ends = torch.randn(2, 5, 2, dtype=torch.float64)
    t = torch.tensor(0.4, dtype=torch.float64)
    torch.testing.assert_close(bezier.evaluate(bezier.line_to_cubic(*ends), t), ends[0] * 0.6 + ends[1] * 0.4)
    control = torch.randn(5, 3, 2, dtype=torch.float64)
    expected = 0.36 * control[:, 0] + 0.48 * control[:, 1] + 0.16 * control[:, 2]
    torch.testing.assert_close(bezier.evaluate(bezier.quadratic_to_cubic(control), t), expected)
