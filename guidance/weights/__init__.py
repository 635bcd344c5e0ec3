"""Frozen networks: which there are, where they lie, how they are fetched, loaded safely and shared.

``python -m guidance.weights list`` shows what is there, ``python -m guidance.weights fetch NAME`` downloads.
"""

from guidance.weights.catalog import WEIGHTS, Weights, weights_named
from guidance.weights.frozen_network import FrozenNetwork, shared_network
from guidance.weights.lookup import find, locate

__all__ = ["WEIGHTS", "FrozenNetwork", "Weights", "find", "locate", "shared_network", "weights_named"]
