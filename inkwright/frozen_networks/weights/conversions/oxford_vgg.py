"""VGG16 of Oxford's group, out of an ONNX file that Keras wrote."""

from pathlib import Path

from torch import Tensor

from inkwright.frozen_networks.weights.conversions.caffe_input import for_normalized_rgb
from inkwright.frozen_networks.weights.conversions.onnx_tensors import OnnxTensors

# Blocks of convolutions, and the mean that the authors take out of red, green and blue.
_BLOCKS, _MEAN = (2, 2, 3, 3, 3), (123.68, 116.779, 103.939)


def oxford_vgg(path: Path) -> dict[str, Tensor]:
    """The convolutions under torchvision's names, for ``imagenet_normalized`` pictures.

    Raises:
        KeyError: a convolution is missing.
    """
    given, tensors, position = OnnxTensors(path).named, {}, 0
    for block, count in enumerate(_BLOCKS, start=1):
        for index in range(1, count + 1):
            prefix = f"functional_1/block{block}_conv{index}_1"
            tensors[f"features.{position}.weight"] = given[f"{prefix}/convolution/ReadVariableOp:0"]
            tensors[f"features.{position}.bias"] = given[f"{prefix}/Squeeze:0"]
            position += 2
        position += 1
    first = for_normalized_rgb(tensors["features.0.weight"], tensors["features.0.bias"], _MEAN)
    return tensors | dict(zip(("features.0.weight", "features.0.bias"), first, strict=True))
