"""Base of the terms that look through a frozen network."""

from typing import Generic, TypeVar

from torch import nn

from inkwright.frozen_networks.frozen_network import FrozenNetwork
from inkwright.guidance.term import GuidanceTerm

Network = TypeVar("Network", bound=nn.Module)


class NetworkTerm(GuidanceTerm, Generic[Network]):
    """A term that looks through one network, which it may share with others.

    Attributes:
        frozen: holds the network; the term loads it.
    """

    frozen: FrozenNetwork

    @property
    def network(self) -> Network:
        """The network itself."""
        network: Network = self.frozen.network
        return network
