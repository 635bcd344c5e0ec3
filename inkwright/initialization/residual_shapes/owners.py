"""Which region of a drawing its details belong to: they lie right above that one, and below all later ones.

Region r, from 1 on, is on layer 2 r, its details are on layer 2 r + 1; the background counts as region 0.
"""

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.shape_measures import coverage_alone


def is_detail(layer: Tensor) -> Tensor:
    """[N] bool of layers [N]."""
    return layer % 2 == 1


def with_owners(shapes: Drawing, drawing: Drawing) -> Drawing:
    """Shapes of one canvas, each as a detail of the region of a drawing in which most of it is seen."""
    if not shapes.num_shapes:
        return shapes
    height, width = (max(round(side / 2), 1) for side in reversed(drawing.canvas))  # half the size will do
    regions = drawing.detach().select(drawing.alive & ~is_detail(drawing.layer))
    regions = regions.select(regions.paint_order())
    seen = torch.zeros(height, width, dtype=torch.long)
    for layer, covered in zip(regions.layer.tolist(), coverage_alone(regions, height, width), strict=True):
        seen[covered > 0.5] = layer
    covered = coverage_alone(shapes, height, width).flatten(1)
    shares = covered.new_zeros(shapes.num_shapes, int(seen.max()) + 1).index_add(1, seen.flatten(), covered)
    return shapes.replace(layer=shares.argmax(1).to(shapes.layer) + 1)
