from __future__ import annotations

import pytest
import torch

from inkwright.vector_graphics import Drawing, rasterize
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


def drawn_cubics(count):
    """Seven kinds of [count, 4, 2] curves of many sizes: loops, cusps, stops, lines, lines that turn back."""
    draw = torch.Generator().manual_seed(0)

    def uniform(*shape):
        return torch.rand(count, *shape, generator=draw, dtype=torch.float64)

    size = 10 ** (2.5 * uniform(1, 1) - 0.5)
    loops, stops, line = (size * (2 * uniform(*shape) - 1) for shape in ((4, 2), (4, 2), (4, 1)))
    stops[:, 1] = stops[:, 0]
    wander = torch.cat([loops[:, :1], loops[:, :1] + (size * (2 * uniform(3, 2) - 1)).cumsum(1)], dim=1)
    t, first, last = 0.1 + 0.8 * uniform(1), loops[:, 0], loops[:, 1]  # B'(t) nearly stops, or does
    middle = (10 ** (-6 * uniform(1)) * loops[:, 2] - (1 - t) ** 2 * first - t**2 * last) / (2 * t * (1 - t))
    cusps = torch.cat([0 * loops[:, :1], torch.stack([first, middle, last], dim=1).cumsum(1)], dim=1)
    back = line * torch.tensor([1.0, 0.5], dtype=torch.float64)
    uneven = torch.cat([line.sort(1).values, size * 10 ** (-3 * uniform(1, 1)) * uniform(4, 1)], dim=2)
    return torch.stack([loops, stops, wander, cusps, back, back + 1e-3 * stops, uneven])


def farthest(cubics, starts, ends, rows):
    """[S] largest distance of points of curves from their chords."""
    t = torch.linspace(0, 1, 401, dtype=torch.float64)
    points = bezier.evaluate(cubics[rows, None], t)
    step, apart = (ends - starts)[:, None], points - starts[:, None]
    along = (apart * step).sum(-1) / step.square().sum(-1).clamp(min=1e-30)
    distance = (apart - along.clamp(0, 1)[..., None] * step).norm(dim=-1)
    nearest = torch.full((len(cubics), len(t)), torch.inf, dtype=torch.float64)
    return nearest.scatter_reduce(0, rows[:, None].expand_as(distance), distance, "amin").amax(1)


@pytest.mark.parametrize("count", [200, pytest.param(1500, marks=pytest.mark.slow)])
@pytest.mark.parametrize("tolerance", [0.5, 0.05])
def test_chords_stay_within_the_tolerance_of_curves_of_seven_kinds(tolerance, count):
    for cubics in drawn_cubics(count):
        assert float(farthest(cubics, *bezier.flatten(cubics, tolerance)).max()) <= tolerance


def test_half_the_chords_are_too_few_for_most_curves():
    for cubics in drawn_cubics(300)[:4]:
        counts = bezier.chord_counts(cubics)
        half = torch.div(counts, 2, rounding_mode="floor").clamp(min=1)
        off = farthest(cubics, *bezier.flatten(cubics, torch.inf, half))
        assert float((off[counts > 3] > FLATNESS).double().mean()) > 0.8


def test_straight_curves_have_few_chords_but_a_pull_on_their_inner_points():
    line = torch.tensor([[0.0, 0.0], [0.3, 0.4], [27.0, 36.0], [30.0, 40.0]])
    assert bezier.chord_counts(line).item() == 2
    drawn = line[None].requires_grad_()
    black = torch.tensor([[0.0, 0.0, 0.0, 1.0]])
    image = rasterize(Drawing.from_strokes(drawn, torch.tensor([2.0]), black, (48, 48)))
    (image * torch.arange(48.0)).sum().backward()
    assert (drawn.grad[0].abs().amax(-1) > 0).all()
    assert bezier.chord_counts(line, taper=1e9).item() > 10  # but a taper's width there goes by t
    back = torch.tensor([[0.0, 0.0], [30.0, 40.0], [27.0, 36.0], [3.0, 4.0]])
    assert bezier.chord_counts(back).item() > 10


def test_chord_counts_follow_the_bound_and_its_limits():
    bend = torch.tensor([[0.0, 0.0], [0.0, 0.0], [8.0, 6.0], [16.0, 12.0]])  # |P0 - 2 P1 + P2| = 10
    assert (
        bezier.chord_counts(bend, 0.05, taper=1e9).item() == 11
    )  # ceil(sqrt(25 / 48 * 10 / 0.05)) = ceil(10.2)
    assert bezier.chord_counts(bend, 10.0, taper=1e9).item() == 1  # Wang's bound of one chord is 7.5
    assert bezier.chord_counts(bend, 7.4, taper=1e9).item() == 2
    arch = torch.tensor([[0.0, 0.0], [1.0, 2.0], [2.0, 2.0], [3.0, 0.0]])
    assert bezier.chord_counts(arch * 1e6).item() == MAX_CHORDS
    assert bezier.chord_counts(bend * 0).item() == 1
    # On the bound itself rounding does not add a chord: 25 / 48 * 4.8 / 0.1 = 5^2.
    exact = torch.tensor([[0.0, 0.0], [0.0, 0.0], [4.8, 0.0], [9.6, 0.0]], dtype=torch.float64)
    assert bezier.chord_counts(exact, 0.1, taper=1e9).item() == 5


def test_flatten_gives_chains_of_chords(cubics):
    starts, ends, rows = bezier.flatten(cubics)
    counts = bezier.chord_counts(cubics)
    assert torch.equal(torch.bincount(rows), counts)
    for row, count in enumerate(counts.tolist()):
        mine = rows == row
        vertices = torch.cat([starts[mine], ends[mine][-1:]])
        plain = on_curve(cubics[row], count)
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
