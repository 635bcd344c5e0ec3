"""Pictures simplified by score distillation: the tiny diffusion model that ships is really trained."""

import json
import shutil

import numpy as np
import pytest
import torch

from inkwright.frozen_networks.diffusion.denoiser import DiffusionDenoiser
from inkwright.frozen_networks.diffusion.unprompted import UnpromptedDenoiser
from inkwright.image_analysis.abstraction import score_simplification
from inkwright.image_analysis.abstraction.gradient_smoothing import GradientSmoothing
from inkwright.image_analysis.abstraction.score_simplification import ScoreSimplification
from inkwright.toy_world.shipped_weights import shipped_weights
from inkwright.toy_world.toy_pictures import ToyPictures

WEIGHTS = shipped_weights("diffusion")


class Echo:
    """Sees ``share`` of the noise that is there; latents are pixels."""

    alphas, size, unit, share = torch.full((1000,), 0.25), 8, 4, 1.0

    def __init__(self, *given):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def encode(self, pictures):
        self.clean = pictures
        return pictures

    def decode(self, latents):
        return latents

    def noise(self, noisy, timestep):
        assert 50 <= timestep <= 948
        return self.share * (noisy - 0.5 * self.clean) / 0.75**0.5


@pytest.fixture
def picture():
    return np.linspace(0.2, 0.8, 8 * 8 * 3, dtype=np.float32).reshape(8, 8, 3)


def test_a_trained_model_takes_details_away_and_keeps_forms():
    images, masks = ToyPictures(2_000_003, pairs=0.0, drawn=0.0, portraits=1.0).pictures([2])
    snail = np.ascontiguousarray(images[0].permute(1, 2, 0).numpy())
    levels = ScoreSimplification("sds", weights_path=WEIGHTS, levels=3, steps=6, rate=0.15)(snail)
    edges = [np.abs(np.diff(level, axis=0)).mean() for level in levels]
    assert levels[0] is snail
    assert edges[0] > edges[1] > edges[2]
    thing = masks[0, 0].numpy() > 0.5
    for level in levels[1:]:
        found = np.abs(level - 1).max(2) > 0.25  # on white paper
        assert (found & thing).sum() / (found | thing).sum() > 0.8


def test_any_shape_comes_back_as_it_was():
    wide = np.full((20, 60, 3), 0.9, np.float32)
    simpler = ScoreSimplification("sds", weights_path=WEIGHTS, levels=2, steps=1)
    levels = simpler(wide)
    assert [level.shape for level in levels] == [(20, 60, 3)] * 2
    assert levels[1].dtype == np.float32
    assert np.abs(levels[1] - 0.9).max() < 0.2
    assert np.array_equal(levels[1], simpler(wide)[1])


def test_a_step_takes_off_what_is_seen_beyond_the_noise_that_is_there(monkeypatch, picture):
    monkeypatch.setattr(score_simplification, "UnpromptedDenoiser", Echo)
    still = ScoreSimplification("sds", levels=2, steps=1)(picture)[1]
    np.testing.assert_allclose(still, picture, atol=1e-6)  # nothing is seen beyond it
    monkeypatch.setattr(Echo, "share", 0.0)
    moved = ScoreSimplification("sds", levels=2, steps=1, rate=0.01, seed=3)(picture)[1]
    dice = torch.Generator().manual_seed(3)
    torch.randint(50, 949, (1,), generator=dice)
    noise = torch.randn(3, 8, 8, generator=dice).permute(1, 2, 0).numpy()
    np.testing.assert_allclose(moved, picture + 0.01 * noise, atol=1e-6)


def test_it_is_the_noise_of_score_distillation_that_listens_to_no_prompt():
    told, untold = DiffusionDenoiser("a red fish", weights_path=WEIGHTS), UnpromptedDenoiser("sd15", WEIGHTS)
    noisy = torch.randn(1, 6, 16, 16, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(untold.noise(noisy, 400), told.noise(noisy, 400, 0.0), atol=1e-5, rtol=1e-4)
    assert (untold.size, untold.unit) == (64, 16)


def test_without_weights_auto_does_without_and_sds_is_refused(monkeypatch, tmp_path, picture):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", str(tmp_path))
    plain = GradientSmoothing()(picture)
    for use in ("auto", "classic"):
        found = ScoreSimplification(use)(picture)
        assert all(np.array_equal(one, other) for one, other in zip(found, plain, strict=True))
    with pytest.raises(FileNotFoundError, match=r"^the weights of sd15 .* are missing"):
        ScoreSimplification("sds")(picture)
    with pytest.raises(FileNotFoundError, match="where there is nothing"):
        ScoreSimplification(weights_path=str(tmp_path / "none"))(picture)


@pytest.mark.parametrize("error", [ImportError("no diffusers"), ValueError("half a model")])
def test_what_nobody_asked_for_and_is_broken_is_said_and_left_out(monkeypatch, caplog, picture, error):
    def broken(*given):
        raise error

    monkeypatch.setattr(score_simplification, "UnpromptedDenoiser", broken)
    plain = GradientSmoothing()(picture)
    found = ScoreSimplification("auto")(picture)
    assert all(np.array_equal(one, other) for one, other in zip(found, plain, strict=True))
    assert f"simplification=classic is taken: {error}" in caplog.text
    for asked in (ScoreSimplification("sds"), ScoreSimplification("auto", weights_path=WEIGHTS)):
        with pytest.raises(ValueError, match=f"simplification={asked.use}: {error}"):
            asked(picture)


def test_where_the_weights_are_there_auto_takes_them(monkeypatch, tmp_path, picture):
    (tmp_path / "sd15").symlink_to(WEIGHTS)
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", str(tmp_path))
    monkeypatch.setattr(score_simplification, "UnpromptedDenoiser", Echo)
    assert len(ScoreSimplification("auto", levels=2)(picture)) == 2


def test_stable_diffusion_xl_is_refused(tmp_path):
    for part in ("unet", "vae", "scheduler", "tokenizer", "text_encoder", "tokenizer_2", "text_encoder_2"):
        (tmp_path / part).mkdir()
    (tmp_path / "model_index.json").write_text(json.dumps({"_class_name": "StableDiffusionXLPipeline"}))
    with pytest.raises(ValueError, match="is a Stable Diffusion XL; take sd14"):
        UnpromptedDenoiser("sd15", str(tmp_path))
    shutil.rmtree(tmp_path / "unet")
    with pytest.raises(ValueError, match="no whole diffusion model: unet is missing"):
        UnpromptedDenoiser("sd15", str(tmp_path))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"use": "yes"}, "simplification is 'yes'; it must be auto, classic or sds"),
        ({"levels": 0}, "levels.levels is 0"),
        ({"rate": 0.0}, "levels.rate is 0.0; it must be above 0"),
        ({"timesteps": (0.5, 0.1)}, "levels.timesteps is"),
        ({"timesteps": (0.1,)}, "levels.timesteps is"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        ScoreSimplification(**settings)
