"""What real networks see in the bundled pictures; skipped by name where they are not on the machine."""

from __future__ import annotations

import pytest
import torch

from inkwright.frozen_networks.dinov2 import load_dinov2
from inkwright.frozen_networks.hed import load_hed
from inkwright.frozen_networks.mobile_networks import load_mobile_network
from inkwright.frozen_networks.network_input import clean_view, imagenet_normalized
from inkwright.frozen_networks.squeezenet import load_squeezenet
from inkwright.frozen_networks.vgg import load_vgg
from inkwright.image_analysis.subject.u2net import U2NetForeground
from inkwright.pictures.target_image import load_target
from tests.inkwright.frozen_networks.real_weights import needs

# Numbers of ImageNet's classes.
CLASSES = {"coffee": 967, "cat": 285, "photographer": 872, "shuttle": 812}


def _seen(name: str) -> torch.Tensor:
    return imagenet_normalized(clean_view(load_target(name, 224).image[None], 224))


class TestSqueezenet:
    pytestmark = needs("squeezenet")

    @pytest.mark.parametrize("name", CLASSES)
    def test_it_names_what_is_in_the_picture(self, name):
        assert int(load_squeezenet().network.scores(_seen(name)).argmax()) == CLASSES[name]

    def test_it_refuses_layers_and_pictures_that_it_cannot_see(self):
        network = load_squeezenet().network
        with pytest.raises(ValueError, match="'fire10'; did you mean fire"):
            network.features(_seen("cat"), ["fire10"])
        with pytest.raises(ValueError, match="too small for SqueezeNet"):
            network.features(torch.zeros(1, 3, 16, 16), ["fire9"])


@pytest.mark.parametrize(
    "network", [pytest.param(each, marks=needs(each)) for each in ("mobilenetv2", "efficientnet-lite0")]
)
@pytest.mark.parametrize("name", CLASSES)
def test_mobile_networks_name_what_is_in_the_picture(network, name):
    assert int(load_mobile_network(network).network.scores(_seen(name)).argmax()) == CLASSES[name]


class TestU2netp:
    pytestmark = needs("u2netp")

    def test_it_cuts_out_the_astronaut(self):
        mask = U2NetForeground(network="u2netp")(load_target("astronaut", 224).image.permute(1, 2, 0).numpy())
        assert mask[60, 112] == 1
        assert mask[10, 10] == 0
        assert 0.2 < mask.mean() < 0.7


class TestVgg:
    pytestmark = needs("vgg16-oxford")

    def test_it_is_oxfords(self):
        """Its activations are as large as those of no other."""
        seen = load_vgg(network="vgg16-oxford").network.features(_seen("coffee"), ["relu1_2", "relu5_3"])
        assert 100 < float(seen["relu1_2"].mean()) < 300
        assert 0.2 < float(seen["relu5_3"].mean()) < 5


class TestDinov2:
    pytestmark = needs("dinov2-importance")

    def test_people_would_look_at_the_head(self):
        important = load_dinov2().network.importance(_seen("astronaut"))[0]
        assert float(important[60, 112]) > 0.9
        assert float(important[20, 20]) < 0.3


class TestHed:
    pytestmark = needs("hed")

    def test_the_cup_has_an_outline_and_nothing_within(self):
        lines = load_hed().network.lines(_seen("coffee"))[0]
        assert float(lines.max()) > 0.95
        assert float(lines.median()) < 0.1
