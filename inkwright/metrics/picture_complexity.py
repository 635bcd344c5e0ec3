"""How much there is to draw in a picture, from its edges and its spectrum."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.metrics.ink import check_picture

SIZE = 224

_GRAY = (0.299, 0.587, 0.114)
_FLAT = 1e-4


@dataclass(frozen=True)
class PictureComplexity:
    """Measures of a picture brought to 224 x 224 pixels; the constants belong to that size.

    Attributes:
        edge_density: in [0, 1], share of the pixels with a visible slope (after a Gaussian of sigma 1, Sobel
            magnitude over 8 above 0.02).
        spectral_entropy: in [0, 1], entropy of the power spectrum of the windowed picture, over its maximum;
            0 for a picture that is flat.
        complexity: in [0, 1], the mean of both, each brought to [0, 1].
    """

    edge_density: float
    spectral_entropy: float
    complexity: float


@torch.no_grad()
def picture_complexity(picture: Tensor) -> PictureComplexity:
    """Measures a picture [3, H, W] in [0, 1]; needs no weights.

    Raises:
        ValueError: it is no picture.
    """
    check_picture("picture", picture)
    image = F.interpolate(picture[None].double().cpu(), (SIZE, SIZE), mode="bicubic", antialias=True)
    gray = (image[0].clamp(0, 1) * torch.tensor(_GRAY, dtype=torch.float64)[:, None, None]).sum(0)
    edges, entropy = edge_density(gray), spectral_entropy(gray)
    parts = (_share(edges, 0.10, 0.65), _share(entropy, 0.30, 0.45))
    return PictureComplexity(edges, entropy, sum(parts) / 2)


def edge_density(gray: Tensor) -> float:
    """Share of pixels of a grey picture [H, W] in [0, 1] with a visible slope."""
    smooth = _filtered(_filtered(gray, _gaussian(1.0)[:, None]), _gaussian(1.0)[None])
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=gray.dtype) / 8
    return float((torch.hypot(_filtered(smooth, sobel), _filtered(smooth, sobel.T)) > 0.02).double().mean())


def spectral_entropy(gray: Tensor) -> float:
    """Entropy of the power spectrum of a grey picture [H, W] in [0, 1], in [0, 1]."""
    if float(gray.var(correction=0)) < _FLAT:
        return 0.0
    height, width = gray.shape
    rows, columns = (torch.hann_window(side, periodic=False, dtype=gray.dtype) for side in (height, width))
    power = torch.fft.rfft2((gray - gray.mean()) * rows[:, None] * columns).abs().square().flatten()[1:]
    share = power / power.sum()
    return float(torch.special.entr(share).sum() / math.log(len(share)))


def _share(value: float, low: float, span: float) -> float:
    return min(max((value - low) / span, 0.0), 1.0)


def _gaussian(sigma: float) -> Tensor:
    reach = round(4 * sigma)
    weights = torch.exp(-0.5 * (torch.arange(-reach, reach + 1, dtype=torch.float64) / sigma) ** 2)
    return weights / weights.sum()


def _filtered(image: Tensor, kernel: Tensor) -> Tensor:
    """[H, W] correlated with a small kernel, the picture continued by its mirror image."""
    rows, columns = (size // 2 for size in kernel.shape)
    padded = F.pad(image[None, None], (columns, columns, rows, rows), mode="reflect")
    return F.conv2d(padded, kernel[None, None].to(image))[0, 0]
