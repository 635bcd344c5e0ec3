"""Closed paths that cross themselves, and the same shapes by paths that don't."""

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.vector_graphics.curves.fitting import sample_cubics
from inkwright.vector_graphics.drawing import FILL_RULES, Drawing
from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vectorization.masks.closed_paths import mask_paths

FloatArray = NDArray[np.float64]

_SAMPLES = 9  # points of each cubic, both ends included
_FINER = 6  # pixels per canvas unit at which shapes are traced
_LARGEST = 2048  # of these pixels along the longer side of a shape
_TOLERANCE = 1.2  # of these pixels
_TIMES = 3  # that shapes are traced at most


def crosses_itself(cubics: NDArray[np.floating]) -> bool:
    """Whether a closed path of cubics [S, 4, 2] crosses itself, as far as eight chords of each show."""
    start = sample_cubics(cubics, _SAMPLES)[:, :-1].reshape(-1, 2)
    end = np.roll(start, -1, 0)
    a, b, c, d = start[:, None], end[:, None], start[None], end[None]
    apart = (_turn(a, b, c) * _turn(a, b, d) < 0) & (_turn(c, d, a) * _turn(c, d, b) < 0)
    return bool(apart.any())


def crossing_shapes(drawing: Drawing) -> torch.Tensor:
    """[N] bool, which shapes have a closed path that crosses itself."""
    found = torch.zeros(drawing.num_shapes, dtype=torch.bool)
    cubics, offsets = drawing.detach().cubics().cpu().numpy(), drawing.segments().offsets.tolist()
    closed = drawing.closed.tolist()
    for path, shape in enumerate(drawing.path_shape().tolist()):
        if closed[path] and not found[shape] and offsets[path + 1] > offsets[path]:
            found[shape] = crosses_itself(cubics[offsets[path] : offsets[path + 1]])
    return found


def uncrossed(drawing: Drawing) -> Drawing:
    """One canvas, whose fills that cross themselves are traced anew from what they cover.

    What is of hardly a pixel goes. A shape that is nothing else stays as it was. Curves that are fitted to a
    thin neck may cross there again: these are traced once more.
    """
    for _ in range(_TIMES):
        crossing = crossing_shapes(drawing)
        if not bool(crossing.any()):
            break
        drawing = _traced_anew(drawing, crossing)
    return drawing


def _traced_anew(drawing: Drawing, chosen: torch.Tensor) -> Drawing:
    parts = []
    for row, wanted in enumerate(chosen.tolist()):
        one = drawing.select(torch.tensor([row]))
        paths = _traced(drawing, row) if wanted else []
        parts.append(with_paths(one, paths) if paths else one)
    return Drawing.concat(*parts)


def _traced(drawing: Drawing, row: int) -> list[FloatArray]:
    """[3S, 2] paths of one shape, in canvas units."""
    one = drawing.detach().select(torch.tensor([row]))
    corner = one.points.amin(0) - 2
    size = (one.points.amax(0) + 2 - corner).clamp_min(1)
    scale = min(_FINER, _LARGEST / float(size.max()))
    black = torch.zeros(1, 4)
    black[:, 3] = 1
    alone = one.replace(
        points=one.points - corner, fill=black, gradients=None, canvas=(float(size[0]), float(size[1]))
    )
    width, height = (max(round(float(side) * scale), 1) for side in size)
    covered = rasterize(alone, height, width)[0, 0].numpy() < 0.5
    factor = size.numpy() / np.array([width, height])
    paths = mask_paths(covered, tolerance=_TOLERANCE, smallest=scale**2)
    return [path * factor + corner.numpy() for path in paths]


def with_paths(one: Drawing, paths: list[FloatArray]) -> Drawing:
    """A fill of closed paths [3S, 2] in place of its own; more than one are filled by the even-odd rule."""
    lengths = torch.tensor([len(path) for path in paths])
    rule = FILL_RULES.index("evenodd" if len(paths) > 1 else "nonzero")
    return one.replace(
        points=torch.from_numpy(np.concatenate(paths)).to(one.points),
        path_offsets=torch.cat([torch.zeros(1, dtype=torch.long), lengths.cumsum(0)]),
        shape_offsets=torch.tensor([0, len(paths)]),
        closed=torch.ones(len(paths), dtype=torch.bool),
        fill_rule=torch.tensor([rule]),
    )


def _turn(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    """Twice the signed area of triangles."""
    turn: FloatArray = (b - a)[..., 0] * (c - a)[..., 1] - (b - a)[..., 1] * (c - a)[..., 0]
    return turn
