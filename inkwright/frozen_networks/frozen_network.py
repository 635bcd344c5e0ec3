"""Wrapper that keeps a network frozen, out of checkpoints, and shared between users."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any
from weakref import WeakValueDictionary

from torch import nn


class FrozenNetwork(nn.Module):
    """Holds a network out of sight.

    The network moves with the module that this is a part of. Apart from that it is hidden: its parameters
    are in no ``parameters()``, so in no optimiser; in no ``state_dict()``, so in no checkpoint; they need no
    gradient, and ``train()`` does not reach it: it stays in evaluation mode.
    """

    def __init__(self, network: nn.Module) -> None:
        """Freezes the network."""
        super().__init__()
        # nn.Module finds modules in attributes, but does not look into a tuple.
        self._hidden = (network.requires_grad_(False).eval(),)

    @property
    def network(self) -> Any:
        """The network itself."""
        return self._hidden[0]

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the network says."""
        return self.network(*args, **kwargs)

    def _apply(self, fn: Callable[..., Any], recurse: bool = True) -> FrozenNetwork:
        self.network._apply(fn, recurse)
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        return self


_shared: WeakValueDictionary[Hashable, FrozenNetwork] = WeakValueDictionary()


def shared_network(key: Hashable, build: Callable[[], nn.Module]) -> FrozenNetwork:
    """What ``build`` made at the first call with that key (kind, file, precision), while anyone holds it."""
    network = _shared.get(key)
    if network is None:
        network = FrozenNetwork(build())
        _shared[key] = network
    return network
