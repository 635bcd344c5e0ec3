from __future__ import annotations

import math
import re

import numpy as np
import pytest
import torch

from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.stroke_styles import CAPS, JOINS, StrokeStyles
from inkwright.vector_graphics.svg.reading.reader import parse_svg
from inkwright.vector_graphics.svg.reading.shapes.stroke_reach import StrokeEnds, curve_box, stroke_tips
from inkwright.vector_graphics.svg.writing.tapered_strokes import outline_tapered
from inkwright.vector_graphics.svg.writing.writer import svg_text


def read(body):
    return parse_svg(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{body}</svg>')


def strokes(styles=None):
    points = torch.tensor([[10.0, 10], [20, 15], [30, 20], [40, 25], [30, 30], [20, 40], [12, 60]])
    color = torch.tensor([[0.0, 0, 0, 1]]).repeat(3, 1)
    shifted = points + torch.tensor([[0.0, 0], [25, 5], [50, 30]])[:, None]
    return Drawing.from_strokes(shifted, torch.tensor([4.0, 5, 6]), color, (100, 100)).replace(styles=styles)


def test_caps_joins_and_limits_are_read():
    styles = read(
        '<g stroke="red" stroke-linecap="square"><path d="M0 0h5v5" stroke-linejoin="bevel"/>'
        '<path d="M0 0h5v5" style="stroke-linecap:round" stroke-miterlimit="7.5"/></g>'
        '<path d="M0 0h5v5" stroke="red"/><path d="M0 0h5v5"/>'
    ).styles
    assert [CAPS[cap] for cap in styles.cap] == ["square", "round", "butt", "round"]
    assert [JOINS[join] for join in styles.join] == ["bevel", "miter", "miter", "round"]
    assert styles.miter_limit.tolist() == [4, 7.5, 4, 4]


def test_round_strokes_need_no_styles():
    body = '<path d="M0 0h5v5" stroke="red" stroke-linecap="round" stroke-linejoin="round"/><circle r="5"/>'
    assert read(body).styles is None


@pytest.mark.parametrize(
    ("name", "legal", "illegal"),
    [
        ("stroke-linecap", "square", "pointed"),
        ("stroke-linejoin", "bevel", "arcs"),
        ("stroke-miterlimit", "7", ".5"),
        ("stroke-miterlimit", "7", "9mm"),
    ],
)
def test_what_a_stroke_cannot_have_is_that_of_the_group(name, legal, illegal):
    text = '<g {0}="{1}" stroke="red"><path d="M0 0h5v5" {0}="{2}"/></g>'
    with pytest.warns(UserWarning, match=f"{name}.*ignored, as CSS says"):
        found = read(text.format(name, legal, illegal)).styles
    expected = read(text.format(name, legal, legal)).styles
    for each in ("cap", "join", "miter_limit"):
        assert torch.equal(getattr(found, each), getattr(expected, each))


def test_written_styles_are_read_again():
    styles = StrokeStyles(torch.tensor([0, 1, 2]), torch.tensor([2, 1, 0]), torch.tensor([2.5, 7, 7]))
    text = svg_text(strokes(styles))
    again = parse_svg(text)
    for name in ("cap", "join"):
        assert torch.equal(getattr(again.styles, name), getattr(styles, name))
    assert again.styles.miter_limit[0] == 2.5  # the others have no miter
    assert svg_text(again) == text


def test_only_tapered_strokes_become_marked_outlines():
    profile = torch.tensor([[1.0, 1, 1], [1, 0.5, 0], [1, 1, 1]])
    drawing = strokes(StrokeStyles.uniform(3, "butt", "miter", profile=profile))
    text = svg_text(drawing)
    assert re.findall('class="([^"]*)"', text) == ["stroke-outline"]
    again = parse_svg(text)
    assert again.stroked.tolist() == [True, False, True]
    outlined, which = outline_tapered(drawing)
    assert which.tolist() == [False, False, False, True]
    difference = rasterize(again, backend="numba") - rasterize(outlined, backend="numba")
    assert float(difference.abs().max()) < 0.02


def test_a_profile_of_ones_stays_a_stroke():
    styles = StrokeStyles.uniform(3, profile=torch.ones(3, 4))
    assert svg_text(strokes(styles)) == svg_text(strokes())


def test_a_tapered_stroke_that_is_not_finite_is_refused_by_shape():
    drawing = strokes(StrokeStyles.uniform(3, profile=torch.rand(3, 4)))
    points = drawing.points.clone()
    points[9] = math.nan
    with pytest.raises(ValueError, match="points of shape 1 is nan"):
        svg_text(drawing.replace(points=points))


def corner(angle):
    """An open path of two straight segments that turns by an angle."""
    turn = np.array([math.cos(angle), math.sin(angle)])
    first = np.array([[-9.0, 0], [-6, 0], [-3, 0], [0, 0]])
    return np.concatenate([first, turn * np.array([[3.0], [6], [9]])]), False


def test_a_miter_reaches_as_far_as_its_turn_says():
    [tip] = stroke_tips(corner(math.pi / 2), 2.0, StrokeEnds())
    assert tip == pytest.approx([1, -1])
    assert len(stroke_tips(corner(math.radians(150)), 2.0, StrokeEnds(miter_limit=3.8))) == 0
    [tip] = stroke_tips(corner(math.radians(150)), 2.0, StrokeEnds(miter_limit=3.9))
    assert np.linalg.norm(tip) == pytest.approx(1 / math.cos(math.radians(75)))


def test_square_caps_reach_beyond_the_ends():
    tips = stroke_tips(corner(0.0), 2.0, StrokeEnds("square", "round"))
    assert sorted(map(tuple, np.round(tips, 9))) == [(-10, -1), (-10, 1), (10, -1), (10, 1)]


def test_a_clip_that_cuts_a_miter_makes_it_a_fill_and_a_wider_one_does_not():
    clip = '<clipPath id="c"><rect x="{0}" y="{0}" width="80" height="80"/></clipPath>'
    body = (
        '<g clip-path="url(#c)"><path d="M20 20h40v40h-40z" fill="none" stroke="red" stroke-width="4"/></g>'
    )
    assert read(clip.format(18) + body).stroked.tolist() == [True]
    cut = read(clip.format(18.5) + body)
    assert cut.stroked.tolist() == [False]
    assert cut.points.amin(0).tolist() == [18.5, 18.5]


def test_the_box_of_an_arch_is_tight():
    arch = np.array([[0.0, 0.0], [0.0, 4.0], [4.0, 4.0], [4.0, 0.0]])
    assert curve_box([(arch, False)]).tolist() == [[0, 0], [4, 3]]
