"""Weights survive the disk, and other files are refused by name."""

from __future__ import annotations

import json
import time

import pytest
import torch
from safetensors.torch import save_file

from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.weights_file import load_weights, read_note, save_weights

SMALL = {"channels": [4, 6], "encoder_blocks": [1, 1], "decoder_blocks": [1]}


def test_network_comes_back_as_it_was(tmp_path):
    network = SimplifierNetwork("compact", mean=0.9, std=0.2, **SMALL).eval()
    path = tmp_path / "weights.safetensors"
    save_weights(network, path, {"steps": 7})
    loaded = load_weights(path)
    assert (loaded.architecture, loaded.settings) == ("compact", SMALL)
    assert float(loaded.mean) == pytest.approx(0.9)
    assert not loaded.training
    rough = torch.rand(1, 1, 20, 20)
    assert torch.allclose(loaded(rough), network(rough), atol=2e-3)  # weights are kept in half precision
    assert read_note(path) == {"steps": 7}


def test_missing_and_foreign_files_are_named(tmp_path):
    with pytest.raises(ValueError, match=r"weights=.*none\.safetensors: there is no such file; train some"):
        load_weights(tmp_path / "none.safetensors")
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"nothing of the kind")
    with pytest.raises(ValueError, match="is no safetensors file"):
        load_weights(broken)
    other = tmp_path / "other.safetensors"
    save_file({"x": torch.zeros(1)}, other)
    with pytest.raises(ValueError, match="holds no simplifier"):
        load_weights(other)


def header(**changes):
    said = {"architecture": "compact", "settings": SMALL, "note": {}} | changes
    return {"inkwright simplifier": json.dumps(said)}


ODD_HEADERS = {
    "no JSON": ({"inkwright simplifier": "{"}, "no safetensors file"),
    "deep JSON": ({"inkwright simplifier": "[" * 100_000}, "no safetensors file"),
    "a list": ({"inkwright simplifier": "[1]"}, "holds no simplifier"),
    "no architecture": ({"inkwright simplifier": '{"a": 1}'}, "'architecture'"),
    "an odd architecture": (header(architecture=[1]), "unhashable"),
    "odd settings": (header(settings=3), "must be a mapping"),
    "unknown settings": (header(settings={"x": 1}), "unexpected keyword argument 'x'"),
    "many blocks": (header(settings=SMALL | {"encoder_blocks": [100_000, 1]}), "encoder_blocks holds 100000"),
    "wide maps": (header(settings=SMALL | {"channels": [10**7, 6]}), "channels holds 10000000"),
    "less than nothing": (header(settings=SMALL | {"channels": [-4, 6]}), "channels holds -4"),
    "words": (header(settings=SMALL | {"channels": ["4", "6"]}), "channels holds '4'"),
    "a huge plain network": (header(architecture="plain", settings={"width": 1e9}), "width is 1000000000"),
    "a plain network": (header(architecture="plain", settings={"width": 0.01}), "its network has no"),
}


@pytest.mark.parametrize("name", ODD_HEADERS)
def test_odd_headers_are_told_in_a_line_before_memory_is_taken(tmp_path, name):
    metadata, message = ODD_HEADERS[name]
    save_file(
        SimplifierNetwork("compact", **SMALL).state_dict(), tmp_path / "odd.safetensors", metadata=metadata
    )
    start = time.process_time()
    with pytest.raises(ValueError, match=message):
        load_weights(tmp_path / "odd.safetensors")
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("body.stem.1.weight", torch.full((4, 4, 3, 3), torch.nan), "body.stem.1.weight holds nan"),
        ("body.stem.1.weight", torch.zeros(4, 4, 3, 3, dtype=torch.int32), "is of type torch.int32"),
        ("body.stem.1.weight", torch.zeros(3), r"no body.stem.1.weight of shape \[3\]"),
        ("body.stem.1.weight", None, "body.stem.1.weight"),
        ("other", torch.zeros(1), "its network has no other"),
        ("std", torch.zeros(()), "std holds 0"),
        ("mean", torch.tensor(torch.nan), "mean holds nan"),
        ("body.encoder.0.0.layers.1.running_var", torch.full((4,), -1.0), "running_var holds -1"),
    ],
)
def test_weights_that_fit_no_network_are_named(tmp_path, key, value, message):
    state = SimplifierNetwork("compact", **SMALL).state_dict()
    state.update({key: value})
    state = {name: each for name, each in state.items() if each is not None}
    save_file(state, tmp_path / "odd.safetensors", metadata=header())
    with pytest.raises(ValueError, match=message):
        load_weights(tmp_path / "odd.safetensors")


def test_variances_beyond_half_precision_are_kept(tmp_path):
    network = SimplifierNetwork("compact", **SMALL)
    network.body.encoder[0][0].layers[1].running_var.fill_(1e6)
    save_weights(network, tmp_path / "weights.safetensors")
    assert (
        float(load_weights(tmp_path / "weights.safetensors").body.encoder[0][0].layers[1].running_var[0])
        == 1e6
    )
