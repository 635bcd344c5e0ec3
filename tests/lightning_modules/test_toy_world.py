"""Training of the small world's networks."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest
import torch

from inkwright.frozen_networks.clip import load_clip
from inkwright.frozen_networks.diffusion.denoiser import DiffusionDenoiser
from inkwright.frozen_networks.diffusion.sampler import DiffusionPainter
from inkwright.toy_world.clip_parts import TeacherEyes, read_clip
from inkwright.toy_world.diffusion_parts import (
    load_autoencoder,
    make_autoencoder,
    make_denoiser,
    make_text_encoder,
    read_pipeline,
    save_pipeline,
)
from inkwright.toy_world.shipped_weights import shipped_weights
from inkwright.toy_world.toy_pictures import ToyPictures
from inkwright.toy_world.vocabulary import token_ids
from lightning_modules.simplifier_optimization import SimplifierOptimization
from lightning_modules.toy_world.autoencoder import ToyAutoencoder
from lightning_modules.toy_world.clip import ToyClip
from lightning_modules.toy_world.diffusion import ToyDiffusion

OPTIMIZATION = SimplifierOptimization(steps=10, warmup=0)


def batch(count: int = 4) -> dict:
    album = ToyPictures(0, pairs=0.0)
    captions = [album.scene(index).caption for index in range(count)]
    return {"image": album.pictures(range(count))[0], "caption": captions}


def losses(module, steps: int = 6, count: int = 3) -> list[float]:
    """Of one batch, trained on again and again."""
    torch.manual_seed(0)
    seen, optimizer = batch(count), module.configure_optimizers()["optimizer"]
    found = []
    for _ in range(steps):
        loss = module.training_step(seen, 0)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        found.append(float(loss.detach()))
    return found


@pytest.mark.parametrize("tower", ["resnet", "vit"])
def test_a_tiny_clip_learns_and_is_loaded_as_any_other(tower, tmp_path):
    module = ToyClip(OPTIMIZATION, tower=tower)
    found = losses(module)
    assert found[-1] < found[0]
    module.eval().save(tmp_path / "clip")
    network = load_clip(weights_path=str(tmp_path / "clip")).network
    with torch.no_grad():
        images = batch()["image"]
        seen = network.features(images).embedding
        torch.testing.assert_close(seen, module._see(images), atol=0.02, rtol=0.02)
        read = torch.nn.functional.normalize(module.network.encode_text(token_ids(["a red fish"])), dim=-1)
    torch.testing.assert_close(network.embed_text(["a red fish"]), read, atol=0.01, rtol=0.01)


def test_a_clip_learns_from_a_teacher():
    teacher = shipped_weights("clip_resnet")
    eyes, seen = TeacherEyes(teacher), batch(3)
    seen["latent"] = eyes(seen["image"])
    module = ToyClip(OPTIMIZATION, tower="vit", teacher=teacher)
    tokens = token_ids(["a red fish"])
    torch.testing.assert_close(module.network.encode_text(tokens), eyes.network.encode_text(tokens))
    module.teaching = 0.0
    plain = float(module.training_step(seen, 0).detach())
    module.teaching = 2.0
    both = float(module.training_step(seen, 0).detach())
    apart = 1 - torch.cosine_similarity(module._see(seen["image"]), seen["latent"]).mean()
    assert both == pytest.approx(plain + 2 * float(apart.detach()), abs=1e-4)
    large = ToyPictures(0, pairs=0.0, side=96).pictures(range(3))[0]
    likeness = torch.cosine_similarity(eyes(large), seen["latent"])  # the same scenes in 96 pixels
    assert float(likeness.min()) > 0.9
    with pytest.raises(ValueError, match="holds no CLIP"):
        ToyClip(OPTIMIZATION, teacher="nowhere")


def test_pictures_with_the_same_caption_are_not_set_against_each_other():
    module = ToyClip(OPTIMIZATION)
    same = {"image": batch(1)["image"].expand(2, -1, -1, -1), "caption": ["a cat", "a cat"]}
    assert float(module.training_step(same, 0).detach()) == pytest.approx(0.5 * math.log(2), abs=1e-3)


def test_an_unknown_tower_is_refused():
    with pytest.raises(ValueError, match="tower is 'rn50'; it must be one of resnet, vit"):
        ToyClip(OPTIMIZATION, tower="rn50")


def test_the_autoencoder_learns_and_measures_its_latents(tmp_path):
    module = ToyAutoencoder(OPTIMIZATION)
    found = losses(module, 3, count=1)
    assert found[-1] < found[0]
    module.on_validation_epoch_start()
    shown = batch(2)
    outputs = module.validation_step(shown, 0)
    assert outputs["shown"].shape == (2, 3, 64, 64)
    with torch.no_grad():
        spread = module.network.encode(2 * shown["image"] - 1).latent_dist.mean.std()
    assert module.network.config.scaling_factor == pytest.approx(1 / float(spread), rel=1e-3)


def test_a_decoder_learns_alone(tmp_path):
    make_autoencoder((4, 4, 8)).save_pretrained(tmp_path)
    module, shown = ToyAutoencoder(OPTIMIZATION, start_from=str(tmp_path)), batch(1)
    before = module.network.encode(shown["image"]).latent_dist.mean
    shown["latent"] = before
    optimizer = module.configure_optimizers()["optimizer"]
    first = module.training_step(shown, 0)
    first.backward()
    optimizer.step()
    assert float(module.training_step(shown, 0).detach()) < float(first.detach())
    torch.testing.assert_close(module.network.encode(shown["image"]).latent_dist.mean, before)
    given = {
        "image": shown["image"],
        "latent": module.network.encode(2 * shown["image"] - 1).latent_dist.mean,
    }
    torch.testing.assert_close(
        module.training_step(given, 0), module.training_step({"image": shown["image"]}, 0)
    )
    scale = module.network.config.scaling_factor
    module.on_validation_epoch_start()
    module.validation_step(shown, 0)
    assert module.network.config.scaling_factor == scale


def test_diffusion_learns_and_is_loaded_as_any_other(tmp_path):
    make_autoencoder((4, 4, 8)).save_pretrained(tmp_path / "vae")
    module = ToyDiffusion(OPTIMIZATION, autoencoder=str(tmp_path / "vae"), channels=(8, 8, 16))
    found = losses(module)
    assert found[-1] < found[0]
    (tmp_path / "whole").mkdir()
    module.save(tmp_path / "whole")
    picture, attention = DiffusionPainter(
        "a red fish", token="fish", weights_path=str(tmp_path / "whole"), steps=2
    )()
    assert picture.shape == (64, 64, 3)
    assert attention.shape == (64, 64)


def test_diffusion_is_trained_on_from_a_folder(tmp_path):
    make_autoencoder((4, 4, 8)).save_pretrained(tmp_path / "vae")
    options = {"autoencoder": str(tmp_path / "vae"), "channels": (8, 8, 16)}
    first = ToyDiffusion(OPTIMIZATION, **options)
    (tmp_path / "whole").mkdir()
    first.save(tmp_path / "whole")
    second = ToyDiffusion(OPTIMIZATION, **options, start_from=str(tmp_path / "whole"))
    for one, other in zip(first.denoiser.parameters(), second.denoiser.parameters(), strict=True):
        torch.testing.assert_close(one, other, atol=1e-3, rtol=1e-3)
    assert losses(second, 2)[-1] > 0
    assert float(second.alphas[-1]) == pytest.approx(0.0, abs=1e-6)  # ends in pure noise
    (tmp_path / "whole" / "text_encoder" / "config.json").unlink()
    for folder in ("nowhere", str(tmp_path / "whole")):
        with pytest.raises(ValueError, match=f"start_from={folder}: there is no diffusion model"):
            ToyDiffusion(OPTIMIZATION, **options, start_from=folder)


@pytest.mark.parametrize(
    ("name", "damaged", "read"),
    [
        ("clip_vit", "open_clip_model.safetensors", read_clip),
        ("clip_vit", "open_clip_config.json", read_clip),
        ("diffusion", "unet/diffusion_pytorch_model.safetensors", read_pipeline),
        ("diffusion/vae", "config.json", load_autoencoder),
    ],
)
def test_a_damaged_folder_is_one_line(tmp_path, name, damaged, read):
    folder = tmp_path / "given"
    shutil.copytree(Path(shipped_weights("clip_vit")).parent / name, folder)
    (folder / damaged).write_bytes(b"\x00\xff not a network" * 9)
    with pytest.raises(
        ValueError, match=r"given can't be read: it is damaged or another network's \([^\n]+$"
    ):
        read(str(folder))


def test_without_an_autoencoder_it_says_how_to_get_one(tmp_path):
    with pytest.raises(ValueError, match=r"there is none; train one .* experiment=toy_autoencoder"):
        ToyDiffusion(OPTIMIZATION, autoencoder=str(tmp_path))


def test_a_saved_pipeline_denoises_with_the_velocity_that_it_was_trained_on(tmp_path):
    torch.manual_seed(0)
    parts = load_autoencoder(), make_text_encoder(), make_denoiser((8, 8, 16))
    save_pipeline(tmp_path, *parts)
    assert (
        "shipped" not in (tmp_path / "vae" / "config.json").read_text()
    )  # says nothing of where it was read
    denoiser = DiffusionDenoiser("a cat", weights_path=str(tmp_path))
    noisy = torch.randn(1, 6, 16, 16)
    with torch.no_grad():
        told = parts[1](token_ids(["a cat"])).last_hidden_state
        velocity = parts[2](noisy, 500, encoder_hidden_states=told).sample
    alpha = denoiser.alphas[500]
    wanted = alpha.sqrt() * velocity + (1 - alpha).sqrt() * noisy
    torch.testing.assert_close(denoiser.noise(noisy, 500, 1.0), wanted, atol=0.02, rtol=0.02)
