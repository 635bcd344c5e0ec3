"""What a scene with regions is drawn after: finer lines within them, and errors that count more."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkwright.image_analysis.picture_analysis import PictureAnalysis
from inkwright.initialization.traced_strokes.line_target import target_ink
from inkwright.initialization.traced_strokes.pen_style import PenStyle
from inkwright.initialization.traced_strokes.stroke_tracing import trace_strokes

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]


def scene_lines(
    analysis: PictureAnalysis, regions: Sequence[BoolArray], num_strokes: int, densities: Sequence[int]
) -> FloatArray:
    """[H, W] in [0, 1] the ink for strokes to match, at the size of the analysis.

    Args:
        analysis: of the picture.
        regions: masks [H, W].
        num_strokes: of the whole drawing.
        densities: for each region, how many strokes the scene would have if all of it were drawn as densely.
    """
    lines = _lines(analysis, num_strokes)
    for mask, density in zip(regions, densities, strict=True):
        if density > num_strokes:
            lines = np.where(mask, _lines(analysis, density), lines)
    return lines


def region_emphasis(shape: tuple[int, int], regions: Sequence[BoolArray], emphasis: float) -> FloatArray:
    """[H, W] with mean 1: within any of the regions [H, W] ``emphasis`` times as much as outside."""
    inside = np.zeros(shape, dtype=bool)
    for mask in regions:
        inside |= mask
    weight = np.where(inside, np.float32(emphasis), np.float32(1))
    return weight / weight.mean()


def _lines(analysis: PictureAnalysis, num_strokes: int) -> FloatArray:
    width = PenStyle().width_for(num_strokes, max(analysis.shape))
    points = trace_strokes(analysis, num_strokes).points
    return target_ink(analysis, points, num_strokes=num_strokes, pen=width)
