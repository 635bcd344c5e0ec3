"""What ``svg_text`` writes, the reader reads, whatever the size of its numbers; else nothing is written."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.curves.bezier import evaluate
from inkwright.vector_graphics.gradient_fills import GradientFills
from inkwright.vector_graphics.stroke_styles import StrokeStyles
from inkwright.vector_graphics.svg.reading.reader import parse_svg
from inkwright.vector_graphics.svg.writing.writer import svg_text

MAGNITUDES = st.tuples(st.floats(1, 9.99), st.integers(-30, 30)).map(lambda pair: pair[0] * 10.0 ** pair[1])
SIDES = st.tuples(st.floats(1, 9.99), st.integers(-7, 8)).map(lambda pair: pair[0] * 10.0 ** pair[1])
COORDINATES = st.tuples(st.floats(-1, 1), st.integers(-6, 9)).map(lambda pair: pair[0] * 10.0 ** pair[1])


def stroke_and_fill(points, canvas, width=1.0):
    points = torch.tensor(points, dtype=torch.float64)
    color = torch.tensor([[0.2, 0.4, 0.6, 0.5]], dtype=torch.float64)
    widths = torch.tensor([width], dtype=torch.float64)
    strokes = Drawing.from_strokes(points[None, :4], widths, color, canvas)
    return Drawing.concat(strokes, Drawing.from_fills(points[None, :3], color, canvas))


def apart(again, drawing):
    """How far points are off; where a stroke came back in parts, by their middles and ends."""
    if again.points.shape == drawing.points.shape:
        return float((again.points - drawing.points).abs().max())
    parts, (whole, *fills) = again.cubics(), drawing.cubics()
    first = parts[: len(parts) - len(fills)]
    t = torch.linspace(0, 1, 20_001, dtype=torch.float64)
    nearest = torch.cdist(evaluate(first, torch.full((len(first),), 0.5)), evaluate(whole[None], t)).amin(1)
    step = (3 * torch.diff(whole, dim=0).norm(dim=1).max() / 20_000).item()
    ends = torch.stack([first[0, 0] - whole[0], first[-1, 3] - whole[3]])
    return max(float(nearest.max()) - step, float(ends.abs().max()))


def check(drawing, **options):
    """Either nothing is written, or the reader reads the same drawing; whether it was written."""
    try:
        text = svg_text(drawing, **options)
    except ValueError:
        return False
    again = parse_svg(text, dtype=torch.float64)
    assert again.num_shapes == drawing.num_shapes
    assert again.canvas == pytest.approx(drawing.canvas, rel=1e-6)
    size = max(1.0, float(drawing.points.abs().max()))
    assert apart(again, drawing) <= max(0.006, 1e-9 * size)
    assert size * 10 ** options.get("decimals", 2) > 2**48 or svg_text(again, **options) == text
    return True


@settings(deadline=None)  # how long one takes depends on what else runs
@given(canvas=st.tuples(SIDES, SIDES))
def test_canvases_of_every_size_and_shape(canvas):
    width, height = canvas
    assert check(stroke_and_fill([(0.0, 0), (width, height), (0, height), (width, 0)], canvas))


@settings(deadline=None)  # how long one takes depends on what else runs
@given(canvas=st.tuples(MAGNITUDES, MAGNITUDES))
def test_a_canvas_is_written_or_refused(canvas):
    written = check(stroke_and_fill([(0.0, 0), (1, 0), (2, 1), (3, 3)], canvas))
    assert written == all(1e-7 <= side <= 1e9 for side in canvas)


@pytest.mark.parametrize("canvas", [(1e-20, 200.0), (200.0, 1e-20), (1.7e-45, 1.0), (1e-8, 1e-8), (2e9, 5.0)])
def test_canvases_that_no_viewer_shows_are_refused(canvas):
    with pytest.raises(ValueError, match=r"canvas is .*an SVG can hold sides in \[1e-07, 1e\+09\]"):
        svg_text(Drawing.empty(canvas))


def test_a_canvas_that_is_read_but_can_not_be_written():
    drawing = parse_svg('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1e-20 200"/>')
    with pytest.raises(ValueError, match="canvas is"):
        svg_text(drawing)


@settings(deadline=None)  # how long one takes depends on what else runs
@given(
    points=st.lists(st.tuples(COORDINATES, COORDINATES), min_size=4, max_size=4),
    decimals=st.sampled_from([2, 6, 12]),
)
def test_coordinates_of_every_magnitude(points, decimals):
    assert check(stroke_and_fill(points, (200.0, 100.0)), decimals=decimals)


@pytest.mark.parametrize("far", [1e9, -1e9])
def test_the_largest_coordinates_that_are_read_are_written(far):
    assert check(stroke_and_fill([(far, 0), (-far, far), (0, -far), (5, far)], (200.0, 100.0)))


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"points": torch.full((7, 2), 1.1e9)}, "points of shape 0 is 11"),
        ({"points": torch.full((7, 2), -1e30)}, "points of shape 0 is -1.0"),
        ({"width": torch.tensor([1e12, 0])}, "width of shape 0 is"),
    ],
)
def test_numbers_that_no_reader_accepts_are_refused_by_shape(changes, match):
    drawing = stroke_and_fill([(0.0, 0), (1, 0), (2, 1), (3, 3)], (20.0, 10.0)).to(dtype=torch.float32)
    with pytest.raises(ValueError, match=rf"{match}.*up to 1e\+09"):
        svg_text(drawing.replace(**changes))


@settings(deadline=None)  # how long one takes depends on what else runs
@given(width=MAGNITUDES)
def test_widths_of_every_magnitude(width):
    drawing = stroke_and_fill([(0.0, 0), (1, 0), (2, 1), (3, 3)], (20.0, 10.0), width)
    assert check(drawing) == (width <= 1e9)


@pytest.mark.parametrize("limit", [1.0, 1e9, 1e30, float("inf")])
def test_miter_limits_of_every_magnitude(limit):
    styles = StrokeStyles(torch.tensor([0, 0]), torch.tensor([2, 0]), torch.tensor([limit, 4]))
    drawing = stroke_and_fill([(0.0, 0), (1, 0), (2, 1), (3, 3)], (20.0, 10.0)).replace(styles=styles)
    assert parse_svg(svg_text(drawing)).styles.miter_limit[0] == min(limit, 1e9)


@settings(deadline=None)  # how long one takes depends on what else runs
@given(radius=SIDES, x=COORDINATES, y=COORDINATES)
def test_gradients_of_every_magnitude(radius, x, y):
    center = torch.tensor([[x, y]], dtype=torch.float64)
    gradients = GradientFills.circular(
        torch.tensor([0]),
        center,
        torch.tensor([radius], dtype=torch.float64),
        torch.tensor([[0.0, 1]], dtype=torch.float64),
        torch.tensor([[[1.0, 0, 0, 1], [0, 0, 1, 0.5]]], dtype=torch.float64),
    )
    fill = Drawing.from_fills(
        torch.tensor([[[0.0, 0], [5, 0], [5, 5]]], dtype=torch.float64),
        torch.tensor([[0.0, 0, 0, 1]], dtype=torch.float64),
        (20.0, 10.0),
    )
    far = max(abs(at) for at in (x, y, x + radius, y + radius))  # of the center and the ends of the axes
    if radius > 1e-3 * far and radius > 0.1:
        assert check(fill.replace(gradients=gradients)) == (far <= 5e8)
