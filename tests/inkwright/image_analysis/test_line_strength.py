from __future__ import annotations

import numpy as np
import pytest

from inkwright.image_analysis.filters.lab_color import principal_channels, srgb_to_lab
from inkwright.image_analysis.flow.tangent_flow import edge_tangent_flow, structure_tensor
from inkwright.image_analysis.lines.line_strength import damp_texture, line_response
from tests.inkwright.image_analysis.synthetic_pictures import disc, grid, line, step


def _respond(picture: np.ndarray, sigma: float = 1.0):
    channels, lightness = principal_channels(srgb_to_lab(picture))
    flow = edge_tangent_flow(structure_tensor(channels, sigma).blurred(sigma))
    return line_response(channels, lightness, flow, sigma, 3.0)


def test_a_disc_answers_on_its_outline():
    picture = disc(60)
    x, y = grid(picture)
    radius = np.hypot(x - 112, y - 112)
    energy = _respond(picture).energy
    assert energy[np.abs(radius - 60) < 0.7].min() > 0.7 * energy.max()
    assert energy[np.abs(radius - 60) > 6].max() < 0.01 * energy.max()


def test_a_step_answers_with_its_height_at_every_angle():
    for angle in (0, 30, 77):
        energy = _respond(step(angle, color=(0, 0, 0))).energy
        assert energy[60:68, 60:68].max() == pytest.approx(0.4, abs=0.06)


def test_a_thin_line_answers_once_and_in_the_middle():
    profile = _respond(line(0, thickness=1.5)).energy[:, 112]
    peaks = np.flatnonzero((profile[1:-1] > profile[:-2]) & (profile[1:-1] >= profile[2:])) + 1
    assert peaks[profile[peaks] > 0.2 * profile.max()].tolist() in ([111], [112])


def test_darkness_tells_dark_lines_from_light_ones_and_edges():
    dark = line(0, thickness=1.5)
    assert _respond(dark).darkness[112, 112] > 0.8
    assert _respond(1 - dark).darkness[112, 112] < -0.5
    assert abs(_respond(step(0)).darkness[64, 64]) < 0.5


def test_grass_is_damped_and_a_lone_edge_is_not():
    rng = np.random.default_rng(0)
    picture = step(90, size=200)
    picture[:, 110:] = np.clip(0.5 + rng.normal(0, 0.15, (200, 90, 1)), 0, 1)
    picture[:, :110] = step(90, size=220, color=(0, 0, 0))[:200, 55:165]
    channels, lightness = principal_channels(srgb_to_lab(picture.astype(np.float32)))
    flow = edge_tangent_flow(structure_tensor(channels, 1.0).blurred(1.0))
    energy = line_response(channels, lightness, flow, 1.0, 3.0).energy
    damped = damp_texture(energy, flow, 10.0, 1.0)
    assert damped[30:170, 50:60].max(1).mean() > 0.8 * energy[30:170, 50:60].max(1).mean()
    assert damped[30:170, 140:190].mean() < 0.35 * energy[30:170, 140:190].mean()
    np.testing.assert_array_equal(damp_texture(energy, flow, 10.0, 0.0), energy)
