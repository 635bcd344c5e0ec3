from __future__ import annotations

import re

import pytest
import torch
from torch.testing import assert_close

from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.gradient_fills import GradientFills
from inkwright.vector_graphics.svg.reading.reader import parse_svg
from inkwright.vector_graphics.svg.writing.writer import svg_text

STOPS = '<stop offset="0" stop-color="red"/><stop offset="1" stop-color="blue" stop-opacity=".5"/>'
SQUARE = '<path d="M20 40h40v20h-40z" fill="url(#g)"/>'


def read(body, **options):
    namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return parse_svg(f'<svg {namespaces} viewBox="0 0 100 100">{body}</svg>', dtype=torch.float64, **options)


def linear(attributes="", stops=STOPS):
    return f'<linearGradient id="g" {attributes}>{stops}</linearGradient>'


def radial(attributes="", stops=STOPS):
    return f'<radialGradient id="g" {attributes}>{stops}</radialGradient>'


@pytest.mark.parametrize(
    ("definition", "start", "end"),
    [
        (linear(), [20, 40], [60, 40]),
        (linear('x1="25%" y1=".5" x2="1" y2="100%"'), [30, 50], [60, 60]),
        (linear('gradientUnits="userSpaceOnUse" x1="10" x2="50%" y2="7"'), [10, 0], [50, 7]),
        (
            linear('gradientUnits="userSpaceOnUse" x2="10" gradientTransform="translate(5 6)"'),
            [5, 6],
            [15, 6],
        ),
        (linear('gradientTransform="rotate(90)"'), [20, 40], [20, 60]),
    ],
)
def test_linear_gradients_lie_where_svg_says(definition, start, end):
    gradients = read(definition + SQUARE).gradients
    assert gradients.radial.tolist() == [False]
    assert_close(gradients.frame[0, :2], torch.tensor([start, end]).double())
    assert gradients.stop_position.tolist() == [0, 1]
    assert gradients.stop_color.tolist() == [[1, 0, 0, 1], [0, 0, 1, 0.5]]


def test_the_box_of_a_curve_is_that_of_its_ink_not_of_its_controls():
    body = linear() + '<path d="M0 0C0 40 40 40 40 0z" fill="url(#g)"/>'
    frame = read(body.replace("<linear", "<linear").replace('id="g"', 'id="g" x2="0" y2="1"')).gradients.frame
    assert_close(frame[0, 1], torch.tensor([0.0, 30.0]).double())


def test_isolines_of_a_box_gradient_are_skewed_with_the_box():
    frame = read(linear('x2="1" y2="1"') + SQUARE).gradients.frame[0]
    assert_close(frame, torch.tensor([[20, 40], [60, 60], [-20, 60]]).double())


def test_radial_gradients_in_the_box_are_ellipses():
    frame = read(radial() + SQUARE).gradients.frame[0]
    assert_close(frame, torch.tensor([[40, 50], [60, 50], [40, 60]]).double())


def test_user_space_follows_the_transform_of_the_shape():
    definition = radial('gradientUnits="userSpaceOnUse" cx="10" cy="20" r="5" fx="10" fy="20"')
    body = f'{definition}<g transform="translate(1 2) scale(2 3)"><circle r="9" fill="url(#g)"/></g>'
    assert_close(read(body).gradients.frame[0], torch.tensor([[21, 62], [31, 62], [21, 77]]).double())


def test_focal_circles_are_read_in_radii_and_written_as_they_were():
    text = radial('gradientUnits="userSpaceOnUse" cx="40" cy="50" r="20" fx="50" fr="4"')
    for shape in (SQUARE, SQUARE.replace("<path", '<path transform="rotate(20) scale(1 2)"', 1)):
        drawing = read(text + shape)
        assert_close(drawing.gradients.focus, torch.tensor([[0.5, 0, 0.2]]).double())
        assert_close(
            parse_svg(svg_text(drawing), dtype=torch.float64).gradients.focus, drawing.gradients.focus
        )


