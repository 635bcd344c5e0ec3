"""A stroke along the edge through a place: as far as one cubic can follow it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkwright.image_analysis.flow.flow_sampling import nearest, sample
from inkwright.image_analysis.flow.streamlines import trace_streamlines
from inkwright.image_analysis.lines.level_of_detail import LevelOfDetail
from inkwright.image_analysis.picture_analysis import PictureAnalysis
from inkwright.initialization.traced_strokes.stroke_selection import SAMPLES, longest_cubics
from inkwright.vector_graphics.curves.fitting import fit_cubics, resample

FloatArray = NDArray[np.float32]

_FADED = 0.004  # line strength at which an edge ends


class EdgeTracer:
    """Follows the edges of a picture from places on its canvas."""

    def __init__(self, analysis: PictureAnalysis, canvas: tuple[float, float], num_strokes: int) -> None:
        """Takes over the picture.

        Args:
            analysis: of the picture.
            canvas: its (width, height).
            num_strokes: how many strokes the picture is to have at this density; few are long.
        """
        self._analysis = analysis
        self._level = LevelOfDetail.for_strokes(num_strokes)
        self._strength = analysis.strength(self._level)
        self._gains = analysis.line_map(self._level) - np.float32(self._level.effort)
        self._scale = np.array(analysis.shape[::-1], np.float32) / np.array(canvas, np.float32)

    def worth(self, places: FloatArray) -> FloatArray:
        """[N] in [0, 1], how telling the picture's lines are at places [N, 2]."""
        lines = self._analysis.line_map(self._level)
        x, y = self._to_pixels(places).T
        found: FloatArray = nearest(lines, x, y).astype(np.float32)
        return found

    def trace(self, place: FloatArray) -> FloatArray:
        """[m, 2] points of the edge through a place (x, y), both ways, m >= 2, in canvas units."""
        level, unit = self._level, self._analysis.unit
        seed = self._to_pixels(place[None])
        reach, gap = max(round(level.reach * unit), 4), round(level.largest_gap * unit)
        curves = trace_streamlines(
            self._strength, self._analysis.flow, seed, reach, threshold=_FADED, largest_gap=gap
        )
        gains = np.zeros(curves.valid.shape, dtype=np.float32)
        gains[curves.valid] = sample(self._gains, *curves.points[curves.valid].T)
        (first,), (last,) = longest_cubics(curves, gains, max(level.tolerance * unit, 0.5))
        curve = curves.points[0, first : last + 1]
        if len(curve) < max(level.shortest * unit, 3.0):
            curve = self._straight(seed[0], 0.5 * level.shortest * unit)
        return self._to_canvas(curve)

    def _straight(self, pixel: FloatArray, reach: float) -> FloatArray:
        direction = nearest(self._analysis.flow, pixel[:1], pixel[1:])[0]
        along: FloatArray = np.linspace(-reach, reach, 5, dtype=np.float32)[:, None] * direction
        return pixel + along

    def _to_pixels(self, places: FloatArray) -> FloatArray:
        return places * self._scale - np.float32(0.5)

    def _to_canvas(self, pixels: FloatArray) -> FloatArray:
        return (pixels + np.float32(0.5)) / self._scale


def cubics_along(curves: Sequence[FloatArray]) -> FloatArray:
    """[S, 4, 2] control points of the cubics nearest to curves [m, 2], m >= 2."""
    start = np.array([0])
    rows = [resample(curve[None], start, start + len(curve) - 1, SAMPLES)[0] for curve in curves]
    cubics: FloatArray = fit_cubics(np.stack(rows))[0].astype(np.float32)
    return cubics
