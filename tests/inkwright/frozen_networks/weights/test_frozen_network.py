from __future__ import annotations

import gc

import torch
from torch import nn

from inkwright.frozen_networks.weights import FrozenNetwork, shared_network


class _Owner(nn.Module):
    def __init__(self, network: FrozenNetwork) -> None:
        super().__init__()
        self.own = nn.Linear(2, 2)
        self.frozen = network


def _network() -> nn.Module:
    return nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))


def test_it_is_hidden_from_checkpoints_and_optimisers_and_stays_in_evaluation_mode():
    owner = _Owner(FrozenNetwork(_network()))
    owner.train()
    assert set(owner.state_dict()) == {"own.weight", "own.bias"}
    assert len(list(owner.parameters())) == 2
    assert len(list(owner.buffers())) == 0
    network = owner.frozen.network
    assert not any(module.training for module in network.modules())
    assert not any(parameter.requires_grad for parameter in network.parameters())
    owner.load_state_dict(_Owner(FrozenNetwork(_network())).state_dict())


def test_it_moves_with_its_owner():
    owner = _Owner(FrozenNetwork(_network())).to(torch.float64)
    assert owner.frozen.network[0].weight.dtype == torch.float64
    owner.to("meta")
    assert owner.frozen.network[1].running_mean.device.type == "meta"


def test_gradients_pass_through_it():
    images = torch.rand(3, 2, requires_grad=True)
    FrozenNetwork(_network())(images).sum().backward()
    assert images.grad.abs().sum() > 0


def test_it_is_shared_while_anyone_holds_it_and_forgotten_after():
    built = []

    def build():
        built.append(None)
        return _network()

    first = shared_network("a key", build)
    assert shared_network("a key", build) is first
    assert shared_network("another key", build) is not first
    assert len(built) == 2
    del first
    gc.collect()
    shared_network("a key", build)
    assert len(built) == 3
