"""Edits of a run that add shapes where its drawing is wrong, in the place of those worth least."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from inkwright.initialization.residual_shapes.grown_shapes import GrownShapes
from inkwright.initialization.residual_shapes.owners import with_owners
from inkwright.initialization.residual_shapes.seeds import Seed, find_seeds
from inkwright.optimization.shape_costs import leave_one_out
from inkwright.optimization.shape_sources import edits
from inkwright.optimization.shape_sources.shape_blocks import ShapeBlocks
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.optimization.staged_run import StagedRun
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vectorization.masks.uncrossing import uncrossed


@dataclass(frozen=True)
class ResidualGrowth:
    """Adds shapes to the blocks of a run, on top of what is there or of their region, and takes others out.

    Attributes:
        picture: [3, H, W] what is drawn.
        kind: what is added.
        worth: how much of what a shape costs to lose a new one must gain at once to take its place, >= 0:
            less than 1, since a new one gains more once it is optimized.
        fixed: names of blocks whose shapes are never taken out.
        owned: whether shapes are details of regions, see ``owners``, whatever layer is named.
    """

    picture: Tensor
    kind: GrownShapes = GrownShapes()
    worth: float = 0.5
    fixed: tuple[str, ...] = ("background",)
    owned: bool = False

    def __post_init__(self) -> None:
        if not self.worth >= 0:
            raise ValueError(f"worth is {self.worth}; it must be >= 0")

    def grow(self, name: str, layer: int, total: int, run: StagedRun) -> None:
        """Adds a block of shapes to every canvas, until there are ``total`` of them, on a layer."""
        drawing = run.source.drawing().detach()
        canvases = []
        for canvas in range(drawing.num_canvases):
            one = drawing.canvas_drawing(canvas).only_alive()
            seeds = self.seeds(one, total - one.num_shapes)
            canvases.append(self._shapes(seeds, one, layer))
        self._add(name, canvases, run)

    def exchange(self, name: str, layer: int, share: float, run: StagedRun) -> None:
        """Takes out up to a share of all shapes, those worth least, for new ones that gain more."""
        drawing = run.source.drawing().detach()
        costs = leave_one_out(drawing, self.picture[None])
        costs[~drawing.alive | self._fixed(run)] = math.inf
        gone, canvases = torch.zeros_like(drawing.alive), []
        for canvas in range(drawing.num_canvases):
            rows = torch.nonzero(drawing.canvas_index == canvas).flatten()
            most = max(round(share * len(rows)), 1)
            one = drawing.canvas_drawing(canvas)
            seeds = self.seeds(one, most)
            cheapest = rows[costs[rows].argsort()][:most]
            seeds = self._worthwhile(seeds, costs[cheapest])
            gone[cheapest[: len(seeds)]] = True
            canvases.append(self._shapes(seeds, one, layer))
        edits.remove(run.source, gone)
        drop_dead(run)
        self._add(name, canvases, run)

    def seeds(self, drawing: Drawing, count: int) -> list[Seed]:
        """Up to so many shapes for one canvas."""
        if count <= 0:
            return []
        height, width = self.picture.shape[1:]
        drawn = rasterize(drawing, height, width)[0]
        total = max(drawing.num_shapes + count, 1)
        return find_seeds(
            np.ascontiguousarray(self.picture.permute(1, 2, 0).cpu().numpy()),
            np.ascontiguousarray(drawn.permute(1, 2, 0).cpu().numpy()),
            count,
            segments=max(self.kind.segments, 3),
            usual_radius=math.sqrt(height * width / total),
            strokes=self.kind.strokes,
        )

    def _shapes(self, seeds: list[Seed], drawing: Drawing, layer: int) -> Drawing:
        shapes = self.kind.shapes(seeds, drawing.canvas, layer)
        return with_owners(shapes, drawing) if self.owned else shapes

    def _worthwhile(self, seeds: list[Seed], costs: Tensor) -> list[Seed]:
        ranked = sorted(seeds, key=lambda seed: -seed.gain)
        pairs = zip(ranked, costs.tolist(), strict=False)
        return [seed for seed, cost in pairs if seed.gain > self.worth * cost]

    def _fixed(self, run: StagedRun) -> Tensor:
        """[N] whether each shape belongs to a block that stays whole."""
        blocks = _blocks(run)
        marks = [
            torch.full((block.drawing().num_shapes,), name in self.fixed)  # type: ignore[operator]
            for name, block in blocks.blocks.items()
        ]
        return torch.cat(marks)

    def _add(self, name: str, canvases: list[Drawing], run: StagedRun) -> None:
        if sum(each.num_shapes for each in canvases):
            shapes = Drawing.batch(canvases)
            block = ShapeParameters(shapes, trained=self.kind.trained)
            _blocks(run).add(name, block, rates=self.kind.step_sizes(shapes, run.stage.settings))


def drop_dead(run: StagedRun) -> None:
    """Takes dead shapes out of a run altogether, and blocks of which nothing is left."""
    blocks = _blocks(run)
    for name, block in list(blocks.blocks.items()):
        if not bool(block.drawing().alive.any()):  # type: ignore[operator]
            blocks.remove(name)
    edits.compact(blocks, getattr(run, "optimizer", None))


def uncross(run: StagedRun) -> None:
    """Traces shapes anew that cross themselves; the best state is the present one, for what that changes."""
    for block in _blocks(run).blocks.values():
        if isinstance(block, ShapeParameters):
            drawing = block.drawing().detach()
            canvases = [drawing.canvas_drawing(k) for k in range(drawing.num_canvases)]
            block.take_over(Drawing.batch([uncrossed(canvas) for canvas in canvases]))
    run.restart_best()


def _blocks(run: StagedRun) -> ShapeBlocks:
    if not isinstance(run.source, ShapeBlocks):
        raise TypeError(f"shapes grow in blocks; the source is a {type(run.source).__name__}")
    return run.source
