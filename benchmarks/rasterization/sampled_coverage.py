"""Coverage by brute force, to measure others against: 64 lines through every pixel, exact along each."""

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.compiled_kernels.compilation import compiled_maker
from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.curves.bezier import evaluate

Array = NDArray[np.float64]
LINES = 64
CHORDS = 256  # of each segment, far more than the rasteriser takes


def sampled_coverage(drawing: Drawing, height: int, width: int) -> Array:
    """[H, W] share of every pixel that the first shape covers: its fill, or else its round stroke."""
    scale = torch.tensor([width / drawing.canvas[0], height / drawing.canvas[1]], dtype=torch.float64)
    segments, paths = drawing.segments(), int(drawing.shape_offsets[1])
    lines = []
    for path in range(paths):
        rows = segments.points[int(segments.offsets[path]) : int(segments.offsets[path + 1])]
        cubics = drawing.points.detach().double()[rows] * scale
        t = torch.linspace(0, 1, CHORDS + 1, dtype=torch.float64)
        vertices = torch.cat([evaluate(cubics[:, None], t[None])[:, :-1].flatten(0, 1), cubics[-1:, 3]])
        if bool(drawing.filled[0]):
            vertices = torch.cat([vertices, vertices[:1]])
        lines.append(torch.cat([vertices[:-1], vertices[1:]], dim=1))
    edges = torch.cat(lines).numpy()
    if bool(drawing.filled[0]):
        return fill_lines(edges, bool(drawing.fill_rule[0] == 1), height, width)
    half = float(drawing.width[0].detach()) / 2 * float(scale.prod()) ** 0.5
    return stroke_lines(edges, half, height, width)


@compiled_maker
def fill_lines(edges: Array, even_odd: bool, height: int, width: int) -> Array:
    """[H, W] coverage of a fill with the edges [E, 4]."""
    cover = np.zeros((height, width))
    crossings, turns = np.empty(edges.shape[0]), np.empty(edges.shape[0], np.int64)
    for line in range(height * LINES):
        y, count = (line + 0.5) / LINES, 0
        for e in range(edges.shape[0]):
            ay, by = edges[e, 1], edges[e, 3]
            if (ay <= y) != (by <= y):
                crossings[count] = edges[e, 0] + (y - ay) / (by - ay) * (edges[e, 2] - edges[e, 0])
                turns[count] = 1 if by > ay else -1
                count += 1
        order, winding = np.argsort(crossings[:count]), 0
        for k in range(count - 1):
            winding += turns[order[k]]
            if winding % 2 if even_odd else winding:
                _add(cover[line // LINES], crossings[order[k]], crossings[order[k + 1]])
    return cover / LINES


@compiled_maker
def stroke_lines(edges: Array, half: float, height: int, width: int) -> Array:
    """[H, W] coverage of a round stroke along the chords [E, 4]."""
    cover = np.zeros((height, width))
    low, high = np.empty(edges.shape[0]), np.empty(edges.shape[0])
    for line in range(height * LINES):
        y, count = (line + 0.5) / LINES, 0
        for e in range(edges.shape[0]):
            if min(edges[e, 1], edges[e, 3]) - half < y < max(edges[e, 1], edges[e, 3]) + half:
                low[count], high[count] = _capsule(edges[e], half, y)
                count += 1 if low[count] < high[count] else 0
        order, right = np.argsort(low[:count]), -np.inf
        for k in order:
            if high[k] > right:
                _add(cover[line // LINES], max(low[k], right), high[k])
                right = high[k]
    return cover / LINES


@compiled_maker
def _capsule(edge: Array, half: float, y: float) -> tuple[float, float]:
    """The part of a line at height y that is closer than ``half`` to a chord."""
    low, high = np.inf, -np.inf
    ex, ey = edge[2] - edge[0], edge[3] - edge[1]
    for k in range(2):
        rest = half * half - (y - edge[2 * k + 1]) ** 2
        if rest > 0:
            low, high = min(low, edge[2 * k] - rest**0.5), max(high, edge[2 * k] + rest**0.5)
    length = (ex * ex + ey * ey) ** 0.5
    if length > 0:
        for side in (-half, half):
            ax, ay = edge[0] - side * ey / length, edge[1] + side * ex / length
            if (ay <= y) != (ay + ey <= y):
                x = ax + (y - ay) / ey * ex
                low, high = min(low, x), max(high, x)
    return low, high


@compiled_maker
def _add(row: Array, low: float, high: float) -> None:
    """Add the interval to the pixels of a row."""
    low, high = max(low, 0.0), min(high, float(row.shape[0]))
    for x in range(int(low), min(int(np.ceil(high)), row.shape[0])):
        row[x] += max(min(high, x + 1.0) - max(low, float(x)), 0.0)
