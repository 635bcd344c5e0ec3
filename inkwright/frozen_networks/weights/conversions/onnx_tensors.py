"""Named tensors of an ONNX file, and the nodes that use them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor


class OnnxTensors:
    """What an ONNX file holds, read by the package onnx as data; the graph is not run.

    Attributes:
        named: its initializers by name.
    """

    def __init__(self, path: Path) -> None:
        """Reads the file.

        Raises:
            ImportError: the package onnx is missing.
            ValueError: it is no ONNX file.
        """
        try:
            import onnx
            from google.protobuf.message import DecodeError
        except ImportError as error:
            raise ImportError("it needs the package onnx; run: pip install -e '.[networks]'") from error
        try:
            self._graph = onnx.load(str(path), load_external_data=False).graph
        except DecodeError as error:
            raise ValueError(f"{path.name} is no ONNX file ({error})") from error
        self.named = {
            each.name: torch.from_numpy(onnx.numpy_helper.to_array(each).copy())
            for each in self._graph.initializer
        }

    def of_node(self, name: str) -> Tensor:
        """The initializer that the node of that name uses.

        Raises:
            KeyError: there is no such node, or it uses none.
        """
        for node in self._nodes():
            if node.name == name:
                return next(self.named[each] for each in node.input if each in self.named)
        raise KeyError(name)

    def _nodes(self) -> Iterator[Any]:
        return iter(self._graph.node)
