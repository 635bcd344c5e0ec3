from __future__ import annotations

import json
from pathlib import Path

import open_clip
import pytest
import torch

from inkwright.frozen_networks.clip import ClipNetwork, load_clip
from inkwright.frozen_networks.weights import WEIGHTS
from tests.inkwright.frozen_networks.tiny_networks import tiny_clip

RESNETS = {
    "RN50-quickgelu": (64, 256, 512, 1024, 2048, 1024),
    "RN101-quickgelu": (64, 256, 512, 1024, 2048, 512),
}


def _on_meta(architecture: str) -> ClipNetwork:
    with torch.device("meta"):
        return ClipNetwork(open_clip.CLIP(**open_clip.get_model_config(architecture))).to("meta").eval()


@pytest.mark.parametrize("architecture", RESNETS)
def test_features_of_the_real_resnets_have_their_published_shapes(architecture):
    network = _on_meta(architecture)
    seen = network.features(torch.zeros(2, 3, 224, 224, device="meta"), network.layer_names)
    *channels, joint = RESNETS[architecture]
    sides = (56, 56, 28, 14, 7)
    shapes = {name: tuple(each.shape) for name, each in seen.layers.items()}
    assert shapes == {
        name: (2, count, side, side)
        for name, count, side in zip(network.layer_names, channels, sides, strict=True)
    }
    assert seen.embedding.shape == (2, joint)


@pytest.mark.parametrize(
    ("architecture", "blocks", "tokens", "width", "joint"),
    [
        ("ViT-B-32-quickgelu", 12, 50, 768, 512),
        ("ViT-B-16", 12, 197, 768, 512),
        ("ViT-L-14", 24, 257, 1024, 768),
    ],
)
def test_features_of_the_real_transformers_have_their_published_shapes(
    architecture, blocks, tokens, width, joint
):
    network = _on_meta(architecture)
    assert network.layer_names == tuple(f"block{index}" for index in range(blocks))
    seen = network.features(torch.zeros(2, 3, 224, 224, device="meta"), ("block0", f"block{blocks - 1}"))
    assert {tuple(each.shape) for each in seen.layers.values()} == {(2, tokens, width)}
    assert seen.embedding.shape == (2, joint)


def test_the_published_code_reads_other_layers_under_the_same_names():
    network = _on_meta("RN101-quickgelu")
    pictures = torch.zeros(1, 3, 224, 224, device="meta")
    seen = network.features(pictures, ("layer2", "layer3"), layer_map="repo_2023")
    assert tuple(seen.layers["layer2"].shape[1:]) == (64, 28, 28)
    assert tuple(seen.layers["layer3"].shape[1:]) == (256, 28, 28)
    assert tuple(seen.embedding.shape[1:]) == (1024, 7, 7)


def test_every_clip_of_the_catalogue_is_known_to_the_library():
    clips = [weights for name, weights in WEIGHTS.items() if name.startswith("clip-")]
    assert len(clips) >= 8
    for weights in clips:
        described = open_clip.get_pretrained_cfg(weights.architecture, weights.tag)
        assert described["hf_hub"].strip("/") == weights.source.repository
        config = open_clip.get_model_config(weights.architecture)
        assert config.get("quick_gelu", False) == described.get("quick_gelu", False)


@pytest.mark.parametrize("fixture", ["clip_folder", "vit_folder"])
def test_features_are_those_on_the_way_to_the_librarys_own_embedding(fixture, request):
    network = load_clip(weights_path=request.getfixturevalue(fixture)).network
    pictures = torch.rand(2, 3, 64, 64)
    seen = network.features(pictures, network.layer_names)
    inside = {}
    hooks = [
        module.register_forward_hook(lambda module, args, out, name=name: inside.update({name: out}))
        for name, module in zip(network.layer_names[1:], _modules(network), strict=True)
    ]
    # The tiny configuration says: mean 0.5, deviation 0.25.
    embedded = network.model.encode_image((pictures - 0.5) / 0.25)
    for hook in hooks:
        hook.remove()
    torch.testing.assert_close(seen.embedding, embedded)
    for name, values in inside.items():
        torch.testing.assert_close(seen.layers[name], values)
    torch.testing.assert_close(network.features(pictures).embedding, embedded)
    alone = network.features(pictures, [network.layer_names[1]], embed=False)
    assert alone.embedding is None
    torch.testing.assert_close(alone.layers[network.layer_names[1]], seen.layers[network.layer_names[1]])


