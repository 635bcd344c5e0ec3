"""Ink of a sketch: what is darker than paper."""

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from torch import Tensor

LEAST_INK = 0.25  # from which a pixel belongs to a line

_LUMINANCE = (0.2126, 0.7152, 0.0722)  # Rec. 709, as in sRGB


def check_picture(name: str, picture: Tensor) -> None:
    """Refuse what is no picture.

    Raises:
        ValueError: the shape is not [3, H, W], or a value is not finite.
    """
    if picture.dim() != 3 or picture.shape[0] != 3 or min(picture.shape[1:]) < 1:
        raise ValueError(f"{name} has shape {list(picture.shape)}; it must be [3, H, W]")
    if not bool(torch.isfinite(picture).all()):
        raise ValueError(f"{name} holds numbers that are not finite; they must be in [0, 1]")


def check_pair(render: Tensor, target: Tensor) -> None:
    """Refuse a render and a target that do not belong together.

    Raises:
        ValueError: one is no picture, or their shapes differ.
    """
    check_picture("render", render)
    check_picture("target", target)
    if render.shape != target.shape:
        raise ValueError(
            f"render has shape {list(render.shape)}, target {list(target.shape)}; they must be equal"
        )


def ink_map(render: Tensor) -> Tensor:
    """[H, W] ink in [0, 1] of a picture [3, H, W] on white paper: one minus its luminance."""
    picture = render.detach().float().clamp(0, 1)
    return 1 - torch.einsum("c,chw->hw", picture.new_tensor(_LUMINANCE), picture)


def ink_lines(render: Tensor) -> NDArray[np.bool_]:
    """[H, W] centre lines, one pixel wide, of ink of at least a quarter of black (Zhang and Suen 1984)."""
    from skimage.morphology import skeletonize

    lines: NDArray[np.bool_] = skeletonize((ink_map(render) >= LEAST_INK).cpu().numpy())
    return lines


def blurred(image: Tensor, sigma: float) -> Tensor:
    """[H, W] after a Gaussian of ``sigma`` pixels; edges are continued."""
    reach = max(1, round(3 * sigma))
    offsets = torch.arange(-reach, reach + 1, device=image.device, dtype=image.dtype)
    weights = torch.exp(-0.5 * (offsets / sigma) ** 2)
    weights = weights / weights.sum()
    padded = F.pad(image[None, None], [reach] * 4, mode="replicate")
    return F.conv2d(F.conv2d(padded, weights[None, None, None]), weights[None, None, :, None])[0, 0]


def gradient_magnitude(picture: Tensor, sigma: float = 1.0) -> Tensor:
    """[H, W] root of the summed squared gradients of R, G and B, each after a Gaussian of ``sigma`` pixels.

    Args:
        picture: [3, H, W] in [0, 1].
        sigma: standard deviation in pixels, > 0.
    """
    total = torch.zeros_like(picture[0], dtype=torch.float32)
    for channel in picture.detach().float():
        padded = F.pad(blurred(channel, sigma)[None], [1] * 4, mode="replicate")[0]
        total += ((padded[1:-1, 2:] - padded[1:-1, :-2]) / 2) ** 2 + (
            (padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2
        ) ** 2
    return total.sqrt()
