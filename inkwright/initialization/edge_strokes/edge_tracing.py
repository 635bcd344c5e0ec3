"""A stroke along the edge through a place: as far as one cubic can follow it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkwright.image_analysis.flow.flow_sampling import nearest, sample
from inkwright.image_analysis.flow.streamlines import ridge_seeds, thinned, trace_streamlines
from inkwright.image_analysis.lines.level_of_detail import LevelOfDetail
from inkwright.image_analysis.picture_analysis import PictureAnalysis
from inkwright.initialization.traced_strokes.stroke_selection import SAMPLES, longest_cubics
from inkwright.initialization.traced_strokes.stroke_tracing import (
    FADED,
    FAINTEST,
    TracingStyle,
    trace_strokes,
)
from inkwright.vector_graphics.curves.fitting import fit_cubics, resample

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

_AGAIN = 3.0  # what it costs to draw a pixel of an edge again, in efforts


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
        self._style = TracingStyle(density=num_strokes)
        self._level = LevelOfDetail.for_strokes(num_strokes)
        self._strength = analysis.strength(self._level)
        self._lines = analysis.line_map(self._level)
        height, width = analysis.shape
        self._scale = np.array([width / canvas[0], height / canvas[1]], dtype=np.float32)

    def places(self, region: BoolArray | None) -> tuple[FloatArray, FloatArray]:
        """[N, 2] places on the crests of the picture's lines, and [N] in [0, 1] how telling each is.

        In a region [H, W] of the size of the analysis; None = anywhere.
        """
        worthy = np.where(self._lines > FAINTEST, self._strength, np.float32(0))
        worthy = worthy if region is None else np.where(region, worthy, np.float32(0))
        seeds = ridge_seeds(worthy, self._analysis.flow, 1e-4)
        seeds = thinned(seeds, self._lines, max(2.5 * self._analysis.unit, 1.0))
        return self._to_canvas(seeds), nearest(self._lines, seeds[:, 0], seeds[:, 1])

    def chosen(self, count: int, seed: int, region: BoolArray | None, drawn: FloatArray) -> FloatArray:
        """[n, 4, 2] up to ``count`` strokes on the lines that tell most, in canvas units (``trace_strokes``).

        Args:
            count: how many at most.
            seed: >= 0, of small differences in what lines are worth; seed 0 has none.
            region: [H, W] where they may run; None = anywhere.
            drawn: [N, m, 2] points of the strokes drawn already, none of which is drawn again.
        """
        free = ~self.marked(drawn)
        within = (free if region is None else free & region).astype(np.float32)
        traced = trace_strokes(self._analysis, count, self._style, seed=seed, within=within)
        found = traced.points[traced.strength > 0] / self._scale
        return found.astype(np.float32)

    def marked(self, strokes: FloatArray) -> BoolArray:
        """[H, W] where strokes lie, given points [N, m, 2] of them that lie closely, in canvas units."""
        drawn = np.zeros(self._analysis.shape, dtype=bool)
        for stroke in strokes:
            self.mark(drawn, stroke)
        return drawn

    def mark(self, drawn: BoolArray, curve: FloatArray) -> None:
        """Notes in ``drawn`` that there is a stroke along points [m, 2] that lie closely, in canvas units."""
        reach = max(round(0.6 * self._level.clearance * self._analysis.unit), 1)
        for column, row in np.rint(self._to_pixels(curve)).astype(int):
            drawn[max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1] = True

    def trace(self, place: FloatArray, drawn: BoolArray) -> FloatArray:
        """[m, 2] points of the edge through a place (x, y), both ways, m >= 2, in canvas units.

        It ends where there is a stroke already, unless that only crosses it.
        """
        level, unit = self._level, self._analysis.unit
        seed = self._to_pixels(place[None])
        reach, gap = max(round(level.reach * unit), 4), round(level.largest_gap * unit)
        curves = trace_streamlines(
            self._strength, self._analysis.flow, seed, reach, threshold=FADED, largest_gap=gap
        )
        gains = np.zeros(curves.valid.shape, dtype=np.float32)
        x, y = curves.points[curves.valid].T
        again, effort = nearest(drawn.astype(np.float32), x, y) > 0, np.float32(level.effort)
        gains[curves.valid] = np.where(again, -_AGAIN * effort, sample(self._lines, x, y) - effort)
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
        pixels: FloatArray = places * self._scale - np.float32(0.5)
        return pixels

    def _to_canvas(self, pixels: FloatArray) -> FloatArray:
        places: FloatArray = (pixels + np.float32(0.5)) / self._scale
        return places


def cubics_along(curves: Sequence[FloatArray]) -> FloatArray:
    """[S, 4, 2] control points of the cubics nearest to curves [m, 2], m >= 2."""
    start = np.array([0])
    rows = [resample(curve[None], start, start + len(curve) - 1, SAMPLES)[0] for curve in curves]
    cubics: FloatArray = fit_cubics(np.stack(rows))[0].astype(np.float32)
    return cubics
