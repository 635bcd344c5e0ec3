"""Strokes that are not round and even in the kernels: as the reference has them, forward and backward."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from benchmarks.rasterization.coverage_error import STYLES as STYLES_OF
from benchmarks.rasterization.coverage_error import coverage, random_shape
from benchmarks.rasterization.sampled_coverage import sampled_coverage
from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.curves.stroke_chords import stroke_chords
from inkwright.vector_graphics.curves.stroke_outlines import outline_styled
from inkwright.vector_graphics.stroke_styles import StrokeStyles
from tests.inkwright.vector_graphics.pictures import F64

BLACK = torch.eye(4, dtype=F64)[3:]
STYLES = [("butt", "miter"), ("square", "bevel"), ("butt", "round"), ("round", "round")]


def scribble(closed, seed=6):
    """One shape of three curves that cross themselves, filled half through and stroked."""
    generator = torch.Generator().manual_seed(seed)
    points = torch.rand(1, 9 if closed else 10, 2, generator=generator, dtype=F64) * 16
    if closed:
        drawing = Drawing.from_fills(points, BLACK * 0.5, (16, 16))
    else:
        drawing = Drawing.from_strokes(points, torch.ones(1, dtype=F64), BLACK, (16, 16))
    return drawing.replace(stroked=torch.tensor([True]), filled=torch.tensor([closed]), stroke=BLACK)


def assert_is_the_reference(drawing, cap, join, profile):
    weight = torch.rand(16, 16, generator=torch.Generator().manual_seed(2), dtype=F64)
    leaves = [drawing.points, torch.full((drawing.num_shapes,), 1.7, dtype=F64), profile]

    def result(backend):
        points, width, factors = (each.clone().requires_grad_() for each in leaves)
        styles = StrokeStyles.uniform(drawing.num_shapes, cap, join, profile=factors)
        painted = drawing.replace(points=points, width=width, styles=styles)
        picture = rasterize(painted, backend=backend)[0, 0]
        return [picture.detach(), *torch.autograd.grad((picture * weight).sum(), (points, width, factors))]

    for found, expected in zip(result("numba"), result("torch"), strict=True):
        assert_close(found, expected, atol=1e-9, rtol=0)


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize(("cap", "join"), STYLES)
def test_strokes_of_every_style_are_the_reference(cap, join, closed):
    """The reference has the outlines by other means, and gradients by autograd."""
    assert_is_the_reference(scribble(closed), cap, join, torch.tensor([[1.0, 0.4, 1.3]], dtype=F64))


@pytest.mark.parametrize(("cap", "join"), STYLES[:2])
def test_strokes_without_a_length_and_sharp_turns_are_the_reference(cap, join):
    """There and back, a point, handles of no length, and a round stroke between styled ones."""
    back, handles = scribble(False, 1), scribble(False, 2)
    turned = back.points.clone()
    turned[4:] = turned[:4].flip(0)[[1, 2, 3, 3, 3, 3]]
    still = handles.points.clone()
    still[1], still[8] = still[0], still[9]
    point = back.points[:1] + torch.zeros(10, 1, dtype=F64)
    parts = [back.replace(points=each) for each in (turned, still, point)]
    profile = torch.tensor([[1.0, 1.0], [0.6, 1.2], [1.0, 0.5]], dtype=F64)
    assert_is_the_reference(Drawing.concat(*parts), cap, join, profile)


@pytest.mark.parametrize(("cap", "join"), STYLES[:3])
def test_strokes_that_bend_tightly_where_segments_end_are_the_reference(cap, join):
    """There the curve's own direction would turn the last chord's band inside out."""
    drawing = scribble(False)
    hooked = drawing.points.clone()
    hooked[2:5] = torch.tensor([[12.0, 2.0], [4.0, 7.0], [7.0, 7.3]], dtype=F64)  # a hook, and on from there
    hooked[8] = hooked[9] + torch.tensor([0.4, -0.2], dtype=F64)
    profile = torch.tensor([[4.0, 3.0, 4.0]], dtype=F64)
    drawing = drawing.replace(points=hooked)
    styles = StrokeStyles.uniform(1, cap, join, profile=profile)
    chords = stroke_chords(
        drawing.replace(width=torch.tensor([1.7], dtype=F64)), styles, torch.tensor([0]), 1, 0.05
    )
    assert int((chords.starts == chords.ends).all(1).sum()) > 0  # chords that turn
    assert_is_the_reference(drawing, cap, join, profile)


@pytest.mark.parametrize(
    ("kind", "seed"), [("bevel strokes", 57), ("butt strokes", 14), ("tapered strokes", 297)]
)
def test_strokes_that_bend_more_tightly_than_they_are_wide_are_the_reference(kind, seed):
    """With all kinds of corners that such bends have."""
    drawing = random_shape(kind, seed)
    profile = torch.ones(1, 5) if drawing.styles.profile is None else drawing.styles.profile
    drawing = drawing.replace(
        points=drawing.points.double() / 3,
        stroke=BLACK,
        fill=BLACK,
        width=drawing.width.double(),
        canvas=(16, 16),
    )
    cap, join = STYLES_OF[kind]
    assert_is_the_reference(drawing.replace(styles=None), cap, join, profile.double())


@pytest.mark.parametrize("backend", ["numba", "torch"])
def test_a_taper_goes_by_the_curves_parameter_where_a_line_is_uneven_too(backend):
    """One step of a profile is as two with the mean between them."""
    line = torch.tensor([[[2.0, 8.0], [2.5, 8.0], [3.0, 8.0], [14.0, 8.0]]], dtype=F64)
    drawing = Drawing.from_strokes(line, torch.full((1,), 8.0, dtype=F64), BLACK, (16, 16))
    profiles = torch.tensor([[1.0, 0.1]], dtype=F64), torch.tensor([[1.0, 0.55, 0.1]], dtype=F64)
    one, two = (
        rasterize(drawing.replace(styles=StrokeStyles.uniform(1, profile=profile)), backend=backend)
        for profile in profiles
    )
    assert_close(one, two, atol=0.02, rtol=0)


def test_round_strokes_beside_styled_ones_are_as_alone():
    """To the last bit; and whether strokes are styled or even may change from step to step."""
    drawing = Drawing.concat(scribble(False), scribble(False, 3))
    plain = drawing.replace(alive=torch.tensor([True, False]))
    styles = StrokeStyles.uniform(2, profile=torch.tensor([[1.0, 1.0], [0.5, 1.0]], dtype=F64))
    painted = [rasterize(each, backend="numba") for each in (plain, plain.replace(styles=styles))]
    assert_close(painted[1], painted[0], atol=0, rtol=0)
    even = StrokeStyles.uniform(2, profile=torch.ones(2, 2, dtype=F64))
    uneven, same, none = (
        rasterize(each, backend="numba")
        for each in (drawing.replace(styles=styles), drawing.replace(styles=even), drawing)
    )
    assert_close(same, none, atol=0, rtol=0)
    assert float((uneven - none).abs().max()) > 0.1


@pytest.mark.parametrize(
    ("kind", "seed"),
    [
        ("butt strokes", 973),  # a bend much tighter than the stroke is wide
        ("miter strokes", 57),  # a turn of 187 degrees, which chords turn by 173 the other way
        ("miter strokes", 689),
        ("tapered strokes", 805),  # such a bend of a taper
        ("tapered strokes", 867),
    ],
)
def test_exact_strokes_are_right_in_every_pixel_where_they_bend_tightly(kind, seed):
    drawing = random_shape(kind, seed)
    found = coverage(drawing, 48, 48, "exact")
    assert abs(found - sampled_coverage(drawing, 48, 48)).max() < 0.02
    float64 = {name: getattr(drawing, name).double() for name in ("points", "width", "stroke", "fill")}
    drawing = drawing.replace(**float64)
    outlined = rasterize(outline_styled(drawing, every=True), 48)
    assert_close(rasterize(drawing, 48, backend="exact"), outlined, atol=1e-6, rtol=0)
