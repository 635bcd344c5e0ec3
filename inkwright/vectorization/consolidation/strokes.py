"""Traced strokes that repeat a line replaced by the line."""

import dataclasses

import numpy as np

from inkwright.vectorization.consolidation.clusters import MeantLine, meant_lines
from inkwright.vectorization.schneider import fit_chain
from inkwright.vectorization.skeleton.joined_ends import joined_ends
from inkwright.vectorization.skeleton.line_graph import unit
from inkwright.vectorization.traced_stroke import TracedStroke

_TOLERANCE = 0.8  # pixels
_SAMPLED = 1.0
_JOIN = 12.0  # pixels; how far an end may be from the line on which it ended before that line was moved


def consolidated_strokes(strokes: list[TracedStroke], least_repeated: float) -> list[TracedStroke]:
    """The strokes, in pixels, with those that were drawn for one line as that line.

    The very list that was given if there are none, or if less than ``least_repeated`` of the strokes' length
    repeats another: see ``meant_lines``.
    """
    lines = [stroke.polyline(_SAMPLED) for stroke in strokes]
    long = [number for number, line in enumerate(lines) if np.ptp(line, axis=0).max() > _SAMPLED]
    found = meant_lines([lines[number] for number in long], least_repeated)
    if len(found) == len(long):
        return strokes
    dots = [stroke for number, stroke in enumerate(strokes) if number not in set(long)]
    made = [_stroke(line, [strokes[long[number]] for number in line.strokes]) for line in found]
    return joined_ends(made + dots, _JOIN)


def _stroke(line: MeantLine, sources: list[TracedStroke]) -> TracedStroke:
    if len(sources) == 1:
        return sources[0]
    width = float(np.median([source.width for source in sources]))
    if line.closed:
        way = unit(line.points[1] - line.points[-2])
        control = fit_chain(line.points, _TOLERANCE, (way, -way))[:-1]
        return TracedStroke(control, True, width, (False, False))
    stroke = TracedStroke(fit_chain(line.points, _TOLERANCE), False, width, (False, False))
    ends = [source.control[-last] for source in sources for last in (0, 1) if source.held[last]]
    held = [any(np.hypot(*(end - own)) < _JOIN for end in ends) for own in line.points[[0, -1]]]
    return dataclasses.replace(stroke, held=(held[0], held[1]))
