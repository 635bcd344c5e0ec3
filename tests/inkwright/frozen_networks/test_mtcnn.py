"""Three nets find faces: what passes one is looked at by the next, and points lie where the last says."""

from __future__ import annotations

import pytest
import torch

from inkwright.frozen_networks.mtcnn import MtcnnNetwork, load_mtcnn
from inkwright.pictures.target_image import load_target
from tests.inkwright.frozen_networks.real_weights import needs
from tests.inkwright.frozen_networks.tiny_networks import tiny_mtcnn, tiny_mtcnn_tensors


def _sure(*nets: str) -> MtcnnNetwork:
    """Random nets, of which these take everything for a face; points lie at a quarter and a half of it."""
    tensors = tiny_mtcnn_tensors()
    for net, head in (("p", "conv4_1"), ("r", "dense5_1"), ("o", "dense6_1")):
        sign = 9.0 if net in nets else -9.0
        tensors[f"{net}.{head}.bias"] = torch.tensor([-sign, sign])
    tensors["o.dense6_3.bias"] = torch.tensor([0.25] * 5 + [0.5] * 5)
    return MtcnnNetwork(tensors)


def test_what_one_net_refuses_is_no_face():
    picture = torch.rand(3, 40, 60, generator=torch.Generator().manual_seed(0))
    for nets in ((), ("p",), ("p", "r"), ("r", "o")):
        found = _sure(*nets).faces(picture)
        assert (found.boxes.shape, found.points.shape, found.sure.shape) == ((0, 4), (0, 5, 2), (0,))
    assert len(_sure("p", "r", "o").faces(torch.rand(3, 8, 8)).boxes) == 0


def test_points_lie_within_their_boxes_which_do_not_cover_each_other():
    found = _sure("p", "r", "o").faces(torch.rand(3, 40, 60), smallest=20)
    assert len(found.boxes) > 1
    assert len(found.boxes) == len(found.points) == len(found.sure)
    size = found.boxes[:, 2:] - found.boxes[:, :2]
    expected = found.boxes[:, :2] + size * torch.tensor([0.25, 0.5])
    torch.testing.assert_close(found.points, expected[:, None].expand(-1, 5, -1), rtol=0, atol=1e-3)
    first, rest = found.boxes[0], found.boxes[1:]
    shared = (torch.minimum(first[2:], rest[:, 2:]) - torch.maximum(first[:2], rest[:, :2])).clamp_min(0)
    areas = size[0].prod() + size[1:].prod(1) - shared.prod(1)
    assert float((shared.prod(1) / areas).max()) <= 0.7


def test_a_file_of_another_network_is_one_line(tmp_path):
    path = tiny_mtcnn(tmp_path / "mtcnn.safetensors")
    assert load_mtcnn(str(path)).network.faces(torch.rand(3, 30, 30)).boxes.shape == (0, 4)
    torch.save({"p.conv1.weight": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(ValueError, match="can't be loaded as mtcnn"):
        load_mtcnn(str(tmp_path / "other.pth"))


class TestRealWeights:
    pytestmark = needs("mtcnn")

    def test_the_astronauts_eyes_and_the_photographers_small_face_are_found(self):
        network = load_mtcnn().network
        found = network.faces(load_target("astronaut", 224).detail)
        eyes = torch.tensor([[187.0, 142.0], [247.0, 145.0]])
        torch.testing.assert_close(found.points[0, :2], eyes, rtol=0, atol=6)
        (small,) = network.faces(load_target("photographer", 224).detail).boxes
        assert 40 < float(small[3] - small[1]) < 90
        assert len(network.faces(load_target("coffee", 224).detail).boxes) == 0
