"""Solid blacks and dots of a sketch, which a network of lines would lose: kept as filled shapes."""

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.ragged_arrays import offsets_from_counts
from inkwright.vectorization.schneider import fit_chain

Gray = NDArray[np.float32]
Mask = NDArray[np.bool_]

_DARK = 0.45
_INK = 0.8  # where a page is lighter there is none, so that a dark place on a pale line is no dot
# Half the width of a line, in pixels and as a share of the long side, from which it is an area.
_LEAST_RADIUS, _RADIUS_SHARE = 5.0, 0.006
_DOT_SIDES = (3, 14)
_ROUND = 0.6  # of its box's inner ellipse, a dot covers so much
_RIM = 3  # pixels around an area where lines are its rim


def solid_areas(page: Gray) -> Mask:
    """[H, W] what is too broad for a line on a page, 1 = paper, and dots, which are too short for one."""
    from scipy.ndimage import distance_transform_edt, find_objects, label

    dark = page < _DARK
    radius = max(_LEAST_RADIUS, _RADIUS_SHARE * max(page.shape))
    core = distance_transform_edt(np.pad(dark, 1))[1:-1, 1:-1] > radius
    solid = np.zeros_like(dark)
    if core.any():
        solid = dark & (distance_transform_edt(~core) <= radius + 1)
    labels, _ = label(page < _INK, np.ones((3, 3)))
    for number, place in enumerate(find_objects(labels), 1):
        height, width = (side.stop - side.start for side in place)
        if not all(_DOT_SIDES[0] <= side <= _DOT_SIDES[1] for side in (height, width)):
            continue
        own = labels[place] == number
        if own.sum() >= _ROUND * np.pi / 4 * height * width and max(height, width) <= 2 * min(height, width):
            solid[place] |= own & dark[place]
    return np.asarray(solid)


def without_rims(lines: Gray, solid: Mask) -> Gray:
    """Cleaned lines without those in and around solid areas."""
    from scipy.ndimage import binary_dilation

    return np.where(binary_dilation(solid, iterations=_RIM), np.float32(1), lines) if solid.any() else lines


def filled_areas(solid: Mask, tolerance: float = 0.6) -> Drawing | None:
    """Black shapes with smooth outlines, one for each area, holes left open; None if there is no area."""
    from scipy.ndimage import find_objects, gaussian_filter, label
    from skimage.measure import find_contours

    labels, _ = label(solid)
    shapes = []
    for number, (rows, columns) in enumerate(find_objects(labels), 1):
        own = np.pad((labels[rows, columns] == number).astype(np.float64), 3)
        contours = find_contours(gaussian_filter(own, 0.7), 0.5)
        corner = np.array([columns.start, rows.start]) - 3 + 0.5
        closed = [each[:, ::-1] + corner for each in contours if len(each) > 3]
        chains = [fit_chain(each, tolerance)[:-1] for each in closed]
        shapes += [chains] if chains else []
    return _drawing(shapes, (solid.shape[1], solid.shape[0])) if shapes else None


def _drawing(shapes: list[list[NDArray[np.float64]]], canvas: tuple[int, int]) -> Drawing:
    chains = [chain for shape in shapes for chain in shape]
    count = len(shapes)
    zeros, yes = torch.zeros(count, dtype=torch.int64), torch.ones(count, dtype=torch.bool)
    black = torch.tensor([[0.0, 0.0, 0.0, 1.0]]).repeat(count, 1)
    return Drawing(
        points=torch.from_numpy(np.concatenate(chains)).float(),
        path_offsets=offsets_from_counts(torch.tensor([len(chain) for chain in chains])),
        shape_offsets=offsets_from_counts(torch.tensor([len(shape) for shape in shapes])),
        closed=torch.ones(len(chains), dtype=torch.bool),
        width=torch.zeros(count),
        stroke=torch.zeros_like(black),
        fill=black,
        stroked=~yes,
        filled=yes,
        fill_rule=zeros,
        canvas_index=zeros,
        layer=zeros,
        order=torch.arange(count),
        alive=yes,
        canvas=(float(canvas[0]), float(canvas[1])),
    )
