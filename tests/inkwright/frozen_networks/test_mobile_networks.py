from __future__ import annotations

import pytest
import timm
import torch
import torchvision

from inkwright.frozen_networks.feature_networks import load_features
from inkwright.frozen_networks.mobile_networks import efficientnet_lite0, load_mobile_network, mobilenet_v2
from inkwright.frozen_networks.network_input import imagenet_normalized
from inkwright.frozen_networks.weights.conversions import CONVERSIONS

PICTURES = torch.rand(2, 3, 40, 48, generator=torch.Generator().manual_seed(0))


def test_mobilenet_is_that_of_torchvision_from_block_to_block():
    torch.manual_seed(0)
    theirs = torchvision.models.mobilenet_v2(weights=None).eval()
    ours = mobilenet_v2(theirs.state_dict()).eval()
    found = ours.features(PICTURES, ["block13", "block2"])
    assert list(found) == ["block2", "block13"]
    torch.testing.assert_close(found["block2"], theirs.features[:3](PICTURES))
    torch.testing.assert_close(found["block13"], theirs.features[:14](PICTURES))
    torch.testing.assert_close(ours.scores(PICTURES), theirs(PICTURES))
    with pytest.raises(ValueError, match="'block19'; did you mean block9"):
        ours.features(PICTURES, ["block19"])
    with pytest.raises(ValueError, match="too small for MobileNetV2, which needs 32"):
        ours.features(PICTURES[..., :20], ["block1"])


def test_efficientnet_is_that_of_timm_in_another_files_names(tmp_path):
    torch.manual_seed(0)
    theirs = timm.create_model("tf_efficientnet_lite0").eval()
    tensors = {f"_{index}": each for index, each in enumerate(theirs.state_dict().values())}
    torch.save(tensors, tmp_path / "lite.pth")
    ours = efficientnet_lite0(CONVERSIONS["efficientnet-lite0"](tmp_path / "lite.pth")).eval()
    scores = ours.scores(imagenet_normalized(PICTURES))
    torch.testing.assert_close(scores, theirs(2 * PICTURES - 1), rtol=1e-4, atol=1e-5)
    tensors.popitem()
    torch.save(tensors, tmp_path / "lite.pth")
    with pytest.raises(KeyError, match="295 tensors instead of 296"):
        CONVERSIONS["efficientnet-lite0"](tmp_path / "lite.pth")


def test_a_file_of_another_network_is_refused(tmp_path):
    torch.save({"features.0.weight": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(ValueError, match="can't be loaded as mobilenetv2"):
        load_features("mobilenetv2", str(tmp_path / "other.pth"))
    with pytest.raises(ValueError, match="can't be loaded as efficientnet-lite0"):
        load_mobile_network("efficientnet-lite0", str(tmp_path / "other.pth"))
