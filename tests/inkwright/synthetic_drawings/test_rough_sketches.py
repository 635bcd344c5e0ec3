"""The procedural pairs: functions of (seed, index), rough where clean, free of what is not meant."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from inkwright.synthetic_drawings.clean_drawing import (
    CleanDrawing,
    arc_length,
    at_lengths,
    evenly,
    inside_polygon,
    outside_parts,
    straight,
)
from inkwright.synthetic_drawings.clean_families import (
    FAMILIES,
    HELD_OUT_WEIGHTS,
    TRAINING_WEIGHTS,
    clean_drawing,
)
from inkwright.synthetic_drawings.faint_lines import faint_page, telling_guides, which_are_pale
from inkwright.synthetic_drawings.page_effects import PageEffects, scanned
from inkwright.synthetic_drawings.pencil_strokes import POINTS, PencilStrokes
from inkwright.synthetic_drawings.redrawn_lines import PencilHabits, common_offset, passes_over, redrawn
from inkwright.synthetic_drawings.rough_pair import CopiedPairs, RoughPairs, SketchRecipe
from inkwright.synthetic_drawings.stroke_painting import Window, paint, paint_lines

SQUARE = np.array([[10.0, 10.0], [30.0, 10.0], [30.0, 30.0], [10.0, 30.0]])


def test_points_of_a_polyline_by_length_and_beyond_its_ends():
    line = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]])
    places = at_lengths(line, arc_length(line), np.array([-2.0, 5.0, 15.0]))
    assert np.allclose(places[1:], [[5, 0], [10, 5]])
    assert np.hypot(*(places[0] - line[0])) == pytest.approx(2)
    assert np.hypot(*np.diff(evenly(line, 3.0), axis=0).T).max() <= 3.0


def test_hidden_parts_of_a_line_are_absent():
    assert inside_polygon(np.array([[20.0, 20.0], [5.0, 20.0]]), SQUARE).tolist() == [True, False]
    parts = outside_parts(straight((0, 20), (40, 20)), SQUARE)
    assert [tuple(part[0]) for part in parts] == [(0, 20), (32, 20)]
    assert parts[0][-1, 0] < 10


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_every_family_draws_smooth_lines_within_reach_of_the_canvas(name):
    drawing = clean_drawing(np.random.default_rng(3), {name: 1.0})
    assert len(drawing.curves) >= 2
    for curve in drawing.curves:
        assert curve.ndim == 2
        assert np.isfinite(curve).all()
        assert np.hypot(*np.diff(curve, axis=0).T).max() < 30
    assert (paint_lines(drawing.curves, Window.whole(1024, 256), 1.0) < 0.5).mean() > 0.003


def test_training_never_sees_the_held_out_families():
    assert not set(TRAINING_WEIGHTS) & set(HELD_OUT_WEIGHTS)


def test_a_patch_is_a_function_of_seed_and_index():
    one, other = (RoughPairs(SketchRecipe(), 3) for _ in range(2))
    other.patch(700, 64)
    for index in (0, 5, 130):
        for a, b in zip(one.patch(index, 64), other.patch(index, 64), strict=True):
            assert np.array_equal(a, b)
    assert not np.array_equal(one.patch(0, 64)[0], RoughPairs(SketchRecipe(), 4).patch(0, 64)[0])
    assert not np.array_equal(one.patch(0, 64)[0], one.patch(1, 64)[0])


def test_patches_are_gray_pictures_with_some_ink():
    pairs = RoughPairs(SketchRecipe(), 0)
    inks = []
    for index in range(12):
        rough, clean = pairs.patch(index, 96)
        assert rough.shape == clean.shape == (96, 96)
        assert rough.dtype == clean.dtype == np.float32
        assert 0 <= rough.min() <= rough.max() <= 1
        inks.append(1 - clean.mean())
    assert sum(ink >= 0.01 for ink in inks) >= 9


def test_identity_pairs_are_the_clean_lines():
    rough, clean = RoughPairs(SketchRecipe(identity=1.0), 0).patch(0, 96)
    assert np.array_equal(rough, clean)


def test_pencil_runs_along_the_line_that_is_meant_on_average():
    line = straight((100, 500), (900, 500))
    strokes = redrawn(np.random.default_rng(0), [line] * 40, PencilHabits(), 0.6)
    across = strokes.points[..., 1] - 500
    assert abs(across.mean()) < 0.5
    assert 0.5 < across.std() < 6
    assert len(strokes.width) > 3 * 40


def _middle_of_each_line(surround: float) -> np.ndarray:
    """[30] how far the strokes of each of 30 straight lines lie off it, on average."""
    lines = [straight((100, 20.0 + 30 * row), (900, 20.0 + 30 * row)) for row in range(30)]
    loose = PencilHabits(looseness=(1.9, 1.9), surround=surround)
    passes = passes_over(np.random.default_rng(0), lines, loose)
    assert passes is not None
    row = np.rint((passes.meant[:, 0, 1] - 20) / 30).astype(int)
    across = (passes.drawn - passes.meant)[..., 1].mean(1) * np.diff(passes.ends)[:, 0]
    return np.bincount(row, across, 30) / np.bincount(row, np.diff(passes.ends)[:, 0], 30)


def test_the_strokes_of_a_line_surround_it():
    beside, amid = (np.abs(_middle_of_each_line(surround)) for surround in (0.0, 40.0))
    assert beside.mean() > 0.4
    assert amid.mean() < 0.2 * beside.mean()


def test_strokes_of_one_line_are_taken_back_together_and_no_other_line_moves():
    offsets = np.zeros((3, POINTS, 2))
    offsets[0], offsets[1] = 3.0, 1.0
    ends = np.array([[0.0, 200.0], [0.0, 200.0], [700.0, 900.0]])
    common = common_offset(offsets, ends, 40.0)
    assert np.allclose(common[:2], 2.0, atol=1e-6)
    assert np.allclose(common[2], 0.0, atol=1e-6)


def test_ends_of_strokes_are_lighter_than_their_middles():
    strokes = redrawn(
        np.random.default_rng(0), [straight((20, 64), (108, 64))], PencilHabits(overdraw=(0, 0), gap=0), 0.8
    )
    light = paint(strokes, Window.whole(128, 128))
    columns = np.flatnonzero((light < 0.98).any(0))
    ends, middle = columns[[2, -3]], columns[len(columns) // 2]
    assert light[:, middle].min() < light[:, ends].min() - 0.1


def test_two_passes_leave_the_square_of_the_light():
    line = [straight((0, 32), (64, 32))]
    once = PencilStrokes.even(line, 8.0, 0.4)
    twice = PencilStrokes.join([once, once])
    window = Window.whole(64, 64)
    assert paint(once, window)[32, 32] == pytest.approx(0.6, abs=1e-5)
    assert paint(twice, window)[32, 32] == pytest.approx(0.36, abs=1e-5)


def test_window_turns_mirrors_and_scales():
    window = Window(np.array([100.0, 50.0]), 2.0, np.pi / 2, True, 64)
    assert np.allclose(
        window.to_pixels(np.array([[100.0, 50.0], [120.0, 50.0], [100.0, 70.0]])),
        [[32, 32], [32, 42], [42, 32]],
    )


def test_distractors_are_in_the_rough_sketch_only():
    quiet = PageEffects(0, 0, 0, 0)
    plain = RoughPairs(SketchRecipe(distracted=0.0, effects=quiet, identity=0.0), 1)
    busy = RoughPairs(SketchRecipe(distracted=1.0, effects=quiet, identity=0.0), 1)
    far = []
    for pairs in (plain, busy):
        rough, clean = pairs.page(0, 512)
        away = distance_transform_edt(clean > 0.5)
        far.append(((rough < 0.97) & (away > 12)).sum())
    assert np.array_equal(plain.page(0, 512)[1], busy.page(0, 512)[1])
    assert far[1] > 3 * far[0] + 50


def test_thick_lines_are_drawn_with_a_thick_pencil():
    effects = PageEffects(0, 0, 0, 0, grain=False)
    recipes = [
        SketchRecipe(effects=effects, distracted=0.0, line_width=(width, width)) for width in (2.0, 8.0)
    ]
    thin, thick = (1 - RoughPairs(recipe, 5).page(0, 512)[0] for recipe in recipes)
    assert thick.sum() > 2 * thin.sum()
    assert (thick[thin > 0.5] > 0.3).mean() > 0.95
    blunt = [1 - CopiedPairs(5, width).page(0, 256)[0] for width in (2.0, 8.0)]
    assert blunt[1].sum() > 1.5 * blunt[0].sum()


def test_pages_of_the_other_roughener_stay_near_their_lines():
    rough, clean = CopiedPairs(0).page(1, 512)
    assert np.array_equal(rough, CopiedPairs(0).page(1, 512)[0])
    away = distance_transform_edt(clean > 0.5)
    assert (1 - rough)[away < 3].mean() > 4 * (1 - rough)[away > 30].mean()


def test_a_clean_scan_without_effects_keeps_white_white():
    page = scanned(np.random.default_rng(0), np.ones((40, 40), np.float32), PageEffects(0, 0, 0, 0))
    assert (page == 1).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SketchRecipe(families={"cats": 1.0}), "families has 'cats'; there is open_strokes"),
        (lambda: SketchRecipe(families={"glyphs": 0.0}), "one above 0"),
        (lambda: SketchRecipe(scales=(2.0, 1.0)), "scales is"),
        (lambda: SketchRecipe(identity=1.5), "identity is 1.5; it is a chance"),
        (lambda: PageEffects(slur=-0.1), "slur is -0.1"),
        (lambda: PencilHabits(surround=-1.0), "surround is -1.0; it is a length"),
        (lambda: RoughPairs(SketchRecipe(), -1), "seed is -1"),
    ],
)
def test_wrong_recipes_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_ten_patches_a_second_at_least():
    pairs = RoughPairs(SketchRecipe(), 9)
    pairs.patch(0, 128)
    start = time.process_time()
    for index in range(64, 84):
        pairs.patch(index, 128)
    assert 20 / (time.process_time() - start) > 10


def test_pages_are_neither_empty_nor_full():
    def ink(low: float, high: float) -> list[float]:
        pairs = RoughPairs(SketchRecipe(ink=(low, high), identity=1.0), 5)
        return [pairs._page(index).drawing.length_inside() * 3 / 1024**2 for index in range(30)]

    assert min(ink(1e-9, 1.0)) < 0.01  # such drawings exist
    assert min(ink(0.01, 0.08)) >= 0.01
    assert np.mean(ink(0.02, 0.08)) > np.mean(ink(1e-9, 0.015))


def test_only_what_lies_on_the_canvas_counts_as_ink():
    half_outside = CleanDrawing((np.linspace((50.0, 5.0), (150.0, 5.0), 101),), 100.0)
    assert half_outside.length_inside() == pytest.approx(50.0, abs=1.0)


def test_faint_and_many_leave_the_other_pages_as_they_are():
    plain, mixed = RoughPairs(SketchRecipe(), 3), RoughPairs(SketchRecipe(faint=0.3, many=0.3), 3)
    same = [np.array_equal(plain.page(index, 64)[0], mixed.page(index, 64)[0]) for index in range(10)]
    assert 0 < sum(same) < 10
    for shares in ({"faint": 1.1}, {"faint": 0.6, "many": 0.6}):
        with pytest.raises(ValueError, match="faint"):
            SketchRecipe(**shares)


def test_on_faint_pages_some_meant_lines_are_as_pale_as_guides():
    rng, side = np.random.default_rng(0), 1024.0
    shares = []
    for _ in range(12):
        curves = clean_drawing(rng, {"closed_shapes": 1.0}).curves
        pale = which_are_pale(rng, curves)
        assert pale.shape == (len(curves),)
        assert pale.any()
        shares.append(pale.mean())
        guides = telling_guides(rng, curves, side, 0.2)
        assert 0 < guides.darkness.max() <= 0.26 + 1e-6
        darkness = faint_page(rng, curves, side, PencilHabits(), 0.9).darkness
        assert darkness.min() < 0.3
    assert min(shares) < 0.5 < max(shares) == 1
    assert len(which_are_pale(rng, [])) == 0


def test_lines_drawn_many_times_lie_wide_around_what_is_meant():
    def far(recipe: SketchRecipe) -> float:
        pages = [RoughPairs(recipe, 5).page(index, 256) for index in range(4)]
        return float(
            np.mean([distance_transform_edt(clean > 0.5)[rough < 0.5].mean() for rough, clean in pages])
        )

    families = {"closed_shapes": 1.0}
    still = PageEffects(erased=0, slur=0, tone=0, noise=0)
    one, many = (SketchRecipe(families=families, effects=still, distracted=0, many=each) for each in (0, 1))
    assert far(many) > 1.5 * far(one)
