"""An objective in which errors count near the contours of chosen shapes: LIVE's, weighted by distance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from inkwright.optimization.objective import Objective
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import Backend, rasterize

if TYPE_CHECKING:
    from inkwright.guidance.term import GuidanceTerm

REACH = 10.0  # pixels from a contour beyond which errors don't count


class ContourObjective(Objective):
    """Trains by squared errors times a weight that falls from 1 on contours to 0 at ten pixels from them.

    The UDF-weighted loss of LIVE (2022). There the weights of the paths that a stage has added are added to
    those that earlier ones had when their stage ended; here the contours of all shapes above layer 0 count,
    as they are now. Scores are by the terms, all over the picture.
    """

    def __init__(
        self,
        terms: Mapping[str, GuidanceTerm],
        target: Tensor,
        *,
        weight: float,
        backend: Backend = "auto",
        beside: Objective | None = None,
    ) -> None:
        """Takes over its parts.

        Args:
            terms: by which the drawing is scored.
            target: [3, H, W] the picture.
            weight: of the errors, summed over pixels and channels, >= 0.
            backend: the rasterizer.
            beside: see ``Objective``.
        """
        super().__init__(terms, backend=backend, beside=beside)
        self.target, self.weight = target, weight

    def losses(
        self, drawing: Drawing, progress: float, *, images: Tensor | None = None, training: bool = False
    ) -> dict[str, Tensor]:
        """As in ``Objective``, but errors near contours in place of the terms while training."""
        found = super().losses(drawing, progress, images=images, training=training)
        if not training:
            return found
        images = self.render(drawing) if images is None else images
        weights = self.weights(drawing.detach())
        error = (weights * (images - self.target).square()).sum((1, 2, 3))
        penalties = {name: value for name, value in found.items() if name.startswith("penalty/")}
        return {"near_contours": self.weight * error, **penalties}

    @torch.no_grad()
    def weights(self, drawing: Drawing) -> Tensor:
        """[H, W] in [0, 1], how much each pixel counts."""
        shapes = drawing.select(drawing.layer >= 1)
        height, width = self.target.shape[1:]
        layers = int(drawing.layer.max()) if drawing.num_shapes else 0
        if layers == 0:
            return torch.ones(height, width)
        black = torch.tensor([0.0, 0, 0, 1]).to(shapes.fill).expand(shapes.num_shapes, 4)
        alone = shapes.replace(canvas_index=shapes.layer - 1, num_canvases=layers, fill=black)
        inside = rasterize(alone, height, width)[:, 0].cpu().numpy() < 0.5
        contours = np.zeros((height, width), bool)
        contours[:, 1:] |= (inside[:, :, 1:] != inside[:, :, :-1]).any(0)
        contours[1:] |= (inside[:, 1:] != inside[:, :-1]).any(0)
        if not contours.any():
            return torch.ones(height, width)
        near = np.clip(1 - ndimage.distance_transform_edt(~contours) / REACH, 0, 1)
        return torch.from_numpy(near.astype(np.float32)).to(self.target)
