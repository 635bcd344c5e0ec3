"""Masks of several levels of detail, sorted into layers: what lies in something else lies in front of it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float32]

_SAME, _INSIDE = 0.7, 0.5
_COMPARED_SIDE = 160  # masks are compared at about this many pixels of their longer side


def layer_masks(levels: Sequence[Sequence[BoolArray]]) -> list[list[BoolArray]]:
    """Layers of masks [H, W], from the back to the front, the largest mask of each layer first.

    As in "Layered image vectorization via semantic simplification" (2025): from the coarsest level on, a mask
    that is nearly the same as one that is placed already, or mostly covers a smaller one, is left out; others
    go to the layer furthest back on which they lie in no larger mask.

    Args:
        levels: masks of each level, from the picture itself to its coarsest level.
    """
    masks = [mask for level in reversed(levels) for mask in sorted(level, key=lambda each: -int(each.sum()))]
    if not masks:
        return []
    shared, area = _shared_areas(masks)
    layers: list[list[int]] = []
    for new in range(len(masks)):
        place = _place(new, layers, shared, area)
        if place == len(layers):
            layers.append([])
        if place is not None:
            layers[place].append(new)
    by_size = (sorted(layer, key=lambda row: -area[row]) for layer in layers)
    return [[masks[row] for row in layer] for layer in by_size]


def _shared_areas(masks: list[BoolArray]) -> tuple[FloatArray, FloatArray]:
    """[M, M] areas that masks share, and [M] their own."""
    step = max(max(masks[0].shape) // _COMPARED_SIDE, 1)
    flat = np.stack([mask[::step, ::step].ravel() for mask in masks]).astype(np.float32)
    return flat @ flat.T, np.maximum(flat.sum(1), 1e-6)


def _place(new: int, layers: list[list[int]], shared: FloatArray, area: FloatArray) -> int | None:
    """The layer of a mask; None if it is left out."""
    for number, layer in enumerate(layers):
        contained = False
        for old in layer:
            both = shared[new, old]
            if both > _SAME * (area[new] + area[old] - both):
                return None
            if both >= _INSIDE * area[old] and area[new] > area[old]:
                return None
            contained |= both >= _INSIDE * area[new] and area[new] < area[old]
        if not contained:
            return number
    return len(layers)
