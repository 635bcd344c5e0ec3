"""How alike two maps are: lines within a tolerance, correlation, structural similarity."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

_KERNEL = 11
_BETAS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # Wang, Simoncelli and Bovik 2003


def edge_agreement(
    lines: NDArray[np.bool_], boundaries: NDArray[np.bool_], tolerance: float
) -> dict[str, float]:
    """Precision, recall and F1 of lines against boundaries, maps [H, W] of lines one pixel wide.

    Precision is the share of the lines that lie within ``tolerance`` pixels (Euclidean) of a boundary, recall
    the share of the boundaries near a line; without lines precision is 0, without boundaries recall is 0.
    """
    precision = int((lines & _within(boundaries, tolerance)).sum()) / max(int(lines.sum()), 1)
    recall = int((boundaries & _within(lines, tolerance)).sum()) / max(int(boundaries.sum()), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-12)
    return {"precision": precision, "recall": recall, "f1": f1}


def _within(mask: NDArray[np.bool_], distance: float) -> NDArray[np.bool_]:
    """[H, W] pixels within a distance of the mask."""
    from scipy import ndimage

    if not mask.any():
        return np.zeros_like(mask)
    near: NDArray[np.bool_] = ndimage.distance_transform_edt(~mask) <= distance
    return near


def correlation(first: Tensor, second: Tensor) -> Tensor:
    """Pearson correlation of two maps of one shape, in double precision; 0 if one of them is constant."""
    x, y = (value.double() - value.double().mean() for value in (first, second))
    lengths = [torch.linalg.vector_norm(value) for value in (x, y)]
    scale = lengths[0] * lengths[1]
    nothing = min(lengths) < 1e-6 * x.numel() ** 0.5
    return torch.zeros_like(scale) if nothing else torch.dot(x.flatten(), y.flatten()) / scale


def map_similarity(first: Tensor, second: Tensor) -> Tensor:
    """Multi-scale structural similarity in [0, 1] of two maps [H, W], each over its 99th percentile.

    Five scales (Wang, Simoncelli and Bovik 2003); fewer if the maps are too small for them, with the weights
    scaled to the same sum; 0 if they have less than 11 pixels on a side.
    """
    from torchmetrics.functional.image.ssim import multiscale_structural_similarity_index_measure

    scales = sum(min(first.shape) // 2**scale >= _KERNEL for scale in range(len(_BETAS)))
    if not scales:
        return first.new_zeros(())
    betas = tuple(beta / sum(_BETAS[:scales]) for beta in _BETAS[:scales])
    maps = [_normalized(each)[None, None] for each in (first, second)]
    value: Tensor = multiscale_structural_similarity_index_measure(
        maps[0], maps[1], data_range=1.0, betas=betas, normalize="relu"
    )
    return value


def _normalized(image: Tensor) -> Tensor:
    """[H, W] divided by its 99th percentile and clamped to [0, 1]; a map without anything stays 0."""
    top = torch.quantile(image.flatten(), 0.99) if image.numel() < 2**24 else image.max()
    return (image / top.clamp_min(1e-6)).clamp(0, 1)
