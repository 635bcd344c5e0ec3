from __future__ import annotations

import numpy as np

from inkwright.image_analysis.flow.streamlines import ridge_seeds, thinned, trace_streamlines


def _ridge(size: int = 60, row: float = 30.3) -> tuple[np.ndarray, np.ndarray]:
    """A horizontal ridge between two rows, with flow vectors of random sign."""
    y = np.mgrid[0:size, 0:size][0]
    strength = np.exp(-0.5 * ((y - row) / 1.5) ** 2).astype(np.float32)
    flow = np.zeros((size, size, 2), np.float32)
    flow[..., 0] = np.random.default_rng(0).choice([-1, 1], (size, size))
    return strength, flow


def test_seeds_lie_on_the_crest_to_a_tenth_of_a_pixel():
    strength, flow = _ridge()
    seeds = ridge_seeds(strength, flow, 0.1)
    assert len(seeds) == 60
    assert np.abs(seeds[:, 1] - 30.3).max() < 0.1


def test_streamlines_follow_the_ridge_both_ways():
    strength, flow = _ridge()
    lines = trace_streamlines(strength, flow, np.array([[30, 31.0]], np.float32), 20, threshold=0.2)
    assert lines.valid.all()
    np.testing.assert_allclose(np.abs(np.diff(lines.points[0, :, 0])), 1, atol=0.1)
    assert np.abs(lines.points[0, [0, 40], 1] - 30.3).max() < 0.15


def test_a_short_break_is_bridged_and_a_long_one_is_not():
    strength, flow = _ridge()
    strength[:, 34:37] = 0
    strength[:, 14:24] = 0
    lines = trace_streamlines(
        strength, flow, np.array([[28, 30.3]], np.float32), 25, threshold=0.2, largest_gap=4
    )
    reached = lines.points[0, lines.valid[0], 0]
    assert reached.max() > 45
    assert 18 < reached.min() < 24


def test_a_corner_ends_a_streamline():
    strength, flow = _ridge()
    flow[:, 40:] = [0, 1]
    lines = trace_streamlines(strength, flow, np.array([[30, 30.3]], np.float32), 25, threshold=0.2)
    assert lines.points[0, lines.valid[0], 0].max() < 42


def test_thinning_keeps_the_worthiest_seed_of_each_cell():
    worth = np.zeros((10, 10), np.float32)
    worth[2, 3], worth[2, 2], worth[8, 8] = 1, 0.5, 2
    seeds = np.array([[2, 2], [3, 2], [8, 8]], np.float32)
    assert thinned(seeds, worth, 5.0).tolist() == [[8, 8], [3, 2]]
