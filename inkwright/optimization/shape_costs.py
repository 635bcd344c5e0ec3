"""What each shape of a drawing is worth: by how much the error grows as it is left out."""

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vector_graphics.shape_measures import measure_shapes


def leave_one_out(drawing: Drawing, target: Tensor) -> Tensor:
    """[N] growth of the squared error against [B, 3, H, W], or [1, 3, H, W], as each shape is left out.

    The error is summed over pixels and channels. Shape k changes the picture by d_k, so without it the error
    is sum (C - d_k - I)^2: larger by sum d_k^2 - 2 d_k (C - I), and the last part is the derivative by its
    opacity. One picture forward, one back and one pass of measures, however many shapes there are. Exact for
    shapes with only a fill or only a stroke; a shape that the drawing is better without has a negative cost.
    """
    height, width = target.shape[2:]
    still = drawing.detach()
    opacity = torch.stack([still.fill[:, 3], still.stroke[:, 3]]).requires_grad_()
    with torch.enable_grad():
        fill, stroke = (
            torch.cat([color[:, :3], each[:, None]], dim=1)
            for color, each in zip((still.fill, still.stroke), opacity, strict=True)
        )
        image = rasterize(still.replace(fill=fill, stroke=stroke), height, width)
        error = (image - target).square().sum()
    (slope,) = torch.autograd.grad(error, opacity)
    measures = measure_shapes(still, height, width)
    return (3 * measures.squared).to(slope) - (opacity.detach() * slope).sum(0)
