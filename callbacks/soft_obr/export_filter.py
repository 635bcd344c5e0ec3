"""Hard deletion: which strokes are left in a drawing when it is exported."""

from dataclasses import dataclass

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.shape_measures import polygon_lengths


@dataclass(frozen=True)
class ExportFilter:
    """Keeps strokes that can be seen; paint order stays as it is.

    Attributes:
        min_opacity: a stroke is kept if its opacity is above this, in [0, 1).
        min_strokes: >= 0; if fewer would be kept on a canvas, those with the most ink (opacity x length x
            width) are kept instead, as many as this.
    """

    min_opacity: float = 0.01
    min_strokes: int = 8

    def __post_init__(self) -> None:
        if not 0 <= self.min_opacity < 1:
            raise ValueError(f"export_alpha is {self.min_opacity}; it must be in [0, 1)")
        if self.min_strokes < 0:
            raise ValueError(f"min_strokes is {self.min_strokes}; it must be >= 0")

    @torch.no_grad()
    def __call__(self, drawing: Drawing, wanted: Tensor | None = None) -> Tensor:
        """[N] bool, which of the shapes of all canvases stay; the dead stay dead.

        Args:
            drawing: of any number of canvases.
            wanted: [N] bool, shapes without it go, too, however well they are seen.
        """
        keep = drawing.alive & (drawing.stroke[:, 3] > self.min_opacity)
        if wanted is not None:
            keep = keep & wanted
        counts = torch.bincount(drawing.canvas_index[keep], minlength=drawing.num_canvases)
        for canvas in torch.nonzero(counts < self.min_strokes).flatten().tolist():
            rows = torch.nonzero(drawing.alive & (drawing.canvas_index == canvas)).flatten()
            ink = _ink(drawing)[rows]
            keep[rows[ink.argsort(descending=True, stable=True)[: self.min_strokes]]] = True
        return keep


def _ink(drawing: Drawing) -> Tensor:
    """[N] opacity x length of the control polygons x width of each shape's stroke, in square canvas units."""
    return drawing.stroke[:, 3] * polygon_lengths(drawing) * drawing.width
