"""Stable Diffusion through diffusers, with tiny random networks saved and loaded in its own format."""

from __future__ import annotations

import gc
import json
import shutil

import numpy as np
import pytest
import torch

from inkwright.frozen_networks.diffusion.attention import cross_map, recorded_attention, self_map
from inkwright.frozen_networks.diffusion.denoiser import DiffusionDenoiser
from inkwright.frozen_networks.diffusion.folder import DiffusionFolder
from inkwright.frozen_networks.diffusion.prompt import embed_prompt
from inkwright.frozen_networks.diffusion.sampler import DiffusionPainter
from inkwright.guidance.network_terms.score_distillation import ScoreDistillationTerm
from tests.inkwright.frozen_networks.tiny_diffusion import save_tiny_diffusion

PROMPT = "a photo of Sydney opera house"
KINDS = {"sd15": False, "sdxl": True}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("diffusion")
    return {name: save_tiny_diffusion(root / name, xl=xl) for name, xl in KINDS.items()}


def painter(folders, network="sd15", **options):
    settings = {"token": "5", "steps": 2, "device": "cpu"} | options
    return DiffusionPainter(
        settings.pop("prompt", PROMPT), network=network, weights_path=str(folders[network]), **settings
    )


def denoiser(folders, network="sd15", prompt="a cat", **options):
    return DiffusionDenoiser(prompt, network=network, weights_path=str(folders[network]), **options)


def test_prompt_that_is_too_long_is_refused_and_what_would_be_lost_is_told(folders):
    long = " ".join(["house"] * 13 + ["ship", "cat"])
    with pytest.raises(ValueError, match="prompt has 15 tokens, but the network reads 14; .*'cat.*cut off"):
        painter(folders, prompt=long)
    with pytest.raises(ValueError, match="negative_prompt has 15 tokens"):
        painter(folders, negative_prompt=long)


# --- attention


def _by_hand(unet, noisy, context, side: int, kind: str) -> torch.Tensor:
    """Mean over layers of down and up blocks and heads of softmax(q k^T / sqrt(d)), conditional half."""
    maps, hooks = [], []

    def keep(module, args, kwargs):
        states = args[0]
        if states.shape[1] != side**2:
            return
        told = kwargs.get("encoder_hidden_states")
        query, key = module.to_q(states), module.to_k(states if told is None else told)
        width = query.shape[-1] // module.heads
        for head in range(module.heads):
            part = slice(head * width, (head + 1) * width)
            product = query[1, :, part] @ key[1, :, part].T
            maps.append((product / width**0.5).softmax(-1))

    ending = ".attn1" if kind == "self" else ".attn2"
    for name, module in unet.named_modules():
        if name.endswith(ending) and not name.startswith("mid"):
            hooks.append(module.register_forward_pre_hook(keep, with_kwargs=True))
    unet(noisy, 100, encoder_hidden_states=context)
    for hook in hooks:
        hook.remove()
    return torch.stack(maps).mean(0)


@torch.no_grad()
def test_record_is_what_one_computes_by_hand_and_changes_nothing(folders):
    unet = DiffusionFolder.open("sd15", str(folders["sd15"])).network("unet").network
    generator = torch.Generator().manual_seed(0)
    noisy = torch.randn(2, 4, 16, 16, generator=generator)
    context = torch.randn(2, 16, 12, generator=generator)
    plain = unet(noisy, 100, encoder_hidden_states=context).sample
    before = dict(unet.attn_processors)
    with recorded_attention(unet, {"cross": 4, "self": 8}, guided=True) as record:
        seen = unet(noisy, 100, encoder_hidden_states=context).sample
        unet(noisy, 100, encoder_hidden_states=context)  # a second step of the same
    torch.testing.assert_close(seen, plain, rtol=0, atol=0)
    assert unet.attn_processors == before
    for kind, side in (("cross", 4), ("self", 8)):
        wanted = _by_hand(unet, noisy, context, side, kind)
        assert wanted.std() > 1e-6
        torch.testing.assert_close(record.mean(kind), wanted, atol=1e-6, rtol=1e-4)
    several = cross_map(record, [2, 3], (32, 32))
    mean = record.mean("cross")[:, [2, 3]].mean(1).reshape(4, 4)
    assert several.shape == (32, 32)
    assert (float(several.min()), float(several.max())) == (0.0, 1.0)
    cells = torch.nn.functional.avg_pool2d(several[None], 8)[0]
    assert torch.corrcoef(torch.stack([cells.flatten(), mean.flatten()]))[0, 1] > 0.95


