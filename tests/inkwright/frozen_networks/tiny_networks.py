"""Networks of a few thousand weights, drawn at random, saved as the real ones are."""

from __future__ import annotations

import json
from pathlib import Path

import open_clip
import torch
from safetensors.torch import load_file, save_file

RESNET = {"layers": [1, 1, 1, 1], "width": 8, "patch_size": None, "image_size": 64}
TRANSFORMER = {"layers": 3, "width": 32, "head_width": 16, "patch_size": 16, "image_size": 64}


def tiny_clip(folder: Path, vision: dict = RESNET, seed: int = 0) -> Path:
    """A folder in open_clip's own format."""
    config = {
        "embed_dim": 16,
        "quick_gelu": True,
        "vision_cfg": vision,
        "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
    }
    folder.mkdir(parents=True, exist_ok=True)
    preprocess = {"mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]}
    (folder / "open_clip_config.json").write_text(
        json.dumps({"model_cfg": config, "preprocess_cfg": preprocess})
    )
    torch.manual_seed(seed)
    model = open_clip.CLIP(**config)
    # Fresh ResNets of CLIP end each block with a gain of zero, and would hardly look at the picture.
    for name, parameter in model.visual.named_parameters():
        if name.endswith("bn3.weight"):
            torch.nn.init.constant_(parameter, 1.0)
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    return folder


def tiny_vgg(path: Path, channels: int = 4) -> Path:
    """A file as torchvision's, with narrow convolutions."""
    torch.manual_seed(1)
    tensors, before, position = {}, 3, 0
    for block, count in enumerate((2, 2, 3, 3, 3)):
        for _ in range(count):
            width = channels + block
            tensors[f"features.{position}.weight"] = (
                torch.randn(width, before, 3, 3) * (2 / 9 / before) ** 0.5
            )
            tensors[f"features.{position}.bias"] = 0.01 * torch.randn(width)
            before, position = width, position + 2
        position += 1
    save_file(tensors, path) if path.suffix == ".safetensors" else torch.save(tensors, path)
    return path


def tiny_stlpips_tensors() -> dict[str, torch.Tensor]:
    """Those of a shift-tolerant AlexNet with narrow convolutions."""
    torch.manual_seed(3)
    tensors, before = {}, 3
    for index, side in enumerate((11, 5, 3, 3, 3), start=1):
        width = 3 + index
        tensors[f"conv{index}.weight"] = torch.randn(width, before, side, side) / (before * side**2) ** 0.5
        tensors[f"conv{index}.bias"], tensors[f"head{index}"] = 0.1 * torch.randn(width), torch.rand(width)
        before = width
    return tensors


def tiny_stlpips(path: Path) -> Path:
    """A file as ours of shift-tolerant LPIPS."""
    save_file(tiny_stlpips_tensors(), path)
    return path


def tiny_lpips_heads(path: Path, channels: int = 4) -> Path:
    """A file as that of LPIPS."""
    torch.manual_seed(2)
    torch.save({f"lin{i}.model.1.weight": torch.rand(1, channels + i, 1, 1) for i in range(5)}, path)
    return path


def tiny_dists_heads(path: Path, channels: int = 4) -> Path:
    """A file as that of DISTS."""
    torch.manual_seed(3)
    count = 3 + sum(channels + i for i in range(5))
    torch.save({name: torch.rand(1, count, 1, 1) for name in ("alpha", "beta")}, path)
    return path


def tiny_squeezenet_tensors(width: int = 4, classes: int = 5) -> dict[str, torch.Tensor]:
    """What ``SqueezeNetwork`` takes over, with narrow convolutions."""
    torch.manual_seed(4)
    shapes, before = {"conv1": (width, 3, 3)}, width
    for fire in range(2, 10):
        shapes[f"fire{fire}/squeeze1x1"] = (2, before, 1)
        shapes[f"fire{fire}/expand1x1"], shapes[f"fire{fire}/expand3x3"] = (width, 2, 1), (width, 2, 3)
        before = 2 * width
    shapes["conv10"] = (classes, before, 1)
    tensors = {}
    for name, (rows, columns, side) in shapes.items():
        tensors[f"{name}.weight"] = torch.randn(rows, columns, side, side) * (2 / columns / side**2) ** 0.5
        tensors[f"{name}.bias"] = 0.01 * torch.randn(rows)
    return tensors


def tiny_squeezenet(path: Path) -> Path:
    """A file as our conversion writes it."""
    save_file(tiny_squeezenet_tensors(), path)
    return path


def tiny_dino(path: Path, width: int = 8, depth: int = 9) -> Path:
    """A file as our conversion writes it, with narrow blocks."""
    from timm.models.vision_transformer import VisionTransformer

    torch.manual_seed(5)
    backbone = VisionTransformer(
        224, 14, num_classes=0, embed_dim=width, depth=depth, num_heads=1, init_values=1.0
    )
    tensors = {f"backbone.{name}": each for name, each in backbone.state_dict().items()}
    before = width
    for index in (1, 2, 3):
        tensors[f"decoder.upconv{index}.weight"] = torch.randn(before, 4, 4, 4)
        tensors[f"decoder.upconv{index}.bias"] = torch.zeros(4)
        for name in ("weight", "bias", "running_mean", "running_var"):
            tensors[f"decoder.bn{index}.{name}"] = torch.rand(4)
        before = 4
    tensors["decoder.final_conv.weight"] = torch.randn(1, 4, 1, 1)
    tensors["decoder.final_conv.bias"] = torch.zeros(1)
    save_file(tensors, path)
    return path


def tiny_hed(path: Path) -> Path:
    """A file as our conversion writes it, with narrow convolutions."""
    tensors = load_file(tiny_vgg(path))
    for side in range(1, 6):
        tensors[f"side{side}.weight"] = torch.rand(1, 3 + side, 1, 1)
        tensors[f"side{side}.bias"] = torch.zeros(1)
    tensors |= {"fuse.weight": torch.rand(1, 5, 1, 1), "fuse.bias": torch.zeros(1)}
    save_file(tensors, path)
    return path


def tiny_mtcnn_tensors(width: int = 2) -> dict[str, torch.Tensor]:
    """Three narrow nets, of which the first is sure that nothing is a face."""
    sides, tensors = {"p": (3, 3, 3), "r": (3, 3, 2), "o": (3, 3, 3, 2)}, {}
    for net, kernels in sides.items():
        before = 3
        for index, side in enumerate(kernels, start=1):
            tensors[f"{net}.conv{index}.weight"] = torch.randn(width, before, side, side)
            tensors[f"{net}.conv{index}.bias"] = torch.zeros(width)
            tensors[f"{net}.prelu{index}.weight"] = torch.full((width,), 0.25)
            before = width
        last = len(kernels) + 1
        if net == "p":
            heads = {"conv4_1": 2, "conv4_2": 4}
        else:
            tensors[f"{net}.dense{last}.weight"] = torch.randn(width, 9 * width)
            tensors[f"{net}.dense{last}.bias"] = torch.zeros(width)
            tensors[f"{net}.prelu{last}.weight"] = torch.full((width,), 0.25)
            heads = {
                f"dense{last + 1}_{part}": size for part, size in enumerate((2, 4, 10)[: last - 2], start=1)
            }
        for name, size in heads.items():
            shape = (size, width, 1, 1) if net == "p" else (size, width)
            tensors[f"{net}.{name}.weight"] = torch.zeros(shape)
            tensors[f"{net}.{name}.bias"] = torch.zeros(size)
    tensors["p.conv4_1.bias"] = torch.tensor([9.0, -9.0])
    return tensors


def tiny_mtcnn(path: Path) -> Path:
    """A file as our conversion writes it."""
    save_file(tiny_mtcnn_tensors(), path)
    return path


def tiny_u2net(path: Path, *, channels: int = 3, inputs: int = 1) -> Path:
    """Seven outputs as U²-Net has; the first is how dark the picture is, the others are noise."""
    import onnx
    from onnx import TensorProto, helper

    pictures = [
        helper.make_tensor_value_info(f"input.{i}", TensorProto.FLOAT, [1, channels, 64, 64])
        for i in range(inputs)
    ]
    outputs = [helper.make_tensor_value_info(f"d{i}", TensorProto.FLOAT, [1, 1, 64, 64]) for i in range(7)]
    nodes = [
        helper.make_node("ReduceMean", ["input.0"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("Neg", ["mean"], ["d0"]),
        *[helper.make_node("Identity", ["mean"], [f"d{i}"]) for i in range(1, 7)],
    ]
    graph = helper.make_graph(nodes, "tiny", pictures, outputs)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)
    return path
