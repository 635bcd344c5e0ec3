"""EfficientNet-Lite0 out of a file with the names of another library."""

from pathlib import Path

from torch import Tensor

from inkwright.frozen_networks.weights.safe_loading import load_tensors


def efficientnet_lite0(path: Path) -> dict[str, Tensor]:
    """Its tensors under timm's names; both files hold them in the order in which a picture passes them.

    Raises:
        ImportError: timm is not installed.
        KeyError: there are more or fewer than timm's.
        ValueError: the file is damaged.
    """
    import timm

    given = load_tensors(path, "efficientnet-lite0")
    names = timm.create_model("tf_efficientnet_lite0", pretrained=False).state_dict()
    if len(names) != len(given):
        raise KeyError(f"{len(given)} tensors instead of {len(names)}")
    return dict(zip(names, given.values(), strict=True))