def test_self_attention_parts_what_looks_alike():
    """Two regions that look at themselves alone: the first component tells them apart."""

    class Record:
        places = {"self": 8}

        def mean(self, kind):
            left = (torch.arange(64) % 8 < 3).float()
            return torch.outer(left, left) / 24 + torch.outer(1 - left, 1 - left) / 40

    found = self_map(Record(), (8, 8))
    left, right = found[:, :3], found[:, 3:]
    assert left.std() < 1e-4
    assert right.std() < 1e-4
    assert (left.mean() - right.mean()).abs() == pytest.approx(1.0, abs=1e-4)


def test_resolution_that_no_layer_has_is_refused(folders):
    with pytest.raises(ValueError, match="cross_resolution is 5, but no layer .* 5 x 5 cells"):
        painter(folders, cross_resolution=5)()


@torch.no_grad()
def test_one_layer_may_be_recorded_alone(folders):
    unet = DiffusionFolder.open("sd15", str(folders["sd15"])).network("unet").network
    names = [name for name in unet.attn_processors if ".attn2." in name and not name.startswith("mid")]
    layer = names[-1].split(".transformer_blocks")[0]
    places = {"cross": 8 if layer.startswith("up_blocks.1") else 4, "self": 8}
    noisy, context = torch.randn(1, 4, 16, 16), torch.randn(1, 16, 12)
    found = {}
    for chosen in ("", layer):
        with recorded_attention(unet, places, guided=False, cross_layer=chosen) as record:
            unet(noisy, 100, encoder_hidden_states=context)
        found[chosen] = record._counts["cross"]
    assert 0 < found[layer] < found[""]
    with (
        pytest.raises(ValueError, match=rf"cross_layer is 'up'; it must be one of .*{layer}"),
        recorded_attention(unet, places, guided=False, cross_layer="up"),
    ):
        pass


def test_all_but_start_is_what_no_token_means_if_asked_for(folders):
    assert painter(folders, token="", all_but_start=True).tokens == list(range(1, 16))
    assert painter(folders, token="5", all_but_start=True).tokens == [5]
    assert painter(folders, token="").tokens == [1, 2, 3, 4, 5, 6]


# --- painting


@pytest.mark.parametrize("network", KINDS)
def test_painting_is_what_diffusers_itself_paints(folders, network):
    import diffusers

    picture, attention = painter(folders, network, seed=3, scheduler="ddim", negative_prompt="cat")()
    kind = diffusers.StableDiffusionXLPipeline if KINDS[network] else diffusers.StableDiffusionPipeline
    more = {} if KINDS[network] else {"safety_checker": None}
    theirs = kind.from_pretrained(folders[network], local_files_only=True, **more)
    theirs.set_progress_bar_config(disable=True)
    wanted = theirs(
        PROMPT,
        negative_prompt="cat",
        num_inference_steps=2,
        guidance_scale=7.5,
        generator=torch.Generator().manual_seed(3),
        output_type="np",
    ).images[0]
    np.testing.assert_allclose(picture, wanted, atol=2e-5)
    assert attention.shape == (32, 32)
    assert (attention.min(), attention.max()) == (0.0, 1.0)


def test_seed_and_token_decide(folders):
    first, again, other = (painter(folders, seed=seed)() for seed in (1, 1, 2))
    assert first[0].tobytes() == again[0].tobytes()
    assert first[1].tobytes() == again[1].tobytes()
    assert np.abs(first[0] - other[0]).max() > 0.01
    ship = painter(folders, seed=1, token="1")()
    assert ship[0].tobytes() == first[0].tobytes()
    assert np.abs(ship[1] - first[1]).max() > 0.01


def test_both_kinds_of_attention_are_fused(folders):
    cross, both, own = (painter(folders, cross_share=share)()[1] for share in (1.0, 0.5, 0.0))
    mixed = 0.5 * cross + 0.5 * own
    wanted = (mixed - mixed.min()) / (mixed.max() - mixed.min())
    np.testing.assert_allclose(both, wanted, atol=1e-5)


