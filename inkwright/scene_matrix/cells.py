"""A cell of a matrix: foreground and background of one canvas size, put together."""

from __future__ import annotations

import torch
from scipy import ndimage
from torch import Tensor

from inkwright.image_analysis.scene.decomposition import Scene
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.stroke_cutting import cut_strokes

# How far strokes of the background stay away from the subject, in pixels of a canvas of 224.
CLEARANCE = 1.5


def composed(scene: Scene, regions: dict[str, Drawing]) -> Drawing:
    """One drawing of the regions of a scene, each a layer, the rearmost first.

    The background is cut at the outline of the subject; a subject that was enlarged is where it was, its
    lines as wide as those of the background.
    """
    names = scene.regions
    if scene.subject is None:
        return regions[names[0]].only_alive()
    behind, subject = regions[names[0]].only_alive(), regions[names[1]].only_alive()
    canvas = behind.canvas
    reach = CLEARANCE * max(canvas) / 224 * scene.picture.shape[1] / canvas[0]
    area = ndimage.distance_transform_edt(~scene.subject) <= reach
    front = subject.replace(points=scene.enlargement.put_back(subject.points, canvas))
    return Drawing.concat(on_layer(cut_strokes(behind, area), 0), on_layer(front, 1))


def on_layer(drawing: Drawing, layer: int) -> Drawing:
    """The drawing with all its shapes on one layer."""
    return drawing.replace(layer=torch.full_like(drawing.layer, layer))


def canvases_of(drawing: Drawing, regions: int) -> list[list[Drawing]]:
    """The canvases of K = columns x regions canvases: by column, then by region, as drawings of their own."""
    count = drawing.num_canvases // regions
    return [[drawing.canvas_drawing(c * regions + r) for r in range(regions)] for c in range(count)]


def strokes_by_canvas(drawing: Drawing) -> Tensor:
    """[K] how many shapes of each canvas are alive."""
    return torch.bincount(drawing.canvas_index[drawing.alive], minlength=drawing.num_canvases)
