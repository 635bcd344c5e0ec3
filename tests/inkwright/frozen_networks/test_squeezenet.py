from __future__ import annotations

import pytest
import torch
import torchvision

from inkwright.frozen_networks.squeezenet import LAYERS, SqueezeNetwork
from tests.inkwright.frozen_networks.tiny_networks import tiny_squeezenet_tensors

# Where torchvision has our layers, in its list of modules.
PLACES = {
    1: "conv1",
    3: "fire2",
    4: "fire3",
    6: "fire4",
    7: "fire5",
    9: "fire6",
    10: "fire7",
    11: "fire8",
    12: "fire9",
}
PARTS = {"squeeze": "squeeze1x1", "expand1x1": "expand1x1", "expand3x3": "expand3x3"}


def test_features_and_scores_are_those_of_torchvision():
    torch.manual_seed(0)
    theirs = torchvision.models.squeezenet1_1(weights=None).eval()
    tensors = {}
    for kind in ("weight", "bias"):
        tensors[f"conv1.{kind}"] = getattr(theirs.features[0], kind).detach()
        tensors[f"conv10.{kind}"] = getattr(theirs.classifier[1], kind).detach()
        for place, name in list(PLACES.items())[1:]:
            for part, ours in PARTS.items():
                tensors[f"{name}/{ours}.{kind}"] = getattr(
                    getattr(theirs.features[place], part), kind
                ).detach()
    network, pictures, values = SqueezeNetwork(tensors), torch.rand(2, 3, 67, 83), None
    found = network.features(pictures, LAYERS)
    assert tuple(found) == LAYERS
    values = pictures
    for place, module in enumerate(theirs.features):
        values = module(values)
        if place in PLACES and PLACES[place] not in ("conv1", "fire3", "fire5"):
            torch.testing.assert_close(found[PLACES[place]], values, rtol=1e-4, atol=1e-5)
    assert network.scores(pictures).shape == (2, 1000)


def test_widths_do_not_matter_and_small_pictures_are_refused():
    network = SqueezeNetwork(tiny_squeezenet_tensors())
    assert list(network.features(torch.rand(1, 3, 40, 40), ["fire4"])) == ["fire4"]
    with pytest.raises(ValueError, match="'fire10'; did you mean fire"):
        network.features(torch.rand(1, 3, 40, 40), ["fire10"])
    with pytest.raises(ValueError, match="too small for SqueezeNet, which needs 32"):
        network.features(torch.rand(1, 3, 40, 16), ["fire9"])