@pytest.mark.filterwarnings("ignore:__array__ implementation")  # diffusers' own
@pytest.mark.parametrize("scheduler", ["dpm", "euler"])
def test_other_schedulers_and_sizes(folders, scheduler):
    picture, _ = painter(folders, scheduler=scheduler, size=48, guidance_scale=1.0, precision="bf16")()
    assert picture.shape == (48, 48, 3)
    assert np.isfinite(picture).all()


def test_nothing_is_left_in_memory(folders):
    from diffusers import UNet2DConditionModel
    from transformers import CLIPTextModel

    painter(folders)()
    kept = denoiser(folders)
    gc.collect()
    kinds = CLIPTextModel, UNet2DConditionModel
    living = [each for each in gc.get_objects() if issubclass(type(each), kinds)]
    assert [type(each) for each in living] == [UNet2DConditionModel]
    assert living[0] is kept.unet.network


@pytest.mark.parametrize(
    ("offload", "method"),
    [("model", "enable_model_cpu_offload"), ("sequential", "enable_sequential_cpu_offload")],
)
def test_offload_is_handed_on(folders, monkeypatch, offload, method):
    from diffusers import DiffusionPipeline

    calls = []
    monkeypatch.setattr(DiffusionPipeline, method, lambda self, device: calls.append(device))
    picture, _ = painter(folders, offload=offload, attention_slicing=True, vae_tiling=True)()
    assert calls == [torch.device("cpu")]
    assert picture.shape == (32, 32, 3)


# --- score distillation


@pytest.mark.parametrize("network", KINDS)
def test_denoiser_goes_beyond_the_prompt_by_the_scale(folders, network):
    model = denoiser(folders, network, negative_prompt="dog")
    noisy = torch.randn(2, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    told, plain, far = (model.noise(noisy, 300, scale) for scale in (1.0, 0.0, 7.5))
    assert (told - plain).abs().max() > 1e-5
    torch.testing.assert_close(far, plain + 7.5 * (told - plain), atol=1e-5, rtol=1e-4)
    alone = model.noise(noisy[1:], 300, 7.5)
    torch.testing.assert_close(far[1:], alone, atol=1e-5, rtol=1e-4)


def test_what_it_is_told_is_what_the_network_gets(folders):
    model = denoiser(folders)
    noisy = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    said = embed_prompt(DiffusionFolder.open("sd15", str(folders["sd15"])), "a cat")
    with torch.no_grad():
        wanted = model.unet.network(noisy, 300, encoder_hidden_states=said.embeddings[1:]).sample
    torch.testing.assert_close(model.noise(noisy, 300, 1.0), wanted, atol=1e-5, rtol=1e-4)


def test_velocity_is_turned_into_noise(tmp_path, folders):
    other = save_tiny_diffusion(tmp_path / "v", prediction="v_prediction")
    speed = DiffusionDenoiser("a cat", network="sd21", weights_path=str(other))
    plain = denoiser(folders)
    noisy = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    alpha = speed.alphas[300]
    wanted = alpha.sqrt() * plain.noise(noisy, 300, 1.0) + (1 - alpha).sqrt() * noisy
    torch.testing.assert_close(speed.noise(noisy, 300, 1.0), wanted, atol=1e-5, rtol=1e-4)


def test_latents_are_the_autoencoders_and_carry_the_gradient(folders):
    model = denoiser(folders)
    images = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(0)).requires_grad_()
    latents = model.encode(images, torch.Generator().manual_seed(5))
    posterior = model.vae.network.encode(2 * images.detach() - 1).latent_dist
    noise = torch.randn(4, 16, 16, generator=torch.Generator().manual_seed(5))
    wanted = (posterior.mean + posterior.std * noise) * 0.18215
    torch.testing.assert_close(latents.detach(), wanted, atol=1e-5, rtol=1e-4)
    latents.sum().backward()
    assert images.grad.abs().amin() > 0


