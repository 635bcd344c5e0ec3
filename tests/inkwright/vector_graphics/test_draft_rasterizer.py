"""Drafts: the same picture as the exact one but where a fill overlaps itself, with gradients of their own."""

from types import SimpleNamespace

import pytest
import torch

from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.rasterizer import resolve_backend
from tests.inkwright.vector_graphics.pictures import F64, polygon

SIZE = 24


def blob(radii, center=(12.0, 12.0)):
    """A closed curve around a point, at these distances from it."""
    angles = torch.arange(3 * len(radii), dtype=F64) * (2 * torch.pi / (3 * len(radii)))
    reach = torch.tensor(radii, dtype=F64).repeat_interleave(3)
    points = torch.stack([angles.cos(), angles.sin()], 1) * reach[:, None] + torch.tensor(center, dtype=F64)
    return Drawing.from_fills(points[None], torch.eye(4, dtype=F64)[3:], (SIZE, SIZE))


def test_a_fill_that_does_not_overlap_itself_is_off_by_hundredths_at_its_edge_only():
    drawing = blob([9.0, 6.0, 8.0, 5.0])
    exact, draft = rasterize(drawing), rasterize(drawing, backend="draft")
    assert 0 < float((exact - draft).abs().max()) < 0.05
    inside = (exact == 0) | (exact == 1)
    assert torch.equal(exact[inside], draft[inside])


def test_a_fill_that_overlaps_itself_in_a_pixel_is_covered_by_its_mean_winding():
    """Two boxes that share a part of a pixel: the exact share is that of both together."""
    corners = torch.tensor([[4.0, 4.0], [8.5, 4.0], [8.5, 8.0], [4.0, 8.0]], dtype=F64)
    paths = [polygon(corners)[0], polygon(corners + torch.tensor([4.0, 0.0], dtype=F64))[0]]
    drawing = Drawing.from_fills(torch.zeros(1, 3, 2, dtype=F64), torch.eye(4, dtype=F64)[3:], (SIZE, SIZE))
    drawing = drawing.replace(
        points=torch.cat(paths),
        path_offsets=torch.tensor([0, len(paths[0]), 2 * len(paths[0])]),
        shape_offsets=torch.tensor([0, 2]),
        closed=torch.ones(2, dtype=torch.bool),
    )
    thin = drawing.replace(points=drawing.points * torch.tensor([0.1, 1.0], dtype=F64))
    exact, draft = 1 - rasterize(thin)[0, 0], 1 - rasterize(thin, backend="draft")[0, 0]
    assert float(exact[5, 0]) == pytest.approx(0.6)
    assert float(exact[5, 1]) == pytest.approx(0.25)
    assert float(draft[5, 0]) == pytest.approx(0.65)
    assert float(draft[5, 1]) == pytest.approx(0.25)


@pytest.mark.parametrize("seed", [0, 1])
def test_gradients_are_those_of_the_drafts_own_picture(seed):
    drawing = blob([9.0, 6.0 + seed, 8.0])
    weight = torch.randn(3, SIZE, SIZE, dtype=F64, generator=torch.Generator().manual_seed(seed))

    def loss(points):
        return (rasterize(drawing.replace(points=points), backend="draft")[0] * weight).sum()

    assert torch.autograd.gradcheck(loss, drawing.points.clone().requires_grad_(), atol=1e-5)


def test_strokes_have_fewer_chords_and_stay_near():
    points = torch.rand(5, 4, 2, generator=torch.Generator().manual_seed(0)) * SIZE
    drawing = Drawing.from_strokes(points, torch.full((5,), 1.5), torch.rand(5, 4), (SIZE, SIZE))
    exact, draft = rasterize(drawing), rasterize(drawing, backend="draft")
    assert 0 < float((exact - draft).abs().max()) < 0.2


def test_where_there_is_no_quicker_way_a_draft_is_what_auto_is():
    elsewhere = SimpleNamespace(points=SimpleNamespace(device=torch.device("xpu")))
    assert resolve_backend("draft", elsewhere) == resolve_backend("auto", elsewhere) != "draft"
