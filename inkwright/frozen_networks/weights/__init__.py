"""Frozen networks: which there are, where they lie, how they are fetched, loaded safely and shared.

``python -m inkwright.frozen_networks.weights list`` shows what is there,
``python -m inkwright.frozen_networks.weights fetch NAME`` downloads.
"""

from inkwright.frozen_networks.frozen_network import FrozenNetwork, shared_network
from inkwright.frozen_networks.weights.catalog import WEIGHTS, weights_named
from inkwright.frozen_networks.weights.lookup import locate
from inkwright.frozen_networks.weights.places import find
from inkwright.frozen_networks.weights.sources import Weights

__all__ = ["WEIGHTS", "FrozenNetwork", "Weights", "find", "locate", "shared_network", "weights_named"]
