"""Files of other frameworks become named tensors of ours, without anything in them being run."""

from collections.abc import Callable
from pathlib import Path

from torch import Tensor

from inkwright.frozen_networks.weights.conversions.dinov2_importance import dinov2_importance
from inkwright.frozen_networks.weights.conversions.efficientnet_lite0 import efficientnet_lite0
from inkwright.frozen_networks.weights.conversions.hed import hed
from inkwright.frozen_networks.weights.conversions.mtcnn import mtcnn
from inkwright.frozen_networks.weights.conversions.oxford_vgg import oxford_vgg
from inkwright.frozen_networks.weights.conversions.squeezenet import squeezenet
from inkwright.frozen_networks.weights.conversions.stlpips import stlpips

# By the name of the network in the catalog.
CONVERSIONS: dict[str, Callable[[Path], dict[str, Tensor]]] = {
    "vgg16-oxford": oxford_vgg,
    "squeezenet": squeezenet,
    "dinov2-importance": dinov2_importance,
    "hed": hed,
    "mtcnn": mtcnn,
    "stlpips-alex": stlpips,
    "efficientnet-lite0": efficientnet_lite0,
}

__all__ = ["CONVERSIONS"]
