"""Strokes that viewers take for lines: cut so that these lines are as good."""

from __future__ import annotations

import warnings

import pytest
import torch

from inkwright.metrics.fidelity import paint_by_resvg
from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.stroke_styles import StrokeStyles
from inkwright.vector_graphics.svg.reading.reader import parse_svg
from inkwright.vector_graphics.svg.writing.writer import svg_text

SIDE = 200


def almost_straight(count, most, seed=0):
    """[count, 4, 2] cubics at all angles, their points beside a line by up to a share of their length."""
    draw = torch.Generator().manual_seed(seed)

    def uniform(*shape):
        return torch.rand(count, *shape, generator=draw, dtype=torch.float64)

    length, angle = 40 + 130 * uniform(1), 6.3 * uniform(1)
    beside = most * 10 ** (-3 * uniform(1)) * length * (2 * uniform(4) - 1)
    along = torch.cat([angle.cos(), angle.sin()], 1)[:, None]
    aside = torch.cat([-angle.sin(), angle.cos()], 1)[:, None]
    points = (length * uniform(4))[..., None] * along + beside[..., None] * aside
    return points - points.mean(1, keepdim=True) + SIDE / 2


def stroke(cubic, width=2.0, **styles):
    drawing = Drawing.from_strokes(
        cubic[None].float(), torch.tensor([width]), torch.tensor([[0.0, 0, 0, 1]]), (SIDE, SIDE)
    )
    return drawing.replace(styles=StrokeStyles.uniform(1, **styles)) if styles else drawing


def pixels_that_differ(drawing):
    """Between our raster and resvg's, by more than half."""
    painted = paint_by_resvg(svg_text(drawing), SIDE, SIDE).reshape(3, SIDE, SIDE)
    return int(((rasterize(drawing, SIDE, SIDE)[0] - painted).abs().amax(0) > 0.5).sum())


def test_turns_and_gentle_bends_are_what_we_paint():
    """Without cuts about every tenth of them lacks hundreds of pixels."""
    for number, cubic in enumerate(almost_straight(120, 0.004)):
        assert pixels_that_differ(stroke(cubic, width=0.5 + 0.1 * number)) <= 3, cubic


def test_a_long_gentle_bend_is_no_line():
    bow = torch.tensor([[10.0, 100.0], [70, 100.5], [130, 100.5], [190, 100.0]])
    written = parse_svg(svg_text(stroke(bow)))
    assert len(written.cubics()) > 1
    assert rasterize(written, SIDE, SIDE).sub(rasterize(stroke(bow), SIDE, SIDE)).abs().max() < 0.06


@pytest.mark.parametrize(
    "cubic",
    [
        [[20.0, 20.0], [60, 90], [120, 110], [170, 100]],
        [[20.0, 20.0], [70, 70], [120, 120], [170, 170]],
        [[20.0, 20.0], [70, 70.05], [120, 120.02], [170, 170]],
        [[20.0, 20.0], [20, 20], [20, 20], [20, 20]],
        [[50.0, 100], [160, 40], [30, 40], [140, 100]],
    ],
)
def test_what_viewers_draw_well_stays_one_cubic(cubic):
    assert len(parse_svg(svg_text(stroke(torch.tensor(cubic)))).cubics()) == 1


def test_what_was_written_is_written_as_it_is():
    for cubic in almost_straight(60, 0.01, seed=1):
        once = svg_text(stroke(cubic))
        assert svg_text(parse_svg(once)) == once


def test_a_sharp_join_is_no_place_to_cut():
    back = torch.tensor([[20.0, 100.0], [160, 100.08], [180, 100.04], [60, 100.0]])
    styles = {"cap": "butt", "join": "miter"}
    assert len(parse_svg(svg_text(stroke(back))).cubics()) == 2
    assert len(parse_svg(svg_text(stroke(back, **styles))).cubics()) == 1


def test_numbers_of_any_size_come_to_an_end_without_a_warning():
    far = torch.tensor([[-9e8, 0.0], [3e8, 4e6], [-5e8, 1e6], [9e8, 0.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(parse_svg(svg_text(stroke(far))).cubics()) == 1
        with pytest.raises(ValueError, match="points of shape 0 is -89"):
            svg_text(stroke(far * 10))
