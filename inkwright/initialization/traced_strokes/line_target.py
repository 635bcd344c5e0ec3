"""The line drawing that strokes are to become: crisp where strokes were traced, only hinted at elsewhere."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkwright.compiled_kernels.compilation import compiled_exactly
from inkwright.image_analysis.flow.flow_sampling import FloatArray, sample
from inkwright.image_analysis.lines.level_of_detail import LevelOfDetail
from inkwright.image_analysis.picture_analysis import PictureAnalysis
from inkwright.vector_graphics.curves.fitting import sample_cubics

# From which line strength on, how wide a line is drawn as a share of the pen, and how dark.
_WEIGHTS = ((0.02, 0.4, 0.35), (0.12, 0.6, 0.6), (0.25, 0.85, 0.9), (0.5, 1.2, 1.0))


def target_ink(
    analysis: PictureAnalysis, points: FloatArray, *, num_strokes: int, pen: float, elsewhere: float = 0.05
) -> FloatArray:
    """Ink for strokes to match.

    All lines of a picture would pull few strokes apart, so those that were traced count most. Strong lines
    are drawn wider, not only darker.

    Args:
        analysis: of the picture.
        points: [N, 4, 2] control points of the traced strokes, in pixels.
        num_strokes: how many strokes one drawing has; few draw coarser lines.
        pen: width of a line of middling strength, in pixels.
        elsewhere: in [0, 1], darkness of lines far from any traced stroke.

    Returns:
        [H, W] in [0, 1], 1 = ink.
    """
    level = LevelOfDetail.for_strokes(num_strokes)
    lines = np.where(_is_crest(analysis.strength(level), analysis.flow), analysis.line_map(level), 0)
    drawn = np.zeros(analysis.shape, dtype=np.float32)
    for strength, share, darkness in _WEIGHTS:
        drawn = np.maximum(drawn, np.float32(darkness) * _inked(lines > strength, share * pen))
    a = level.abstraction
    inner, outer = (1 + 3 * a) * analysis.unit, (3 + 5 * a) * analysis.unit
    distance = _distance_to(_touched(points, analysis.shape), outer)
    return drawn * np.clip((outer - distance) / (outer - inner), elsewhere, 1).astype(np.float32)


def drawn_ink(points: FloatArray, strength: FloatArray, shape: tuple[int, int], pen: float) -> FloatArray:
    """[H, W] in [0, 1]: strokes [N, 4, 2] as lines of their strength [N], where a free hand draws them.

    A loose drawing aims at itself: its lines need not lie on those of the picture.
    """
    drawn = np.zeros(shape, dtype=np.float32)
    for least, share, darkness in _WEIGHTS:
        drawn = np.maximum(
            drawn, np.float32(darkness) * stroke_ink(points[strength > least], shape, share * pen)
        )
    return drawn


def stroke_ink(points: FloatArray, shape: tuple[int, int], width: float) -> FloatArray:
    """[H, W] in [0, 1]: strokes [N, 4, 2] of one width in pixels, with soft rims."""
    return _inked(_touched(points, shape), width)


def _is_crest(strength: FloatArray, flow: FloatArray) -> NDArray[np.bool_]:
    y, x = np.mgrid[0 : strength.shape[0], 0 : strength.shape[1]].astype(np.float32)
    normal_x, normal_y = -flow[..., 1], flow[..., 0]
    before = sample(strength, x - normal_x, y - normal_y)
    after = sample(strength, x + normal_x, y + normal_y)
    crest: NDArray[np.bool_] = (strength >= before) & (strength >= after)
    return crest


def _touched(points: FloatArray, shape: tuple[int, int]) -> NDArray[np.bool_]:
    curve = sample_cubics(points, 96).reshape(-1, 2)
    column = np.clip(curve[:, 0], 0, shape[1] - 1).astype(np.int64)
    row = np.clip(curve[:, 1], 0, shape[0] - 1).astype(np.int64)
    touched = np.zeros(shape, dtype=bool)
    touched[row, column] = True
    return touched


def _distance_to(marked: NDArray[np.bool_], reach: float) -> FloatArray:
    """[H, W] pixels to the nearest marked pixel; infinite where it is farther away than ``reach``."""
    side = np.arange(-int(reach), int(reach) + 1)
    offsets = np.stack(np.meshgrid(side, side, indexing="ij"), axis=-1).reshape(-1, 2)
    distances = np.sqrt((offsets**2).sum(-1)).astype(np.float32)
    near = distances <= reach
    nearest = np.full(marked.shape, np.inf, dtype=np.float32)
    _stamp_distances(marked, offsets[near], distances[near], nearest)
    return nearest


@compiled_exactly
def _stamp_distances(
    marked: NDArray[Any], offsets: NDArray[Any], distances: NDArray[Any], nearest: NDArray[Any]
) -> None:
    """Lowers nearest [H, W] to the distances [n] of the offsets [n, 2] (y, x) from marked [H, W]."""
    height, width = marked.shape
    for row in range(height):
        for column in range(width):
            if not marked[row, column]:
                continue
            for k in range(distances.size):
                y, x = row + offsets[k, 0], column + offsets[k, 1]
                if 0 <= y < height and 0 <= x < width and distances[k] < nearest[y, x]:
                    nearest[y, x] = distances[k]


def _inked(marked: NDArray[np.bool_], width: float) -> FloatArray:
    """[H, W] in [0, 1]: lines of one width in pixels through marked pixels, with soft rims."""
    reach = 0.5 * width + 0.5
    return np.clip(reach - _distance_to(marked, reach), 0, 1).astype(np.float32)
