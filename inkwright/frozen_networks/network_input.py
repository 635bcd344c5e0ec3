"""Pictures as networks want them: on a white square, with ImageNet's mean and deviation taken out."""

import torch.nn.functional as F  # noqa: N812
from torch import Tensor

_MEAN = (0.485, 0.456, 0.406)
_STD = (0.229, 0.224, 0.225)


def clean_view(images: Tensor, size: int, ground: Tensor | None = None) -> Tensor:
    """[B, 3, size, size]: the pictures as they are, on a square that is white, or of a ground as follows."""
    square = on_square(images, ground)
    if square.shape[-1] == size:
        return square
    return F.interpolate(square, (size, size), mode="bicubic", antialias=True).clamp(0, 1)


def on_square(images: Tensor, ground: Tensor | None = None) -> Tensor:
    """The pictures [B, 3, H, W] in the middle of squares: nothing is cut off or squashed.

    The squares are white, or of colors [B or 1, 3, 1, 1].
    """
    height, width = images.shape[-2:]
    side = max(height, width)
    left, top = (side - width) // 2, (side - height) // 2
    if height == width:
        return images
    around = (left, side - width - left, top, side - height - top)
    if ground is None:
        return F.pad(images, around, value=1.0)
    return F.pad(images - ground, around) + ground


def imagenet_normalized(images: Tensor) -> Tensor:
    """RGB [B, 3, H, W] in [0, 1] with the mean and the deviation of ImageNet taken out."""
    mean, std = (images.new_tensor(each)[:, None, None] for each in (_MEAN, _STD))
    return (images - mean) / std
