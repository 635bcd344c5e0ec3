from __future__ import annotations

import contextlib
import math
import time

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inkwright.vector_graphics.svg.reading.shapes.path_parser import parse_path
from inkwright.vector_graphics.svg.writing.path_data import format_path
from inkwright.vector_graphics.svg.writing.values import format_number


@pytest.mark.parametrize(
    ("quanta", "decimals", "text"),
    [
        (0, 2, "0"),
        (50, 2, ".5"),
        (-50, 2, "-.5"),
        (1234, 2, "12.34"),
        (1200, 2, "12"),
        (-7, 0, "-7"),
        (5, 3, ".005"),
    ],
)
def test_format_number_has_no_needless_zeros(quanta, decimals, text):
    assert format_number(quanta, decimals) == text


def test_relative_is_taken_where_it_is_shorter():
    points = np.array([[100.0, 100], [101, 101], [102, 99], [103, 100]])
    assert format_path(points, closed=False, decimals=2) == "M100 100c1 1 2-1 3 0"


def test_absolute_is_taken_where_it_is_shorter():
    points = np.array([[111.11, 111.11], [1, 1], [2, 1], [3, 3.0]])
    assert format_path(points, closed=False, decimals=2) == "M111.11 111.11C1 1 2 1 3 3"


def test_evenly_spaced_straight_segments_become_lines_and_z():
    corners = np.array([[0.0, 0], [30, 0], [30, 30]])
    following = np.roll(corners, -1, axis=0)
    thirds = [corners, (2 * corners + following) / 3, (corners + 2 * following) / 3]
    triangle = np.stack(thirds, axis=1).reshape(-1, 2)
    assert format_path(triangle, closed=True, decimals=2) == "M0 0l30 0 0 30Z"


def test_straight_segment_with_uneven_control_points_stays_a_cubic():
    points = np.array([[0.0, 0], [1, 0], [2, 0], [30, 0]])
    assert "c" in format_path(points, closed=False, decimals=2).lower()


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("segments", [1, 2, 5])
@pytest.mark.parametrize("decimals", [0, 2, 4])
def test_random_paths_survive_to_half_a_quantum(closed, segments, decimals):
    random = np.random.default_rng(segments)
    points = random.normal(0, 100, (3 * segments + (not closed), 2))
    [(read, read_closed)] = parse_path(format_path(points, closed, decimals))
    assert read_closed is closed
    assert read.shape == points.shape
    assert np.abs(read - points).max() <= 0.5 * 10.0**-decimals + 1e-9


@pytest.mark.parametrize("closed", [False, True])
def test_long_chains_of_relative_commands_do_not_drift(closed):
    steps = np.random.default_rng(0).normal(0, 0.4, (3 * 3000 + (not closed), 2))
    points = np.cumsum(steps, axis=0)
    [(read, _)] = parse_path(format_path(points, closed, 2))
    assert np.abs(read - points).max() <= 0.005 + 1e-9


@pytest.mark.parametrize("count", [3, 6, 4, 7])
def test_coincident_points_keep_their_segments(count):
    closed = count % 3 == 0
    points = np.full((count, 2), 5.0)
    [(read, read_closed)] = parse_path(format_path(points, closed, 2))
    assert (read.shape, read_closed) == (points.shape, closed)
    assert (read == 5).all()


