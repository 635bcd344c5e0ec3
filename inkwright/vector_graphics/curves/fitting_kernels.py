"""Kernels that fit one cubic Bézier curve to a row of points (after Schneider 1990)."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkwright.compiled_kernels.compilation import compiled_exactly, compiled_maker_exactly
from inkwright.compiled_kernels.inlining import inlined
from inkwright.vector_graphics.curves.bernstein import cubic_weights, quadratic_weights

Array = NDArray[Any]

cubic_bernstein, quadratic_bernstein = inlined(cubic_weights), inlined(quadratic_weights)

# A whiff of pull towards the thirds of the chord, for each point, keeps nearly undetermined fits from flying
# away; it moves a determined one by less than a millionth of its length.
PULL = 1e-6
# Steps between points are longer than 0, so that equal points have parameters of their own.
LEAST_STEP = 1e-9
# Newton steps are taken only where the distance from a point has a clear minimum.
LEAST_SLOPE = 1e-9


@compiled_maker_exactly
def fit_rows(
    first: int, end: int, points: Array, reparametrisations: int, control: Array, error: Array
) -> None:
    """Fills control [S, 4, 2] and error [S] of the rows first to end of points [S, n, 2]."""
    t = np.empty(points.shape[1])
    for row in range(first, end):
        error[row] = fit_row(points[row], reparametrisations, t, control[row])


@compiled_exactly
def fit_row(points: Array, reparametrisations: int, t: Array, control: Array) -> float:
    """Fits control [4, 2] to points [n, 2], with room t [n] for parameters; the largest distance."""
    _take_chord_lengths(points, t)
    _solve_inner_points(points, t, control)
    for _ in range(reparametrisations):
        _improve_parameters(points, t, control)
        _solve_inner_points(points, t, control)
    largest = 0.0
    for i in range(t.size):
        x, y = _offset(control, points, i, t[i])
        largest = max(largest, x * x + y * y)
    return math.sqrt(largest)


@compiled_exactly
def _take_chord_lengths(points: Array, t: Array) -> None:
    t[0] = 0.0
    for i in range(1, t.size):
        x, y = points[i, 0] - points[i - 1, 0], points[i, 1] - points[i - 1, 1]
        t[i] = t[i - 1] + (math.sqrt(x * x + y * y) + LEAST_STEP)
    length = t[t.size - 1]
    for i in range(t.size):
        t[i] /= length


@compiled_exactly
def _solve_inner_points(points: Array, t: Array, control: Array) -> None:
    count = t.size
    pull = PULL * count
    one_one, one_two, two_two = pull, 0.0, pull
    for axis in range(2):
        start, end = points[0, axis], points[count - 1, axis]
        control[0, axis], control[3, axis] = start, end
        control[1, axis], control[2, axis] = pull * ((2 * start + end) / 3), pull * ((start + 2 * end) / 3)
    for i in range(count):
        zero, one, two, three = cubic_bernstein(t[i])
        one_one, one_two, two_two = one_one + one * one, one_two + one * two, two_two + two * two
        for axis in range(2):
            rest = points[i, axis] - zero * control[0, axis] - three * control[3, axis]
            control[1, axis] += one * rest
            control[2, axis] += two * rest
    determinant = one_one * two_two - one_two * one_two
    for axis in range(2):
        right_one, right_two = control[1, axis], control[2, axis]
        control[1, axis] = (two_two * right_one - one_two * right_two) / determinant
        control[2, axis] = (one_one * right_two - one_two * right_one) / determinant


@compiled_exactly
def _improve_parameters(points: Array, t: Array, control: Array) -> None:
    """One Newton step for every parameter but the first and the last; they stay in order."""
    t[0], highest = 0.0, 0.0
    for i in range(1, t.size - 1):
        s, u = 1.0 - t[i], t[i]
        first, second, third = quadratic_bernstein(u)
        x, y = _offset(control, points, i, u)
        slope, along = 0.0, 0.0
        for axis in range(2):
            offset = x if axis == 0 else y
            one = 3.0 * (control[1, axis] - control[0, axis])
            two = 3.0 * (control[2, axis] - control[1, axis])
            three = 3.0 * (control[3, axis] - control[2, axis])
            speed = first * one + second * two + third * three
            slope += speed * speed + offset * 2.0 * (s * (two - one) + u * (three - two))
            along += offset * speed
        if slope > LEAST_SLOPE:
            u = min(max(u - along / slope, 0.0), 1.0)
        highest = max(highest, u)
        t[i] = highest
    t[t.size - 1] = 1.0


@compiled_exactly
def _offset(control: Array, points: Array, i: int, u: float) -> tuple[float, float]:
    """From point i to the curve at parameter u."""
    zero, one, two, three = cubic_bernstein(u)
    x = zero * control[0, 0] + one * control[1, 0] + two * control[2, 0] + three * control[3, 0]
    y = zero * control[0, 1] + one * control[1, 1] + two * control[2, 1] + three * control[3, 1]
    return x - points[i, 0], y - points[i, 1]
