"""SqueezeNet 1.1 out of a pickle of numpy arrays."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy._core.multiarray import _reconstruct
from torch import Tensor

from inkwright.frozen_networks.weights.conversions.caffe_input import for_normalized_rgb

_MEAN = (123.0, 117.0, 104.0)
_ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}


def squeezenet(path: Path) -> dict[str, Tensor]:
    """Its convolutions under the names of the authors, such as ``fire2/squeeze1x1.weight``.

    Raises:
        ValueError: the pickle holds anything but arrays.
        KeyError: a convolution is missing.
    """
    try:
        with path.open("rb") as file:
            given = _ArraysOnly(file).load()
    except (pickle.UnpicklingError, EOFError) as error:
        raise ValueError(f"{path.name} is no pickle of arrays ({error})") from error
    tensors = {}
    for name, (weight, bias) in given.items():
        tensors[f"{name}.weight"] = torch.from_numpy(np.array(weight, dtype=np.float32)).permute(3, 2, 0, 1)
        tensors[f"{name}.bias"] = torch.from_numpy(np.array(bias, dtype=np.float32)).reshape(-1)
    first = for_normalized_rgb(tensors["conv1.weight"], tensors["conv1.bias"], _MEAN)
    return tensors | dict(zip(("conv1.weight", "conv1.bias"), first, strict=True))


class _ArraysOnly(pickle.Unpickler):
    """Makes numpy arrays and what Python itself has, and calls nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """One of those that an array needs."""
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return _ALLOWED[module, name]
