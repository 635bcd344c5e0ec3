"""The compiled kernels do what plain NumPy does, bit by bit where no sum is reordered."""

from __future__ import annotations

import numpy as np
import pytest

from inkwright.compiled_kernels.threads import run_pass
from inkwright.image_analysis.flow import flow_sampling
from inkwright.image_analysis.flow.flow_kernels import vote
from inkwright.image_analysis.flow.streamlines import ridge_seeds, thinned, trace_streamlines
from inkwright.image_analysis.lines.level_of_detail import LevelOfDetail
from inkwright.image_analysis.picture_analysis import analyze_picture
from inkwright.initialization.traced_strokes import stroke_selection
from inkwright.initialization.traced_strokes.line_target import _distance_to
from inkwright.vector_graphics.curves import fitting as cubic_fitting
from tests.inkwright.image_analysis import plain_numpy
from tests.inkwright.image_analysis.synthetic_pictures import disc, line


@pytest.fixture(scope="module")
def analysis():
    rough = np.random.default_rng(0).normal(0, 0.05, (224, 224, 3))
    return analyze_picture(np.clip(disc(70) * line(30) * disc(20, (60, 60)) + rough, 0, 1).astype(np.float32))


@pytest.fixture(scope="module")
def curves(analysis):
    level = LevelOfDetail.for_strokes(32)
    strength, worth = analysis.strength(level), analysis.line_map(level)
    seeds = thinned(ridge_seeds(strength, analysis.flow, 1e-3), worth, 3.0)
    return trace_streamlines(strength, analysis.flow, seeds, 40, threshold=0.01), worth, level


def test_reading_between_pixels():
    generator = np.random.default_rng(1)
    x, y = generator.uniform(-3, 23, (2, 5, 40)).astype(np.float32)
    for maps in generator.random((2, 11, 20, 3)).astype(np.float32):
        np.testing.assert_array_equal(flow_sampling.sample(maps, x, y), plain_numpy.sample(maps, x, y))
        one = flow_sampling.sample(maps[..., 1], x, y)
        np.testing.assert_array_equal(one, plain_numpy.sample(maps, x, y)[..., 1])


@pytest.mark.parametrize("sigma", [0.0, 0.8, 5.0])
def test_averages_along_the_flow(analysis, sigma):
    maps = np.random.default_rng(2).random((224, 224, 3)).astype(np.float32)
    turns = np.array([True, False, True])
    found = flow_sampling.smooth_along_flow(maps, analysis.flow, sigma, turns)
    wanted = plain_numpy.smooth_along_flow(maps, analysis.flow, sigma, turns)
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


def test_streamlines(analysis):
    strength = analysis.strength(LevelOfDetail.for_strokes(32))
    seeds = np.random.default_rng(3).uniform(-1, 224, (300, 2)).astype(np.float32)
    arguments = (strength, analysis.flow, seeds, 50)
    found = trace_streamlines(*arguments, threshold=0.02, largest_gap=3)
    wanted = plain_numpy.trace_streamlines(*arguments, threshold=0.02, largest_gap=3)
    assert 0.1 < wanted.valid.mean() < 0.9
    np.testing.assert_array_equal(found.valid, wanted.valid)
    np.testing.assert_array_equal(found.points, wanted.points)


def test_fits():
    points = np.random.default_rng(4).normal(0, 2, (50, 20, 2)).cumsum(axis=1)
    for times in (0, 1, 4):
        for found, wanted in zip(
            cubic_fitting.fit_cubics(points, times), plain_numpy.fit_cubics(points, times), strict=True
        ):
            np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-6)


def test_parts_that_one_cubic_can_follow(curves):
    lines, worth, level = curves
    gains = plain_numpy.sample(worth, lines.points[..., 0], lines.points[..., 1]) - np.float32(level.effort)
    found = stroke_selection.longest_cubics(lines, gains, 1.5)
    wanted = plain_numpy.longest_cubics(lines, gains, 1.5)
    assert np.ptp(wanted[1] - wanted[0]) > 20
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("count", [1, 12, 500])
def test_choice_of_curves(curves, count):
    lines, worth, level = curves
    found = stroke_selection.select_curves(lines, worth, count, level, 0.5)
    wanted = plain_numpy.select_curves(lines, worth, count, level, 0.5)
    assert len(found) == len(wanted) > min(count, 20) / 2
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(one, other)


def test_votes_on_the_direction():
    generator = np.random.default_rng(5)
    angle, strength = (
        generator.uniform(-np.pi, np.pi, (30, 41)),
        generator.random((30, 41)).astype(np.float32),
    )
    wanted = plain_numpy.filter_directions(np.exp(1j * angle).astype(np.complex64), strength, 4)
    sides = ((4, 4), (4, 4))
    field = np.pad(np.stack([np.cos(angle), np.sin(angle)]).astype(np.float32), ((0, 0), *sides), mode="edge")
    padded = np.pad(strength, sides, mode="edge")
    votes = np.zeros((2, 30, 41), np.float32)
    run_pass(vote, 30, field, np.stack([np.tanh(padded), np.sqrt(padded + 1e-6)]), 4, votes, threads=2)
    unit = votes / np.hypot(*votes)
    np.testing.assert_allclose(unit, np.stack([wanted.real, wanted.imag]), atol=2e-5)


def test_distances_near_by_are_euclidean_and_others_infinite():
    from scipy import ndimage

    marked = np.random.default_rng(6).random((40, 33)) < 0.01
    wanted = ndimage.distance_transform_edt(~marked).astype(np.float32)
    found = _distance_to(marked, 4.3)
    assert (wanted > 4.3).any()
    np.testing.assert_array_equal(found, np.where(wanted <= 4.3, wanted, np.inf))
    assert np.isinf(_distance_to(np.zeros((3, 3), bool), 2.0)).all()