def test_closed_path_whose_last_segment_has_no_length_keeps_it():
    points = np.array([[0.0, 0], [3, 5], [6, 5], [9, 0], [6, -5], [3, -5], [0, 0], [0, 0], [0, 0]])
    [(read, closed)] = parse_path(format_path(points, closed=True, decimals=2))
    assert closed
    np.testing.assert_allclose(read, points, atol=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "M0 0" + "z" * 20_000,
        "M0 0" + "m1 1z" * 4_000,
        "M0 0" + "h1" * 10_000,
        "M0 0" + "t1 1" * 5_000,
        "M0 0C1 1 2 2 3 3" + "s1 1 2 2" * 2_500,
        "M0 0a" + "1 1 0 111 1 " * 1_700,
        "M0 0A" + "1" * 20_000,
        "M0 0A1 1 1" + "," * 20_000,
        "M0 0L" + "-" * 20_000,
        "M0 0L" + "1e" * 10_000,
        "M0 0L" + ".1" * 10_000,
        "M0 0" + " " * 20_000 + "x",
    ],
    ids=lambda text: text[:20],
)
def test_path_data_of_20_kilobytes_is_read_or_refused_at_once(text):
    start = time.process_time()
    with contextlib.suppress(ValueError):
        parse_path(text)
    assert time.process_time() - start < 0.8


def test_repeated_closing_closes_once():
    assert [(len(points), closed) for points, closed in parse_path("M1 1zzzL5 5zz")] == [(3, True), (6, True)]


def test_curves_after_closing_begin_where_the_path_began():
    [_, (points, closed)] = parse_path("M1 2h5v5zl3 4")
    assert points[[0, -1]].tolist() == [[1, 2], [4, 6]]
    assert not closed


@pytest.mark.parametrize(
    ("text", "control"),
    [
        ("M0 0C0 9 10 9 10 0S20 9 20 0", [10, -9]),
        ("M0 0Q5 9 10 0S20 9 20 0", [10, 0]),  # only a curve of its own kind is continued
        ("M0 0L10 0S20 9 20 0", [10, 0]),
        ("M0 0C0 9 10 9 10 0z S20 9 20 0", [0, 0]),
    ],
)
def test_smooth_curves_continue_their_own_kind(text, control):
    points, _ = parse_path(text)[-1]
    assert points[-3].tolist() == control


@settings(deadline=None)  # how long one takes depends on what else runs
@given(
    start=st.tuples(*[st.floats(-50, 50)] * 2),
    end=st.tuples(*[st.floats(-50, 50)] * 2),
    radii=st.tuples(*[st.floats(0.5, 200)] * 2),
    turn=st.floats(-360, 360),
    flags=st.tuples(st.booleans(), st.booleans()),
)
def test_arcs_lie_on_one_ellipse_and_turn_as_their_flags_say(start, end, radii, turn, flags):
    assume(math.dist(start, end) > 0.1)
    large, sweep = map(int, flags)
    text = "M{} {}A{} {} {} {}{}{} {}".format(*start, *radii, turn, large, sweep, *end)
    [(points, _)] = parse_path(text)
    assert points[0].tolist() == pytest.approx(start)
    assert points[-1].tolist() == pytest.approx(end)
    axis = np.exp(-1j * math.radians(turn))
    rotated = points.view(np.complex128).ravel() * axis
    plane = rotated.real / radii[0] + 1j * rotated.imag / radii[1]
    cubics = np.stack([plane[:-1:3], plane[1::3], plane[2::3], plane[3::3]])
    t = np.linspace(0, 1, 9)[:, None]
    curve = (1 - t) ** 3 * cubics[0] + 3 * t * (1 - t) ** 2 * cubics[1]
    curve = curve + 3 * t**2 * (1 - t) * cubics[2] + t**3 * cubics[3]
    chain = curve.T.ravel()
    chord = chain[-1] - chain[0]
    radius = max(abs(chord) / 2, 1.0)
    aside = 1j * chord / abs(chord) * math.sqrt(max(radius**2 - abs(chord) ** 2 / 4, 0.0))
    center = (chain[0] + chain[-1]) / 2 + (aside if large != sweep else -aside)
    assert np.abs(np.abs(chain - center) - radius).max() < 1e-3 * radius
    turned = np.angle((chain[1:] - center) / (chain[:-1] - center)).sum()
    assert (turned > 0) == bool(sweep)
    if abs(chord) < 1.99:
        assert (abs(turned) > math.pi) == bool(large)
