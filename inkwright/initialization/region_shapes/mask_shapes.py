"""Masks as flat shapes of a drawing, which go on a little below those that lie over them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.initialization.region_shapes.hidden_parts import extended_masks
from inkwright.initialization.region_shapes.structure import Structure
from inkwright.vector_graphics.drawing import FILL_RULES, Drawing
from inkwright.vectorization.masks.closed_paths import mask_paths

FloatArray = NDArray[np.float64]


def structure_shapes(
    structure: Structure, canvas: tuple[float, float], *, tolerance: float = 1.0
) -> tuple[Drawing, Structure]:
    """A shape for each region, in their order, on their layers, and the regions that have one.

    They go on below those that lie over them, see ``extended_masks``; so do the masks that are returned.
    Regions of hardly a pixel have no shape.
    """
    whole = replace(structure, masks=extended_masks(structure.masks))
    paths = [mask_paths(mask, tolerance=tolerance) for mask in whole.masks]
    kept = whole.select([row for row, each in enumerate(paths) if each])
    colors = np.array([[*color.tolist(), 1.0] for color in kept.colors]).reshape(-1, 4)
    return fills_of_paths([each for each in paths if each], colors, kept.layers, canvas), kept


def fills_of_paths(
    shapes: Sequence[Sequence[FloatArray]],
    colors: NDArray[np.floating],
    layers: Sequence[int],
    canvas: tuple[float, float],
) -> Drawing:
    """Filled shapes of one or more closed paths each, holes by the even-odd rule.

    Args:
        shapes: [3S, 2] control points of the paths of each of N shapes.
        colors: [N, 4] straight RGBA.
        layers: of each.
        canvas: (width, height).
    """
    if not shapes:
        return Drawing.empty(canvas)
    paths = [path for shape in shapes for path in shape]
    count, fill = len(shapes), torch.as_tensor(colors, dtype=torch.float32)
    yes = torch.ones(count, dtype=torch.bool)
    rules = [FILL_RULES.index("evenodd" if len(shape) > 1 else "nonzero") for shape in shapes]
    return Drawing(
        points=torch.from_numpy(np.concatenate(paths)).float(),
        path_offsets=_offsets([len(path) for path in paths]),
        shape_offsets=_offsets([len(shape) for shape in shapes]),
        closed=torch.ones(len(paths), dtype=torch.bool),
        width=torch.zeros(count),
        stroke=torch.zeros(count, 4),
        fill=fill,
        stroked=~yes,
        filled=yes,
        fill_rule=torch.tensor(rules),
        canvas_index=torch.zeros(count, dtype=torch.long),
        layer=torch.tensor(list(layers)),
        order=torch.arange(count),
        alive=yes,
        canvas=canvas,
    )


def _offsets(lengths: Sequence[int]) -> torch.Tensor:
    return torch.cat([torch.zeros(1, dtype=torch.long), torch.tensor(lengths).cumsum(0)])
