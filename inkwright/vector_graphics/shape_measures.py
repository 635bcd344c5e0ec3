"""What each shape is worth in a picture: by-products of rasterising that pruning and layering stand on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import canvas_background, image_size, rasterize


@dataclass(frozen=True)
class ShapeMeasures:
    """Measures of all shapes of a drawing, in pixels of the picture; zero for shapes that are not painted.

    Attributes:
        box: [N, 4] left, top, right, bottom of the pixels it may touch, right and bottom excluded.
        area: [N] covered area, fill and stroke added.
        visible: [N] area that is seen: coverage times opacity times what the shapes above let through.
        change: [N] how much the picture changes when the shape is left out: the sum over pixels of the mean
            absolute difference of RGB; exact for a shape with only a fill or only a stroke, else both added.
        squared: [N] the same as a sum of mean squared differences.
        overlap: [N] covered area that other shapes of the same layer and canvas cover, too.
    """

    box: Tensor
    area: Tensor
    visible: Tensor
    change: Tensor
    squared: Tensor
    overlap: Tensor


def measure_shapes(
    drawing: Drawing,
    height: int | None = None,
    width: int | None = None,
    background: Sequence[float] | Tensor = (1.0, 1.0, 1.0),
) -> ShapeMeasures:
    """Measures of every shape in the picture of ``rasterize``, by one pass on the CPU, without gradient.

    Raises:
        ValueError: the drawing has strokes that are not round and even (outline these first by
            ``outline_styled``), or a size or colour is out of its range.
    """
    from inkwright.vector_graphics.rasterizers.cpu.measures import AREA, CHANGE, OVERLAP, SQUARED, VISIBLE
    from inkwright.vector_graphics.rasterizers.cpu.rasterizer import measure_items

    if drawing.styles is not None and bool(drawing.styles.needs_outline().any()):
        raise ValueError(
            "styles holds strokes that are not round and even; call outline_styled(drawing) first"
        )
    height, width = image_size(drawing, height, width)
    still = drawing.detach().to("cpu")
    shapes, sums, boxes = measure_items(still, height, width, canvas_background(background, still))
    totals = np.zeros((drawing.num_shapes, 5))
    np.add.at(totals, shapes, sums)
    box = np.full((drawing.num_shapes, 4), [width, height, 0, 0])
    np.minimum.at(box[:, :2], shapes, boxes[:, :2])
    np.maximum.at(box[:, 2:], shapes, boxes[:, 2:])
    box[box[:, 2] <= box[:, 0]] = 0
    measures = torch.from_numpy(totals.T.copy()).to(still.points.dtype)
    return ShapeMeasures(
        torch.from_numpy(box), *(measures[k] for k in (AREA, VISIBLE, CHANGE, SQUARED, OVERLAP))
    )


def coverage_alone(drawing: Drawing, height: int, width: int) -> Tensor:
    """[N, H, W] in [0, 1] how much of each pixel every shape of one canvas covers, whatever lies over it."""
    count, black = drawing.num_shapes, torch.zeros_like(drawing.fill)
    black[:, 3] = 1
    alone = drawing.detach().replace(
        fill=black,
        stroke=black,
        gradients=None,
        pictures=None,
        canvas_index=torch.arange(count, device=black.device),
        num_canvases=max(count, 1),
    )
    return 1 - rasterize(alone, height, width)[:count, 0]


def polygon_lengths(drawing: Drawing) -> Tensor:
    """[N] lengths of the control polygons of each shape, in canvas units: at least those of the curves."""
    legs = torch.diff(drawing.cubics(), dim=1).square().sum(-1).sqrt().sum(-1)
    return legs.new_zeros(drawing.num_shapes).index_add(0, drawing.segments().shape, legs)