@pytest.mark.parametrize("link", ["href", "xlink:href"])
def test_stops_and_units_come_along_a_chain_of_references(link):
    chain = (
        f'<linearGradient id="a">{STOPS}</linearGradient>'
        f'<linearGradient id="b" {link}="#a" gradientUnits="userSpaceOnUse" x1="1" x2="9"/>'
        f'<linearGradient id="g" {link}="#b" x2="50"/>'
    )
    gradients = read(chain + SQUARE).gradients
    assert gradients.frame[0, :2].tolist() == [[1, 0], [50, 0]]
    assert gradients.stop_color[0].tolist() == [1, 0, 0, 1]


def test_stops_take_styles_percentages_and_never_fall():
    stops = (
        '<stop offset="20%" style="stop-color:#0f0;stop-opacity:25%"/><stop offset=".1" class="c"/>'
        '<stop offset="3" stop-color="currentColor" color="white"/>'
    )
    gradients = read(
        "<style>.c{stop-color:rgba(255,0,0,.5)}</style>" + linear(stops=stops) + SQUARE
    ).gradients
    assert_close(gradients.stop_position, torch.tensor([0.2, 0.2, 1]).double())
    wanted = torch.tensor([[0, 1, 0, 0.25], [1, 0, 0, 0.5], [1, 1, 1, 1]]).double()
    assert_close(gradients.stop_color, wanted)


def test_opacities_of_shape_and_group_multiply_the_gradient():
    body = f'{linear()}<g opacity=".5"><circle r="5" fill="url(#g)" fill-opacity=".5"/></g>'
    assert read(body).fill[0, 3] == 0.25


@pytest.mark.parametrize(
    ("definition", "fill"),
    [
        (linear('x2="0"'), [0, 0, 1, 0.5]),
        (radial('r="0"'), [0, 0, 1, 0.5]),
        (linear(stops='<stop stop-color="lime"/>'), [0, 1, 0, 1]),
    ],
)
def test_degenerate_gradients_are_the_flat_colour_of_the_last_stop(definition, fill):
    drawing = read(definition + SQUARE)
    assert drawing.gradients is None
    assert drawing.fill.tolist() == [fill]


@pytest.mark.parametrize("definition", [linear(stops=""), linear('gradientTransform="scale(0)"')])
def test_gradients_of_nothing_paint_nothing(definition):
    assert read(definition + SQUARE).num_shapes == 0


def test_a_box_without_area_paints_nothing_but_the_fallback():
    assert read(linear() + '<path d="M0 5h9" fill="url(#g)"/>').num_shapes == 0
    assert read(linear() + '<path d="M0 5h9" stroke="url(#g) red"/>').stroke[0, 0] == 1


@pytest.mark.parametrize(
    ("definition", "what"),
    [
        (linear('color-interpolation="linearRGB"'), "color-interpolation 'linearRGB'"),
        (linear(stops='<stop><animate/></stop><stop offset="1"/>'), "an animation .<animate>"),
        (radial('fx="99.99%"'), "a focal circle that is not within its circle"),
        (radial('fx="80%" fr="25%"'), "a focal circle that is not within its circle"),
        (radial('fx="25%" spreadMethod="reflect"'), "spreadMethod 'reflect' from a focal point"),
    ],
)
def test_gradients_that_a_drawing_cannot_hold_are_refused_by_name(definition, what):
    with pytest.raises(ValueError, match=f"{what}.*which a Drawing cannot represent"):
        read(definition + SQUARE)
    with pytest.warns(UserWarning, match=what):
        read(definition + SQUARE, lenient=True)


@pytest.mark.parametrize(
    ("definition", "match"),
    [(linear('gradientUnits="userSpaceOnUse" x1="1e8" x2="100000001"'), "too far away")],
)
def test_malformed_gradients_are_refused(definition, match):
    with pytest.raises(ValueError, match=match):
        read(definition + SQUARE)


