"""Clean drawings of loose lines: open strokes, closed shapes, hatching that is part of the drawing."""

import numpy as np

from inkwright.synthetic_drawings.clean_drawing import FloatArray, ellipse, rotation, sides, straight


def open_strokes(rng: np.random.Generator, side: float) -> list[FloatArray]:
    """15 to 45 smooth lines whose heading wanders; half of the drawings gather them around a few places."""
    gathered = rng.random() < 0.5
    places = rng.uniform(0.2, 0.8, (3, 2)) * side
    curves = []
    for _ in range(int(rng.integers(15, 46))):
        start = rng.uniform(0, 1, 2) * side
        if gathered:
            start = places[rng.integers(3)] + rng.normal(0, 0.15, 2) * side
        curves.append(wandering_line(rng, start, rng.uniform(0.08, 0.45) * side))
    return curves


def wandering_line(rng: np.random.Generator, start: FloatArray, extent: float) -> FloatArray:
    """[n, 2] a smooth line of length ``extent`` that turns now and then."""
    knots = 3 * int(rng.integers(1, 4)) + 1
    turns = np.cumsum(rng.normal(0.0, rng.uniform(0.15, 0.7), knots)) + rng.uniform(0, 2 * np.pi)
    count = max(int(extent / 4.0), 4)
    heading = np.interp(np.linspace(0, knots - 1, count), np.arange(knots), turns)
    steps = np.stack([np.cos(heading), np.sin(heading)], axis=1) * (extent / count)
    return start + np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)])


def closed_shapes(rng: np.random.Generator, side: float) -> list[FloatArray]:
    """4 to 15 ellipses, blobs, polygons and rounded rectangles, free to cross each other."""
    curves: list[FloatArray] = []
    for _ in range(int(rng.integers(4, 16))):
        center = rng.uniform(0.08, 0.92, 2) * side
        curves += closed_shape(rng, center, rng.uniform(0.03, 0.2) * side)
    return curves


def closed_shape(rng: np.random.Generator, center: FloatArray, radius: float) -> list[FloatArray]:
    """The curves of one closed shape."""
    kind, turn = rng.integers(4), float(rng.uniform(0, 2 * np.pi))
    if kind == 0:
        return [ellipse(center, (radius, radius * rng.uniform(0.4, 1)), turn)]
    if kind == 1:
        return [blob(rng, center, radius)]
    if kind == 2:
        count = int(rng.integers(3, 8))
        angles = turn + np.arange(count) * (2 * np.pi / count)
        spokes = radius * rng.uniform(0.6, 1.2, count)
        return sides(center + spokes[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1))
    return rounded_rectangle(rng, center, radius, turn)


def blob(rng: np.random.Generator, center: FloatArray, radius: float) -> FloatArray:
    """[n, 2] a closed smooth line: a circle with waves of 2 to 6 periods."""
    angle = np.linspace(0, 2 * np.pi, max(int(radius * 2 * np.pi / 4), 16) + 1)
    bumps = np.zeros_like(angle)
    for periods in range(2, 7):
        bumps += rng.normal(0, 0.15 / periods) * np.cos(periods * angle + rng.uniform(0, 2 * np.pi))
    spoke = radius * (1 + bumps)
    return center + spoke[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def rounded_rectangle(
    rng: np.random.Generator, center: FloatArray, radius: float, turn: float
) -> list[FloatArray]:
    """One closed curve: a rectangle whose corners are arcs."""
    half = np.array([radius, radius * rng.uniform(0.4, 1)])
    bend = float(half.min() * rng.uniform(0.15, 0.6))
    parts = []
    for quarter, (x, y) in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1))):
        corner = (half - bend) * (x, y)
        parts.append(ellipse(corner, (bend, bend), arc=(quarter * np.pi / 2, (quarter + 1) * np.pi / 2)))
    parts.append(parts[0][:1])
    joined = [parts[0]]
    for before, after in zip(parts, parts[1:], strict=False):
        joined += [straight(before[-1], after[0])[1:], after[1:]]
    return [np.concatenate(joined) @ rotation(turn).T + center]


def structural_hatching(rng: np.random.Generator, side: float) -> list[FloatArray]:
    """Groups of parallel lines as dark as outlines, which belong to the drawing."""
    curves: list[FloatArray] = []
    for _ in range(int(rng.integers(2, 6))):
        center, turn = rng.uniform(0.15, 0.85, 2) * side, rng.uniform(0, np.pi)
        spacing, extent = rng.uniform(9, 22), rng.uniform(0.06, 0.2) * side
        for number in range(int(rng.integers(6, 20))):
            middle = rotation(turn) @ np.array([0.0, number * spacing])
            reach = rotation(turn) @ np.array([extent * rng.uniform(0.8, 1.1) / 2, 0.0])
            curves.append(straight(center + middle - reach, center + middle + reach))
    return curves + closed_shapes(rng, side)[:8]
