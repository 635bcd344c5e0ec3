"""Strokes that follow the most telling lines of a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from image_analysis.picture_analysis import PictureAnalysis
from image_analysis.stroke_selection import SelectionRule, select_strokes
from image_analysis.streamlines import ridge_seeds, trace_streamlines

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class TracedStrokes:
    """Cubic strokes on a picture, the most telling first.

    Attributes:
        points: [N, 4, 2] control points (x, y) in pixels; the first pixel covers [0, 1] x [0, 1].
        strength: [N] in [0, 1], how much line runs under each stroke.
    """

    points: FloatArray
    strength: FloatArray


def abstraction_of(num_strokes: int) -> float:
    """1 for 16 strokes and fewer, 0 for 256 and more, even in the logarithm between."""
    return float(np.clip(1 - np.log2(max(num_strokes, 1) / 16) / 4, 0, 1))


def trace_strokes(analysis: PictureAnalysis, num_strokes: int) -> TracedStrokes:
    """N strokes.
    """
    a = abstraction_of(num_strokes)
    u = analysis.unit
    worth = analysis.line_map(0.15 + 0.45 * a, 0.35 - 0.2 * a)
    seeds = thin(ridge_seeds(np.where(worth>0.03,analysis.ridges,0), analysis.flow, 1e-4), worth, 2.5*u)
    curves = trace_streamlines(analysis.ridges, analysis.flow, seeds, int(round((70+70*a)*u)), threshold=0.004, largest_gap=int(round(4*u*(1+a))))
    rule = SelectionRule(tolerance=(1.2+2.8*a)*u, clearance=(4.5+4*a)*u, crowding=0.6, crowding_radius=(10+14*a)*u, effort=0.06, shortest=8*u)
    strokes, w = select_strokes(curves, worth, num_strokes, rule)
    return curves, worth, strokes, w

def thin(seeds, worth, cell):
    key=np.floor(seeds/cell).astype(int); k=key[:,1]*100000+key[:,0]
    v=worth[np.rint(seeds[:,1]).astype(int).clip(0,worth.shape[0]-1),np.rint(seeds[:,0]).astype(int).clip(0,worth.shape[1]-1)]
    order=np.argsort(-v,kind='stable'); _,first=np.unique(k[order],return_index=True)
    return seeds[order[np.sort(first)]]
