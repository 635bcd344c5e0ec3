"""Where a picture has boundaries, by a detector that neither the guidance nor the Canny baseline uses.

The Pb detector of Martin, Fowlkes and Malik ("Learning to detect natural image boundaries using local
brightness, color, and texture cues", PAMI 2004) without its learnt texture cue: at every pixel a disc is
cut in half along eight directions, and the histograms of brightness and colour of the halves are compared.
What both halves have alike, as in grass or hair, cancels; a gradient filter would answer to it.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from torch import Tensor

from inkwright.image_analysis.filters.lab_color import srgb_to_lab

RADIUS = 3  # of the discs, in pixels
SCALES = (1, 2)
DIRECTIONS = 8
STRONG, WEAK = 0.12, 0.06  # thresholds of the hysteresis

_BINS = ((0.0, 1.0, 12), (-0.6, 0.6, 9), (-0.6, 0.6, 9))  # lowest, highest, count of L, a, b over 100
_WEIGHTS = (1.0, 0.7, 0.7)


def boundary_strength(image: Tensor) -> Tensor:
    """How different the two sides of each pixel are, along each direction; mean of discs of radius 3 and 6.

    Of sRGB [3, H, W]; [8, H, W] in [0, 1], entry k of a boundary that runs at k * 22.5 degrees from x to y.
    """
    lab = srgb_to_lab(image.detach().float().permute(1, 2, 0).cpu().numpy())
    memberships = _memberships(torch.from_numpy(lab).permute(2, 0, 1).to(image.device))
    size = image.shape[1:]
    strength = image.new_zeros(DIRECTIONS, *size, dtype=torch.float32)
    for scale in SCALES:
        smaller = F.adaptive_avg_pool2d(memberships, (math.ceil(size[0] / scale), math.ceil(size[1] / scale)))
        difference = _half_disc_difference(smaller, RADIUS)
        strength += F.interpolate(difference[None], size, mode="bilinear")[0] / len(SCALES)
    return strength


def boundary_map(image: Tensor) -> NDArray[np.bool_]:
    """[H, W] boundaries one pixel wide of sRGB [3, H, W] in [0, 1].

    Ridges of ``boundary_strength`` across their own direction, linked by hysteresis (0.12 and 0.06).
    """
    from scipy import ndimage

    strength = boundary_strength(image).cpu().numpy()
    strength = ndimage.gaussian_filter(strength, (0, 1, 1), mode="nearest")
    best = strength.max(axis=0)
    ridge = _is_ridge(best, strength.argmax(axis=0)) & (best > WEAK)
    labels, count = ndimage.label(ridge, structure=np.ones((3, 3)))
    strong = np.zeros(count + 1, dtype=bool)
    strong[np.unique(labels[ridge & (best > STRONG)])] = True
    strong[0] = False
    linked: NDArray[np.bool_] = strong[labels]
    return linked


def _memberships(lab: Tensor) -> Tensor:
    """[C, H, W] the share of each pixel in each bin of the histograms of L, a, b, blurred over one bin."""
    shares = []
    for channel, (low, high, count) in zip(lab, _BINS, strict=True):
        centers = torch.linspace(low, high, count, device=lab.device)
        away = (channel.clamp(low, high) - centers[:, None, None]) * ((count - 1) / (high - low))
        weights = torch.exp(-0.5 * away**2)
        shares.append(weights / weights.sum(0))
    return torch.cat(shares)


def _half_disc_difference(memberships: Tensor, radius: int) -> Tensor:
    """[8, H, W] chi-squared difference of the histograms of a disc's halves, weighted over L, a, b."""
    disc, halves = (each.to(memberships) for each in _disc_and_halves(radius))
    padded = F.pad(memberships[None], [radius] * 4, mode="replicate")
    weights = [
        weight / sum(_WEIGHTS)
        for weight, (*_, count) in zip(_WEIGHTS, _BINS, strict=True)
        for _ in range(count)
    ]
    share = memberships.new_tensor(weights)[:, None, None] / (_filtered(padded, disc) + 1e-6)
    return torch.stack([(_filtered(padded, half).square_() * share).sum(0) for half in halves])


def _filtered(padded: Tensor, kernel: Tensor) -> Tensor:
    """[C, H, W] every channel of padded maps [1, C, H + 2r, W + 2r] with the same kernel."""
    channels = padded.shape[1]
    return F.conv2d(padded, kernel.expand(channels, 1, *kernel.shape), groups=channels)[0]


def _disc_and_halves(radius: int) -> tuple[Tensor, Tensor]:
    """[2r + 1, 2r + 1] shares of a disc, and [8, ...] one half of it minus the other, by direction."""
    sectors = _sectors(radius)
    turned = torch.cat([sectors, sectors])
    firsts = torch.stack([turned[first : first + DIRECTIONS].sum(0) for first in range(DIRECTIONS)])
    return sectors.sum(0), 2 * firsts - sectors.sum(0)


def _sectors(radius: int) -> Tensor:
    """[16, 2r + 1, 2r + 1] how much of a disc's sixteen sectors lies in each pixel; they sum to 1."""
    fine = 8
    side = 2 * radius + 1
    steps = (torch.arange(side * fine) + 0.5) / fine - side / 2
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    sector = (torch.atan2(y, x) / math.pi * DIRECTIONS).floor()
    inside = (x * x + y * y) <= (radius + 0.5) ** 2
    upper = torch.stack([(sector == number) & inside for number in range(DIRECTIONS)]).float()
    masks = torch.cat([upper, upper.flip(1, 2)])
    shares = F.avg_pool2d(masks[:, None], fine)[:, 0]
    return shares / shares.sum()


def _is_ridge(best: NDArray[np.float32], direction: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Pixels whose neighbours across the boundary are weaker."""
    from scipy import ndimage

    angle = direction * (math.pi / DIRECTIONS)
    rows, columns = np.indices(best.shape)
    sides = [
        ndimage.map_coordinates(
            best, [rows + sign * np.cos(angle), columns - sign * np.sin(angle)], order=1, mode="nearest"
        )
        for sign in (1, -1)
    ]
    ridge: NDArray[np.bool_] = (best >= sides[0]) & (best > sides[1])
    return ridge
