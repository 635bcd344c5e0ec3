from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from inkwright.guidance.network_terms.lpips import LpipsTerm
from inkwright.guidance.targets import Targets
from inkwright.pictures.target_image import load_target
from tests.inkwright.frozen_networks.real_weights import needs
from tests.inkwright.frozen_networks.tiny_networks import tiny_stlpips, tiny_stlpips_tensors


@pytest.fixture
def path(tmp_path):
    return str(tiny_stlpips(tmp_path / "stlpips.safetensors"))


def _distance(term, picture, target) -> float:
    term.prepare(Targets(target[None]))
    return float(sum(term(picture[None], 1.0).values()))


def _plain_features(picture: torch.Tensor) -> list[torch.Tensor]:
    """The five layers, put together of torch's own modules."""
    tensors = tiny_stlpips_tensors()

    def convolution(index: int, padding: int) -> nn.Module:
        weight = tensors[f"conv{index}.weight"]
        layer = nn.Conv2d(weight.shape[1], weight.shape[0], weight.shape[2], padding=padding)
        layer.load_state_dict({"weight": weight, "bias": tensors[f"conv{index}.bias"]})
        return layer

    def halving(channels: int) -> nn.Module:
        blur = nn.Conv2d(channels, channels, 3, stride=2, groups=channels, bias=False)
        nn.init.constant_(blur.weight, 1 / 16)
        blur.weight.data *= torch.tensor([[1, 2, 1], [2, 4, 2], [1, 2, 1]])
        return nn.Sequential(nn.ReflectionPad2d(2), blur)

    layers = [
        nn.Sequential(convolution(1, 2), halving(4), nn.ReLU()),
        nn.Sequential(nn.MaxPool2d(3, 1), halving(4), convolution(2, 2), nn.ReLU()),
        nn.Sequential(nn.MaxPool2d(3, 1), halving(5), convolution(3, 1), nn.ReLU()),
        nn.Sequential(convolution(4, 1), nn.ReLU()),
        nn.Sequential(convolution(5, 1), nn.ReLU()),
    ]
    mean, deviation = torch.tensor([[-0.030, -0.088, -0.188], [0.458, 0.448, 0.450]])[..., None, None]
    values, found = (2 * picture[None] - 1 - mean) / deviation, []
    for layer in layers:
        values = layer(values)
        found.append(values.detach())
    return found


def test_it_is_the_distance_of_unit_features_weighted_by_its_own_heads(path):
    first, second = torch.rand(2, 3, 41, 56, generator=torch.Generator().manual_seed(0))
    heads, expected = tiny_stlpips_tensors(), 0.0
    for index, (a, b) in enumerate(zip(_plain_features(first), _plain_features(second), strict=True)):
        difference = (F.normalize(a) - F.normalize(b)).square()[0].mean((1, 2))
        expected += float(difference @ heads[f"head{index + 1}"])
    term = LpipsTerm(network="stlpips-alex", weights_path=path)
    assert _distance(term, first, second) == pytest.approx(expected, rel=1e-3)
    assert _distance(term, first, first) == 0


def test_it_hands_gradients_to_the_picture_and_none_to_itself(path):
    term = LpipsTerm(network="stlpips-alex", weights_path=path)
    picture, target = torch.rand(2, 3, 40, 40).unbind()
    term.prepare(Targets(target[None]))
    picture.requires_grad_()
    sum(term(picture[None], 0.0).values()).sum().backward()
    assert float(picture.grad.abs().sum()) > 0
    assert not any(each.requires_grad for each in term.network.parameters())


def test_wrong_choices_are_named(path):
    with pytest.raises(ValueError, match="network is 'alex'; it must be vgg16 or stlpips-alex"):
        LpipsTerm(network="alex")
    with pytest.raises(ValueError, match="heads_path is 'heads.pth'; stlpips-alex brings its own heads"):
        LpipsTerm(network="stlpips-alex", weights_path=path, heads_path="heads.pth")
    term = LpipsTerm(network="stlpips-alex", weights_path=path)
    with pytest.raises(ValueError, match="too small for AlexNet, which needs 32 pixels"):
        term.prepare(Targets(torch.rand(1, 3, 20, 50)))


class TestRealWeights:
    pytestmark = needs("stlpips-alex")

    def test_a_picture_that_moved_is_far_nearer_than_one_that_lost_its_detail(self):
        cat = load_target("cat", 128).image
        term = LpipsTerm(network="stlpips-alex")
        moved = F.pad(cat[None], (1, 0, 0, 0), mode="replicate")[0, :, :, :-1]
        blurred = F.avg_pool2d(cat[None], 5, 1, 2)[0]
        assert _distance(term, cat, cat) == 0
        assert 20 * _distance(term, moved, cat) < _distance(term, blurred, cat)
