"""Which regions of a picture become shapes, in which color, on which layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

# Mean squared deviation of a region's pixels, summed over channels, below which it has one color. Those at
# its rim, which are mixed with its neighbors', don't count as long as so large a share is left.
_FLAT, _LEFT = 3e-4, 0.25


@dataclass(frozen=True)
class Structure:
    """Regions as they are painted, one after another over the mean color of the picture.

    Attributes:
        masks: [H, W] of each; what other regions hide is part of it.
        colors: [3] of each: the median of what is seen of it.
        layers: the layer of each, >= 1, rising; 0 is the background.
    """

    masks: list[BoolArray]
    colors: list[FloatArray]
    layers: list[int]

    def select(self, rows: Sequence[int]) -> Structure:
        """The regions of these rows."""
        return Structure(
            [self.masks[row] for row in rows],
            [self.colors[row] for row in rows],
            [self.layers[row] for row in rows],
        )


def choose_structure(
    picture: FloatArray, layers: Sequence[Sequence[BoolArray]], budget: int, most: int
) -> Structure:
    """The regions of layers (back to front) that make a picture [H, W, 3] with the least error.

    Args:
        picture: RGB in [0, 1].
        layers: masks [H, W] of each.
        budget: so many regions are taken, those that gain most.
        most: regions of one flat color are taken beyond the budget, too, up to this many in all.
    """
    masks = [mask for layer in layers for mask in layer]
    numbers = [number for number, layer in enumerate(layers, 1) for _ in layer]
    gains, spreads = _gains(picture, masks)
    ranked = np.argsort(-gains, kind="stable")
    chosen = [
        row for rank, row in enumerate(ranked) if gains[row] > 0 and (rank < budget or spreads[row] < _FLAT)
    ]
    rows = sorted(chosen[: max(most, 0)])
    kept = [masks[row] for row in rows]
    colors = [np.median(picture[seen], axis=0) for seen in _seen(kept)]
    used = {number: place for place, number in enumerate(sorted({numbers[row] for row in rows}), 1)}
    return Structure(kept, colors, [used[numbers[row]] for row in rows])


def _seen(masks: Sequence[BoolArray]) -> list[BoolArray]:
    """[H, W] what is seen of each; of one that is hidden altogether, all of it."""
    if not masks:
        return []
    hidden, seen = np.zeros_like(masks[0]), []
    for mask in reversed(masks):
        seen.append(mask & ~hidden if (mask & ~hidden).any() else mask)
        hidden = hidden | mask
    return seen[::-1]


def _gains(picture: FloatArray, masks: Sequence[BoolArray]) -> tuple[FloatArray, FloatArray]:
    """[M] by how much the squared error falls as each is painted, [M] the mean deviation of what is seen."""
    painted = np.broadcast_to(picture.mean((0, 1)), picture.shape).copy()
    gains, spreads = np.zeros(len(masks), np.float32), np.zeros(len(masks), np.float32)
    for k, (mask, seen) in enumerate(zip(masks, _seen(masks), strict=True)):
        color = picture[seen].mean(0)
        after = ((picture[seen] - color) ** 2).sum(1)
        gains[k] = (((picture[seen] - painted[seen]) ** 2).sum(1) - after).sum()
        inner = cv2.erode(seen.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        inner = inner if inner.sum() > _LEFT * seen.sum() else seen
        spreads[k] = ((picture[inner] - picture[inner].mean(0)) ** 2).sum(1).mean()
        painted[mask] = color
    return gains, spreads
