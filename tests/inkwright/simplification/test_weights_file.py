"""Weights survive the disk, and other files are refused by name."""

from __future__ import annotations

import pytest
import torch

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
    from safetensors.torch import save_file

    other = tmp_path / "other.safetensors"
    save_file({"x": torch.zeros(1)}, other)
    with pytest.raises(ValueError, match="holds no simplifier"):
        load_weights(other)
