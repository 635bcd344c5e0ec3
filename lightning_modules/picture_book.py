"""The look of a picture book: a line drawing over a few calm areas of color, in one drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from inkwright.initialization.region_shapes.calm_regions import CalmRegions
from inkwright.optimization.objectives.line_objective import LineObjective, lines_of
from inkwright.optimization.shape_sources.drawing_source import DrawingSource
from inkwright.optimization.shape_sources.shape_blocks import ShapeBlocks
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.vector_graphics.drawing import Drawing
from lightning_modules.image_sketch import ImageSketch
from lightning_modules.path_fitting import BACKGROUND, background_shape

if TYPE_CHECKING:
    from inkwright.pictures.target_image import TargetImage

REGIONS, LINES = "regions", "lines"


class PictureBook(ImageSketch):
    """The strokes of ``ImageSketch``, judged as if alone, over areas of color that stay as they are."""

    objective_type = LineObjective

    def __init__(self, *arguments: Any, regions: CalmRegions | None = None, **options: Any) -> None:
        """Takes over its parts: those of ``ImageSketch``, and how the areas are made."""
        super().__init__(*arguments, **options)
        self.regions = regions or CalmRegions()

    def source(self, target: TargetImage) -> DrawingSource:  # type: ignore[override]
        """Background and areas, which are not trained, and the strokes over them."""
        lines = super().source(target)
        areas, behind = self.regions.of_picture(target.image), background_shape(target)
        paper = torch.cat([self.regions.paper(target.image), torch.ones(1)])[None]
        blocks = {BACKGROUND: self._still(behind.replace(fill=paper.to(behind.fill)))}
        if areas.num_shapes:
            blocks[REGIONS] = self._still(areas)
        drawing = lines.drawing().detach()
        top = int(areas.layer.max()) + 1 if areas.num_shapes else 1
        lines.take_over(drawing.replace(layer=torch.full_like(drawing.layer, top)))
        self.layer_names = {0: BACKGROUND, **{k: f"areas {k}" for k in range(1, top)}, top: LINES}
        source = ShapeBlocks({**blocks, LINES: lines})
        for name in blocks:
            source.freeze(name)
        return source

    def named_drawings(self) -> dict[str, Drawing]:
        """The areas alone, and the lines alone."""
        best = self.run.best_drawing()
        return {"areas": best.select(~best.stroked), LINES: lines_of(best)}

    def _still(self, fills: Drawing) -> ShapeParameters:
        return ShapeParameters(Drawing.batch([fills] * self.num_sketches), trained=("rgb",))
