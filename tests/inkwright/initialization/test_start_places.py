from __future__ import annotations

import math

import numpy as np
import pytest

from inkwright.initialization.sampled_strokes.start_places import sample_places, start_probabilities


def test_softmax_over_what_is_salient_and_on_an_edge():
    saliency = np.array([[0.0, 0.5, 1.0], [0.5, 1.0, 0.25]], dtype=np.float32)
    edges = np.array([[True, True, True], [False, False, True]])
    chance = start_probabilities(saliency, edges, 0.3, 2)
    weights = [math.exp(value / 0.3) for value in (0.5, 1.0, 0.25)]
    expected = np.array([[0, weights[0], weights[1]], [0, 0, weights[2]]]) / sum(weights)
    np.testing.assert_allclose(chance, expected)


def test_the_most_salient_is_at_most_e_to_the_one_over_temperature_times_as_likely():
    chance = start_probabilities(np.linspace(1e-9, 1, 100).reshape(10, 10), None, 0.3, 5)
    assert chance.max() / chance[chance > 0].min() == pytest.approx(math.exp(1 / 0.3))


def test_with_too_few_edges_they_are_left_out_of_account():
    saliency, edges = np.full((4, 4), 0.5), np.zeros((4, 4), dtype=bool)
    edges[0, 0] = True
    np.testing.assert_allclose(start_probabilities(saliency, edges, 0.3, 2), 1 / 16)
    assert start_probabilities(saliency, edges, 0.3, 1)[0, 0] == 1


def test_on_a_flat_map_all_edges_are_alike_and_without_any_all_pixels():
    edges = np.zeros((4, 4), dtype=bool)
    edges[1] = True
    np.testing.assert_allclose(start_probabilities(np.zeros((4, 4)), edges, 0.3, 3)[1], 0.25)
    for saliency in (np.zeros((4, 4)), np.full((4, 4), np.nan)):
        np.testing.assert_allclose(start_probabilities(saliency, None, 0.3, 3), 1 / 16)


def test_probabilities_of_large_canvases_sum_up_to_one():
    chance = start_probabilities(np.random.default_rng(0).random((1024, 1024), np.float32), None, 0.3, 5)
    assert chance.dtype == np.float64
    assert abs(chance.sum() - 1) < 1e-9
    sample_places(chance, 16, np.random.default_rng(0))


def test_no_pixel_is_drawn_twice_and_none_without_a_chance():
    chance = np.zeros((5, 6))
    chance[1, 2:6] = 0.25
    places = sample_places(chance, 4, np.random.default_rng(0))
    assert {tuple(place) for place in places.tolist()} == {(2.0, 1.0), (3.0, 1.0), (4.0, 1.0), (5.0, 1.0)}


def test_more_strokes_than_pixels_share_them():
    assert sample_places(np.full((2, 2), 0.25), 9, np.random.default_rng(0)).shape == (9, 2)


def test_likelier_pixels_are_drawn_more_often():
    chance = np.full((10, 10), 0.2 / 90)
    chance[3] = 0.08
    rows = np.concatenate([sample_places(chance, 1, np.random.default_rng(s))[:, 1] for s in range(300)])
    assert 0.7 < (rows == 3).mean() < 0.9


def test_wrong_values_are_refused():
    with pytest.raises(ValueError, match="temperature is 0"):
        start_probabilities(np.ones((2, 2)), None, 0, 1)
    with pytest.raises(ValueError, match=r"edges have shape \(2, 3\); it must be \(2, 2\)"):
        start_probabilities(np.ones((2, 2)), np.ones((2, 3), dtype=bool), 1, 1)
