"""First convolutions that want blue, green, red in 0..255 get to want normalized red, green, blue."""

import torch
from torch import Tensor

# Of ImageNet, as ``imagenet_normalized`` takes them out of pictures in [0, 1].
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def for_normalized_rgb(
    weight: Tensor, bias: Tensor, mean: tuple[float, float, float]
) -> tuple[Tensor, Tensor]:
    """The kernels [C, 3, h, w] and biases [C] that say the same of ``imagenet_normalized`` pictures.

    Args:
        weight: for blue, green and red in 0..255 with a mean taken out.
        bias: likewise.
        mean: that of red, green and blue.

    Beyond the edge of a picture there is this mean in both cases, but for a rounding of ImageNet's.
    """
    weight = weight.flip(1)
    shift = 255 * torch.tensor(_MEAN) - torch.tensor(mean)
    return weight * (255 * torch.tensor(_STD))[:, None, None], bias + (weight.sum((2, 3)) * shift).sum(1)