@pytest.mark.parametrize(
    ("attribute", "match"),
    [
        ('x1="many"', "x1 is 'many'"),
        ('x2="-many"', "x2 is"),
        ('gradientTransform="turn(1)"', "gradientTransform is"),
    ],
)
def test_what_no_gradient_has_is_ignored(attribute, match):
    with pytest.warns(UserWarning, match=match):
        drawing = read(linear(attribute) + SQUARE)
    assert torch.equal(drawing.gradients.frame, read(linear() + SQUARE).gradients.frame)


@pytest.mark.parametrize("href", ["http://x/y.svg#a", "other.svg#a", "a"])
def test_a_gradient_takes_nothing_from_another_file(href):
    with pytest.warns(UserWarning, match="nothing is taken from there"):
        drawing = read(linear(f'href="{href}"') + SQUARE)
    assert torch.equal(drawing.gradients.frame, read(linear() + SQUARE).gradients.frame)


def test_a_negative_radius_is_that_of_none():
    with pytest.warns(UserWarning, match="r is '-1'; it must not be negative"):
        drawing = read(radial('r="-1"') + SQUARE)
    assert torch.equal(drawing.gradients.frame, read(radial() + SQUARE).gradients.frame)


def test_stops_repeated_without_end_are_refused(monkeypatch):
    monkeypatch.setattr("inkwright.vector_graphics.svg.reading.shapes.gradient._MAX_STOPS", 9)
    with pytest.raises(ValueError, match="more than 9 stops, counting every use"):
        read(linear() + SQUARE * 5)


def gradient_drawing(skewed):
    square = torch.tensor(
        [[0.0, 0], [3, 0], [6, 0], [9, 0], [9, 3], [9, 6], [9, 9], [6, 9], [3, 9], [0, 9], [0, 6], [0, 3]]
    )
    points = torch.stack([square * 5 + 5, square * 3 + 40, square * 2 + 3])
    fill = torch.tensor([[0.3, 0.3, 0.3, 0.5], [0.2, 0.3, 0.4, 1.0], [0, 0, 0, 0.25]])
    color = torch.tensor([[1.0, 0, 0, 1], [0, 1, 0, 0.5], [0, 0, 1, 0]]).expand(1, 3, 4)
    position = torch.tensor([[0.1, 0.5, 0.75]])
    line = GradientFills.linear(
        torch.tensor([0]), torch.tensor([[3.0, 4]]), torch.tensor([[50.0, 31]]), position, color
    )
    circle = GradientFills.circular(
        torch.tensor([0]), torch.tensor([[10.0, 12]]), torch.tensor([14.0]), position, color.flip(1)
    )
    both = GradientFills.join([(line, 2), (circle, 1)])
    if skewed:
        both = GradientFills(
            **{**vars(both), "frame": both.frame + torch.tensor([[0, 0], [0, 0], [7.0, -2]])}
        )
    return Drawing.from_fills(points, fill, (80, 70)).replace(gradients=both)


@pytest.mark.parametrize("skewed", [False, True])
def test_written_gradients_are_read_again(skewed):
    drawing = gradient_drawing(skewed)
    text = svg_text(drawing)
    again = parse_svg(text)
    assert ("gradientTransform" in text) == skewed
    assert again.gradients.radial.tolist() == [False, True]
    assert_close(again.gradients.stop_color, drawing.gradients.stop_color, atol=1e-4, rtol=0)
    assert_close(rasterize(again, backend="numba"), rasterize(drawing, backend="numba"), atol=3e-3, rtol=0)
    assert svg_text(again) == text


def test_equal_gradients_are_defined_once_and_dead_ones_not_at_all():
    drawing = gradient_drawing(False)
    twice = Drawing.concat(drawing, drawing)
    assert len(re.findall("<linearGradient", svg_text(twice))) == 1
    alive = torch.tensor([False, True, True])
    assert "linearGradient" not in svg_text(drawing.replace(alive=alive))


def test_a_gradient_that_is_not_finite_is_refused_by_shape():
    drawing = gradient_drawing(False)
    drawing.gradients.frame[1, 0] = float("nan")
    with pytest.raises(ValueError, match="gradient of shape 2 is nan"):
        svg_text(drawing)
