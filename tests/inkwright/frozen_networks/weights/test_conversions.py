"""Files as others wrote them, with tiny networks in them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from inkwright.frozen_networks.dinov2 import DinoNetwork
from inkwright.frozen_networks.hed import HedNetwork
from inkwright.frozen_networks.network_input import imagenet_normalized
from inkwright.frozen_networks.vgg import VggNetwork
from inkwright.frozen_networks.weights.conversions import CONVERSIONS
from inkwright.frozen_networks.weights.conversions.caffe_input import for_normalized_rgb

BLOCKS = (2, 2, 3, 3, 3)
MEAN = (123.68, 116.779, 103.939)


def _model(path, tensors, nodes=()):
    onnx = pytest.importorskip("onnx")
    initializers = [onnx.numpy_helper.from_array(value.numpy(), name) for name, value in tensors.items()]
    made = [onnx.helper.make_node("MatMul", ["x", used], [name], name=name) for name, used in nodes]
    graph = onnx.helper.make_graph(made, "g", [], [], initializers)
    onnx.save(onnx.helper.make_model(graph), path)
    return path


def test_pictures_in_0_to_255_with_blue_first_and_normalized_ones_say_the_same():
    torch.manual_seed(0)
    weight, bias = torch.randn(4, 3, 3, 3), torch.randn(4)
    picture = torch.rand(1, 3, 8, 8)
    theirs = (255 * picture - torch.tensor(MEAN)[:, None, None]).flip(1)
    ours = for_normalized_rgb(weight, bias, MEAN)
    torch.testing.assert_close(
        F.conv2d(imagenet_normalized(picture), *ours), F.conv2d(theirs, weight, bias), rtol=1e-4, atol=1e-3
    )


def test_vgg_of_keras_becomes_that_of_torchvision(tmp_path):
    tensors, before = {}, 3
    for block, count in enumerate(BLOCKS, start=1):
        for index in range(1, count + 1):
            prefix = f"functional_1/block{block}_conv{index}_1"
            tensors[f"{prefix}/convolution/ReadVariableOp:0"] = torch.randn(block, before, 3, 3)
            tensors[f"{prefix}/Squeeze:0"] = torch.randn(block)
            before = block
    converted = CONVERSIONS["vgg16-oxford"](_model(tmp_path / "vgg.onnx", tensors))
    network = VggNetwork(converted)
    assert network.channels["relu5_3"] == 5
    last = network.convolutions["relu5_3"]
    assert torch.equal(last.weight, tensors["functional_1/block5_conv3_1/convolution/ReadVariableOp:0"])
    assert torch.equal(last.bias, tensors["functional_1/block5_conv3_1/Squeeze:0"])
    tensors.pop("functional_1/block5_conv3_1/Squeeze:0")
    path = _model(tmp_path / "vgg.onnx", tensors)
    with pytest.raises(KeyError, match="block5_conv3_1/Squeeze"):
        CONVERSIONS["vgg16-oxford"](path)


def test_what_is_no_onnx_file_is_refused(tmp_path):
    path = tmp_path / "net.onnx"
    path.write_bytes(b"\xff" * 40)
    with pytest.raises(ValueError, match=r"net.onnx is no ONNX file"):
        CONVERSIONS["vgg16-oxford"](path)


def test_dinov2_of_its_export_becomes_that_of_timm(tmp_path):
    """Matrices are transposed; query, key and value come in this order, whatever the order of the file."""
    torch.manual_seed(0)
    width, tensors, nodes = 8, {}, []
    tensors["onnx::Concat_1957"] = torch.randn(1, 1, width)
    tensors["onnx::Reshape_1962"] = torch.randn(1, 4, width)
    tensors["backbone.embeddings.cls_token"] = torch.randn(1, 1, width)
    tensors["backbone.embeddings.patch_embeddings.projection.weight"] = torch.randn(width, 3, 14, 14)
    tensors["backbone.embeddings.patch_embeddings.projection.bias"] = torch.randn(width)
    for kind in ("weight", "bias"):
        tensors[f"backbone.layernorm.{kind}"] = torch.randn(width)
    for block in range(12):
        prefix = f"backbone.encoder.layer.{block}"
        parts = {f"attention.attention.{each}": (width, width) for each in ("key", "value", "query")}
        parts |= {
            "attention.output.dense": (width, width),
            "mlp.fc1": (width, 4 * width),
            "mlp.fc2": (4 * width, width),
        }
        for part, (rows, columns) in parts.items():
            tensors[f"{prefix}.{part}.bias"] = torch.randn(columns)
            tensors[f"onnx::MatMul_{block}_{part}"] = torch.randn(rows, columns)
            node = f"/backbone/encoder/layer.{block}/{part.replace('.', '/')}/MatMul"
            nodes.append((node, f"onnx::MatMul_{block}_{part}"))
        for name in ("norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias"):
            tensors[f"{prefix}.{name}"] = torch.randn(width)
        for name in ("layer_scale1.lambda1", "layer_scale2.lambda1"):
            tensors[f"{prefix}.{name}"] = torch.randn(width)
    before = width
    for index in (1, 2, 3):
        tensors[f"decoder.upconv{index}.weight"] = torch.randn(before, 4, 4, 4)
        tensors[f"decoder.upconv{index}.bias"] = torch.randn(4)
        for name in ("weight", "bias", "running_mean", "running_var"):
            tensors[f"decoder.bn{index}.{name}"] = torch.rand(4)
        before = 4
    tensors["decoder.final_conv.weight"] = torch.randn(1, 4, 1, 1)
    tensors["decoder.final_conv.bias"] = torch.randn(1)
    converted = CONVERSIONS["dinov2-importance"](_model(tmp_path / "dino.onnx", tensors, nodes))
    network = DinoNetwork(converted).eval()
    attention = network.backbone.blocks[3].attn
    for row, part in enumerate(("query", "key", "value")):
        matrix = attention.qkv.weight[row * width : (row + 1) * width]
        assert torch.equal(matrix, tensors[f"onnx::MatMul_3_attention.attention.{part}"].T)
    found = network.features(torch.rand(2, 3, 224, 224), ["block7", "block2"])
    assert [(name, tuple(each.shape)) for name, each in found.items()] == [
        ("block2", (2, width, 16, 16)),
        ("block7", (2, width, 16, 16)),
    ]
    assert float(found["block2"].detach().mean(1).abs().max()) < 1e-5
    assert network.importance(torch.rand(1, 3, 224, 224)).shape == (1, 224, 224)
    with pytest.raises(ValueError, match="'block12'; did you mean block2"):
        network.features(torch.rand(1, 3, 224, 224), ["block12"])


def test_edges_of_keras_become_ours(tmp_path):
    h5py = pytest.importorskip("h5py")
    path, before = tmp_path / "hed.h5", 3
    with h5py.File(path, "w") as file:

        def put(name, rows, columns, side):
            file[f"{name}/vars/0"] = (
                np.random.default_rng(0).normal(size=(side, side, rows, columns)).astype("f4")
            )
            file[f"{name}/vars/1"] = np.ones(columns, np.float32)

        for block, count in enumerate(BLOCKS, start=1):
            for index in range(count):
                put(f"block{block}/layers/conv2d{f'_{index}' if index else ''}", before, 4, 3)
                before = 4
            put(f"dsn{block}", 4, 1, 1)
        put("fuse", 5, 1, 1)
    network = HedNetwork(CONVERSIONS["hed"](path))
    with h5py.File(path) as file:
        expected = torch.from_numpy(file["block2/layers/conv2d/vars/0"][()]).permute(3, 2, 0, 1)
    assert torch.equal(network.trunk.convolutions["relu2_1"].weight, expected)
    lines = network.lines(torch.randn(2, 3, 40, 30))
    assert lines.shape == (2, 40, 30)
    assert 0 <= float(lines.detach().min()) <= float(lines.detach().max()) <= 1


def test_three_files_of_mtcnn_become_one(tmp_path):
    from tests.inkwright.frozen_networks.tiny_networks import tiny_mtcnn_tensors

    whole = tiny_mtcnn_tensors()
    for net in "pro":
        own = {name[2:]: each for name, each in whole.items() if name.startswith(f"{net}.")}
        torch.save(own, tmp_path / f"{net}net.pt")
    converted = CONVERSIONS["mtcnn"](tmp_path / "pnet.pt")
    assert converted.keys() == whole.keys()
    assert all(torch.equal(converted[name], each) for name, each in whole.items())
    (tmp_path / "onet.pt").write_bytes(b"damaged")
    with pytest.raises(ValueError, match=r"onet.pt can't be loaded as mtcnn"):
        CONVERSIONS["mtcnn"](tmp_path / "pnet.pt")


def test_shift_tolerant_lpips_keeps_convolutions_and_heads(tmp_path):
    from tests.inkwright.frozen_networks.tiny_networks import tiny_stlpips_tensors

    whole, theirs = tiny_stlpips_tensors(), {"net.slice1.1.filt": torch.ones(4, 1, 3, 3)}
    for index, place in enumerate(("slice1.0", "slice2.5", "slice3.9", "slice4.11", "slice5.13")):
        for kind in ("weight", "bias"):
            theirs[f"net.{place}.{kind}"] = whole[f"conv{index + 1}.{kind}"]
        theirs[f"lin{index}.model.1.weight"] = whole[f"head{index + 1}"].reshape(1, -1, 1, 1)
    torch.save(theirs, tmp_path / "alex.pth")
    converted = CONVERSIONS["stlpips-alex"](tmp_path / "alex.pth")
    assert converted.keys() == whole.keys()
    assert all(torch.equal(converted[name], each) for name, each in whole.items())
