"""Networks whose weights are one file of named tensors: found, checked, built once, frozen."""

from collections.abc import Callable

from torch import Tensor, nn

from inkwright.frozen_networks.frozen_network import FrozenNetwork, shared_network
from inkwright.frozen_networks.weights.lookup import locate
from inkwright.frozen_networks.weights.safe_loading import load_tensors, loading


def network_of_tensors(
    name: str, build: Callable[[dict[str, Tensor]], nn.Module], weights_path: str | None = None
) -> FrozenNetwork:
    """What ``build`` makes of the weights of that name, shared with all who ask for the same file.

    Args:
        name: in the catalog of weights.
        build: makes the network of its tensors by name.
        weights_path: the file; None looks in the usual places.

    Raises:
        ValueError: the file is not this network's.
        FileNotFoundError: the weights are missing.
        ImportError: a package is not installed.
    """
    path = locate(name, weights_path)

    def load() -> nn.Module:
        tensors = load_tensors(path, name)
        with loading(path, name):
            return build(tensors)

    return shared_network((name, path.resolve()), load)
