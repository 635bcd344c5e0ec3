"""The statistics of a trained simplifier can be measured anew."""

import pytest
import torch
from torch import nn

from benchmarks.simplification.recalibrate import mean_weights, recalibrate
from inkwright.simplification.simplifier_network import SimplifierNetwork


def test_dead_channels_live_again_and_weights_stay():
    torch.manual_seed(0)
    network = SimplifierNetwork("compact", channels=[4, 6], encoder_blocks=[1, 1], decoder_blocks=[1]).eval()
    layers = [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
    for layer in layers:
        layer.running_var.fill_(float("inf"))
    weights = {name: value.clone() for name, value in network.named_parameters()}
    recalibrate(network, batches=2, seed=5)
    measured = [layer.running_var.clone() for layer in layers]
    assert all(bool(torch.isfinite(each).all()) for each in measured)
    assert {layer.momentum for layer in layers} == {0.1}
    assert not network.training
    assert all(torch.equal(weights[name], value) for name, value in network.named_parameters())
    recalibrate(network, batches=2, seed=5)
    assert all(torch.equal(first, layer.running_var) for first, layer in zip(measured, layers, strict=True))


def test_the_mean_of_two_networks():
    one, two = (SimplifierNetwork(channels=[4, 6], encoder_blocks=[1, 1], decoder_blocks=[1]) for _ in "ab")
    mean = mean_weights(one, two)
    for name, value in one.named_parameters():
        assert torch.allclose(mean[name], (value + two.state_dict()[name]) / 2)
    with pytest.raises(ValueError, match="--average is a plain network"):
        mean_weights(one, SimplifierNetwork("plain", width=0.02))
