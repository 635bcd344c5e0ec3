"""Kernels that follow the ridges of a line map."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkwright.compiled_kernels.compilation import compiled_exactly
from inkwright.compiled_kernels.threads import Parts, next_part
from inkwright.image_analysis.flow.flow_kernels import bilinear, clamped

Array = NDArray[Any]
Float32 = Any

_ONE, _TWO, _HALF, _LONG = np.float32(1), np.float32(2), np.float32(0.5), np.float32(1.5)
_SHORTEST, _FLAT = np.float32(1e-6), np.float32(-1e-9)
# How far a step may move towards the crest, in pixels.
_LARGEST_SHIFT = np.float32(0.35)


@compiled_exactly
def peak_offset(before: Float32, here: Float32, after: Float32, limit: Float32) -> Float32:
    """Where the parabola through three values has its top, from the middle one, at most ``limit`` away."""
    bend = before - _TWO * here + after
    if bend < _FLAT:
        offset = _HALF * (before - after) / bend
    elif before == after:
        return np.float32(0)
    else:
        offset = limit if after > before else -limit
    return min(max(offset, -limit), limit)


@compiled_exactly
def peak_offsets(before: Array, here: Array, after: Array, limit: float, offsets: Array) -> None:
    """``peak_offset`` of many points."""
    for i in range(offsets.size):
        offsets[i] = peak_offset(before[i], here[i], after[i], limit)


class CurveEnd(NamedTuple):
    """Where curves end."""

    threshold: np.float32  # strength below which a line counts as faded
    largest_gap: int  # faded steps in a row that are bridged
    sharpest_turn: np.float32  # cosine between a step and the flow at a corner


@compiled_exactly
def follow_ridges(
    parts: Parts, strength: Array, flow: Array, limits: CurveEnd, points: Array, valid: Array
) -> None:
    """Fills its rows of points [S, 2R + 1, 2] and valid [S, 2R + 1], both ways from column R."""
    reach = points.shape[1] // 2
    row = next_part(parts)
    while row >= 0:
        for way in (1, -1):
            x, y = points[row, reach, 0], points[row, reach, 1]
            at_row, at_column = _nearest(x, y, flow.shape)
            heading_x = np.float32(way) * flow[at_row, at_column, 0]
            heading_y = np.float32(way) * flow[at_row, at_column, 1]
            faded = 0
            for step in range(1, reach + 1):
                x, y, heading_x, heading_y, straight, level = _advance(
                    strength, flow, x, y, heading_x, heading_y
                )
                faded = faded + 1 if level < limits.threshold else 0
                goes_on = straight > limits.sharpest_turn and faded <= limits.largest_gap
                if not (goes_on and _inside(x, y, strength.shape)):
                    break
                points[row, reach + way * step, 0], points[row, reach + way * step, 1] = x, y
                valid[row, reach + way * step] = True
        row = next_part(parts)


@compiled_exactly
def _advance(
    strength: Array, flow: Array, x: float, y: float, heading_x: float, heading_y: float
) -> tuple[float, float, float, float, float, float]:
    """New position and heading, the cosine of the turn, and the strength of the line."""
    at_row, at_column = _nearest(x + _HALF * heading_x, y + _HALF * heading_y, flow.shape)
    local_x, local_y = flow[at_row, at_column, 0], flow[at_row, at_column, 1]
    agreement = local_x * heading_x + local_y * heading_y
    way = -_ONE if agreement < 0 else _ONE
    turned_x, turned_y = heading_x + _LONG * local_x * way, heading_y + _LONG * local_y * way
    length = max(np.float32(math.sqrt(np.float64(turned_x) ** 2 + np.float64(turned_y) ** 2)), _SHORTEST)
    turned_x, turned_y = turned_x / length, turned_y / length
    x, y = x + turned_x, y + turned_y
    before, here, after = (
        _strength_at(strength, x + turned_y, y - turned_x),
        _strength_at(strength, x, y),
        _strength_at(strength, x - turned_y, y + turned_x),
    )
    shift = peak_offset(before, here, after, _LARGEST_SHIFT)
    return x - shift * turned_y, y + shift * turned_x, turned_x, turned_y, abs(agreement), here


@compiled_exactly
def _strength_at(strength: Array, x: Float32, y: Float32) -> Float32:
    return bilinear(strength, 0, clamped(x, strength.shape[1]), clamped(y, strength.shape[0]))


@compiled_exactly
def _nearest(x: float, y: float, shape: tuple[int, int, int]) -> tuple[int, int]:
    return int(np.rint(clamped(y, shape[0]))), int(np.rint(clamped(x, shape[1])))


@compiled_exactly
def _inside(x: float, y: float, shape: tuple[int, int, int]) -> bool:
    return -0.5 < x < shape[1] - 0.5 and -0.5 < y < shape[0] - 0.5
