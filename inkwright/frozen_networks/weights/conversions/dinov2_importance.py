"""DINOv2 with a decoder for what people find important, out of an ONNX file."""

from pathlib import Path

import torch
from torch import Tensor

from inkwright.frozen_networks.weights.conversions.onnx_tensors import OnnxTensors

_BLOCKS = 12
# timm's names of what is called otherwise in the file, and of the matrices of its nodes.
_PLAIN = {
    "norm1.weight": "norm1.weight",
    "norm1.bias": "norm1.bias",
    "norm2.weight": "norm2.weight",
    "norm2.bias": "norm2.bias",
    "ls1.gamma": "layer_scale1.lambda1",
    "ls2.gamma": "layer_scale2.lambda1",
    "attn.proj.bias": "attention.output.dense.bias",
    "mlp.fc1.bias": "mlp.fc1.bias",
    "mlp.fc2.bias": "mlp.fc2.bias",
}
_MATRICES = {
    "attn.proj.weight": "attention/output/dense",
    "mlp.fc1.weight": "mlp/fc1",
    "mlp.fc2.weight": "mlp/fc2",
}
_ATTENTION = ("query", "key", "value")


def dinov2_importance(path: Path) -> dict[str, Tensor]:
    """``backbone.*`` under timm's names of ``vit_small_patch14_dinov2``, and ``decoder.*``.

    Raises:
        KeyError: a tensor is missing.
    """
    given = OnnxTensors(path)
    named = given.named
    tensors = {name: each for name, each in named.items() if name.startswith("decoder.")}
    places = torch.cat([named["onnx::Concat_1957"], named["onnx::Reshape_1962"]], dim=1)
    tensors["backbone.pos_embed"] = places
    tensors["backbone.cls_token"] = named["backbone.embeddings.cls_token"]
    for kind in ("weight", "bias"):
        tensors[f"backbone.norm.{kind}"] = named[f"backbone.layernorm.{kind}"]
        patches = named[f"backbone.embeddings.patch_embeddings.projection.{kind}"]
        tensors[f"backbone.patch_embed.proj.{kind}"] = patches
    for block in range(_BLOCKS):
        for name, tensor in _block(given, block).items():
            tensors[f"backbone.blocks.{block}.{name}"] = tensor
    return tensors


def _block(given: OnnxTensors, block: int) -> dict[str, Tensor]:
    prefix, node = f"backbone.encoder.layer.{block}", f"/backbone/encoder/layer.{block}"
    tensors = {ours: given.named[f"{prefix}.{theirs}"] for ours, theirs in _PLAIN.items()}
    tensors |= {ours: given.of_node(f"{node}/{theirs}/MatMul").T for ours, theirs in _MATRICES.items()}
    attention = [f"attention/attention/{each}" for each in _ATTENTION]
    tensors["attn.qkv.weight"] = torch.cat([given.of_node(f"{node}/{each}/MatMul").T for each in attention])
    biases = [given.named[f"{prefix}.attention.attention.{each}.bias"] for each in _ATTENTION]
    tensors["attn.qkv.bias"] = torch.cat(biases)
    return tensors
