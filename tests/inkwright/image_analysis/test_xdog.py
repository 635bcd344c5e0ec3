from __future__ import annotations

import numpy as np

from inkwright.image_analysis.lines.xdog import xdog_edges


def _disc(inside: float, outside: float, size: int = 224) -> np.ndarray:
    rows, columns = np.mgrid[0:size, 0:size]
    gray = np.where((rows - 112) ** 2 + (columns - 112) ** 2 < 60**2, inside, outside)
    return np.repeat(gray[..., None], 3, axis=2).astype(np.float32)


def test_the_darker_side_of_an_edge_is_marked():
    edges = xdog_edges(_disc(0.9, 0.3))
    rows, columns = np.mgrid[0:224, 0:224]
    radius = np.hypot(rows - 112, columns - 112)
    assert edges[(radius > 61) & (radius < 64)].mean() > 0.95
    assert edges[radius < 55].mean() < 0.01


def test_dark_areas_count_as_edges_once_the_mean_is_taken_out():
    disc = _disc(1.0, 0.2)
    assert 0.05 < xdog_edges(disc).mean() < 0.2
    mean, std = np.array([0.4815, 0.4578, 0.4082]), np.array([0.2686, 0.2613, 0.2758])
    shown = xdog_edges(((disc - mean) / std).astype(np.float32))
    assert shown[:20].all()
    assert shown.mean() > 0.6
    assert not shown[112, 112]


def test_a_flat_picture_has_no_edges():
    assert not xdog_edges(np.full((20, 30, 3), 0.4, np.float32)).any()


def test_the_numbers_are_those_of_the_formula():
    """One row of a step, worked out by hand with SciPy's own Gaussians in double precision."""
    from scipy.ndimage import gaussian_filter

    picture = np.zeros((64, 64, 3), dtype=np.float32)
    picture[:, 32:] = 0.5
    gray = picture.mean(-1).astype(np.float64)
    d = gaussian_filter(gray, 0.8, mode="nearest") - 0.98 * gaussian_filter(gray, 8.0, mode="nearest")
    tone = np.where(d < -0.1, 1, 1 + np.tanh(200 * d))
    levels = (tone - tone.min()) / np.ptp(tone)
    edges = xdog_edges(picture)
    assert levels[edges].max() < levels[~edges].min()
    assert edges.any()
    assert not edges.all()
