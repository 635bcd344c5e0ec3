from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.shape_measures import measure_shapes
from inkwright.vector_graphics.stroke_styles import StrokeStyles

CANVAS = (48.0, 36.0)


def rectangle(left, top, right, bottom, color=(0.0, 0.0, 0.0, 1.0), layer=0):
    corners = torch.tensor([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=torch.float64)
    steps = torch.roll(corners, -1, 0) - corners
    points = torch.stack([corners, corners + steps / 3, corners + steps * 2 / 3], dim=1).reshape(1, 12, 2)
    return Drawing.from_fills(points, torch.tensor([color], dtype=torch.float64), CANVAS, layer=layer)


def scene(seed=0):
    generator = torch.Generator().manual_seed(seed)

    def random(*shape):
        return torch.rand(*shape, generator=generator, dtype=torch.float64)

    size = torch.tensor(CANVAS, dtype=torch.float64)
    fills = Drawing.from_fills(random(5, 9, 2) * size, random(5, 4), CANVAS)
    strokes = Drawing.from_strokes(random(5, 7, 2) * size, 1 + 4 * random(5), random(5, 4), CANVAS, layer=1)
    return Drawing.concat(fills, strokes)


@pytest.mark.parametrize("seed", range(3))
def test_change_is_the_picture_with_the_shape_left_out(seed):
    drawing, background = scene(seed), (0.9, 0.7, 0.4)
    whole = rasterize(drawing, 36, backend="numba", background=background)
    brute = []
    for row in range(drawing.num_shapes):
        alive = drawing.alive.clone()
        alive[row] = False
        without = rasterize(drawing.replace(alive=alive), 36, backend="numba", background=background)
        brute.append((whole - without).abs().mean(1).sum())
    measured = measure_shapes(drawing, 36, background=background).change
    assert_close(measured, torch.stack(brute), atol=1e-9, rtol=1e-9)


def test_area_is_that_of_the_shoelace_and_the_box_holds_it():
    corners = torch.tensor([[5.3, 4.1], [40.2, 9.7], [33.9, 30.4], [11.6, 27.2]], dtype=torch.float64)
    steps = torch.roll(corners, -1, 0) - corners
    points = torch.stack([corners, corners + steps / 3, corners + steps * 2 / 3], dim=1).reshape(1, 12, 2)
    drawing = Drawing.from_fills(points, torch.ones(1, 4, dtype=torch.float64), CANVAS)
    following = torch.roll(corners, -1, 0)
    shoelace = (corners[:, 0] * following[:, 1] - corners[:, 1] * following[:, 0]).sum() / 2
    found = measure_shapes(drawing, 36)
    assert_close(found.area[0], shoelace, atol=1e-6, rtol=1e-9)
    left, top, right, bottom = found.box[0].tolist()
    assert left <= 5
    assert top <= 4
    assert right >= 41
    assert bottom >= 31
    assert max(5 - left, 4 - top, right - 41, bottom - 31) <= 1


def test_area_grows_with_the_picture():
    one = measure_shapes(rectangle(4, 4, 14, 9), 36).area
    assert_close(measure_shapes(rectangle(4, 4, 14, 9), 72).area, 4 * one)


def test_visible_area_is_what_the_shapes_above_let_through():
    below, above = rectangle(2, 2, 12, 12, (1, 0, 0, 0.8)), rectangle(7, 2, 22, 12, (0, 0, 1, 0.25))
    found = measure_shapes(Drawing.concat(below, above), 36)
    assert_close(found.visible, torch.tensor([0.8 * (50 + 50 * 0.75), 0.25 * 150]).double())


def test_overlap_counts_shapes_of_the_same_layer_and_canvas():
    pair = [rectangle(2, 2, 12, 12), rectangle(7, 2, 22, 12)]
    assert_close(measure_shapes(Drawing.concat(*pair), 36).overlap, torch.tensor([50.0, 50]).double())
    other_layer = Drawing.concat(pair[0], rectangle(7, 2, 22, 12, layer=3))
    assert measure_shapes(other_layer, 36).overlap.tolist() == [0, 0]
    assert measure_shapes(Drawing.batch(pair), 36).overlap.tolist() == [0, 0]


def test_shapes_that_are_not_painted_measure_nothing():
    drawing = Drawing.concat(rectangle(2, 2, 12, 12), rectangle(60, 60, 70, 70), rectangle(4, 4, 9, 9))
    found = measure_shapes(drawing.replace(alive=torch.tensor([True, True, False])), 36)
    for name in ("area", "visible", "change", "overlap"):
        assert getattr(found, name)[1:].tolist() == [0, 0], name
    assert found.box[1:].tolist() == [[0] * 4] * 2
    assert found.area[0] == pytest.approx(100)


def test_a_batch_is_measured_like_its_canvases():
    parts = [scene(1), scene(2)]
    found = measure_shapes(Drawing.batch(parts), 36)
    alone = [measure_shapes(part, 36) for part in parts]
    for name in ("box", "area", "visible", "change", "overlap"):
        assert torch.equal(getattr(found, name), torch.cat([getattr(each, name) for each in alone])), name


def test_styled_strokes_are_refused():
    drawing = scene()
    with pytest.raises(ValueError, match="call outline_styled"):
        measure_shapes(drawing.replace(styles=StrokeStyles.uniform(drawing.num_shapes, "butt")))
