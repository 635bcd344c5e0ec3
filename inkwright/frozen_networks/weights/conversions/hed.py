"""Holistically nested edges out of an HDF5 file that Keras wrote."""

from pathlib import Path

import torch
from torch import Tensor

from inkwright.frozen_networks.weights.conversions.caffe_input import for_normalized_rgb

_BLOCKS, _MEAN = (2, 2, 3, 3, 3), (122.67891434, 116.66876762, 104.00698793)


def hed(path: Path) -> dict[str, Tensor]:
    """The convolutions of VGG16 under torchvision's names, ``side1.*`` to ``side5.*``, and ``fuse.*``.

    Raises:
        ImportError: the package h5py is missing.
        KeyError: a convolution is missing.
    """
    try:
        import h5py
    except ImportError as error:
        raise ImportError("it needs the package h5py; run: pip install -e '.[networks]'") from error
    tensors: dict[str, Tensor] = {}
    with h5py.File(path) as file:

        def take(ours: str, theirs: str) -> None:
            weight, bias = (torch.from_numpy(file[f"{theirs}/vars/{index}"][()]) for index in (0, 1))
            tensors[f"{ours}.weight"], tensors[f"{ours}.bias"] = weight.permute(3, 2, 0, 1), bias

        position = 0
        for block, count in enumerate(_BLOCKS, start=1):
            for index in range(count):
                take(f"features.{position}", f"block{block}/layers/conv2d{f'_{index}' if index else ''}")
                position += 2
            position += 1
            take(f"side{block}", f"dsn{block}")
        take("fuse", "fuse")
    first = for_normalized_rgb(tensors["features.0.weight"], tensors["features.0.bias"], _MEAN)
    return tensors | dict(zip(("features.0.weight", "features.0.bias"), first, strict=True))
