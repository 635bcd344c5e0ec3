"""Strokes that shade: parallel, closer where the picture is darker, crossed where it is darkest."""

import numpy as np
from numpy.typing import NDArray

from inkwright.image_analysis.filters.gaussian_filtering import FloatArray, gaussian
from inkwright.image_analysis.picture_analysis import PictureAnalysis

# (angle in degrees from x towards y, from which darkness on the layer begins)
_LAYERS = ((-50.0, 0.35), (35.0, 0.7))
_CELL = 2  # pixels to a cell of the shade that is left


def hatch_strokes(analysis: PictureAnalysis, count: int, *, pen: float, longest: float = 60.0) -> FloatArray:
    """Straight strokes over the dark places of a picture, the darkest first.

    Each stroke is laid where most darkness is left, as far both ways as there is any, and takes away what it
    adds to the shade around it: an error diffusion over strokes.

    Args:
        analysis: of the picture.
        count: how many strokes.
        pen: width of a stroke in pixels.
        longest: longest stroke, in pixels of a picture whose long side has 448.

    Returns:
        [N, 4, 2] control points in pixels, N <= count: a light picture has less to shade.
    """
    strokes: list[FloatArray] = []
    for layer, (angle, begins) in enumerate(_LAYERS if count else ()):
        left = _wanted(analysis, begins)
        share = count - len(strokes) if layer == len(_LAYERS) - 1 else round(0.75 * count)
        direction = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        strokes += _lay(left, direction, share, 0.5 * longest * analysis.unit / _CELL, pen / _CELL)
    return (np.array(strokes, dtype=np.float32).reshape(-1, 4, 2) * _CELL).astype(np.float32)


def _wanted(analysis: PictureAnalysis, begins: float) -> FloatArray:
    """[H / 2, W / 2] >= 0, how much shade is wanted."""
    smooth = gaussian(analysis.tone, 4 * analysis.unit)[::_CELL, ::_CELL]
    attention = gaussian(analysis.saliency, 4 * analysis.unit)[::_CELL, ::_CELL]
    wanted: FloatArray = np.clip((smooth - begins) / (1 - begins), 0, 1) * (0.3 + 0.7 * attention)
    return wanted


def _lay(
    left: FloatArray, direction: NDArray[np.float64], count: int, reach: float, pen: float
) -> list[FloatArray]:
    strokes: list[FloatArray] = []
    spread = max(1.6 * pen, 1.2)
    for _ in range(count):
        darkest = int(np.argmax(left))
        if left.flat[darkest] < 0.12:
            break
        y, x = np.unravel_index(darkest, left.shape)
        center = np.array([x, y], dtype=np.float64)
        ends = [center + way * direction * _extent(left, center, way * direction, reach) for way in (-1, 1)]
        _take_away(left, ends[0], ends[1], spread)
        if np.hypot(*(ends[1] - ends[0])) >= 3:
            thirds = np.linspace(0, 1, 4)[:, None]
            strokes.append((ends[0] * (1 - thirds) + ends[1] * thirds + 0.5).astype(np.float32))
    return strokes


def _extent(left: FloatArray, center: NDArray[np.float64], step: NDArray[np.float64], reach: float) -> float:
    """How far shade is wanted from a place on, in cells."""
    distance = np.arange(1, max(int(reach), 1) + 1)
    places = np.rint(center + distance[:, None] * step).astype(np.int64)
    inside = ((places >= 0) & (places < np.array(left.shape)[::-1])).all(-1)
    column, row = np.clip(places, 0, np.array(left.shape)[::-1] - 1).T
    dark = inside & (left[row, column] > 0.4 * left[int(center[1]), int(center[0])])
    return float(np.argmin(np.append(dark, False)))


def _take_away(left: FloatArray, start: NDArray[np.float64], end: NDArray[np.float64], spread: float) -> None:
    margin = int(3 * spread) + 1
    low = np.maximum(np.floor(np.minimum(start, end)).astype(np.int64) - margin, 0)
    high = np.ceil(np.maximum(start, end)).astype(np.int64) + margin + 1
    part = left[low[1] : high[1], low[0] : high[0]]
    y, x = np.mgrid[0 : part.shape[0], 0 : part.shape[1]]
    offset = np.stack([x + low[0], y + low[1]], axis=-1) - start
    along = end - start
    share = np.clip((offset @ along) / max(float(along @ along), 1e-9), 0, 1)
    distance = np.hypot(*np.moveaxis(offset - share[..., None] * along, -1, 0))
    part -= np.minimum(part, np.exp(-0.5 * (distance / spread) ** 2)).astype(np.float32)
