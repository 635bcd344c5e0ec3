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

    After "Layered image vectorization via semantic simplification" (2025): from the coarsest level on, a mask
    that is nearly the same as one that is there already is left out; others go to the layer furthest back on
    which they lie in no larger mask. Two things are done differently. Of masks that are nearly the same the
    finest stands in the place of the coarsest: smoothing takes thin things to their neighbors. And a mask
    that covers a smaller one from a coarser level goes below it, where the paper's code leaves it out: a wall
    whose window was found first.

    Args:
        levels: masks of each level, from the picture itself to its coarsest level.
    """
    masks = [mask for level in reversed(levels) for mask in sorted(level, key=lambda each: -int(each.sum()))]
    if not masks:
        return []
    shared, area = _shared_areas(masks)
    union = area[:, None] + area - shared
    finest = dict[int, int]()  # of each mask that stays, what stands in its place
    for new in range(len(masks)):
        same = next((old for old in finest if shared[new, old] > _SAME * union[new, old]), new)
        finest[same] = new
    layer_of, layers = dict[int, int](), list[list[BoolArray]]()
    for row in sorted(finest.values(), key=lambda row: -area[row]):
        around = [layer for larger, layer in layer_of.items() if shared[row, larger] >= _INSIDE * area[row]]
        layer_of[row] = max(around, default=-1) + 1
        if layer_of[row] == len(layers):
            layers.append([])
        layers[layer_of[row]].append(masks[row])
    return layers


def _shared_areas(masks: list[BoolArray]) -> tuple[FloatArray, FloatArray]:
    """[M, M] areas that masks share, and [M] their own."""
    step = max(max(masks[0].shape) // _COMPARED_SIDE, 1)
    flat = np.stack([mask[::step, ::step].ravel() for mask in masks]).astype(np.float32)
    return flat @ flat.T, np.maximum(flat.sum(1), 1e-6)