def _modules(network: ClipNetwork) -> list[torch.nn.Module]:
    visual = network.model.visual
    return (
        [visual.layer1, visual.layer2, visual.layer3, visual.layer4]
        if network.is_resnet
        else list(visual.transformer.resblocks)[1:]
    )


def test_prompts_become_unit_vectors_that_differ(clip_folder):
    read = load_clip(weights_path=clip_folder).network.embed_text(["a cat", "a dog", "a cat"])
    torch.testing.assert_close(read.norm(dim=1), torch.ones(3))
    torch.testing.assert_close(read[0], read[2])
    assert (read[0] - read[1]).norm() > 1e-3


def test_the_same_network_is_loaded_once(clip_folder):
    first = load_clip(weights_path=clip_folder)
    assert load_clip(weights_path=clip_folder) is first
    assert load_clip(weights_path=clip_folder, precision="bf16") is not first


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_half_precision_sees_nearly_the_same(clip_folder, precision):
    pictures = torch.rand(1, 3, 64, 64)
    whole = load_clip(weights_path=clip_folder).network.features(pictures, ("layer2",))
    half = load_clip(weights_path=clip_folder, precision=precision).network.features(pictures, ("layer2",))
    assert half.layers["layer2"].dtype != torch.float32
    error = (half.layers["layer2"].float() - whole.layers["layer2"]).norm() / whole.layers["layer2"].norm()
    assert error < 0.05


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"network": "clip-rn110"}, "did you mean clip-rn101"),
        ({"network": "vgg16"}, "a CLIP is needed"),
        ({"precision": "fp8"}, "precision is 'fp8'"),
    ],
)
def test_wrong_choices_are_refused(clip_folder, wrong, message):
    with pytest.raises(ValueError, match=message):
        load_clip(**({"weights_path": clip_folder} | wrong))


def test_an_unknown_layer_is_refused_and_the_nearest_offered(clip_folder):
    network = load_clip(weights_path=clip_folder).network
    with pytest.raises(
        ValueError, match="'layer5'; did you mean layer4.*stem, layer1, layer2, layer3, layer4"
    ):
        network.features(torch.rand(1, 3, 64, 64), ("layer5",))


def test_missing_weights_are_one_line(nowhere):
    with pytest.raises(FileNotFoundError, match="clip-rn101 .* are missing") as error:
        load_clip()
    assert "\n" not in str(error.value)


def test_a_file_of_another_network_is_refused(clip_folder):
    with pytest.raises(ValueError, match="can't be loaded as clip-rn101: .*another network's"):
        load_clip(weights_path=f"{clip_folder}/open_clip_model.safetensors")


@pytest.mark.parametrize("missing", ["open_clip_config.json", "open_clip_model.safetensors"])
def test_a_folder_without_its_files_is_refused(tmp_path, missing):
    folder = tiny_clip(tmp_path / "clip")
    (folder / missing).unlink()
    with pytest.raises(ValueError, match="the folder holds no open_clip_"):
        load_clip(weights_path=str(folder))


def test_a_damaged_folder_is_refused(tmp_path):
    folder = tiny_clip(tmp_path / "clip")
    file = folder / "open_clip_model.safetensors"
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(ValueError, match="can't be loaded as clip-rn101"):
        load_clip(weights_path=str(folder))
    Path(folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": {}}))
    with pytest.raises(ValueError, match="can't be loaded as clip-rn101"):
        load_clip(weights_path=str(folder))
