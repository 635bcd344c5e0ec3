"""More control points where strokes can't yet follow their lines."""

import dataclasses

import numpy as np
import torch

from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vectorization.skeleton.line_graph import FloatArray, arc_length
from inkwright.vectorization.skeleton.line_mask import Gray
from inkwright.vectorization.traced_stroke import TracedStroke, sample_evenly, split_cubic, to_drawing


def split_where_missed(
    strokes: list[TracedStroke], gray: Gray, missed: float = 0.25, beside: float = 5.0, least: float = 3.0
) -> list[TracedStroke]:
    """The same lines with joints on both sides of every place at which they lie on paper.

    Ink that they leave out is no reason: where lines have run together, one must not bend to cover all.

    Args:
        strokes: in pixels, in black.
        gray: [H, W] in [0, 1], 1 = paper.
        missed: squared darkness too much, summed over the 5 x 5 pixels around, from which a place is missed.
        beside: pixels between such a place and its joints.
        least: no cubic is made shorter than this, in pixels.
    """
    from scipy.ndimage import uniform_filter

    if not strokes:
        return strokes
    height, width = gray.shape
    with torch.no_grad():
        picture = rasterize(to_drawing(strokes, (width, height)), height, width)[0, 0].numpy()
    surplus = 25 * uniform_filter(np.maximum(gray - picture, 0) ** 2, 5, mode="constant")
    return [_split(stroke, surplus, missed, beside, least) for stroke in strokes]


def _split(
    stroke: TracedStroke, surplus: FloatArray, missed: float, beside: float, least: float
) -> TracedStroke:
    cubics = stroke.cubics()
    lines = [sample_evenly(cubic) for cubic in cubics]
    line = np.concatenate(lines)
    along = arc_length(line)
    rows, columns = (np.clip(line[:, axis].astype(int), 0, surplus.shape[1 - axis] - 1) for axis in (1, 0))
    wanted = _joints(along, surplus[rows, columns], missed, beside)
    pieces: list[FloatArray] = []
    begin = 0.0
    for cubic, part in zip(cubics, lines, strict=True):
        end = begin + float(arc_length(part)[-1])
        pieces += _cut(cubic, part, [each - begin for each in wanted if begin < each < end], least)
        begin = end
    joined = np.concatenate([*(piece[:3] for piece in pieces), pieces[-1][3:]])
    return dataclasses.replace(stroke, control=joined[:-1] if stroke.closed else joined)


def _joints(along: FloatArray, surplus: FloatArray, missed: float, beside: float) -> list[float]:
    """Where joints are wanted: on both sides of each peak of the surplus, worst first."""
    peaks: list[float] = []
    for place in np.argsort(-surplus, kind="stable"):
        if surplus[place] < missed:
            break
        if all(abs(along[place] - other) > 2 * beside for other in peaks):
            peaks.append(float(along[place]))
    return sorted(peak + side for peak in peaks for side in (-beside, beside))


def _cut(cubic: FloatArray, line: FloatArray, places: list[float], least: float) -> list[FloatArray]:
    """A cubic cut at some lengths along it, where both parts are long enough."""
    along = arc_length(line)
    parameter = np.linspace(0, 1, len(line))
    pieces, rest, begin, start = [], cubic, 0.0, 0.0
    for place in places:
        if place - begin < least or along[-1] - place < least:
            continue
        t = float(np.interp(place, along, parameter))
        before, rest = split_cubic(rest, (t - start) / (1 - start))
        pieces.append(before)
        begin, start = place, t
    return [*pieces, rest]
