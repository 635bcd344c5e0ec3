"""The naive sketch that ours has to beat: the longest chains of a Canny map, a cubic each, not optimised."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inkwright.vector_graphics.curves.fitting import bernstein
from inkwright.vector_graphics.drawing import Drawing

_NEIGHBORS = [(-1, 0), (0, 1), (1, 0), (0, -1), (-1, -1), (-1, 1), (1, 1), (1, -1)]

Pixel = tuple[int, int]


def canny_sketch(
    picture: Tensor, num_strokes: int, width: float, *, sigma: float = 2.0, split: bool = False
) -> Drawing:
    """Black strokes of one width along the longest chains of edge pixels.

    Args:
        picture: [3, H, W] in [0, 1].
        num_strokes: at most so many strokes; fewer if there are fewer chains.
        width: full stroke width in pixels.
        sigma: standard deviation in pixels of Canny's Gaussian (1986); thresholds 0.1, 0.2 of the grey range.
        split: first cut every chain into pieces that one cubic follows within a pixel: a stronger baseline.

    Returns:
        A drawing on a canvas of the picture's size.
    """
    from skimage.color import rgb2gray
    from skimage.feature import canny
    from skimage.morphology import skeletonize

    height, columns = picture.shape[1:]
    edges = canny(rgb2gray(picture.permute(1, 2, 0).numpy()), sigma=sigma)
    chains = pixel_chains(skeletonize(edges))
    if split:
        chains = [piece for chain in chains for piece in split_chain(chain)]
    chains = sorted(chains, key=chain_length, reverse=True)[:num_strokes]
    points = np.array([fit_cubic(chain) for chain in chains]).reshape(-1, 4, 2)
    count = len(points)
    black = torch.tensor([0.0, 0.0, 0.0, 1.0]).repeat(count, 1)
    canvas = (float(columns), float(height))
    return Drawing.from_strokes(torch.from_numpy(points).float(), torch.full((count,), width), black, canvas)


def pixel_chains(edges: NDArray[np.bool_]) -> list[NDArray[np.float64]]:
    """Chains of neighbouring pixels of edges [H, W] one pixel wide, broken where more than two meet.

    Returns:
        Per chain [L, 2], L >= 2, the pixels' centres (x, y) in order; a closed chain ends where it began.
    """
    left = {(int(row), int(column)) for row, column in zip(*edges.nonzero(), strict=True)}
    for crossing in [pixel for pixel in left if len(_around(pixel, left)) > 2]:
        left.discard(crossing)
    chains = []
    ends = sorted(pixel for pixel in left if len(_around(pixel, left)) < 2)
    for start in [*ends, *sorted(left)]:
        if start in left:
            chain = _follow(start, left)
            if len(chain) > 1:
                chains.append(np.array([(column + 0.5, row + 0.5) for row, column in chain]))
    return chains


def chain_length(chain: NDArray[np.float64]) -> float:
    """Length of a chain [L, 2] in pixels."""
    return float(np.linalg.norm(np.diff(chain, axis=0), axis=1).sum())


def split_chain(chain: NDArray[np.float64], tolerance: float = 1.0) -> list[NDArray[np.float64]]:
    """Pieces of a chain [L, 2] that cubics follow within a number of pixels, cut where they are worst."""
    cubic = fit_cubic(chain)
    off = np.linalg.norm(bernstein(_chord_lengths(chain)) @ cubic - chain, axis=1)
    if off.max() <= tolerance or len(chain) < 8:
        return [chain]
    cut = int(np.clip(off.argmax(), 3, len(chain) - 4))
    return split_chain(chain[: cut + 1], tolerance) + split_chain(chain[cut:], tolerance)


def fit_cubic(chain: NDArray[np.float64]) -> NDArray[np.float64]:
    """[4, 2] the cubic with the ends of a chain [L, 2], nearest to it in least squares by chord length."""
    start, end = chain[0], chain[-1]
    if len(chain) < 4:
        return np.stack([start, (2 * start + end) / 3, (start + 2 * end) / 3, end])
    basis = bernstein(_chord_lengths(chain))
    rest = chain - basis[:, [0, 3]] @ np.stack([start, end])
    inner = np.linalg.lstsq(basis[:, 1:3], rest, rcond=None)[0]
    return np.stack([start, inner[0], inner[1], end])


def _chord_lengths(chain: NDArray[np.float64]) -> NDArray[np.float64]:
    """[L] the share of a chain's length before each of its points."""
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(chain, axis=0), axis=1))])
    shares: NDArray[np.float64] = lengths / lengths[-1]
    return shares


def _around(pixel: Pixel, pixels: set[Pixel]) -> list[Pixel]:
    row, column = pixel
    return [
        (row + down, column + right) for down, right in _NEIGHBORS if (row + down, column + right) in pixels
    ]


def _follow(start: Pixel, left: set[Pixel]) -> list[Pixel]:
    """Walk along a chain and take its pixels away."""
    chain = [start]
    left.discard(start)
    while following := _around(chain[-1], left):
        chain.append(following[0])
        left.discard(following[0])
    if len(chain) > 7 and start in _around(chain[-1], {start}):
        chain.append(start)
    return chain
