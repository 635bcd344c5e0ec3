"""Where strokes start: places drawn at random, salient ones more often."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


def start_probabilities(
    saliency: NDArray[np.floating], edges: NDArray[np.bool_] | None, temperature: float, count: int
) -> NDArray[np.float64]:
    """How likely each pixel is to be where a stroke starts (CLIPasso, Vinker et al. 2022, section 3.1).

    Softmax of saliency / temperature over the pixels that are salient and on an edge; elsewhere 0. If those
    are fewer than the strokes, the edges are left out of account; if too few are salient at all, as on a
    flat map, all edges are alike, and at last all pixels.

    Args:
        saliency: [H, W] in [0, 1].
        edges: [H, W]; None = anywhere.
        temperature: > 0; the most salient pixel is at most exp(1 / temperature) times as likely as the least.
        count: strokes to be placed, >= 1.

    Returns:
        [H, W], sums up to 1.

    Raises:
        ValueError: a number is out of its range, or the shapes differ.
    """
    if not temperature > 0:
        raise ValueError(f"temperature is {temperature}; it must be > 0")
    if edges is not None and edges.shape != saliency.shape:
        raise ValueError(f"edges have shape {edges.shape}; it must be {saliency.shape}, as the saliency")
    values = np.nan_to_num(saliency.astype(np.float64))
    gated = values if edges is None else values * edges
    on_edges = values if edges is None else edges.astype(np.float64)
    for candidate in (gated, values, on_edges):
        if np.count_nonzero(candidate > 0) >= count:
            weights = np.where(candidate > 0, np.exp((candidate - candidate.max()) / temperature), 0.0)
            return weights / weights.sum()
    return np.full(values.shape, 1.0 / values.size)


def sample_places(
    probabilities: NDArray[np.float64], count: int, generator: np.random.Generator
) -> FloatArray:
    """[count, 2] pixels (x, y) drawn from probabilities [H, W] that sum up to 1, at most once while enough.

    Positions are those of the upper left corners, as published.
    """
    flat = probabilities.ravel()
    enough = np.count_nonzero(flat) >= count
    drawn = generator.choice(flat.size, size=count, replace=not enough, p=flat)
    rows, columns = np.unravel_index(drawn, probabilities.shape)
    return np.stack([columns, rows], axis=-1).astype(np.float32)
