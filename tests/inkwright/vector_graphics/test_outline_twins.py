"""The outlines of strokes that the kernels make, against those of torch, corner by corner."""

import numpy as np
import pytest
import torch

from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.curves.bernstein import FILL_FLATNESS
from inkwright.vector_graphics.curves.stroke_outlines import stroke_contours
from inkwright.vector_graphics.rasterizers.cpu.layout import lay_out
from inkwright.vector_graphics.rasterizers.cpu.rasterizer import view_of
from inkwright.vector_graphics.rasterizers.cpu.structure import structure_of, styles_of
from inkwright.vector_graphics.stroke_styles import StrokeStyles

SIDE, COUNT = 48, 1500


def wild_strokes(cap, join, dtype, *, tapered=False):
    """Strokes of three cubics, small and large, thin and wide, that turn sharply and cross themselves."""
    generator = torch.Generator().manual_seed(0)
    size = SIDE * torch.tensor([0.1, 0.5, 1.0])[torch.arange(COUNT) % 3]
    points = torch.rand(COUNT, 10, 2, generator=generator) * size[:, None, None]
    widths = torch.tensor([0.3, 0.8, 1.5, 3.0, 8.0])[torch.arange(COUNT) // 3 % 5]
    profile = torch.rand(COUNT, 5, generator=generator).to(dtype) if tapered else None
    black = torch.tensor([[0.0, 0.0, 0.0, 1.0]]).expand(COUNT, 4)
    drawing = Drawing.from_strokes(points.to(dtype), widths.to(dtype), black.to(dtype), (SIDE, SIDE))
    return drawing.replace(styles=StrokeStyles.uniform(COUNT, cap, join, profile=profile))


def compiled_contours(drawing):
    """Corners [K, 2] of all outlines, and how many each stroke has [N]."""
    view, structure = view_of(drawing, SIDE, SIDE, 1.0, "exact"), structure_of(drawing)
    half = drawing.width.double().numpy() / 2
    outline, _, _ = lay_out(drawing.points.numpy(), half, styles_of(drawing, every=True), structure, view)
    contours = outline.contours
    chords = np.concatenate([np.arange(first, end) for first, end in contours.shape_chords])
    corners = outline.vertices[contours.vertex + chords - contours.chord]
    return corners, contours.shape_chords[:, 1] - contours.shape_chords[:, 0]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    ("cap", "join", "tapered"),
    [
        ("butt", "round", False),
        ("square", "miter", False),
        ("round", "bevel", False),
        ("round", "round", True),
    ],
)
def test_all_outlines_have_the_corners_of_their_twins(cap, join, tapered, dtype):
    drawing = wild_strokes(cap, join, dtype, tapered=tapered)
    corners, counts = compiled_contours(drawing)
    twins, of_contours, shape = stroke_contours(
        drawing, drawing.styles, torch.arange(COUNT), 1.0, FILL_FLATNESS
    )
    expected = torch.zeros(COUNT, dtype=torch.int64).index_add_(0, shape, of_contours)
    np.testing.assert_array_equal(counts, expected.numpy())
    np.testing.assert_allclose(corners, twins.numpy(), atol=1e-5)
