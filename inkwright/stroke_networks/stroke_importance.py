"""Which strokes of a drawing can be spared first, by what its lines would miss."""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import Backend, rasterize

# Halvings of the canvas at which lines are compared.
_SCALES = 3
# Ink of a cell from which more of it hardly counts, at half the size of the canvas: where a line is drawn,
# its twins are little missed.
_ENOUGH = 0.6


def vanishing_order(
    drawing: Drawing, wanted: Tensor, emphasis: Tensor, *, backend: Backend = "auto"
) -> Tensor:
    """The strokes of a canvas, from the one that is missed least; each given that the former are gone.

    What is missed is the squared difference of the drawing and the wanted lines, over three scales; in both
    it counts whether there is ink rather than how much.

    Args:
        drawing: one canvas of black strokes.
        wanted: [H, W] in [0, 1], the lines, of the size of the canvas.
        emphasis: [H, W] >= 0, how much an error counts.
        backend: the rasterizer.

    Returns:
        [M] indices of those that are alive.
    """
    size = wanted.shape[0] // 2, wanted.shape[1] // 2
    ink = stroke_inks(drawing, size, backend)
    maps = F.adaptive_avg_pool2d(torch.stack([wanted, emphasis])[None], size)[0].to(ink)
    left, order = drawing.alive.clone(), []
    for _ in range(int(left.sum())):
        rows = torch.nonzero(left).flatten()
        order.append(rows[int(torch.argmin(losses_without(ink[rows], *maps)))])
        left[order[-1]] = False
    return torch.stack(order) if order else torch.zeros(0, dtype=torch.long)


def stroke_inks(drawing: Drawing, size: tuple[int, int], backend: Backend = "auto") -> Tensor:
    """[N, h, w] in [0, 1]: the ink of every stroke of one canvas, as if it were alone; size is (h, w)."""
    alone = drawing.detach().replace(
        canvas_index=torch.arange(drawing.num_shapes, device=drawing.points.device),
        num_canvases=drawing.num_shapes,
    )
    return 1 - rasterize(alone, *size, backend=backend).mean(1)


def losses_without(ink: Tensor, wanted: Tensor, emphasis: Tensor) -> Tensor:
    """[N] what is missed where one of N strokes is gone; maps are [N, h, w], [h, w], [h, w]."""
    clear = (1 - ink).clamp_min(1e-3)
    paper = clear.prod(0)
    others = (1 - paper / clear)[:, None]
    wanted, weight = wanted[None, None], emphasis[None, None]
    total = ink.new_zeros(len(ink))
    for scale in range(_SCALES):
        if scale:
            others, wanted, weight = (
                F.avg_pool2d(each, 2, ceil_mode=True) for each in (others, wanted, weight)
            )
        enough = _ENOUGH / 2**scale
        error = torch.exp(-others / enough) - torch.exp(-wanted / enough)
        total += (weight * error.square()).mean((1, 2, 3))
    return total
