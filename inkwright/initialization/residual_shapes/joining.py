"""Edit of a run that joins flat shapes of about one color that touch each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inkwright.initialization.residual_shapes.growth import drop_dead
from inkwright.optimization.shape_costs import leave_one_out
from inkwright.optimization.staged_run import StagedRun
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vector_graphics.shape_measures import coverage_alone
from inkwright.vectorization.masks.closed_paths import mask_paths
from inkwright.vectorization.masks.uncrossing import with_paths

BoolArray = NDArray[np.bool_]

_PAIRS = 64  # that are tried, those of the nearest colors


@dataclass(frozen=True)
class TouchingShapes:
    """Joins shapes of one layer each, as "Layered image vectorization" (2025) merges its visual paths.

    Two become one, where the upper or the lower one lies, if the drawing is hardly worse then: by at most
    ``worth`` x what the median of all these shapes costs to lose, since a path becomes free.

    Attributes:
        picture: [3, H, W] what is drawn, a pixel for each unit of the canvas.
        color: distance of their colors at most, red, green, blue and opacity added up, >= 0.
        shared: pixels that they share at least once one of them is grown by a pixel, >= 1.
        worth: >= 0.
        tolerance: of the new paths, in pixels, > 0.
    """

    picture: Tensor
    color: float = 0.1
    shared: int = 3
    worth: float = 0.25
    tolerance: float = 0.75

    def join(self, layers: range, run: StagedRun) -> None:
        """Joins what is on the same one of some layers, each shape with one other at most, on one canvas."""
        drawing = run.source.drawing().detach()
        flat = drawing.filled & ~drawing.stroked & drawing.alive
        rows = torch.nonzero(flat & torch.isin(drawing.layer, torch.tensor(layers))).flatten()
        rows = rows[drawing.order[rows].argsort()]
        if len(rows) < 2 or drawing.gradients is not None or drawing.pictures is not None:
            return
        masks = (coverage_alone(drawing.select(rows), *self.picture.shape[1:]) > 0.5).numpy()
        limit = self.worth * float(leave_one_out(drawing, self.picture[None])[rows].median())
        error, used = self._error(drawing), set[int]()
        for pair in self._pairs(drawing.select(rows), masks):
            if used.isdisjoint(pair):
                options = _joined(drawing, rows[list(pair)], masks[list(pair)], self.tolerance)
                for option, after in [(each, self._error(each)) for each in options]:
                    if after < error + limit and used.isdisjoint(pair):
                        drawing, error = option, after
                        used.update(pair)
        if used:
            for part, place in run.source.shape_parts():
                part.take_over(drawing.select(torch.arange(place.start, place.stop)))
            drop_dead(run)

    def _error(self, drawing: Drawing) -> float:
        return float((rasterize(drawing, *self.picture.shape[1:])[0] - self.picture).square().sum())

    def _pairs(self, shapes: Drawing, masks: BoolArray) -> Iterator[tuple[int, int]]:
        """Shapes of one layer that touch, the lower one first, those of the nearest colors first."""
        box = np.ones((3, 3), np.uint8)
        grown = np.stack([cv2.dilate(mask.astype(np.uint8), box).ravel() for mask in masks])
        shared = grown.astype(np.float32) @ masks.reshape(len(masks), -1).T.astype(np.float32)
        gaps = torch.cdist(shapes.fill, shapes.fill, p=1).numpy()
        together = (shapes.layer[:, None] == shapes.layer).numpy()
        lower, upper = np.nonzero(np.triu(together & (shared >= self.shared) & (gaps <= self.color), 1))
        for k in np.argsort(gaps[lower, upper], kind="stable")[:_PAIRS]:
            yield int(lower[k]), int(upper[k])


def _joined(drawing: Drawing, pair: Tensor, masks: BoolArray, tolerance: float) -> list[Drawing]:
    """The drawing with two shapes [2] as one, where the upper or the lower one lies; the other is dead."""
    paths = mask_paths(masks[0] | masks[1], tolerance=tolerance)
    share = torch.from_numpy(masks.reshape(2, -1).sum(1)).to(drawing.fill)
    color = (share[:, None] * drawing.fill[pair]).sum(0, keepdim=True) / share.sum()
    low, high = pair.tolist()
    options = []
    for kept, other in ((high, low), (low, high)) if paths else ():
        one = with_paths(drawing.select(torch.tensor([kept])), paths).replace(fill=color)
        rows = torch.arange(drawing.num_shapes)
        whole = Drawing.concat(drawing.select(rows < kept), one, drawing.select(rows > kept))
        options.append(whole.replace(alive=whole.alive & (rows != other), order=drawing.order))
    return options
