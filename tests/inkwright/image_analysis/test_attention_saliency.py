from __future__ import annotations

import json

import numpy as np
import pytest
import timm
import torch
from safetensors.torch import save_file

from inkwright.frozen_networks.frozen_network import _shared
from inkwright.image_analysis.saliency.network_attention import ClipSaliency, DinoSaliency


def _picture(height: int = 48, width: int = 64) -> np.ndarray:
    picture = np.full((height, width, 3), 0.8, dtype=np.float32)
    picture[10:30, 36:56] = (0.9, 0.1, 0.1)
    return picture


def test_attention_is_the_class_tokens_averaged_over_heads_and_blocks(vit_folder):
    """Compared with PyTorch's own attention weights."""
    saliency = ClipSaliency(weights_path=vit_folder)
    visual = saliency.network.model.visual
    picture = _picture(64, 64)
    view = (torch.from_numpy(picture).permute(2, 0, 1)[None] - 0.5) / 0.25
    maps, tokens = [], visual._embeds(view)
    for block in visual.transformer.resblocks:
        normed = block.ln_1(tokens)
        _, weights = block.attn(normed, normed, normed, need_weights=True, average_attn_weights=True)
        maps.append(weights[0, 0, 1:])
        tokens = block(tokens)
    coarse = torch.stack(maps).mean(0).reshape(1, 1, 4, 4)
    expected = torch.nn.functional.interpolate(coarse, (64, 64), mode="bicubic")[0, 0]
    expected = (expected - expected.min()) / (expected.max() - expected.min())
    np.testing.assert_allclose(saliency(picture), expected.numpy(), atol=1e-4)


def test_the_map_lies_over_the_picture_whatever_its_shape(vit_folder):
    saliency = ClipSaliency(weights_path=vit_folder)
    for shape in ((48, 64), (64, 30), (100, 100)):
        found = saliency(_picture(*shape))
        assert found.shape == shape
        assert found.min() == 0
        assert found.max() == pytest.approx(1)


def test_a_map_follows_what_is_in_the_picture(vit_folder):
    saliency, picture = ClipSaliency(weights_path=vit_folder), _picture(64, 64)
    assert np.abs(saliency(picture) - saliency(picture[:, ::-1].copy())).max() > 0.05


def test_a_resnet_shows_where_it_sees_a_text(clip_folder):
    picture = _picture(64, 64)
    saliency = ClipSaliency("clip-rn101", weights_path=clip_folder, prompt="a red square")
    found = saliency(picture)
    assert found.shape == (64, 64)
    assert (found.min(), found.max()) == (0, pytest.approx(1)) or not found.any()
    network = saliency.network
    layer = {}
    handle = network.model.visual.layer4.register_forward_hook(lambda m, i, out: layer.update(out=out))
    view = torch.from_numpy(picture).permute(2, 0, 1)[None].requires_grad_()
    embedding = network.features(view).embedding
    handle.remove()
    likeness = torch.cosine_similarity(embedding, network.embed_text(["a red square"])).sum()
    (gradient,) = torch.autograd.grad(likeness, layer["out"])
    coarse = torch.relu((gradient.mean((2, 3), keepdim=True) * layer["out"]).sum(1, keepdim=True))
    expected = torch.nn.functional.interpolate(coarse, (64, 64), mode="bicubic")[0, 0].detach()
    spread = expected.max() - expected.min()
    expected = (expected - expected.min()) / spread if spread > 0 else expected
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-3)


def test_a_resnet_needs_a_text(clip_folder):
    with pytest.raises(ValueError, match="saliency.prompt is empty; clip-rn101 is a ResNet"):
        ClipSaliency("clip-rn101", weights_path=clip_folder)


def test_without_weights_another_way_is_found_or_the_error_says_what_is_missing(nowhere, caplog):
    with pytest.raises(FileNotFoundError, match="clip-vit-b-32 .* are missing"):
        ClipSaliency()
    with pytest.raises(FileNotFoundError, match="where there is nothing"):
        ClipSaliency(weights_path="/no/such", otherwise=lambda picture: picture[..., 0])
    with caplog.at_level("WARNING"):
        saliency = ClipSaliency(otherwise=lambda picture: picture[..., 0])
    assert "fetch clip-vit-b-32" in caplog.text
    assert np.array_equal(saliency(_picture()), _picture()[..., 0])


@pytest.fixture
def dino_folder(tmp_path):
    """A tiny transformer in timm's own format."""
    torch.manual_seed(0)
    shape = {"img_size": 32, "patch_size": 8, "embed_dim": 24, "depth": 2, "num_heads": 3}
    network = timm.create_model("vit_small_patch8_224.dino", pretrained=False, num_classes=0, **shape)
    save_file(network.state_dict(), tmp_path / "model.safetensors")
    config = {
        "architecture": "vit_small_patch8_224",
        "num_classes": 0,
        "model_args": shape,
        "pretrained_cfg": {},
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    yield str(tmp_path)
    _shared.clear()


def test_dino_is_the_last_attention_averaged_over_heads(dino_folder):
    saliency = DinoSaliency(weights_path=dino_folder)
    picture = _picture(32, 32)
    found = saliency(picture)
    network = saliency.dino.network
    seen = {}
    block = network.blocks[-1]
    handle = block.attn.register_forward_pre_hook(lambda module, inputs: seen.update(x=inputs[0]))
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    network(((torch.from_numpy(picture) - mean) / std).permute(2, 0, 1)[None])
    handle.remove()
    qkv = block.attn.qkv(seen["x"])[0].reshape(17, 3, 3, 8)
    rows = [torch.softmax(qkv[0, 0, h] @ qkv[:, 1, h].T / 8**0.5, 0)[1:] for h in range(3)]
    expected = (
        torch.stack(rows).mean(0).detach().reshape(4, 4).repeat_interleave(8, 0).repeat_interleave(8, 1)
    )
    expected = (expected - expected.min()) / (expected.max() - expected.min())
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-4)


def test_damaged_dino_is_refused(dino_folder, tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"not tensors")
    with pytest.raises(ValueError, match="can't be loaded as dino-vit-s-8"):
        DinoSaliency(weights_path=dino_folder)
