"""The line drawing that strokes are to become: crisp lines where strokes were traced, hints of lines elsewhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from image_analysis.cubic_fitting import bernstein
from image_analysis.flow_sampling import sample
from image_analysis.picture_analysis import PictureAnalysis
from image_analysis.stroke_tracing import line_map_for

FloatArray = NDArray[np.float32]

_FAINT, _FULL = 0.03, 0.3


def target_ink(
    analysis: PictureAnalysis, points: FloatArray, *, num_strokes: int, pen: float, elsewhere: float = 0.05
) -> FloatArray:
    """Ink for strokes to match: all of a picture's lines would pull few strokes apart, so those that were traced count most.

    Args:
        analysis: of the picture.
        points: [N, 4, 2] control points of all traced strokes (of all candidates), in pixels.
        num_strokes: how many strokes one drawing has; few draw coarser lines.
        pen: width of a line in pixels.
        elsewhere: in [0, 1], darkness of lines far from any traced stroke.

    Returns:
        [H, W] in [0, 1], 1 = ink.
    """
    lines = line_map_for(analysis, num_strokes)
    rise = np.clip((lines - _FAINT) / (_FULL - _FAINT), 0, 1)
    crests = np.where(_is_crest(analysis), rise * rise * (3 - 2 * rise), 0)
    drawn = ndimage.grey_dilation(crests, footprint=_disk(pen))
    distance = _distance_to(points, analysis.shape)
    near = np.clip((8 * analysis.unit - distance) / (5 * analysis.unit), elsewhere, 1)
    return (drawn * near).astype(np.float32)


def _is_crest(analysis: PictureAnalysis) -> NDArray[np.bool_]:
    height, width = analysis.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    normal_x, normal_y = -analysis.flow[..., 1], analysis.flow[..., 0]
    before = sample(analysis.fine, x - normal_x, y - normal_y)
    after = sample(analysis.fine, x + normal_x, y + normal_y)
    crest: NDArray[np.bool_] = (analysis.fine >= before) & (analysis.fine >= after)
    return crest


def _distance_to(points: FloatArray, shape: tuple[int, int]) -> FloatArray:
    curve = (bernstein(np.linspace(0, 1, 96)) @ points).reshape(-1, 2)
    column = np.clip(curve[:, 0], 0, shape[1] - 1).astype(np.int64)
    row = np.clip(curve[:, 1], 0, shape[0] - 1).astype(np.int64)
    empty = np.ones(shape, dtype=bool)
    empty[row, column] = False
    if empty.all():
        return np.full(shape, np.inf, dtype=np.float32)
    distance: FloatArray = ndimage.distance_transform_edt(empty)
    return distance


def _disk(diameter: float) -> NDArray[np.bool_]:
    radius = max(0.5 * diameter, 0.5)
    side = np.arange(-int(radius), int(radius) + 1)
    inside: NDArray[np.bool_] = side[:, None] ** 2 + side[None] ** 2 <= radius**2 * 1.05
    return inside
