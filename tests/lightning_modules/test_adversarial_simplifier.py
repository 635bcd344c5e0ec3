"""Adversarial training: who learns when, and that it runs from outside."""

from __future__ import annotations

import csv

import pytest
import torch

from inkwright.simplification.discriminator import Discriminator
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.weights_file import load_weights, save_weights
from lightning_modules.adversarial_simplifier import AdversarialSimplifier
from lightning_modules.simplifier_optimization import SimplifierOptimization

NETWORK = (
    "lightning_module.network.channels=[4,6]",
    "lightning_module.network.encoder_blocks=[1,1]",
    "lightning_module.network.decoder_blocks=[1]",
)
SMALL = (
    "experiment=simplifier_adversarial",
    *NETWORK,
    "datamodule.patch_size=64",
    "datamodule.batch_size=2",
    "datamodule.test_pages=1",
    "datamodule.test_side=128",
    "callbacks.averaged_weights=null",
    "trainer.log_every_n_steps=1",
)


def _network() -> SimplifierNetwork:
    return SimplifierNetwork(channels=[4, 6], encoder_blocks=[1, 1], decoder_blocks=[1])


def test_discriminator_has_the_published_size():
    network = Discriminator(384)
    assert network.layers[-1].in_features == 18_432
    assert network(torch.rand(2, 1, 384, 384)).shape == (2,)
    with pytest.raises(ValueError, match="side is 100; it must be a multiple of 64"):
        Discriminator(100)


def test_discriminator_learns_alone_first_then_both(run_train, tmp_path):
    start = tmp_path / "start.safetensors"
    network = _network()
    save_weights(network, start)
    arguments = (*SMALL, f"lightning_module.start_from={start}", "steps=2")
    alone, both = tmp_path / "alone", tmp_path / "both"
    assert run_train(*arguments, "lightning_module.alone_steps=2", f"hydra.run.dir={alone}").status == 0
    assert run_train(*arguments, "lightning_module.alone_steps=1", f"hydra.run.dir={both}").status == 0
    before, kept, moved = (
        dict(load_weights(path).named_parameters())
        for path in (start, alone / "weights.safetensors", both / "weights.safetensors")
    )
    assert all(torch.equal(before[name], kept[name]) for name in before)
    assert any(not torch.equal(before[name], moved[name]) for name in before)
    last = list(csv.DictReader((both / "metrics.csv").open()))[-1]
    assert {"train/error", "train/fooled", "train/fooled_alone", "train/discriminator"} <= set(last)


def test_sketches_without_partners_are_needed(run_train, tmp_path):
    finished = run_train(*SMALL, "datamodule=sketch_pairs", "steps=1", f"hydra.run.dir={tmp_path}")
    assert finished.status == 2
    assert "needs unpaired sketches: datamodule=unpaired_sketches" in finished.err


def test_lines_alone_leave_the_statistics(tmp_path):
    module = AdversarialSimplifier(_network(), SimplifierOptimization(steps=1), side=64)
    before = {name: value.clone() for name, value in module.network.named_buffers()}
    module._without_statistics(torch.rand(2, 1, 64, 64))
    assert all(torch.equal(value, before[name]) for name, value in module.network.named_buffers())
    assert module.network.training


def test_foreign_weights_and_negative_numbers_are_named(tmp_path):
    other = tmp_path / "other.safetensors"
    save_weights(SimplifierNetwork("plain", width=0.02), other)
    plan = SimplifierOptimization(steps=1)
    with pytest.raises(ValueError, match="is a plain network"):
        AdversarialSimplifier(_network(), plan, side=64, start_from=str(other))
    with pytest.raises(ValueError, match="must be >= 0"):
        AdversarialSimplifier(_network(), plan, side=64, alpha=-1.0)
