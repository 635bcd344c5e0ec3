from __future__ import annotations

import numpy as np
import pytest

from inkwright.image_analysis.filters.lab_color import srgb_to_lab
from inkwright.image_analysis.flow.tangent_flow import edge_tangent_flow, structure_tensor
from tests.inkwright.image_analysis.synthetic_pictures import disc, grid, step


def _flow(picture: np.ndarray) -> np.ndarray:
    return edge_tangent_flow(structure_tensor(srgb_to_lab(picture), 1.0).blurred(1.0))


@pytest.mark.parametrize("angle", [0, 20, 45, 90, 120, 165])
@pytest.mark.parametrize("color", [(0.1, 0.1, 0.1), (0.9, 0.3, 0.2)])
def test_runs_along_an_edge(angle, color):
    picture = step(angle, color=color)
    x, y = grid(picture)
    near = np.abs(-(x - 64) * np.sin(np.radians(angle)) + (y - 64) * np.cos(np.radians(angle))) < 3
    near &= np.hypot(x - 64, y - 64) < 45
    along = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    assert np.abs(_flow(picture)[near] @ along).min() > 0.98


def test_runs_round_a_disc():
    picture = disc(60)
    x, y = grid(picture)
    radius = np.hypot(x - 112, y - 112)
    rim = np.abs(radius - 60) < 2
    tangent = np.stack([-(y - 112), x - 112], axis=-1) / radius[..., None]
    assert np.abs((_flow(picture) * tangent).sum(-1))[rim].min() > 0.97


def test_strong_edges_outvote_their_weak_surroundings():
    picture = step(0)
    noisy = np.clip(picture + np.random.default_rng(0).normal(0, 0.03, picture.shape), 0, 1).astype(
        np.float32
    )
    tensor = structure_tensor(srgb_to_lab(noisy), 1.0)
    band = np.s_[60:68, 10:118]
    smooth, raw = edge_tangent_flow(tensor), tensor.tangent()
    assert np.abs(smooth[band][..., 0]).mean() > np.abs(raw[band][..., 0]).mean()


def test_vectors_have_unit_length_even_where_nothing_changes():
    flow = _flow(np.ones((20, 30, 3), np.float32))
    np.testing.assert_allclose(np.linalg.norm(flow, axis=-1), 1, atol=1e-5)
