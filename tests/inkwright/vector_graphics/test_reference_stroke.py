from __future__ import annotations

import pytest
import torch

from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.rasterizers.reference.rasterizer import paint
from inkwright.vector_graphics.rasterizers.reference.strokes import half_plane_area
from tests.inkwright.vector_graphics.pictures import (
    F64,
    polygon,
    polygonal_line,
    stroke_coverage_of,
    strokes_picture,
    tensor,
)


@pytest.mark.parametrize("filter_width", [1.0, 3.0])
def test_half_plane_area_is_the_share_of_a_fine_grid(filter_width):
    angle = torch.linspace(0, 6.283, 25, dtype=F64)
    normal = torch.stack([angle.cos(), angle.sin()], dim=-1)
    grid = ((torch.arange(500, dtype=F64) + 0.5) / 500 - 0.5) * filter_width
    for offset in (-0.9, -0.4, 0.0, 0.2, 0.55, 0.68):
        offset *= filter_width
        found = half_plane_area(torch.full((25,), offset, dtype=F64), normal, filter_width)
        below = normal[:, 0, None, None] * grid[:, None] + normal[:, 1, None, None] * grid <= offset
        torch.testing.assert_close(found, below.to(F64).mean((1, 2)), atol=3e-3, rtol=0)


def test_a_level_stroke_covers_exactly_its_rows():
    cover = stroke_coverage_of(tensor([-9.0, 4.3], [0.0, 4.3], [8.0, 4.3], [19.0, 4.3])[None], tensor(2.0), 8)
    expected = tensor(0, 0, 0, 0.7, 1, 0.3, 0, 0)
    torch.testing.assert_close(cover, expected[:, None].expand(8, 8))


@pytest.mark.parametrize("width", [0.0, 0.05, 0.2, 1.0])
def test_thin_strokes_keep_their_ink(width):
    points = tensor([-9.0, 2.2], [0.0, 4.2], [8.0, 6.2], [19.0, 8.8])[None]
    slope = (8.8 - 2.2) / 28
    cover = stroke_coverage_of(points, tensor(width), 16)
    per_column = cover[:, 3:9].sum(0)
    torch.testing.assert_close(
        per_column, torch.full_like(per_column, width * (1 + slope**2) ** 0.5), atol=0.01, rtol=0.01
    )


def test_round_ends_make_a_capsule():
    points = tensor([5.2, 6.3], [7.0, 7.0], [9.0, 8.0], [10.4, 8.9])[None]
    length = float((points[0, 3] - points[0, 0]).norm())
    area = float(stroke_coverage_of(points, tensor(5.0), 16).sum())
    assert area == pytest.approx(5 * length + 3.14159 * 2.5**2, rel=0.01)


def test_a_dot_is_a_disc():
    area = float(stroke_coverage_of(torch.full((1, 4, 2), 8.2, dtype=F64), tensor(9.0), 16).sum())
    assert area == pytest.approx(3.14159 * 4.5**2, rel=0.01)


def test_self_overlap_is_painted_once():
    points = tensor([2.0, 8.0], [20.0, 8.0], [-4.0, 8.0], [14.0, 8.0])[None]  # passes over itself
    width, color = tensor(3.0), tensor(0.0, 0.0, 0.0, 0.5)[None]
    picture = strokes_picture(points, width, color, torch.ones(1, 3, dtype=F64), size=16)
    assert float(picture.min()) == pytest.approx(0.5)


def test_the_stroke_of_a_closed_path_has_the_closing_segment():
    square = polygon(tensor([3.0, 3.0], [13.0, 3.0], [13.0, 13.0], [3.0, 13.0]))
    drawing = Drawing.from_fills(square, torch.zeros(1, 4, dtype=F64), (16, 16))
    drawing = drawing.replace(
        filled=~drawing.stroked & False,
        stroked=~drawing.stroked,
        width=tensor(1.0),
        stroke=tensor(0.0, 0, 0, 1)[None],
    )
    picture = paint(drawing, 16, 16, torch.ones(1, 3, dtype=F64), 1.0)[0, 0]
    assert float(picture[8, 2]) == pytest.approx(0.5)
    torch.testing.assert_close(picture, picture.T)
    torch.testing.assert_close(
        picture, picture.flip(1), atol=0.03, rtol=0
    )  # its first point is two ends, no join


def test_paths_of_one_shape_are_painted_as_one():
    """Two crossing half-transparent strokes: as one shape the crossing is no darker, as two shapes it is."""
    cross = torch.stack([polygonal_line([2.0, 8.0], [14.0, 8.0]), polygonal_line([8.0, 2.0], [8.0, 14.0])])
    two = Drawing.from_strokes(cross, tensor(2.0, 2.0), tensor([0, 0, 0, 0.5], [0, 0, 0, 0.5]), (16, 16))
    one = Drawing(
        **{
            **{
                name: getattr(two, name)[:1]
                for name in ("width", "stroke", "fill", "stroked", "filled", "fill_rule")
            },
            **{name: getattr(two, name)[:1] for name in ("canvas_index", "layer", "order", "alive")},
            **{
                name: getattr(two, name)
                for name in ("points", "path_offsets", "closed", "canvas", "num_canvases")
            },
            "shape_offsets": torch.tensor([0, 2]),
        }
    )
    white = torch.ones(1, 3, dtype=F64)
    assert float(paint(two, 16, 16, white, 1.0).min()) == pytest.approx(0.25)
    assert float(paint(one, 16, 16, white, 1.0).min()) == pytest.approx(0.5)