def test_gradient_at_the_latents_is_that_of_the_formula(folders):
    model = denoiser(folders)
    term = ScoreDistillationTerm(model, gradient_scale=2.0, guidance_scale=7.5, lowest=0.3, highest=0.3)
    latents = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(1))
    push = term._push(latents, 300, torch.Generator().manual_seed(9))
    noise = torch.randn(4, 16, 16, generator=torch.Generator().manual_seed(9))[None]
    alpha = model.alphas[300]
    seen = model.noise(alpha.sqrt() * latents + (1 - alpha).sqrt() * noise, 300, 7.5)
    torch.testing.assert_close(push, 2.0 * (1 - alpha) * (seen - noise))
    image = torch.rand(2, 3, 40, 40, generator=torch.Generator().manual_seed(2)).requires_grad_()
    term(image, 0.2)["distillation"].sum().backward()
    assert image.grad.flatten(1).abs().amax(1).min() > 0


def test_halves_and_devices(folders):
    model = denoiser(folders, precision="bf16")
    assert model.unet.network.dtype == torch.bfloat16
    assert model.vae.network.dtype == torch.float32
    assert model.noise(torch.randn(1, 4, 16, 16), 10, 2.0).dtype == torch.float32
    holder = torch.nn.ModuleDict({"term": ScoreDistillationTerm(model)})
    holder.to("meta")
    assert (
        model.unet.network.device.type == model.embeddings.device.type == model.alphas.device.type == "meta"
    )
    assert not list(holder.parameters())
    assert not holder.state_dict()


def test_memory_settings_reach_the_networks(folders):
    model = denoiser(folders, attention_slicing=True, vae_tiling=True, checkpointing=True)
    assert model.vae.network.use_tiling
    assert model.vae.network.is_gradient_checkpointing
    assert "Sliced" in type(next(iter(model.unet.network.attn_processors.values()))).__name__


# --- mistakes


@pytest.mark.parametrize("part", ["unet", "text_encoder_2", "model_index.json"])
def test_folder_with_a_missing_part(folders, tmp_path, part):
    broken = tmp_path / "broken"
    shutil.copytree(folders["sdxl"], broken)
    path = broken / part
    path.unlink() if path.is_file() else shutil.rmtree(path)
    with pytest.raises(ValueError, match=f"is no whole diffusion model: {part} is missing; fetch it anew"):
        DiffusionPainter(PROMPT, network="sdxl", weights_path=str(broken))


def test_damaged_part(folders, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(folders["sd15"], broken)
    (broken / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(b"nothing of use")
    with pytest.raises(ValueError, match="unet can't be loaded: it is incomplete or damaged"):
        DiffusionPainter(PROMPT, weights_path=str(broken), device="cpu")()


def test_parts_of_strange_packages_are_not_imported(folders, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(folders["sd15"], broken)
    index = json.loads((broken / "model_index.json").read_text())
    index["unet"] = ["os", "system"]
    (broken / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(ValueError, match="unet is of a package that is not diffusers or transformers"):
        DiffusionPainter(PROMPT, weights_path=str(broken))


def test_weights_that_are_missing_are_named(monkeypatch, tmp_path):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"weights of sd15 .* are missing; .* fetch sd15"):
        DiffusionPainter(PROMPT)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prompt": " "}, "prompt is empty"),
        ({"steps": 0}, "steps, seed are 0, 0"),
        ({"seed": -1}, "steps, seed are 2, -1"),
        ({"guidance_scale": 0.5}, "guidance_scale is 0.5"),
        ({"cross_share": 1.5}, "cross_share is 1.5"),
        ({"scheduler": "heun"}, "scheduler is 'heun'; it must be one of ddim, dpm, euler"),
        ({"offload": "disk"}, "offload is 'disk'; it must be one of none, model, sequential"),
        ({"size": 30}, "size is 30; it must be a multiple of 8"),
        ({"precision": "int8"}, "precision is 'int8'; it must be one of fp32, bf16, fp16"),
        ({"token": "bridge"}, "token=bridge: the prompt has no such word"),
    ],
)
def test_values_that_are_not_allowed(folders, options, message):
    with pytest.raises(ValueError, match=message):
        painter(folders, **options)


def test_size_that_does_not_fit_the_autoencoder(folders):
    with pytest.raises(ValueError, match="size is 33; it must be a multiple of 2"):
        denoiser(folders, size=33)
