from __future__ import annotations

import numpy as np
import pytest

from inkwright.vector_graphics.svg.reading.path_parser import parse_path
from inkwright.vector_graphics.svg.writing.path_data import format_number, format_path


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
