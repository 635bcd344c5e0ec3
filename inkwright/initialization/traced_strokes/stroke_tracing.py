"""Strokes that follow the most telling lines of a picture."""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkwright.image_analysis.flow.flow_sampling import FloatArray, nearest, sample
from inkwright.image_analysis.flow.streamlines import Streamlines, ridge_seeds, thinned, trace_streamlines
from inkwright.image_analysis.lines.level_of_detail import LevelOfDetail
from inkwright.image_analysis.picture_analysis import PictureAnalysis
from inkwright.initialization.traced_strokes.loose_strokes import loose_strokes
from inkwright.initialization.traced_strokes.stroke_selection import SAMPLES, select_curves
from inkwright.vector_graphics.curves.fitting import fit_cubics, resample, sample_cubics

# No stroke begins where a line is worth less than this, and it ends where the line is weaker than that.
FAINTEST, FADED = 0.02, 0.004


@dataclass(frozen=True)
class TracedStrokes:
    """Cubic strokes on a picture, the most telling first.

    Attributes:
        points: [N, 4, 2] control points (x, y) in pixels; the first pixel covers [0, 1] x [0, 1].
        strength: [N] in [0, 1], how strong a line runs under each stroke; 0 where there was nothing to draw.
    """

    points: FloatArray
    strength: FloatArray


@dataclass(frozen=True)
class TracingStyle:
    """How lines are followed.

    Attributes:
        jitter: >= 0; what lines are worth is multiplied with smooth noise, this is the deviation of its
            logarithm.
        shortest: pieces of lines that are cut, in pixels of a picture whose long side has 448.
        looseness: in [0, 1], see ``LevelOfDetail.loosened`` and ``loose_strokes``.
        density: how many strokes the whole picture would have if all of it were drawn as densely; None = as
            many as are traced.
    """

    jitter: float = 0.1
    shortest: float = 4.0
    looseness: float = 0.0
    density: int | None = None

    def __post_init__(self) -> None:
        if not self.jitter >= 0:
            raise ValueError(f"jitter is {self.jitter}; it must be >= 0")


def trace_strokes(
    analysis: PictureAnalysis,
    num_strokes: int,
    style: TracingStyle = TracingStyle(),  # noqa: B008 (it is frozen)
    *,
    seed: int = 0,
    within: FloatArray | None = None,
) -> TracedStrokes:
    """Exactly N strokes: long ones for few, fine ones for many.

    Lines that run out are cut into shorter strokes, which follow them more closely, or in a loose hand drawn
    again; where not even that gives N, idle strokes of strength 0 fill up.

    Args:
        analysis: of the picture.
        num_strokes: N, >= 1.
        style: how lines are followed.
        seed: of the jitter, >= 0; seed 0 does not jitter.
        within: [H, W] >= 0, factor of what lines are worth, 0 where no stroke may run; None = everywhere.

    Raises:
        ValueError: a number is out of its range.
    """
    if seed < 0:
        raise ValueError(f"seed is {seed}; it must be >= 0")
    looseness, jitter = style.looseness, style.jitter if seed else 0.0
    level = LevelOfDetail.for_strokes(style.density or num_strokes).loosened(looseness)
    lines = analysis.line_map(level)
    if within is not None:
        lines = lines * within
    worth = lines * _smooth_noise(analysis.shape, seed, jitter, 20 * analysis.unit)
    curves = select_curves(_candidates(analysis, worth, level), worth, num_strokes, level, analysis.unit)
    if not looseness:
        curves = split_longest(curves, num_strokes, shortest=max(style.shortest * analysis.unit, 3.0))
    points = _fit(curves)
    strength = _strength_under(points, lines)
    if looseness:
        points, strength = loose_strokes(points, strength, num_strokes, looseness, analysis.unit)
    missing = num_strokes - len(points)
    if missing:
        points = np.concatenate([points, _idle_strokes(analysis, missing)])
        strength = np.concatenate([strength, np.zeros(missing)])
    return TracedStrokes((points + 0.5).astype(np.float32), strength.astype(np.float32))


def split_longest(curves: list[FloatArray], count: int, shortest: float) -> list[FloatArray]:
    """Halve the longest curves, each [n, 2] with a point per pixel, until there are ``count``.

    No half may be shorter than so many pixels.
    """
    heap: list[tuple[int, tuple[int, ...], FloatArray]]
    heap = [(-len(curve), (place,), curve) for place, curve in enumerate(curves)]
    heapq.heapify(heap)
    while heap and len(heap) < count and -heap[0][0] > 2 * shortest:
        _, place, curve = heapq.heappop(heap)
        middle = len(curve) // 2
        # Halves take their parent's place in the order, and no two curves share a place.
        heapq.heappush(heap, (-(middle + 1), (*place, 0), curve[: middle + 1]))
        heapq.heappush(heap, (-(len(curve) - middle), (*place, 1), curve[middle:]))
    return [curve for _, _, curve in sorted(heap, key=lambda entry: entry[1])]


def _candidates(analysis: PictureAnalysis, worth: FloatArray, level: LevelOfDetail) -> Streamlines:
    unit, strength = analysis.unit, analysis.strength(level)
    worthy = np.where(worth > FAINTEST, strength, np.float32(0))
    seeds = thinned(ridge_seeds(worthy, analysis.flow, 1e-4), worth, max(2.5 * unit, 1.0))
    reach, gap = max(round(level.reach * unit), 4), round(level.largest_gap * unit)
    return trace_streamlines(strength, analysis.flow, seeds, reach, threshold=FADED, largest_gap=gap)


def _fit(curves: list[FloatArray]) -> NDArray[np.float64]:
    if not curves:
        return np.zeros((0, 4, 2))
    start = np.array([0])
    rows = [resample(curve[None], start, start + len(curve) - 1, SAMPLES)[0] for curve in curves]
    return fit_cubics(np.stack(rows))[0]


def _strength_under(points: NDArray[np.float64], lines: FloatArray) -> NDArray[np.float64]:
    curve = sample_cubics(points, 12).astype(np.float32)
    strength: NDArray[np.float64] = sample(lines, curve[..., 0], curve[..., 1]).mean(-1).astype(np.float64)
    return strength


def _smooth_noise(shape: tuple[int, int], seed: int, jitter: float, radius: float) -> FloatArray:
    """[H, W] > 0, around 1: noise whose blobs have a size of ``radius`` pixels."""
    grid = [max(int(np.ceil(side / max(radius, 1.0))), 1) + 1 for side in shape]
    noise = np.random.default_rng(seed).normal(size=grid).astype(np.float32)
    places = (
        np.linspace(0, cells - 1, side, dtype=np.float32) for cells, side in zip(grid, shape, strict=True)
    )
    rows, columns = np.meshgrid(*places, indexing="ij")
    factor: FloatArray = np.exp(np.float32(jitter) * sample(noise, columns, rows))
    return factor


def _idle_strokes(analysis: PictureAnalysis, count: int) -> NDArray[np.float64]:
    """[count, 4, 2] short strokes along the flow, spread over the picture."""
    height, width = analysis.shape
    columns = max(round(np.sqrt(count * width / height)), 1)
    rows = -(-count // columns)
    place = np.arange(count)
    x = (place % columns + 0.5) / columns * width - 0.5
    y = (place // columns + 0.5) / rows * height - 0.5
    reach = 0.2 * min(width / columns, height / rows)
    direction = nearest(analysis.flow, x, y).astype(np.float64)
    along = np.linspace(-reach, reach, 4)
    strokes: NDArray[np.float64] = np.stack([x, y], axis=-1)[:, None] + along[:, None] * direction[:, None]
    return strokes
