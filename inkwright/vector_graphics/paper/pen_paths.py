"""A drawing for a pen plotter: lines alone, of one width, joined, in an order of little travel."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.ragged_arrays import offsets_from_counts

Chain = NDArray[np.float64]  # [3S + 1, 2] an open path

_MOST_PASSES = 30
_GAIN = 1e-9


@dataclass(frozen=True)
class PenPaths:
    """What a pen draws in one color: open chains, in the order in which they are drawn.

    Attributes:
        color: RGB in [0, 1].
        chains: the paths.
    """

    color: tuple[float, float, float]
    chains: list[Chain]

    @property
    def travel(self) -> float:
        """How far the pen goes while it is up, from the origin on."""
        ends = np.array([[0.0, 0.0], *(chain[-1] for chain in self.chains[:-1])])
        starts = np.array([chain[0] for chain in self.chains]).reshape(-1, 2)
        return float(np.hypot(*(starts - ends[: len(starts)]).T).sum())


def plotter_drawing(drawing: Drawing, width: float | None = None) -> Drawing:
    """The lines of one canvas in pen order, opaque, round, of one width, a layer for each color.

    Strokes are drawn along their middle, fills along their outline. Where one ends within half a
    width of the next one's start, both are one. The width is by default the median of the strokes'.

    Raises:
        ValueError: the width is not above 0.
    """
    drawing = drawing.detach().only_alive()
    if width is None:
        widths = drawing.width[drawing.stroked]
        width = float(widths.median()) if widths.numel() else max(drawing.canvas) / 500
    if not width > 0:
        raise ValueError(f"width is {width}; it must be above 0")
    pens = pen_paths(drawing, width / 2)
    chains = [chain for pen in pens for chain in pen.chains]
    layers = [layer for layer, pen in enumerate(pens) for _ in pen.chains]
    colors = [(*pen.color, 1.0) for pen in pens for _ in pen.chains]
    if not chains:
        return Drawing.empty(drawing.canvas)
    count, order = len(chains), torch.arange(len(chains))
    color = torch.tensor(colors, dtype=drawing.points.dtype)
    template = Drawing.from_strokes(
        color.new_zeros(count, 4, 2), color.new_full((count,), width), color, drawing.canvas
    )
    return template.replace(
        points=torch.from_numpy(np.concatenate(chains)).to(drawing.points.dtype),
        path_offsets=offsets_from_counts(torch.tensor([len(chain) for chain in chains])),
        layer=torch.tensor(layers),
        order=order,
    )


def pen_paths(drawing: Drawing, joint: float) -> list[PenPaths]:
    """The chains of a drawing by color, those joined whose ends are within ``joint`` of each other."""
    found: dict[tuple[float, float, float], list[Chain]] = {}
    points = drawing.points.double().numpy()
    for row in drawing.paint_order().tolist():
        paint = drawing.stroke[row] if bool(drawing.stroked[row]) else drawing.fill[row]
        red, green, blue = (round(float(value), 3) for value in paint[:3])
        for path in range(int(drawing.shape_offsets[row]), int(drawing.shape_offsets[row + 1])):
            chain = points[int(drawing.path_offsets[path]) : int(drawing.path_offsets[path + 1])]
            closed = bool(drawing.closed[path])
            found.setdefault((red, green, blue), []).append(
                np.concatenate([chain, chain[:1]]) if closed else chain
            )
    return [PenPaths(color, _joined(_in_pen_order(chains), joint)) for color, chains in found.items()]


def _in_pen_order(chains: list[Chain]) -> list[Chain]:
    """Greedily from the origin to the nearest free end, then improved by turning parts of the tour around."""
    ends = np.array([[chain[0], chain[-1]] for chain in chains])
    order, turned = _greedy(ends)
    _improve(ends, order, turned)
    return [chains[row][::-1] if back else chains[row] for row, back in zip(order, turned, strict=True)]


def _greedy(ends: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    free = ends.copy()
    at = np.zeros(2)
    order, turned = np.zeros(len(ends), dtype=np.int64), np.zeros(len(ends), dtype=np.bool_)
    for step in range(len(ends)):
        nearest = int(np.argmin(((free - at) ** 2).sum(-1)))
        row, side = divmod(nearest, 2)
        order[step], turned[step] = row, bool(side)
        at = ends[row, 1 - side]
        free[row] = np.inf
    return order, turned


def _improve(ends: NDArray[np.float64], order: NDArray[np.int64], turned: NDArray[np.bool_]) -> None:
    """2-opt in place: a part of the tour is turned around wherever that saves travel."""
    for _ in range(_MOST_PASSES):
        improved = False
        for first in range(len(order)):
            starts = np.where(turned[:, None], ends[order, 1], ends[order, 0])
            stops = np.where(turned[:, None], ends[order, 0], ends[order, 1])
            before = stops[first - 1] if first else np.zeros(2)
            after = starts[first + 1 :]
            old = np.hypot(*(starts[first] - before))
            gain = old - np.hypot(*(stops[first:] - before).T)
            gain[:-1] += np.hypot(*(after - stops[first:-1]).T) - np.hypot(*(after - starts[first]).T)
            best = int(np.argmax(gain))
            if gain[best] > _GAIN:
                part = slice(first, first + best + 1)
                order[part], turned[part] = order[part][::-1].copy(), ~turned[part][::-1]
                improved = True
        if not improved:
            return


def _joined(chains: list[Chain], joint: float) -> list[Chain]:
    """Neighbours whose ends touch as one chain; the pen stays down."""
    found: list[list[Chain]] = []
    for chain in chains:
        if found and float(np.hypot(*(found[-1][-1][-1] - chain[0]))) <= joint:
            found[-1].append(np.concatenate([found[-1][-1][-1:], chain[1:]])[1:])
        else:
            found.append([chain])
    return [np.concatenate(parts) for parts in found]
